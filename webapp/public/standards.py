"""办理依据和标准: the rules that an item goes by, and by which measure it is given, as its tables say it.

The rule: both are read from the version on which new cases run, and the tables from where its steps ask them, so what
is published is what is applied.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask import render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine import db
from engine.language.bundle import Bundle
from engine.language.decisions import analysis
from engine.language.decisions.analysis import Sheet
from engine.registry import items, regions
from webapp import auth
from webapp.public import introduction
from webapp.public.blueprint import blueprint

# What a cell says that is worked out for each case.
WORKED_OUT = "按具体情况"
OTHERWISE = "其他"
# The remark 通行做法 in the tables: no document says the number.
CUSTOMARY = re.compile(r"\bK\b|K$")
_STRINGS = re.compile(r'"[^"]*"(?:\s*,\s*"[^"]*")*')
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:\s*/\s*\d+)?")
_COMPARED = re.compile(r"(<=|>=|<|>)\s*(.+)")
_CONTAINS = re.compile(r'list contains\(\?, "([^"]*)"\)')
_RANGE = re.compile(r"([\[(\]])\s*(\S+?)\s*\.\.\s*(\S+?)\s*([\])\[])")
_DAY = re.compile(r'(?:date\(")?(\d{4})-(\d\d)-(\d\d)(?:"\))?')
# How tables write that there is no end and no upper limit.
_ENDLESS, _UNLIMITED = 2099, re.compile(r"9{7,}")
_SIGNS = {"<=": "不超过 ", ">=": "不少于 ", "<": "少于 ", ">": "超过 "}
_PLAIN = {"true": "是", "false": "否", "null": "无"}
Told = tuple[str, str]


@dataclass(frozen=True)
class Standard:
    """A table in words: of each row the columns that say something, each with its heading. `common`: what all rows
    say alike, which then stands in none of them."""

    name: str
    common: tuple[Told, ...]
    rows: tuple[tuple[Told, ...], ...]

    @property
    def customary(self) -> bool:
        """Whether a number in it comes from no document."""
        return any(CUSTOMARY.search(said) for row in (self.common, *self.rows) for _, said in row)


@blueprint.get("/items/<code>/standards")
def standards(code: str) -> ResponseReturnValue:
    with db.reading() as rows:
        found = items.get(rows, code)
        auth.refuse_unknown(introduction.is_open(rows, found) and found.directory is None)
        told = list(tables(rows, code))
        return render_template(
            "public/standards.html",
            item=found,
            guide=introduction.guide(rows, found),
            tables=told,
            customary=any(table.customary for table in told),
        )


def tables(session: Session, code: str) -> Iterator[Standard]:
    """The tables that the process names (property `standardTables`), in that order."""
    bundles = list(introduction.bundles(session, code))
    for name in bundles[0].process.properties.get("standardTables", "").replace(",", " ").split():
        sheet = next((sheet for bundle in bundles for sheet in _sheets(bundle, name)), None)
        if sheet is not None and sheet.lines:
            found = list(_rows(session, sheet))
            common = tuple(told for told in found[0] if len(found) > 1 and all(told in row for row in found))
            yield Standard(
                sheet.name, common, tuple(tuple(told for told in row if told not in common) for row in found)
            )


def _sheets(bundle: Bundle, decision: str) -> Iterator[Sheet]:
    """The table of the decision, where it is in the bundle."""
    if decision in bundle.decisions:
        source = analysis.opened(bundle.files[bundle.paths[decision]], bundle.decisions[decision])
        for sheet in analysis.sheets(source):
            around = sheet.element.getparent()
            if around is not None and around.get("id") == decision:
                yield sheet


def _rows(session: Session, sheet: Sheet) -> Iterator[tuple[Told, ...]]:
    asked_before: set[int] = set()
    for line in sheet.lines:
        texts = [cell.text for cell in line.tested]
        tested = list(_tested(session, texts, asked_before))
        said = [in_words(session, cell.text) for cell in line.said]
        headings = [_heading(one.label) for one in (*sheet.inputs, *sheet.outputs)]
        yield tuple((head, text) for head, text in zip(headings, (*tested, *said), strict=True) if text)
        asked_before |= {number for number, text in enumerate(texts) if text not in ("", "-")}


def _tested(session: Session, texts: Sequence[str], asked_before: set[int]) -> Iterator[str]:
    """Conditions in words; one that is left open is told only where a row above asks for it."""
    for number, text in enumerate(texts):
        if text in ("", "-"):
            yield OTHERWISE if number in asked_before else ""
        else:
            yield in_words(session, text)


def _heading(label: str) -> str:
    """核对后的身份，空为其余 → 核对后的身份: how to fill in the table is of no use to its reader."""
    return label.partition("，空为")[0].removesuffix("代码")


def in_words(session: Session, text: str) -> str:
    """A cell as people read it: "特困","低保" → 特困、低保; >= 60 → 不少于 60; 532622 → 砚山县."""
    if _STRINGS.fullmatch(text):
        return "、".join(_word(session, word) for word in re.findall(r'"([^"]*)"', text))
    if text in _PLAIN or _NUMBER.fullmatch(text):
        return "没有上限" if _UNLIMITED.fullmatch(text) else _PLAIN.get(text, text.replace(" ", ""))
    if day := _DAY.fullmatch(text):
        return _day(day)
    if (compared := _COMPARED.fullmatch(text)) and _NUMBER.fullmatch(compared[2]):
        return _SIGNS[compared[1]] + compared[2].replace(" ", "")
    if between := _RANGE.fullmatch(text):
        ends = ("含" if between[1] == "[" else "不含", "含" if between[4] == "]" else "不含")
        return f"{between[2]}（{ends[0]}）到 {between[3]}（{ends[1]}）"
    contained = _CONTAINS.fullmatch(text)
    return contained[1] if contained else WORKED_OUT


def _word(session: Session, word: str) -> str:
    if day := _DAY.fullmatch(word):
        return _day(day)
    is_code = word.isdecimal() and len(word) in (6, 9, 12)
    return regions.get(session, word).name if is_code and regions.exists(session, word) else word


def _day(day: re.Match[str]) -> str:
    return f"{day[1]}年{int(day[2])}月{int(day[3])}日" if int(day[1]) < _ENDLESS else "没有期限"
