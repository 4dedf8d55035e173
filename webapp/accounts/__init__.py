"""Signing in and out, registration by real name, one's own page, the first administrator."""

from webapp.accounts import contacts, looked_after, own, registration, relatives, sessions, wards
from webapp.accounts.blueprint import blueprint

__all__ = ["blueprint", "contacts", "looked_after", "own", "registration", "relatives", "sessions", "wards"]
