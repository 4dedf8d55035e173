"""The table of 医疗机构: what the public directory says of each hospital and clinic, and what it said before."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.db import Base, Json, Moment

CURRENT = text("replaced_at IS NULL")


class Hospital(Base):
    """One version of an entry. The current one is replaced by nothing yet; `open` is false from when it is closed.

    `functions`: 门诊, 急诊, 慢病签约 …; `diseases`: which ones it treats as 大病定点; `clinics`: 科室. What no case has
    published came with the installation, and nobody has checked it yet.
    """

    __tablename__ = "hospital"
    __table_args__ = (
        Index("ix_hospital_current", "code", unique=True, sqlite_where=CURRENT, postgresql_where=CURRENT),
        Index("ix_hospital_region_code", "region_code"),
    )

    code: Mapped[str] = mapped_column(String(20), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(60))
    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"))
    level: Mapped[str] = mapped_column(String(8))
    kind: Mapped[str] = mapped_column(String(12))
    functions: Mapped[Any] = mapped_column(Json)
    diseases: Mapped[Any] = mapped_column(Json)
    clinics: Mapped[Any] = mapped_column(Json)
    address: Mapped[str] = mapped_column(String(120))
    phone: Mapped[str | None] = mapped_column(String(30))
    hours: Mapped[str | None] = mapped_column(String(100))
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    open: Mapped[bool]
    published_at: Mapped[datetime] = mapped_column(Moment)
    published_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    case_no: Mapped[str | None] = mapped_column(String(60))
    replaced_at: Mapped[datetime | None] = mapped_column(Moment)
