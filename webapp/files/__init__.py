"""Attachments: photos and documents, shown to those who may see the case they belong to."""

from webapp.files import views
from webapp.files.blueprint import blueprint

__all__ = ["blueprint", "views"]
