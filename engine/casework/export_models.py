"""导出登记: who took which list out of the platform, when, how much of it, and what for. Rows are never changed."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from engine.db import Base, Json, Moment


class ListExport(Base):
    """一次导出. `filters`: by what the list was narrowed, as the page names it, [[label, value]]; `post` and
    `region_code`: as what and where the person worked then."""

    __tablename__ = "list_export"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    post: Mapped[str] = mapped_column(String(80))
    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"), index=True)
    list_name: Mapped[str] = mapped_column(String(60))
    filters: Mapped[Any] = mapped_column(Json)
    form: Mapped[str] = mapped_column(String(4))
    row_count: Mapped[int]
    purpose: Mapped[str] = mapped_column(String(200))
    made_at: Mapped[datetime] = mapped_column(Moment, index=True)
