"""The table of public pages 政策与须知: what the office told everybody, each version of it, from when to when it holds.

A page is never changed: who amends it publishes its next version, and the earlier ones stay readable.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.db import Base, Json, Moment


class PublicPage(Base):
    """`series`: the number of its first version; `number`: which version it is. `files`: [attachment id, file name].

    `posted`: it holds; `superseded`: a later version does; `repealed`: nothing does any more; `taken_down`: it may not
    be read any more, because it should not have been published.
    """

    __tablename__ = "public_page"
    __table_args__ = (
        CheckConstraint("state IN ('posted', 'superseded', 'repealed', 'taken_down')", name="state"),
        UniqueConstraint("series", "number"),
        Index(
            "ix_public_page_posted",
            "published_at",
            postgresql_where=text("state = 'posted'"),
            sqlite_where=text("state = 'posted'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    series: Mapped[int | None]
    number: Mapped[int]
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    category: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(80))
    text: Mapped[str] = mapped_column(Text)
    files: Mapped[Any] = mapped_column(Json)
    basis: Mapped[str] = mapped_column(Text)
    unit: Mapped[str] = mapped_column(String(60))
    region_code: Mapped[str] = mapped_column(String(12), index=True)
    effective_on: Mapped[date]
    state: Mapped[str] = mapped_column(String(10), default="posted")
    published_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    end_reason: Mapped[str | None] = mapped_column(Text)
