"""Tables of who and where: regions, departments, posts, service items, accounts, citizens, the calendar."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.db import Base, Moment
from engine.registry.contact_models import UnitContact
from engine.registry.guardian_models import Guardianship
from engine.registry.hospital_models import Hospital
from engine.registry.sign_in_models import SignIn

__all__ = [
    "Account", "ApiToken", "Appointment", "CalendarDay", "Citizen", "Department", "Guardianship", "Hospital",
    "NumberGuess", "Region", "Role", "ServiceItem", "SetupToken", "SignIn", "UnitContact",
]  # fmt: skip


class Region(Base):
    """行政区划. `prefix` is what the codes of all regions below it begin with: "53", "5326", "532622", "532622101" …"""

    __tablename__ = "region"

    code: Mapped[str] = mapped_column(String(12), primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    level: Mapped[str] = mapped_column(String(12))
    parent_code: Mapped[str | None] = mapped_column(ForeignKey("region.code"), index=True)
    prefix: Mapped[str] = mapped_column(String(12), index=True)
    office_name: Mapped[str | None] = mapped_column(String(60))
    phone: Mapped[str | None] = mapped_column(String(30))

    parent: Mapped["Region | None"] = relationship(remote_side=[code])


class Department(Base):
    """部门: one of the seven business departments, the office, or a supporting unit. `county_name`: what
    the county's unit is called after the county's own name: 水务局."""

    __tablename__ = "department"

    code: Mapped[str] = mapped_column(String(20), primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    county_name: Mapped[str] = mapped_column(String(40))


class Role(Base):
    """岗位 with its key of domain A.2, which is also the lane id and the candidate group."""

    __tablename__ = "role"

    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    level: Mapped[str | None] = mapped_column(String(12))
    department_code: Mapped[str | None] = mapped_column(ForeignKey("department.code"))
    kind: Mapped[str] = mapped_column(String(12))
    """casework | leader | supervisor | admin | auditor | citizen | system: what a post of this role may be used for."""


class ServiceItem(Base):
    """服务事项: one of the 16, whether its process is drawn already or not."""

    __tablename__ = "service_item"

    code: Mapped[str] = mapped_column(String(30), primary_key=True)
    name: Mapped[str] = mapped_column(String(30))
    board: Mapped[str] = mapped_column(String(30))
    department_code: Mapped[str] = mapped_column(ForeignKey("department.code"))
    channel_kind: Mapped[str] = mapped_column(String(8))
    """申请, 反映 or 查询."""
    position: Mapped[int]
    directory: Mapped[str | None] = mapped_column(String(20))
    """Of a 查询: the public directory that answers it, without a process and without a case."""
    introduction: Mapped[str] = mapped_column(Text, default="")
    enabled: Mapped[bool] = mapped_column(default=True)


class Account(Base):
    """A member of staff who may sign in. Named by the role key in the demo.

    From `password_due_at` on, whoever signs in has to change the password first.
    """

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(60))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    password_due_at: Mapped[datetime | None] = mapped_column(Moment)
    signed_in_at: Mapped[datetime | None] = mapped_column(Moment)
    phone: Mapped[str | None] = mapped_column(String(30))
    email: Mapped[str | None] = mapped_column(String(120))
    wechat_work_id: Mapped[str | None] = mapped_column(String(64))
    active: Mapped[bool] = mapped_column(default=True)
    failed_logins: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None] = mapped_column(Moment)
    session_version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(Moment)

    appointments: Mapped[list["Appointment"]] = relationship(back_populates="account")


class Appointment(Base):
    """任职: an account holds a post (role) in a region."""

    __tablename__ = "appointment"
    __table_args__ = (UniqueConstraint("account_id", "role_key", "region_code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    role_key: Mapped[str] = mapped_column(ForeignKey("role.key"), index=True)
    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"))
    valid_from: Mapped[datetime | None] = mapped_column(Moment)
    valid_until: Mapped[datetime | None] = mapped_column(Moment)

    account: Mapped[Account] = relationship(back_populates="appointments")
    role: Mapped[Role] = relationship(lazy="joined")
    region: Mapped[Region] = relationship(lazy="joined")


class Citizen(Base):
    """群众 with real-name registration. Signs in with ID number or phone.

    `verified_at`: when name and ID number were found to be the person's, by the police's register or in person.
    """

    __tablename__ = "citizen"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    identity_number: Mapped[str] = mapped_column(String(18), unique=True)
    phone: Mapped[str] = mapped_column(String(30), unique=True)
    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"))
    address: Mapped[str] = mapped_column(String(200))
    password_hash: Mapped[str] = mapped_column(String(200))
    active: Mapped[bool] = mapped_column(default=True)
    failed_logins: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None] = mapped_column(Moment)
    session_version: Mapped[int] = mapped_column(default=1)
    large_type: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(Moment)
    verified_at: Mapped[datetime | None] = mapped_column(Moment)


class CalendarDay(Base):
    """A day that differs from the plain week: a statutory holiday (rest) or a 调休 make-up day (work)."""

    __tablename__ = "calendar_day"
    __table_args__ = (CheckConstraint("kind IN ('rest', 'work')", name="kind"),)

    day_on: Mapped[date] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(4))
    name: Mapped[str] = mapped_column(String(40))


class ApiToken(Base):
    """A bearer token of an account or a citizen; only its SHA-256 is kept."""

    __tablename__ = "api_token"

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    citizen_id: Mapped[int | None] = mapped_column(ForeignKey("citizen.id"))
    created_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)


class NumberGuess(Base):
    """How often somebody who asked for a case by this number named a wrong ID number, within the hour from `since`."""

    __tablename__ = "number_guess"

    number: Mapped[str] = mapped_column(String(64), primary_key=True)
    failures: Mapped[int]
    since: Mapped[datetime] = mapped_column(Moment, index=True)


class SetupToken(Base):
    """The one-time token with which the first administrator is made."""

    __tablename__ = "setup_token"

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    created_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    used_at: Mapped[datetime | None] = mapped_column(Moment)


Index("ix_appointment_role_region", Appointment.role_key, Appointment.region_code)
