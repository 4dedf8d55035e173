"""The table of what towns' imprest funds (备用金) were topped up with; what they gave stands among the payments."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from engine.db import Base, Moment


class ImprestTopUp(Base):
    """备用金补充 of one town for one item, in 分, by the case in which it was granted."""

    __tablename__ = "imprest_top_up"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        Index("ix_imprest_top_up_town", "town_code", "item_code"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    town_code: Mapped[str] = mapped_column(String(12))
    item_code: Mapped[str] = mapped_column(String(40))
    amount: Mapped[int]
    voucher: Mapped[str] = mapped_column(String(60))
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    made_at: Mapped[datetime] = mapped_column(Moment)
