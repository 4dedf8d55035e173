"""Table of limits that several steps of a case share, such as the ten working days of the whole county part.

They belong to `models`; they stand apart because one file would be too long.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from engine.db import Base, Moment


class SharedLimit(Base):
    """共用时限: by when the steps that name the row `key` (property `within`) have to be done together.

    `begun_at`: the act by which it began to run, so that taking that act back takes the limit back.
    """

    __tablename__ = "shared_limit"

    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(100), primary_key=True)
    due_at: Mapped[datetime] = mapped_column(Moment)
    begun_at: Mapped[datetime] = mapped_column(Moment)
