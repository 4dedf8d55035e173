"""The demonstration: people called by their roles, and cases made by really running the processes."""

from engine.demo.filling import CASES, SEED, fill

__all__ = ["CASES", "SEED", "fill"]
