"""The platform without a web server: languages, workflow, registry, casework, oversight, exchange."""
