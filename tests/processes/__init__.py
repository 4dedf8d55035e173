"""Every shipped diagram walked by the people it names, in the words of the policy."""
