"""审计: stepping through what happened, checking that the record is whole, and what the machine could not do."""

from webapp.audit import incidents, replaying
from webapp.audit.blueprint import blueprint

__all__ = ["blueprint", "incidents", "replaying"]
