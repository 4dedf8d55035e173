"""A running process in our words; the only package that knows SpiffWorkflow."""
