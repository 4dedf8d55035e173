"""One page of a longer list."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

T = TypeVar("T")
U = TypeVar("U")


@dataclass(frozen=True)
class Page(Generic[T]):
    """`rows` of page number `page` (from 1) with `size` rows a page, out of `total`."""

    rows: Sequence[T]
    total: int
    page: int
    size: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.size))

    def with_rows(self, rows: "Sequence[U]") -> "Page[U]":
        return Page(rows, self.total, self.page, self.size)


def page_of(session: Session, wanted: Select[T], *, page: int, size: int) -> Page[T]:
    """The page of a query over one entity; a page number past the end gives the last page."""
    total = session.scalar(select(func.count()).select_from(wanted.order_by(None).subquery())) or 0
    size = min(max(size, 1), 200)
    page = min(max(page, 1), max(1, -(-total // size)))
    rows: Sequence[Any] = session.scalars(wanted.limit(size).offset((page - 1) * size)).all()
    return Page(rows, total, page, size)
