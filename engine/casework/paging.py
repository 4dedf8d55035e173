"""One page of a longer list.

A list may be found in several ways (one's own, one's group's; by this post, by that). Each way is a query of its own,
which walks an index; what several find is shown once.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import (
    ColumnElement,
    Integer,
    ScalarSelect,
    Select,
    Subquery,
    bindparam,
    false,
    func,
    literal,
    literal_column,
    select,
    union,
)
from sqlalchemy.orm import Session

T = TypeVar("T")
U = TypeVar("U")
Query = Select[*tuple[Any, ...]]

# Nobody turns so many pages, and counting on would take longer than showing one.
MOST_COUNTED = 999

# Which page, as parameters, so that the statement of a list is put together once and kept.
_SIZE, _OFFSET, _FIRST = (bindparam(name, type_=Integer) for name in ("size", "offset", "first"))


@dataclass(frozen=True)
class Page(Generic[T]):
    """`rows` of page number `page` (from 1) with `size` rows a page, out of `total`; `more`: there are still others,
    which were not counted."""

    rows: Sequence[T]
    total: int
    page: int
    size: int
    more: bool = False

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.size))

    @property
    def offset(self) -> int:
        return (self.page - 1) * self.size

    def with_rows(self, rows: "Sequence[U]") -> "Page[U]":
        return Page(rows, self.total, self.page, self.size, self.more)


def counting(wanted: Query) -> ScalarSelect[int]:
    """How many rows a query has, as a part of a statement; one more than MOST_COUNTED stands for any number above."""
    rows: Query = wanted.order_by(None).limit(MOST_COUNTED + 1)
    one_each: Query = rows.with_only_columns(literal_column("1"), maintain_column_froms=True)
    return select(func.count()).select_from(one_each.subquery()).scalar_subquery()


def bounds(session: Session, wanted: Query, page: int, size: int) -> Page[Any]:
    """The page of that number without its rows; a number past the end gives the last page."""
    return bounded(session.scalar(select(counting(wanted))) or 0, page, size)


def bounded(counted: int, page: int, size: int) -> Page[Any]:
    """The page of that number without its rows, of so many as were counted, up to MOST_COUNTED and one."""
    size = min(max(size, 1), 200)
    total = min(counted, MOST_COUNTED)
    return Page((), total, min(max(page, 1), max(1, -(-total // size))), size, counted > total)


def page_of(session: Session, wanted: Select[T], *, page: int, size: int) -> Page[T]:
    """The page of a query over one entity; a page number past the end gives the last page."""
    found = bounds(session, wanted, page, size)
    rows: Sequence[Any] = session.scalars(wanted.limit(found.size).offset(found.offset)).all()
    return found.with_rows(rows)


@dataclass(frozen=True)
class Order:
    """The order of a list: its columns beside the key, and how a table or query that has them is ordered by them."""

    columns: tuple[str, ...]
    by: Callable[[Any], tuple[ColumnElement[Any], ...]]

    def of(self, rows: Any) -> list[Any]:
        """What a way has to select of `rows`: the key, and by what it is ordered."""
        return [getattr(rows, name) for name in ("id", *self.columns)]


def united(ways: Sequence[Query], most: int | ColumnElement[int] | None = None) -> Subquery:
    """What at least one of the ways finds; of each not more than `most`, any if it has no order."""
    parts = [way.limit(most).subquery() for way in ways]
    return parts[0] if len(parts) == 1 else union(*(select(part) for part in parts)).subquery()


def counting_any(ways: Sequence[Query]) -> ColumnElement[int]:
    """As `counting`, of what at least one of the ways finds."""
    return counting(select(united(ways, MOST_COUNTED + 1))) if ways else literal(0)


def keys(ways: Sequence[Query], entity: Any, order: Order, *, more: bool) -> Query:
    """The keys of the rows of a page, whose place `place_of` gives. Few rows are all found and put in order; of many
    (`more`) each way gives its first, because the index that leads to them has them in order, or nearly."""
    if more:
        ways = [way.order_by(*order.by(entity)) for way in ways]
    found = united(ways, _FIRST if more else MOST_COUNTED + 1)
    return select(found.c.id).order_by(*order.by(found.c)).limit(_SIZE).offset(_OFFSET)


@dataclass(frozen=True)
class Statements:
    """What a list asks for, put together once: how many rows there are, and those of a page, of few and of many."""

    counting: Query
    few: Query
    many: Query


def statements(ways: Sequence[Query], entity: Any, order: Order, rows: Query) -> Statements:
    """The statements of a list: `rows` is what it shows of each `entity` that at least one of the ways finds."""
    asked = [
        rows.where(entity.id.in_(keys(ways, entity, order, more=more)) if ways else false())
        .order_by(*order.by(entity))
        for more in (False, True)
    ]  # fmt: skip
    return Statements(select(counting_any(ways)), *asked)


def asked_for(session: Session, asked: Statements, given: Mapping[str, Any], page: int, size: int) -> Page[Any]:
    """The page of that number, with plain rows."""
    here = bounded(session.connection().execute(asked.counting, given).scalar_one(), page, size)
    return here.with_rows(rows_of(session, asked, given, here))


def rows_of(session: Session, asked: Statements, given: Mapping[str, Any], here: Page[Any]) -> Sequence[Any]:
    """The plain rows of a page that was counted already."""
    if not here.total:
        return ()
    statement = asked.many if here.more else asked.few
    return session.connection().execute(statement, {**given, **place_of(here)}).all()


def place_of(here: Page[Any]) -> dict[str, int]:
    """Where the rows of a page stand, as the parameters of `keys`."""
    return {"size": here.size, "offset": here.offset, "first": here.offset + here.size}


def first(most: int) -> dict[str, Any]:
    """So many rows from the beginning, as the parameters of `keys`: the whole of a list that has no more."""
    return {"size": most, "offset": 0, "first": most}
