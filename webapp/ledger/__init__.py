"""资金台账: who was paid what, and where each payment stands."""

from webapp.ledger import listing
from webapp.ledger.blueprint import blueprint

__all__ = ["blueprint", "listing"]
