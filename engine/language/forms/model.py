"""A form as small frozen values: pages, fields and options, as form-js files describe them.

The rule: a FEEL expression is kept as text without its "=", and nothing here evaluates it.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType
from typing import TypeAlias

# A setting of form-js that may be given as a value or computed by FEEL.
Condition: TypeAlias = "bool | Feel"
Limit: TypeAlias = "Decimal | Feel | None"
OptionValue: TypeAlias = str | bool | int | Decimal

TEXTS = frozenset({"textfield", "textarea"})
SINGLE_CHOICES = frozenset({"radio", "select"})
MANY_CHOICES = frozenset({"checklist", "taglist"})
CHOICES = SINGLE_CHOICES | MANY_CHOICES
DISPLAYED = frozenset({"text", "separator"})
INPUTS = TEXTS | CHOICES | frozenset({"number", "datetime", "checkbox", "filepicker", "dynamiclist"})
KINDS = INPUTS | DISPLAYED | {"group"}

# What the free properties of a component may be; docs/diagrams.md says what each does.
PROPERTIES = frozenset(
    {
        "format", "notBefore", "notAfter", "minFiles", "maxFiles", "minRows", "maxRows", "maxChoices", "explanations",
        "prefill", "example", "autocomplete", "mask", "sensitive", "locate",
    }
)  # fmt: skip
# How an answer may be masked.
MASKS = frozenset({"name", "identity", "phone", "address", "account"})


@dataclass(frozen=True, slots=True)
class Feel:
    """An expression, without its leading "="."""

    text: str


@dataclass(frozen=True, slots=True)
class Option:
    """One answer that may be chosen; `explanation` is shown when it is."""

    value: OptionValue
    label: str
    explanation: str = ""

    @property
    def written(self) -> str:
        """The value as a form post carries it."""
        return str(self.value).lower() if isinstance(self.value, bool) else str(self.value)


FROM_TODAY = re.compile(r"today(?:\+([0-9]{1,3}))?")
"""A day that is counted from today: "today", "today+14"."""


@dataclass(frozen=True, eq=False, slots=True)
class Field:
    """One component: an input, a group or dynamic list with `fields` in it, or text and separators to be shown.

    `format`: idno, phone, region, person_name, money, bankcard, email … — what a text or number is, from
    `properties.format`. `hide` of a field includes that of the groups around it. `not_before`, `not_after`: "today",
    "today+14", an ISO date or the key of another field. `max_choices`: how many of a checklist, 0 for all.
    `properties`: everything of form-js' free properties (mask, legalBasis …).
    """

    key: str
    kind: str
    label: str = ""
    description: str = ""
    text: str | Feel = ""
    required: Condition = False
    read_only: Condition = False
    hide: Feel | None = None
    options: tuple[Option, ...] = ()
    options_from: Feel | None = None
    minimum: Limit = None
    maximum: Limit = None
    min_length: Limit = None
    max_length: Limit = None
    pattern: str = ""
    pattern_message: str = ""
    decimal_digits: int | None = None
    subtype: str = "date"
    not_before: str = ""
    not_after: str = ""
    multiple: bool = False
    accept: str = ""
    min_files: int = 0
    max_files: int = 1
    max_choices: int = 0
    min_rows: int = 0
    max_rows: int = 50
    default: object = None
    placeholder: str = ""
    properties: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    fields: tuple["Field", ...] = ()

    @property
    def format(self) -> str:
        """What the text or number is; "" where nothing special."""
        return self.properties.get("format", "")

    @property
    def is_input(self) -> bool:
        """Does it have a value?"""
        return self.kind in INPUTS

    def inputs(self) -> Iterator["Field"]:
        """The inputs of this component: itself, or those of the groups in it. Rows of a dynamic list stay inside it."""
        if self.is_input:
            yield self
        elif self.kind == "group":
            for inner in self.fields:
                yield from inner.inputs()

    def walk(self) -> Iterator["Field"]:
        """This component and all within it, rows of dynamic lists included."""
        yield self
        for inner in self.fields:
            yield from inner.walk()


@dataclass(frozen=True, eq=False, slots=True)
class Page:
    """One page of a wizard: a top-level group of the file, or all of a file without any."""

    id: str
    title: str
    description: str
    items: tuple[Field, ...]
    properties: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def inputs(self) -> Iterator[Field]:
        """The inputs of the page."""
        for item in self.items:
            yield from item.inputs()
