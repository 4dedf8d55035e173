"""咨询投诉联系方式 [S2 §11]: telephone, e-mail and address of each department of a county and of each of its towns.

The rule: each unit tells its own; who lives there reads those of all, and which unit has not told any yet.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import clock
from engine.errors import Invalid, NotAllowed
from engine.registry import regions, roles
from engine.registry.actors import BUSINESS_DEPARTMENTS, Actor, Post
from engine.registry.contact_models import UnitContact
from engine.registry.models import Region

OFFICE, DISCIPLINE = "office", "discipline"
FIELDS = {"person": 30, "phone": 30, "email": 120, "address": 120, "hours": 60}
REQUIRED = ("person", "phone", "address", "hours")
_PHONE = re.compile(r"[0-9]{3,5}|1[3-9][0-9]{9}|0[0-9]{2,3}-?[0-9]{7,8}(-[0-9]{1,5})?")
_EMAIL = re.compile(r"[^@\s]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})+")
# Whoever answers for a unit, not each of its clerks.
_ANSWERING = ("leader", "supervisor", "admin")


@dataclass(frozen=True)
class Unit:
    """A unit and how it is reached; `contact`: None as long as it has told nothing."""

    region_code: str
    department_code: str
    name: str
    contact: UnitContact | None = None

    @property
    def key(self) -> str:
        return f"{self.region_code}-{self.department_code}"


def of_county(session: Session, county_code: str) -> list[Unit]:
    """The units of a county: its departments, its office, where misconduct is reported, its towns. Raises NotFound for
    a place that is none."""
    county = regions.get(session, county_code)
    towns = regions.children(session, county.code)
    places = [(county, code) for code in (*BUSINESS_DEPARTMENTS, OFFICE, DISCIPLINE)] + [
        (town, OFFICE) for town in towns
    ]
    known = {
        (one.region_code, one.department_code): one
        for one in session.scalars(select(UnitContact).where(regions.within(UnitContact.region_code, county.prefix)))
    }
    return [
        Unit(place.code, code, _name(session, place, code), known.get((place.code, code))) for place, code in places
    ]


def answers_for_unit(actor: Actor) -> bool:
    """Whether there is a unit for which the actor answers."""
    return any(_department(post) for post in actor.posts)


def own(session: Session, actor: Actor) -> list[Unit]:
    """The units for which the actor answers."""
    found: dict[tuple[str, str], Unit] = {}
    for post in actor.posts:
        department = _department(post)
        if department is not None:
            place, key = regions.get(session, post.region_code), (post.region_code, department)
            found[key] = Unit(*key, _name(session, place, department), session.get(UnitContact, key))
    return list(found.values())


def tell(session: Session, actor: Actor, key: str, given: Mapping[str, object]) -> Unit:
    """Put down how one's own unit is reached. Raises NotAllowed for another's, Invalid with problems by field."""
    unit = next((one for one in own(session, actor) if one.key == key), None)
    if unit is None:
        raise NotAllowed(
            f"Expected {actor.ref} to answer for {key!r}, but it does not", notice="只能填写本单位的联系方式"
        )
    values = {name: str(given.get(name) or "").strip() for name in FIELDS}
    problems = _problems(values)
    if problems:
        raise Invalid(f"Expected a contact, but {sorted(problems)} are wrong", problems=problems)
    row = unit.contact or UnitContact(region_code=unit.region_code, department_code=unit.department_code)
    for name, value in values.items():
        setattr(row, name, value)
    row.told_at, row.told_by = clock.now(), actor.ref
    session.add(row)
    return unit


def _problems(values: Mapping[str, str]) -> dict[str, list[str]]:
    found = {name: ["请填写"] for name in REQUIRED if not values[name]}
    found |= {name: [f"最多 {most} 个字"] for name, most in FIELDS.items() if len(values[name]) > most}
    if values["phone"] and not _PHONE.fullmatch(values["phone"]):
        found["phone"] = ["请填写固定电话（带区号）、手机号码或者热线，如 0876-1234567"]
    if values["email"] and not _EMAIL.fullmatch(values["email"]):
        found["email"] = ["电子邮箱的格式不对"]
    return found


def _department(post: Post) -> str | None:
    """Of which unit of its place the post answers. The audit's posts have no level of their own."""
    if post.department_code == DISCIPLINE:
        return DISCIPLINE if regions.level_of(post.region_code) == "county" else None
    if post.role_kind not in _ANSWERING or post.level not in ("county", "town"):
        return None
    if post.level == "town":
        return OFFICE
    return post.department_code if post.department_code in (*BUSINESS_DEPARTMENTS, OFFICE) else None


def _name(session: Session, place: Region, department_code: str) -> str:
    if department_code == OFFICE:
        return place.office_name or place.name
    return f"{place.name}{roles.county_name(session, department_code)}"
