"""What was sent becomes what is kept: undeclared fields refused, hidden and read-only ones dropped, the rest checked.

The rule: all problems are told at once, each at its field.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from marshmallow import ValidationError

from engine.errors import Invalid
from engine.language.forms.answers import Unreadable, blank, convert
from engine.language.forms.checking import please, schema
from engine.language.forms.model import Field, Page
from engine.language.forms.shown import Scope, Shown, constant_pages, row_scope, visible, visible_pages

Check: TypeAlias = Callable[[Any, Field], str | None]
Problems: TypeAlias = dict[str, list[str]]

# A row's answer in a form post: members-0-name.
_ROW_KEY = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)-([0-9]{1,3})-([A-Za-z_][A-Za-z0-9_]*)")
UNDECLARED = "表单中没有这一项"
# The check that is asked about each file of a field, by its id.
ATTACHMENT = "attachment"


def load(
    pages: Iterable[Page],
    raw: Mapping[str, Any],
    context: Mapping[str, Any],
    checks: Mapping[str, Check],
    declared: frozenset[str],
) -> dict[str, Any]:
    """The values of the visible inputs of these pages. Raises Invalid with problems by field key.

    `declared` are all keys of the form: an answer to a question of another page is left aside, any other is refused.
    """
    pages = tuple(pages)
    inputs = [field for page in pages for field in page.inputs()]
    sent = fold_rows(raw, inputs)
    scope = context if constant_pages(pages) is not None else answered(inputs, sent, context)
    questions = [shown for page in visible_pages(pages, scope) for shown in page.inputs()]
    loading = _Loading(checks, {key: [UNDECLARED] for key in sent if key not in declared})
    values = loading.answers(questions, sent, scope)
    if loading.problems:
        keys = sorted(loading.problems)
        raise Invalid(f"Expected good answers, but found problems at {keys}", problems=loading.problems)
    return values


def answered(inputs: Iterable[Field], sent: Mapping[str, Any], context: Mapping[str, Any]) -> dict[str, Any]:
    """The variables with the answers to these inputs, typed where they can be read: what conditions see."""
    return {**context, **{field.key: _leniently(field, sent.get(field.key)) for field in inputs}}


def fold_rows(raw: Mapping[str, Any], inputs: Iterable[Field]) -> dict[str, Any]:
    """A form post with the answers of each dynamic list (members-0-name) gathered into its rows."""
    lists = {field.key for field in inputs if field.kind == "dynamiclist"}
    folded: dict[str, Any] = {}
    rows: dict[str, dict[int, dict[str, Any]]] = {}
    for key, value in raw.items():
        found = _ROW_KEY.fullmatch(key)
        if found is None or found[1] not in lists:
            folded[key] = value
        else:
            rows.setdefault(found[1], {}).setdefault(int(found[2]), {})[found[3]] = value
    return {**folded, **{key: [found[number] for number in sorted(found)] for key, found in rows.items()}}


def _leniently(field: Field, raw: Any) -> Any:
    """The answer as conditions see it: typed where it can be read, else as it was sent."""
    if field.kind == "dynamiclist":
        return [row for row in raw if isinstance(row, Mapping)] if isinstance(raw, list) else []
    if raw is None:
        return blank(field)
    try:
        return convert(field, field.options, raw)
    except Unreadable:
        return raw if isinstance(raw, str | int | bool) else blank(field)


@dataclass(frozen=True, slots=True)
class _Loading:
    """One form being taken in: what the database is asked, and what was found wrong so far."""

    checks: Mapping[str, Check]
    problems: Problems

    def refuse(self, key: str, *sentences: str) -> None:
        self.problems.setdefault(key, []).extend(sentences)

    def answers(self, questions: Iterable[Shown], sent: Scope, scope: Scope, prefix: str = "") -> dict[str, Any]:
        """The values of these questions; `prefix` is that of the row they stand in."""
        asked = [shown for shown in questions if not shown.read_only]
        single = tuple(shown for shown in asked if shown.field.kind != "dynamiclist")
        found = {shown.key: sent[shown.key] for shown in single if sent.get(shown.key) is not None}
        try:
            values: dict[str, Any] = dict(schema(single).load(found))
        except ValidationError as error:
            values = dict(error.valid_data) if isinstance(error.valid_data, dict) else {}
            for key, sentences in error.messages_dict.items():
                self.refuse(prefix + key, *sentences)
        for shown in single:
            self.ask_database(shown, values.get(shown.key), prefix + shown.key)
        for shown in asked:
            if shown.field.kind == "dynamiclist":
                values[shown.key] = self.rows(shown, sent.get(shown.key), scope)
        return {shown.key: values.get(shown.key) for shown in asked}

    def ask_database(self, shown: Shown, value: Any, key: str) -> None:
        """Each value by itself; an answer that is blank or wrong already is not asked about."""
        check = self.checks.get(ATTACHMENT if shown.field.kind == "filepicker" else shown.field.format)
        if check is None or value is None or key in self.problems:
            return
        for single in value if isinstance(value, list) else [value]:
            sentence = check(single, shown.field)
            if sentence is not None:
                self.refuse(key, sentence)
                return

    def rows(self, shown: Shown, sent: Any, scope: Scope) -> list[dict[str, Any]]:
        """The rows of a dynamic list; an added row in which nothing was written is no row."""
        field, sent = shown.field, [] if sent is None else sent
        if not isinstance(sent, list) or not all(isinstance(row, Mapping) for row in sent):
            self.refuse(field.key, "请逐行填写")
            return []
        rows = [(number, row) for number, row in enumerate(sent) if not _is_blank(row)]
        least = max(field.min_rows, 1 if shown.required else 0)
        if len(rows) < least:
            self.refuse(field.key, please(shown) if least == 1 else f"至少填写 {least} 行，现在是 {len(rows)} 行")
        if len(rows) > field.max_rows:
            self.refuse(field.key, f"最多填写 {field.max_rows} 行，现在是 {len(rows)} 行")
            return []
        return [self.row(field, number, row, scope) for number, row in rows]

    def row(self, field: Field, number: int, row: Scope, scope: Scope) -> dict[str, Any]:
        prefix = f"{field.key}-{number}-"
        inputs = {found.key: found for inner in field.fields for found in inner.inputs()}
        for key in row:
            if key not in inputs:
                self.refuse(f"{prefix}{key}", UNDECLARED)
        seen = row_scope(field, scope, {key: _leniently(found, row.get(key)) for key, found in inputs.items()})
        questions = [question for shown in visible(field.fields, seen) for question in shown.inputs()]
        return self.answers(questions, row, seen, prefix)


def _is_blank(row: Scope) -> bool:
    return all(value in (None, "", [], [""]) for value in row.values())
