"""The table of 监护绑定: which registered citizen acts for whom, since when, and until when."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.db import Base, Moment

HOLDS = text("ended_at IS NULL")


class Guardianship(Base):
    """One guardian and one ward, whom the office has confirmed. It is ended, never deleted.

    `ward_name`: as it was confirmed. `case_no`: the case that confirmed it. `lapses_on`: of a minor, the 18th birthday,
    from which day on it no longer holds.
    """

    __tablename__ = "guardianship"
    __table_args__ = (
        CheckConstraint("grounds IN ('minor', 'incapable')", name="grounds"),
        Index(
            "ix_guardianship_holds", "guardian_id", "ward_identity",
            unique=True, sqlite_where=HOLDS, postgresql_where=HOLDS,
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    guardian_id: Mapped[int] = mapped_column(ForeignKey("citizen.id"))
    ward_identity: Mapped[str] = mapped_column(String(18), index=True)
    ward_name: Mapped[str] = mapped_column(String(60))
    relation: Mapped[str] = mapped_column(String(20))
    grounds: Mapped[str] = mapped_column(String(10))
    case_no: Mapped[str] = mapped_column(String(60))
    bound_at: Mapped[datetime] = mapped_column(Moment)
    bound_by: Mapped[str] = mapped_column(String(40))
    lapses_on: Mapped[date | None]
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_by: Mapped[str | None] = mapped_column(String(40))
    end_reason: Mapped[str | None] = mapped_column(Text)
