"""Who is acting: a member of staff with posts, a citizen, or the platform itself.

An actor is read once for each request and then is a value: what follows from it is asked in `access` only.
"""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import BindParameter, ColumnElement, and_, bindparam, or_, select
from sqlalchemy.orm import Session

from engine import clock
from engine.db import Moment
from engine.errors import NotAllowed
from engine.registry import items
from engine.registry.models import Account, Appointment, Citizen, Region, Role

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
    """`kind`: staff, citizen or system. `identity_number`: a citizen's, with which cases filed by others are found."""

    kind: str
    id: int | None
    name: str
    posts: tuple[Post, ...] = ()
    identity_number: str = field(default="", repr=False)

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
    account = session.execute(_ACCOUNT, {"account": account_id}).one_or_none()
    if account is None or not account.active:
        raise NotAllowed(f"Expected an active account {account_id}, but there is none", notice="账号不存在或已停用")
    return Actor("staff", account_id, account.name, _posts(session, account_id))


def citizen(session: Session, citizen_id: int) -> Actor:
    """The citizen. Raises NotAllowed when they are switched off or do not exist."""
    found = session.get(Citizen, citizen_id)
    if found is None or not found.active:
        raise NotAllowed(f"Expected an active citizen {citizen_id}, but there is none", notice="账号不存在或已停用")
    return acting(session, found)


def acting(session: Session, person: Account | Citizen) -> Actor:
    """Somebody whose row was read, and seen to be active, already."""
    if isinstance(person, Account):
        return Actor("staff", person.id, person.name, _posts(session, person.id))
    return Actor("citizen", person.id, person.name, identity_number=person.identity_number)


def held_at(moment: datetime | BindParameter[datetime]) -> ColumnElement[bool]:
    """The condition under which an appointment is valid at `moment`."""
    return and_(
        or_(Appointment.valid_from.is_(None), Appointment.valid_from <= moment),
        or_(Appointment.valid_until.is_(None), Appointment.valid_until > moment),
    )


# Both are asked at each request, so they are built once.
_ACCOUNT = select(Account.name, Account.active).where(Account.id == bindparam("account"))
_POSTS = (
    select(Role.key, Role.name, Role.kind, Role.level, Role.department_code, Region.code, Region.prefix, Region.name)
    .join_from(Appointment, Role)
    .join(Region)
    .where(Appointment.account_id == bindparam("account"), held_at(bindparam("now", type_=Moment)))
    .order_by(Appointment.id)
)


def _posts(session: Session, account_id: int) -> tuple[Post, ...]:
    found = session.execute(_POSTS, {"account": account_id, "now": clock.now()})
    return tuple(
        Post(key, name, kind, level, department, code, prefix, place, _items(session, department))
        for key, name, kind, level, department, code, prefix, place in found
    )


def _items(session: Session, department_code: str | None) -> frozenset[str] | None:
    if department_code not in BUSINESS_DEPARTMENTS:
        return None
    return items.codes_of(session, department_code)
