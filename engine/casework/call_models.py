"""The table of calls to other systems: whether they were heard, so that silence is noticed (EM16 of D.6)."""

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from engine.db import Base, Moment


class OutsideCall(Base):
    """接口调用: one attempt to reach another system for a case of the county. `heard`: it answered."""

    __tablename__ = "outside_call"
    __table_args__ = (Index("ix_outside_call_county", "county_code", "called_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    county_code: Mapped[str] = mapped_column(String(6))
    system: Mapped[str] = mapped_column(String(64))
    called_at: Mapped[datetime] = mapped_column(Moment)
    heard: Mapped[bool]
