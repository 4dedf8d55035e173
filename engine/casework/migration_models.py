"""Tables of migrations (迁移): which cases shall go over to another version of their process, and how far that is.

They belong to `models`; they stand apart because one file would be too long.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.db import Base, Json, Moment


class CaseMigration(Base):
    """One order to migrate. `mapping`: element of the old version → element of the new one, where they are not equal.

    `key`: idempotency key of the page, so that two clicks are one order.
    """

    __tablename__ = "case_migration"
    __table_args__ = (
        CheckConstraint("state IN ('running', 'done', 'canceled')", name="state"),
        Index(
            "ix_case_migration_running",
            "id",
            postgresql_where=text("state = 'running'"),
            sqlite_where=text("state = 'running'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(80), unique=True)
    process_key: Mapped[str] = mapped_column(String(40))
    from_version_id: Mapped[int] = mapped_column(ForeignKey("process_version.id"))
    to_version_id: Mapped[int] = mapped_column(ForeignKey("process_version.id"))
    mapping: Mapped[Any] = mapped_column(Json)
    reason: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(8), default="running")
    started_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    started_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    canceled_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))


class MigrationUndo(Base):
    """One order to undo a whole migration (撤销整批迁移), one at a time. `key`: idempotency key of the page."""

    __tablename__ = "migration_undo"
    __table_args__ = (
        CheckConstraint("state IN ('running', 'done', 'canceled')", name="state"),
        Index(
            "ix_migration_undo_running",
            "migration_id",
            unique=True,
            postgresql_where=text("state = 'running'"),
            sqlite_where=text("state = 'running'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(80), unique=True)
    migration_id: Mapped[int] = mapped_column(ForeignKey("case_migration.id"))
    reason: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(8), default="running")
    started_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    started_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    canceled_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))


class MigratedCase(Base):
    """One case of an order. `failed` leaves it on its old version, for the `reason`; `skipped`: the order was canceled
    first; `undoing`: it went over and shall come back; `undone`: it came back; `kept`: it could not, for the `reason`.
    `seq`: the event in its journal."""

    __tablename__ = "migrated_case"
    __table_args__ = (
        CheckConstraint(
            "state IN ('waiting', 'moved', 'failed', 'skipped', 'undoing', 'undone', 'kept')", name="state"
        ),
        Index(
            "ix_migrated_case_waiting",
            "migration_id",
            "case_id",
            postgresql_where=text("state = 'waiting'"),
            sqlite_where=text("state = 'waiting'"),
        ),
    )

    migration_id: Mapped[int] = mapped_column(ForeignKey("case_migration.id"), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), primary_key=True, index=True)
    state: Mapped[str] = mapped_column(String(8), default="waiting")
    attempts: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str | None] = mapped_column(Text)
    seq: Mapped[int | None]
    at: Mapped[datetime | None] = mapped_column(Moment)
