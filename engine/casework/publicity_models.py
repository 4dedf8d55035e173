"""Tables of publicity 公示: what was published about a case, and the objections to it that anybody may raise.

A notice holds its masked lines only, so whoever reads it cannot learn more of the case than was published.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.db import Base, Json, Moment


class PublicNotice(Base):
    """公示单. `lines`: [label, text], masked for the time in which it hangs in the village; `listed_lines`: masked for
    the long-term list, null where the case may not be listed.

    `checking`: an objection is being looked into, the period stands still. `withdrawn`: an objection was upheld.
    `until_at`: 24:00 of the last day; null before it is posted. `listed_until_at`: how long it stays on the list.
    """

    __tablename__ = "public_notice"
    __table_args__ = (
        CheckConstraint("state IN ('draft', 'posted', 'checking', 'ended', 'withdrawn')", name="state"),
        Index("ix_public_notice_until", "until_at"),
        Index(
            "ix_public_notice_posted",
            "until_at",
            postgresql_where=text("state IN ('posted', 'checking')"),
            sqlite_where=text("state IN ('posted', 'checking')"),
        ),
        Index(
            "ix_public_notice_listed",
            "listed_until_at",
            postgresql_where=text("listed_until_at IS NOT NULL"),
            sqlite_where=text("listed_until_at IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    item_code: Mapped[str] = mapped_column(String(40))
    item_name: Mapped[str] = mapped_column(String(80))
    region_code: Mapped[str] = mapped_column(String(12))
    basis: Mapped[str] = mapped_column(Text)
    lines: Mapped[Any] = mapped_column(Json)
    listed_lines: Mapped[Any | None] = mapped_column(Json)
    places: Mapped[Any] = mapped_column(Json, default=list)
    contact: Mapped[str] = mapped_column(String(120))
    state: Mapped[str] = mapped_column(String(10), default="draft")
    made_at: Mapped[datetime] = mapped_column(Moment)
    posted_at: Mapped[datetime | None] = mapped_column(Moment)
    until_at: Mapped[datetime | None] = mapped_column(Moment)
    closed_at: Mapped[datetime | None] = mapped_column(Moment)
    listed_until_at: Mapped[datetime | None] = mapped_column(Moment)


class PublicObjection(Base):
    """异议. Who raised it stands here only, and in no variable of the case: the village reads the case, not this row.

    `code`: with which the objector asks for the answer; `key`: the page it was sent from, so that two clicks are one.
    `entered_by`: the member of staff who wrote it down for somebody.
    """

    __tablename__ = "public_objection"
    __table_args__ = (
        CheckConstraint("state IN ('received', 'checking', 'upheld', 'rejected', 'unrelated')", name="state"),
        CheckConstraint("anonymous = (name IS NULL)", name="anonymous"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    notice_id: Mapped[int] = mapped_column(ForeignKey("public_notice.id"), index=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    key: Mapped[str] = mapped_column(String(80), unique=True)
    reason: Mapped[str] = mapped_column(Text)
    evidence: Mapped[str | None] = mapped_column(Text)
    anonymous: Mapped[bool]
    name: Mapped[str | None] = mapped_column(String(60))
    phone: Mapped[str | None] = mapped_column(String(20))
    citizen_id: Mapped[int | None] = mapped_column(ForeignKey("citizen.id"))
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    state: Mapped[str] = mapped_column(String(10), default="received")
    received_at: Mapped[datetime] = mapped_column(Moment)
    answer: Mapped[str | None] = mapped_column(Text)
    answered_at: Mapped[datetime | None] = mapped_column(Moment)
