"""Who is acting: a member of staff with posts, a citizen, or the platform itself.

An actor is read once for each request and then is a value: what follows from it is asked in `access` only.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Date, and_, bindparam, or_, select
from sqlalchemy.orm import Session

from engine import clock
from engine.db import Moment
from engine.errors import NotAllowed
from engine.registry import items
from engine.registry.models import Account, Appointment, Citizen, Guardianship, Region, Role

BUSINESS_DEPARTMENTS = ("civil", "hr", "housing", "water", "edu", "health", "medins")

_READING = ("leader", "supervisor", "auditor")


@dataclass(frozen=True, slots=True)
class Post:
    """A role held in a region. `item_codes`: the items its department answers for; None is all of them."""

    role_key: str
    role_name: str
    role_kind: str
    level: str | None
    department_code: str | None
    region_code: str
    region_prefix: str
    region_name: str
    item_codes: frozenset[str] | None = None

    @property
    def reads(self) -> bool:
        """Whether the post sees all cases of its region and department, not only those with a task for it.

        The county's clerk does, because every case lands at the county first and stays in its sight [S1 §10].
        """
        if self.role_kind == "casework":
            return self.level == "county" and self.department_code in BUSINESS_DEPARTMENTS
        return self.role_kind in _READING

    def covers(self, region_code: str) -> bool:
        """Whether that region is the post's own or inside it."""
        return region_code.startswith(self.region_prefix)

    def concerns(self, item_code: str) -> bool:
        """Whether the item is one of the post's department."""
        return self.item_codes is None or item_code in self.item_codes


@dataclass(frozen=True, slots=True)
class Actor:
    """`kind`: staff, citizen or system. `identity_number`: a citizen's, with which cases filed by others are found.
    `wards`: the numbers of those for whom the citizen acts as guardian (监护人)."""

    kind: str
    id: int | None
    name: str
    posts: tuple[Post, ...] = ()
    identity_number: str = field(default="", repr=False)
    wards: tuple[str, ...] = field(default=(), repr=False)

    @property
    def ref(self) -> str:
        """How the actor is written into the history: staff:12, citizen:7, system."""
        return self.kind if self.id is None else f"{self.kind}:{self.id}"

    @property
    def is_staff(self) -> bool:
        return self.kind == "staff"

    @property
    def is_citizen(self) -> bool:
        return self.kind == "citizen"

    @property
    def title(self) -> str:
        """What people see beside the name: 县水务局经办, 江那镇 乡镇水务站经办."""
        if not self.posts:
            return {"citizen": "群众", "system": "平台"}.get(self.kind, "工作人员")
        post = self.posts[0]
        return f"{post.region_name} {post.role_name}" if post.level in ("town", "village") else post.role_name

    def holds(self, role_key: str) -> bool:
        """Whether one of the posts is of this role."""
        return any(post.role_key == role_key for post in self.posts)

    def is_(self, role_kind: str) -> bool:
        """Whether one of the posts is of this kind: casework, leader, supervisor, admin, auditor."""
        return any(post.role_kind == role_kind for post in self.posts)


SYSTEM = Actor("system", None, "平台")


def staff(session: Session, account_id: int) -> Actor:
    """The account with the posts it holds now. Raises NotAllowed when it is switched off or does not exist."""
    found = staff_of_session(session, account_id)
    if found is None:
        raise NotAllowed(f"Expected an active account {account_id}, but there is none", notice="账号不存在或已停用")
    return found[0]


def staff_of_session(session: Session, account_id: int) -> tuple[Actor, int] | None:
    """The account with the posts it holds now, and the version that its sessions must have; None when it is switched
    off or does not exist. Asked at each request, so it is one statement."""
    rows = session.connection().execute(_STAFF, {"account": account_id, "now": clock.now()}).all()
    if not rows or not rows[0].active:
        return None
    posts = tuple(_post(session, row[3:]) for row in rows if row[3] is not None)
    return Actor("staff", account_id, rows[0].name, posts), rows[0].session_version


def citizen(session: Session, citizen_id: int) -> Actor:
    """The citizen. Raises NotAllowed when they are switched off or do not exist."""
    found = citizen_of_session(session, citizen_id)
    if found is None:
        raise NotAllowed(f"Expected an active citizen {citizen_id}, but there is none", notice="账号不存在或已停用")
    return found[0]


def citizen_of_session(session: Session, citizen_id: int) -> tuple[Actor, int] | None:
    """The citizen, and the version that their sessions must have; None when they are switched off or do not exist."""
    found = session.get(Citizen, citizen_id)
    return (acting(session, found), found.session_version) if found is not None and found.active else None


def acting(session: Session, person: Account | Citizen) -> Actor:
    """Somebody whose row was read, and seen to be active, already."""
    if isinstance(person, Account):
        return Actor("staff", person.id, person.name, _posts(session, person.id))
    wards = tuple(session.scalars(_WARDS, {"guardian": person.id, "today": today()}))
    return Actor("citizen", person.id, person.name, identity_number=person.identity_number, wards=wards)


def today() -> date:
    """The day in Beijing."""
    return clock.local(clock.now()).date()


def bound_on(day: date | BindParameter[date]) -> ColumnElement[bool]:
    """The condition under which a guardianship holds on that day."""
    lasts = or_(Guardianship.lapses_on.is_(None), Guardianship.lapses_on > day)
    return and_(Guardianship.ended_at.is_(None), lasts)


def held_at(moment: datetime | BindParameter[datetime]) -> ColumnElement[bool]:
    """The condition under which an appointment is valid at `moment`."""
    return and_(
        or_(Appointment.valid_from.is_(None), Appointment.valid_from <= moment),
        or_(Appointment.valid_until.is_(None), Appointment.valid_until > moment),
    )


_WARDS = (
    select(Guardianship.ward_identity)
    .where(Guardianship.guardian_id == bindparam("guardian"), bound_on(bindparam("today", type_=Date)))
    .order_by(Guardianship.id)
)
_OF_POST = (
    Role.key, Role.name, Role.kind, Role.level, Role.department_code, Region.code, Region.prefix, Region.name,
)  # fmt: skip
_NOW = bindparam("now", type_=Moment)
_STAFF = (
    select(Account.name, Account.active, Account.session_version, *_OF_POST)
    .outerjoin_from(Account, Appointment, and_(Appointment.account_id == Account.id, held_at(_NOW)))
    .outerjoin(Role, Role.key == Appointment.role_key)
    .outerjoin(Region, Region.code == Appointment.region_code)
    .where(Account.id == bindparam("account"))
    .order_by(Appointment.id)
)
_POSTS = (
    select(*_OF_POST)
    .join_from(Appointment, Role)
    .join(Region)
    .where(Appointment.account_id == bindparam("account"), held_at(_NOW))
    .order_by(Appointment.id)
)


def _posts(session: Session, account_id: int) -> tuple[Post, ...]:
    found = session.execute(_POSTS, {"account": account_id, "now": clock.now()})
    return tuple(_post(session, row) for row in found)


def _post(session: Session, row: Sequence[Any]) -> Post:
    key, name, kind, level, department, code, prefix, place = row
    return Post(key, name, kind, level, department, code, prefix, place, _items(session, department))


def _items(session: Session, department_code: str | None) -> frozenset[str] | None:
    if department_code not in BUSINESS_DEPARTMENTS:
        return None
    return items.codes_of(session, department_code)
