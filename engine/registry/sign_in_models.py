"""登录记录: each time somebody tried to sign in as a member of staff. Rows are never changed; kept six months at least
(Cybersecurity Law §21)."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from engine.db import Base, Moment


class SignIn(Base):
    """One try with the login of an account. `region_code`: where its first post was then."""

    __tablename__ = "sign_in"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    region_code: Mapped[str] = mapped_column(String(12), index=True)
    tried_at: Mapped[datetime] = mapped_column(Moment)
    admitted: Mapped[bool]
