"""The public DMN Technology Compatibility Kit, run against engine.language.decisions; its data stays outside."""
