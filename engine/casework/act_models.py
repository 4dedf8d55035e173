"""Tables of what stands beside a case's steps: opinions, copies, suspensions, clicks, who keeps away, documents.

They belong to `models`, where they stand apart because one file would be too long.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.db import Base, Json, Moment


class Opinion(Base):
    """意见: what somebody said about a step who was asked for it: a delegate, or a signer before or after it.

    `signature_id`: the cosignature by which it was given. `agrees`: null where only advice was asked for.
    """

    __tablename__ = "opinion"
    __table_args__ = (CheckConstraint("kind IN ('delegate', 'before', 'after')", name="kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("user_task.id"))
    signature_id: Mapped[int | None] = mapped_column(ForeignKey("user_task.id"))
    kind: Mapped[str] = mapped_column(String(8))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    asked_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    agrees: Mapped[bool | None]
    text: Mapped[str] = mapped_column(Text)
    given_at: Mapped[datetime] = mapped_column(Moment)


class CaseCopy(Base):
    """抄送: somebody may read the case, and was told so; once for each person."""

    __tablename__ = "case_copy"
    __table_args__ = (UniqueConstraint("account_id", "case_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    task_id: Mapped[int] = mapped_column(ForeignKey("user_task.id"))
    copied_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    note: Mapped[str] = mapped_column(Text, default="")
    copied_at: Mapped[datetime] = mapped_column(Moment)


class Suspension(Base):
    """挂起: a time in which a case and its clocks stood still by order. `status`: what the case was before."""

    __tablename__ = "suspension"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    reason: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(String(24))
    suspended_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    suspended_at: Mapped[datetime] = mapped_column(Moment)
    resumed_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    resumed_at: Mapped[datetime | None] = mapped_column(Moment)


class Click(Base):
    """One click on a page, or one call of a program: sent again under the same key, it is one effect all the same."""

    __tablename__ = "click"

    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    clicked_at: Mapped[datetime] = mapped_column(Moment, index=True)


class CaseAct(Base):
    """An act in the sense of rules/segregation.dmn that somebody has done on a case by completing a step, or by
    beginning the case: then without a task."""

    __tablename__ = "case_act"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    task_id: Mapped[int | None] = mapped_column(ForeignKey("user_task.id"), unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    act: Mapped[str] = mapped_column(String(40))
    done_at: Mapped[datetime] = mapped_column(Moment, index=True)


class TaskBar(Base):
    """Somebody may not do a task, and why; written as soon as the task and the reason both exist."""

    __tablename__ = "task_bar"

    task_id: Mapped[int] = mapped_column(ForeignKey("user_task.id"), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True, index=True)
    reason: Mapped[str] = mapped_column(String(200))


class NearRelative(Base):
    """近亲属备案: somebody's near relative, by ID number, in whose case that member of staff has to recuse."""

    __tablename__ = "near_relative"
    __table_args__ = (UniqueConstraint("account_id", "identity_number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    identity_number: Mapped[str] = mapped_column(String(18), index=True)
    relation: Mapped[str] = mapped_column(String(20))
    declared_at: Mapped[datetime] = mapped_column(Moment)
    declared_by: Mapped[str] = mapped_column(String(40))


class Document(Base):
    """一份文书. `readers`: the role keys whose holders may read it, separated by commas; `published`: all staff of the
    region may; `digest`: SHA-256 of number, title, dates and content, which the case's journal keeps too."""

    __tablename__ = "document"
    __table_args__ = (
        Index(
            "ix_document_published",
            "region_code",
            "id",
            postgresql_where=text("published"),
            sqlite_where=text("published"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(60), unique=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    element_id: Mapped[str] = mapped_column(String(60))
    title: Mapped[str] = mapped_column(String(80))
    content: Mapped[Any] = mapped_column(Json)
    readers: Mapped[str] = mapped_column(String(600))
    published: Mapped[bool] = mapped_column(default=False)
    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"))
    made_at: Mapped[datetime] = mapped_column(Moment)
    valid_until: Mapped[date | None]
    digest: Mapped[str] = mapped_column(String(64))


class DocumentReading(Base):
    """查阅记录: who has opened a document, and when."""

    __tablename__ = "document_reading"

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    post: Mapped[str] = mapped_column(String(80))
    read_at: Mapped[datetime] = mapped_column(Moment)
