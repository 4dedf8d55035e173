"""A form: what it asks, in pages; what it asks now; and how answers are taken in."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any

from engine.language.forms.loading import Check, answered, fold_rows, load
from engine.language.forms.model import Field, Page
from engine.language.forms.shown import ShownPage, visible_pages

NO_CHECKS: Mapping[str, Check] = MappingProxyType({})


@dataclass(frozen=True, eq=False)
class Form:
    """A form-js file, read. `name` is for people; forms without groups at the top have one page."""

    id: str
    name: str
    pages: tuple[Page, ...]

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """All inputs of all pages in order; the fields of a dynamic list's rows are in its `fields`."""
        return tuple(field for page in self.pages for field in page.inputs())

    @cached_property
    def keys(self) -> frozenset[str]:
        """The keys of all inputs: the variables that this form declares."""
        return frozenset(field.key for field in self.fields)

    def field(self, key: str) -> Field:
        """The input of that key. Raises KeyError."""
        for field in self.fields:
            if field.key == key:
                return field
        raise KeyError(key)

    def page(self, page_id: str) -> Page:
        """The page of that id. Raises KeyError."""
        for page in self.pages:
            if page.id == page_id:
                return page
        raise KeyError(page_id)

    def visible(self, context: Mapping[str, Any]) -> tuple[ShownPage, ...]:
        """The pages and components to show with these variables, their options and limits worked out."""
        return visible_pages(self.pages, context)

    def answered(self, raw: Mapping[str, Any], context: Mapping[str, Any]) -> dict[str, Any]:
        """The variables with the answers of a form half filled in, typed where they can be read: for `visible`."""
        return answered(self.fields, fold_rows(raw, self.fields), context)

    def load(
        self,
        raw: Mapping[str, Any],
        context: Mapping[str, Any],
        *,
        checks: Mapping[str, Check] = NO_CHECKS,
        page: str | None = None,
    ) -> dict[str, Any]:
        """The values of all visible inputs (of one page, if given), typed and JSON-able; unanswered ones are None,
        False or []. `raw` comes from a form post or as JSON; `context` are the variables known before.

        Hidden, disabled and read-only fields are dropped. `checks`: by format of the field, or "attachment" for the
        ids of files, what only the database can say of a value. Raises Invalid with problems by field key.
        """
        pages = self.pages if page is None else (self.page(page),)
        return load(pages, raw, context, checks, self.keys)
