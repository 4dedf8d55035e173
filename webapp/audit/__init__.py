"""审计: stepping through what happened, whether the record is whole, what the machine could not do, who signed in or
took lists out, and the backups."""

from webapp.audit import backups, exports, incidents, replaying, sign_ins
from webapp.audit.blueprint import blueprint

__all__ = ["backups", "blueprint", "exports", "incidents", "replaying", "sign_ins"]
