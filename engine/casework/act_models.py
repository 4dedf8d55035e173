"""Tables of what people do to a running case beside its steps: opinions, copies, suspensions, and their clicks.

They belong to `models`, from which everybody takes them; they stand apart because one file would be too long.
"""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.db import Base, Moment


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
