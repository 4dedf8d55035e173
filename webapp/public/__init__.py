"""Pages open to all: home with seven boards, the introduction of each item, publicity, policies, regions, health."""

from webapp.public import policies, publicity, views
from webapp.public.blueprint import blueprint

__all__ = ["blueprint", "policies", "publicity", "views"]
