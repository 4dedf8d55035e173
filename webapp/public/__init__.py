"""Pages open to all: home with the seven boards, the introduction of each item, publicity, regions, health."""

from webapp.public import publicity, views
from webapp.public.blueprint import blueprint

__all__ = ["blueprint", "publicity", "views"]
