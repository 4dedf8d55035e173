"""资金台账: who was paid what, where each payment stands, and which benefits run."""

from webapp.ledger import benefits, listing, taking_out
from webapp.ledger.blueprint import blueprint

__all__ = ["benefits", "blueprint", "listing", "taking_out"]
