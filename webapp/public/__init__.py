"""Pages open to all: home with the seven boards, the introduction of each item, the choices of regions, health."""

from webapp.public import views
from webapp.public.blueprint import blueprint

__all__ = ["blueprint", "views"]
