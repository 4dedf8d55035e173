"""The table of processes that the clock begins: for each county, which moment was the last, and when to look again."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from engine.db import Base, Moment


class RecurringStart(Base):
    """定时启动 of one process in one county. `since_at`: the last moment at which it was begun, or from which on it is
    to be; `due_at`: when to look again, null where no further moment is named. `failed`: a person was told."""

    __tablename__ = "recurring_start"
    __table_args__ = (Index("ix_recurring_start_due", "due_at"),)

    process_key: Mapped[str] = mapped_column(String(40), primary_key=True)
    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"), primary_key=True)
    since_at: Mapped[datetime] = mapped_column(Moment)
    due_at: Mapped[datetime | None] = mapped_column(Moment)
    failed: Mapped[bool] = mapped_column(default=False)
