"""Roles 岗位, the level and department that their key stands for, and what departments are called.

All that changes only with the reference tables.
"""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.registry.models import Department, Role


@dataclass(frozen=True, slots=True)
class RoleFacts:
    key: str
    name: str
    level: str | None
    department_code: str | None
    kind: str


_known: dict[str, RoleFacts] = {}
_county_names: dict[str, str] = {}


def facts(session: Session, key: str) -> RoleFacts | None:
    """What is known of a role, or None when the key is not one."""
    if key not in _known:
        for role in session.scalars(select(Role)):
            _known[role.key] = RoleFacts(role.key, role.name, role.level, role.department_code, role.kind)
    return _known.get(key)


def level_of(session: Session, key: str) -> str | None:
    """The level of a role's regions, or None for roles without one (citizen, system)."""
    found = facts(session, key)
    return found.level if found else None


def name_of(session: Session, key: str) -> str:
    """The role's name for people; the key itself where it is unknown."""
    found = facts(session, key)
    return found.name if found else key


def of_staff(session: Session) -> list[RoleFacts]:
    """All roles that a member of staff may hold, in the order of the table."""
    facts(session, "")
    return [one for one in _known.values() if one.kind not in ("citizen", "system")]


def county_name(session: Session, department_code: str) -> str:
    """What the department's unit at a county is called after the county's own name: 水务局; "" where it is unknown."""
    if department_code not in _county_names:
        known = {department.code: department.county_name for department in session.scalars(select(Department))}
        # One that the tables do not know is not asked for again, unless there are no tables yet.
        _county_names.update({department_code: "", **known} if known else {})
    return _county_names.get(department_code, "")


def keys(session: Session) -> frozenset[str]:
    """All role keys."""
    facts(session, "")
    return frozenset(_known)


def forget() -> None:
    """Read the tables again at the next question."""
    _known.clear()
    _county_names.clear()
