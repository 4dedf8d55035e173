"""People behind the posts: who holds a role at a place, who stands above, and how a unit is called."""

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from sqlalchemy import bindparam, distinct, func, select
from sqlalchemy.orm import Session

from engine import clock
from engine.db import Moment, one_of
from engine.registry import regions, roles
from engine.registry.actors import BUSINESS_DEPARTMENTS, held_at
from engine.registry.models import Account, Appointment, Role

_BLIND = ("county_check_center", "county_check_clerk", "county_check_reviewer", "county_police_clerk")
_ASKED = "engine.registry.people.asked"
_OFFICE_ABOVE = {"town": "county_office", "county": "pref_office", "prefecture": "prov_office"}


_HOLDERS = (
    select(Account)
    .join(Appointment)
    .where(
        Account.active,
        Appointment.role_key == bindparam("role"),
        one_of(Appointment.region_code, "around"),
        held_at(bindparam("now", type_=Moment)),
    )
    .order_by(Appointment.id)
)


_REACHED = _HOLDERS.with_only_columns(Account.id, Account.email, Account.wechat_work_id)


class Recipient(Protocol):
    """Whoever can be told something: an account, or what is read of one for that."""

    @property
    def id(self) -> int: ...
    @property
    def email(self) -> str | None: ...
    @property
    def wechat_work_id(self) -> str | None: ...


def ask_once(session: Session) -> None:
    """Whom a role at a place reaches is read once in this transaction, which does much that changes no account."""
    session.info[_ASKED] = {}


def reached(session: Session, role_key: str, region_code: str) -> list[Recipient]:
    """The same as `holders`, but read only as far as one must know somebody to tell them something."""
    asked: dict[tuple[str, str], list[Recipient]] | None = session.info.get(_ASKED)
    if asked is not None and (role_key, region_code) in asked:
        return asked[role_key, region_code]
    rows: Sequence[Any] = session.connection().execute(_REACHED, _asked(role_key, region_code)).all()
    found: list[Recipient] = list({row.id: row for row in rows}.values())
    if asked is not None:
        asked[role_key, region_code] = found
    return found


def holders(session: Session, role_key: str, region_code: str) -> list[Account]:
    """The active accounts that hold the role at this region or above it, in the order they were appointed."""
    return list(session.scalars(_HOLDERS, _asked(role_key, region_code)).unique())


def _asked(role_key: str, region_code: str) -> dict[str, Any]:
    return {"role": role_key, "around": regions.line_of(region_code), "now": clock.now()}


def holders_below(session: Session, role_key: str, region_code: str) -> list[Account]:
    """The active accounts that hold the role anywhere inside the region."""
    held = regions.within(Appointment.region_code, regions.prefix_of(region_code))
    wanted = select(Account).join(Appointment).where(Account.active, Appointment.role_key == role_key, held)
    return list(session.scalars(wanted.where(held_at(clock.now())).order_by(Appointment.id)).unique())


def is_staffed(session: Session, region_code: str) -> bool:
    """Whether anybody holds a post in the region or below it."""
    inside = regions.within(Appointment.region_code, regions.prefix_of(region_code))
    wanted = select(Appointment.id).join(Account).where(Account.active, inside, held_at(clock.now()))
    return session.scalar(wanted.limit(1)) is not None


def inside(session: Session, region_code: str) -> list[Account]:
    """The active accounts with a post in the region or below it, by name."""
    held = regions.within(Appointment.region_code, regions.prefix_of(region_code))
    wanted = select(Account).join(Appointment).where(Account.active, held, held_at(clock.now()))
    return list(session.scalars(wanted.order_by(Account.name, Account.login)).unique())


def at(session: Session, region_code: str) -> list[Account]:
    """The active accounts with a post at just this region, by name."""
    wanted = select(Account).join(Appointment).where(Account.active, Appointment.region_code == region_code)
    return list(session.scalars(wanted.where(held_at(clock.now())).order_by(Account.name, Account.login)).unique())


def strength(session: Session, department_code: str, region_code: str) -> int:
    """How many active accounts hold a post of the department at just this region (A.4)."""
    wanted = (
        select(func.count(distinct(Account.id)))
        .join(Appointment, Appointment.account_id == Account.id)
        .join(Role, Role.key == Appointment.role_key)
        .where(
            Account.active,
            Role.department_code == department_code,
            Appointment.region_code == region_code,
            held_at(clock.now()),
        )
    )
    return session.scalar(wanted) or 0


def in_villages(session: Session, prefix: str) -> dict[str, int]:
    """How many active accounts hold a post at each village of a region, whatever the post (A.4)."""
    village = func.length(Appointment.region_code) == 12
    wanted = (
        select(Appointment.region_code, func.count(distinct(Account.id)))
        .join(Account, Account.id == Appointment.account_id)
        .where(Account.active, village, regions.within(Appointment.region_code, prefix), held_at(clock.now()))
        .group_by(Appointment.region_code)
    )
    return {row[0]: row[1] for row in session.execute(wanted)}


def responsible(session: Session, region_code: str, *, kinds: Iterable[str]) -> list[tuple[Account, Role]]:
    """The active accounts with a post of these kinds for that place, at the village, the town or the county, each once
    with its first such post, in the order of role and name. Those posts are left out that may not see cases of others:
    the check centre and the police (A.2)."""
    around = [code for level in ("county", "town", "village") if (code := regions.ancestor_code(region_code, level))]
    wanted = (
        select(Account, Role)
        .join(Appointment, Appointment.account_id == Account.id)
        .join(Role, Role.key == Appointment.role_key)
        .where(
            Account.active,
            Role.kind.in_(list(kinds)),
            Role.level.in_(("county", "town", "village")),
            Role.key.not_in(_BLIND),
            Appointment.region_code.in_(around),
            held_at(clock.now()),
        )
        .order_by(Role.key, Account.name, Appointment.id)
    )
    found: dict[int, tuple[Account, Role]] = {}
    for account, role in session.execute(wanted):
        found.setdefault(account.id, (account, role))
    return list(found.values())


def superiors(session: Session, role_key: str, region_code: str) -> list[Account]:
    """Who stands above the holders of a role: the leader of the town and the department's posts at the county."""
    found: dict[int, Account] = {}
    for key in superior_roles(session, role_key):
        level = roles.level_of(session, key)
        place = regions.ancestor_code(region_code, level) if level else region_code
        for account in holders(session, key, place) if place else []:
            found.setdefault(account.id, account)
    return list(found.values())


def superior_roles(session: Session, role_key: str) -> list[str]:
    """The roles directly above: county_water_clerk → county_water_reviewer, county_water_approver."""
    role = roles.facts(session, role_key)
    if role is None or role.kind in ("citizen", "system"):
        return []
    if role.level == "village":
        return ["town_leader"]
    reviewer, approver = f"county_{role.department_code}_reviewer", f"county_{role.department_code}_approver"
    business = role.department_code in BUSINESS_DEPARTMENTS
    if role.kind == "casework" and business:
        return ["town_leader", reviewer] if role.level == "town" else [reviewer, approver]
    if role.kind == "casework":
        return ["town_leader"] if role.level == "town" else ["county_office"]
    if role.key == reviewer:
        return [approver]
    if role.key == approver:
        return ["county_office"]
    above = _OFFICE_ABOVE.get(role.level or "")
    return [above] if above else []


def unit(session: Session, department_code: str, region_code: str) -> tuple[str, str | None]:
    """What the department is called at the county of the region, and its telephone: ("砚山县水务局", "12345")."""
    county = regions.ancestor(session, region_code, "county")
    place = county.name if county else ""
    return f"{place}{roles.county_name(session, department_code)}", county.phone if county else None
