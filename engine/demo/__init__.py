"""The demonstration: people called by their roles, and cases made by really running the processes."""
