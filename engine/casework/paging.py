"""One page of a longer list."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import ScalarSelect, Select, func, literal_column, select
from sqlalchemy.orm import Session

T = TypeVar("T")
U = TypeVar("U")


# Nobody turns so many pages, and counting on would take longer than showing one.
MOST_COUNTED = 999


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


def counting(wanted: Select[*tuple[Any, ...]]) -> ScalarSelect[int]:
    """How many rows a query has, as a part of a statement; one more than MOST_COUNTED stands for any number above."""
    rows: Select[*tuple[Any, ...]] = wanted.order_by(None).limit(MOST_COUNTED + 1)
    one_each: Select[*tuple[Any, ...]] = rows.with_only_columns(literal_column("1"), maintain_column_froms=True)
    return select(func.count()).select_from(one_each.subquery()).scalar_subquery()


def bounds(session: Session, wanted: Select[*tuple[Any, ...]], page: int, size: int) -> Page[Any]:
    """The page of that number without its rows; a number past the end gives the last page."""
    counted = session.scalar(select(counting(wanted))) or 0
    size = min(max(size, 1), 200)
    total = min(counted, MOST_COUNTED)
    return Page((), total, min(max(page, 1), max(1, -(-total // size))), size, counted > total)


def page_of(session: Session, wanted: Select[T], *, page: int, size: int) -> Page[T]:
    """The page of a query over one entity; a page number past the end gives the last page."""
    found = bounds(session, wanted, page, size)
    rows: Sequence[Any] = session.scalars(wanted.limit(found.size).offset(found.offset)).all()
    return found.with_rows(rows)
