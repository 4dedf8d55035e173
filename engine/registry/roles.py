"""Roles 岗位 and the level and department that their key stands for; they change only with the reference tables."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.registry.models import Role


@dataclass(frozen=True, slots=True)
class RoleFacts:
    key: str
    name: str
    level: str | None
    department_code: str | None
    kind: str


_known: dict[str, RoleFacts] = {}


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


def keys(session: Session) -> frozenset[str]:
    """All role keys."""
    facts(session, "")
    return frozenset(_known)


def forget() -> None:
    """Read the table again at the next question."""
    _known.clear()
