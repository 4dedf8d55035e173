"""Forms (form-js JSON): read from files, shown with conditions and options worked out, answers checked and typed."""

from engine.language.forms.checking import FORMATS
from engine.language.forms.form import Form
from engine.language.forms.loading import Check
from engine.language.forms.model import MASKS, PROPERTIES, Feel, Field, Option, Page
from engine.language.forms.reading import read
from engine.language.forms.shown import Shown, ShownPage, options
from engine.language.identity import problem as identity_problem

__all__ = [
    "FORMATS",
    "MASKS",
    "PROPERTIES",
    "Check",
    "Feel",
    "Field",
    "Form",
    "Option",
    "Page",
    "Shown",
    "ShownPage",
    "identity_problem",
    "options",
    "read",
]
