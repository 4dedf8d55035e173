"""Pages open to all: home with its boards, introductions, publicity, policies, institutions, help, paper forms."""

from webapp.public import (
    collected,
    contacts,
    directory,
    help_pages,
    paper,
    policies,
    publicity,
    query,
    self_test,
    standards,
    views,
)
from webapp.public.blueprint import blueprint

__all__ = [
    "blueprint",
    "collected",
    "contacts",
    "directory",
    "help_pages",
    "paper",
    "policies",
    "publicity",
    "query",
    "self_test",
    "standards",
    "views",
]
