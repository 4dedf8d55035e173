"""The table of 咨询投诉联系方式: where each unit of a county can be reached."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from engine.db import Base, Moment


class UnitContact(Base):
    """A county's department, its office, or a town: whom to ask there and to complain to [S2 §11]. `person`: by post,
    as 办公室; `hours`: when somebody is there."""

    __tablename__ = "unit_contact"

    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"), primary_key=True)
    department_code: Mapped[str] = mapped_column(ForeignKey("department.code"), primary_key=True)
    person: Mapped[str] = mapped_column(String(30))
    phone: Mapped[str] = mapped_column(String(30))
    email: Mapped[str] = mapped_column(String(120))
    address: Mapped[str] = mapped_column(String(120))
    hours: Mapped[str] = mapped_column(String(60))
    told_at: Mapped[datetime] = mapped_column(Moment)
    told_by: Mapped[str] = mapped_column(String(40))
