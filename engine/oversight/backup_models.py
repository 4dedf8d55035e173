"""The table of backups: when one was made or tried, and what came of it."""

from datetime import datetime

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from engine.db import Base, Moment


class BackupRun(Base):
    """备份记录: one backup that was made, or one that failed. `heads`: what proves the journals of all cases; `size`
    in bytes; `trouble`: why it failed. `kept_as`: daily, weekly or monthly, as long as the worker keeps it;
    `checked_at`: when its files were last compared with its list, `damage`: what was wrong then."""

    __tablename__ = "backup_run"
    __table_args__ = (Index("ix_backup_run_made_at", "made_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    made_at: Mapped[datetime] = mapped_column(Moment)
    name: Mapped[str] = mapped_column(String(60), default="")
    cases: Mapped[int] = mapped_column(default=0)
    events: Mapped[int] = mapped_column(default=0)
    heads: Mapped[str] = mapped_column(String(64), default="")
    files: Mapped[int] = mapped_column(default=0)
    size: Mapped[int] = mapped_column(default=0)
    trouble: Mapped[str | None] = mapped_column(Text)
    kept_as: Mapped[str] = mapped_column(String(8), default="")
    removed_at: Mapped[datetime | None] = mapped_column(Moment)
    checked_at: Mapped[datetime | None] = mapped_column(Moment)
    damage: Mapped[str | None] = mapped_column(Text)
