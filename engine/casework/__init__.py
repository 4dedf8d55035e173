"""What people do with cases: start, claim, complete, correct, urge, withdraw, and what the machine does for them."""
