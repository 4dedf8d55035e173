"""The table of what was decided on where a service takes applications (事项开通和暂停)."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from engine.db import Base, Moment


class ItemSwitch(Base):
    """开通、暂停: from `since` on, the service takes new applications of the region's subtree, or takes none. The case
    is the one in which it was decided."""

    __tablename__ = "item_switch"

    id: Mapped[int] = mapped_column(primary_key=True)
    item_code: Mapped[str] = mapped_column(ForeignKey("service_item.code"))
    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"))
    is_open: Mapped[bool]
    reason: Mapped[str] = mapped_column(Text)
    since: Mapped[datetime] = mapped_column(Moment)
    case_no: Mapped[str] = mapped_column(String(60))
