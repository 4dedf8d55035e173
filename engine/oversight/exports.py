"""导出: a list taken out of the platform as a file, for a purpose that is put on record.

The rule: what is taken out is what the page shows to that person, masked where it is masked there, and never more rows
than MOST; who took it, which part of it and what for stands in a table that nobody can change, before the file is sent.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import IO, Any, TypeVar

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from engine import clock
from engine.casework.export_models import ListExport
from engine.casework.paging import Page, bounds
from engine.errors import Invalid, NotAllowed
from engine.oversight import sheets
from engine.oversight.sheets import Column, Sheet
from engine.registry import masks, regions
from engine.registry.actors import Actor
from engine.registry.models import Account

MOST = 20_000
"""Of longer lists nobody reads the file, and a copy of everything is a backup, not an export."""
AT_ONCE = 500
LEAST_WORDS, MOST_WORDS = 4, 200
SIZE = 50
WORDS = "查找的内容"
"""How a filter is called into which people type names and numbers."""
WATCHING = ("auditor", "supervisor")

Row = TypeVar("Row")


@dataclass(frozen=True)
class Asked:
    """What somebody wants taken out. `filters`: by what the list is narrowed, as the page calls it, and the value."""

    list_name: str
    filters: tuple[tuple[str, str], ...]
    form: str
    purpose: str


@dataclass(frozen=True)
class Written:
    """The rows as they were read, not yet sent."""

    asked: Asked
    sheet: Sheet
    row_count: int


@dataclass(frozen=True)
class Export:
    """The file, open at its beginning, and how it is called."""

    name: str
    media_type: str
    file: IO[bytes]


@dataclass(frozen=True)
class Recorded:
    """One line of the record, as it is shown."""

    made: ListExport
    person: str
    place: str
    filters: list[tuple[str, str]]


def ask(list_name: str, filters: Sequence[tuple[str, str]], *, form: str, purpose: str) -> Asked:
    """What is wanted, checked. Raises Invalid without a purpose."""
    words = " ".join(purpose.split())
    if not LEAST_WORDS <= len(words) <= MOST_WORDS:
        raise Invalid(
            f"Expected a purpose of {LEAST_WORDS} to {MOST_WORDS} characters, but got {len(words)}",
            notice=f"请写明导出的用途，{LEAST_WORDS} 到 {MOST_WORDS} 个字",
        )
    if form not in sheets.FORMS:
        raise Invalid(f"Expected one of {tuple(sheets.FORMS)}, but got {form!r}", notice="只能导出 Excel 或者 CSV 文件")
    return Asked(list_name, tuple((label, value) for label, value in filters if value), form, words)


def in_parts(keys: Sequence[int], read: Callable[[Sequence[int]], Sequence[Row]]) -> Iterator[Row]:
    """The rows of these keys, read a part at a time. Raises Invalid when there are more than MOST."""
    if len(keys) > MOST:
        raise Invalid(
            f"Expected {MOST} rows or fewer, but there are more",
            notice=f"这个列表超过 {MOST} 行，不能一次导出。请先用筛选条件缩小范围",
        )
    return (row for start in range(0, len(keys), AT_ONCE) for row in read(keys[start : start + AT_ONCE]))


def write(asked: Asked, columns: Sequence[Column], rows: Iterator[Sequence[Any]]) -> Written:
    """The file of these rows, on disk."""
    sheet, count = sheets.begin(asked.form, asked.list_name, columns), 0
    try:
        for row in rows:
            sheet.add(row)
            count += 1
    except BaseException:
        sheet.discard()
        raise
    return Written(asked, sheet, count)


def finish(session: Session, written: Written, *, actor: Actor) -> Export:
    """Put the export on record, and say in the file whose it is."""
    if actor.id is None or not actor.posts:
        raise NotAllowed(f"Expected somebody with a post, but {actor.ref} has none")
    asked = written.asked
    made = ListExport(
        account_id=actor.id, post=actor.title, region_code=actor.posts[0].region_code, list_name=asked.list_name,
        filters=[list(pair) for pair in asked.filters], form=asked.form, row_count=written.row_count,
        purpose=asked.purpose, made_at=clock.now(),
    )  # fmt: skip
    session.add(made)
    session.flush()
    file = written.sheet.finish(_notes(made, actor))
    return Export(f"{asked.list_name}-导出{made.id}.{asked.form}", sheets.MEDIA_TYPES[asked.form], file)


def _notes(made: ListExport, actor: Actor) -> list[tuple[str, str]]:
    return [
        ("导出编号", f"导出编号 {made.id}"),
        ("导出人", f"{actor.title} {actor.name}"),
        ("导出时间", f"{clock.local(made.made_at):%Y-%m-%d %H:%M}"),
        ("列表", made.list_name),
        *made.filters,
        ("行数", str(made.row_count)),
        ("用途", made.purpose),
        ("提醒", "含个人信息，只能用于上面的用途，不得外传；用完请删除。"),
    ]


def may_watch(actor: Actor) -> bool:
    """Whether the actor may read who took out what."""
    return any(actor.is_(kind) for kind in WATCHING)


def recorded(session: Session, actor: Actor, *, page: int = 1) -> Page[Recorded]:
    """What was taken out by the people of the regions over which the actor watches, the latest first."""
    prefixes = [post.region_prefix for post in actor.posts if post.role_kind in WATCHING]
    if not prefixes:
        raise NotAllowed(f"Expected {actor.ref} to watch over a region, but it does not")
    wanted = (
        select(ListExport, Account.name)
        .join(Account, Account.id == ListExport.account_id)
        .where(or_(*(regions.within(ListExport.region_code, prefix) for prefix in prefixes)))
    )
    here = bounds(session, wanted, page, SIZE)
    rows = session.execute(wanted.order_by(ListExport.id.desc()).limit(here.size).offset(here.offset)).all()
    return here.with_rows([_recorded(session, actor, made, name) for made, name in rows])


def _recorded(session: Session, actor: Actor, made: ListExport, name: str) -> Recorded:
    masked = masks.for_viewer(actor, made)
    filters = [(label, _hidden(value) if masked and label == WORDS else value) for label, value in made.filters]
    return Recorded(made, name, regions.get(session, made.region_code).name, filters)


def _hidden(words: str) -> str:
    """A name or a number somebody looked for, as those read it who see no names."""
    digits = sum(letter.isdigit() for letter in words)
    return masks.identity(words) if len(words) >= 15 and digits >= 14 else masks.name(words)
