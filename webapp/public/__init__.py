"""Pages open to all: home with seven boards, each item's introduction, publicity, policies, institutions, health."""

from webapp.public import directory, policies, publicity, views
from webapp.public.blueprint import blueprint

__all__ = ["blueprint", "directory", "policies", "publicity", "views"]
