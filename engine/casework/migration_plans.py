"""The plan of a migration (迁移方案): from which version to which, and which element stands for which.

Elements of equal id stand for each other unless the plan says otherwise. A case is concerned when it runs on the old
version, or calls it; what else it calls stays pinned as it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import ColumnElement, Text, and_, or_, type_coerce
from sqlalchemy.orm import Session

from engine.casework import deployments, plans
from engine.casework.models import Case, ProcessVersion
from engine.casework.plans import Plan
from engine.errors import Conflict, Invalid
from engine.language.bundle import Bundle
from engine.registry import access
from engine.registry.actors import Actor
from engine.workflow import Misfit, Passage

POLICY = "policy_admin"
FIELD = "map-{}"


@dataclass(frozen=True)
class MigrationPlan:
    """`mapping` holds only what is not equal."""

    old: ProcessVersion
    new: ProcessVersion
    mapping: Mapping[str, str]


@dataclass(frozen=True)
class Crossing:
    """What a migration means for one case: the content it runs on and will run on, and the way between."""

    old: Plan
    new: Plan
    version_id: int
    called: Mapping[str, int]
    passage: Passage


class Pinned(Protocol):
    """What is asked of a case: an object, a selected row, or the locked one."""

    process_key: str
    region_code: str
    version_id: int
    called_versions: dict[str, int]


def plan(
    session: Session, from_version: int, to_version: int, mapping: Mapping[str, str], *, actor: Actor
) -> MigrationPlan:
    """The plan, for those who look after policies. Raises NotFound, Conflict (a version that nobody has approved), or
    Invalid with the problems at `from` and at each wrong line of the mapping."""
    access.require(actor, POLICY)
    new, old = deployments.get(session, to_version, actor), deployments.get(session, from_version, actor)
    if old.process_key != new.process_key or old.id == new.id:
        raise Invalid(
            f"Expected another version of {new.process_key}, but got {from_version}",
            problems={"from": ["请选择同一流程的另一个版本"]},
        )
    if new.state not in ("approved", "active"):
        raise Conflict(
            f"Expected version {to_version} to be approved, but it is {new.state}",
            notice="只能迁移到已批准或已启用的版本",
        )
    given = {key: target for key, target in mapping.items() if target and target != key}
    _check(plans.bundle_of(session, old.id), plans.bundle_of(session, new.id), given)
    return MigrationPlan(old, new, given)


def _check(old: Bundle, new: Bundle, mapping: Mapping[str, str]) -> None:
    before, after = ({element.id: element for element in bundle.process.walk()} for bundle in (old, new))
    wrong = {
        FIELD.format(key): ["原版本里没有这个元素，或者新版本里没有选择的元素"]
        for key, target in mapping.items()
        if key not in before or target not in after
    }
    if wrong:
        raise Invalid(f"Expected elements of both versions, but got {sorted(wrong)}", problems=wrong)


def concerned(wanted: MigrationPlan) -> ColumnElement[bool]:
    """The cases that have not ended and run on the old version, or call it."""
    written = type_coerce(Case.called_versions, Text)
    pin = f'"{wanted.old.process_key}":{wanted.old.id}'
    calls = or_(*(written.contains(pin + end, autoescape=True) for end in (",", "}")))
    return and_(Case.state != "ended", or_(Case.version_id == wanted.old.id, calls))


def is_concerned(wanted: MigrationPlan, case: Pinned) -> bool:
    """The same for one case."""
    return wanted.old.id in (case.version_id, case.called_versions.get(wanted.old.process_key))


def crossing(session: Session, wanted: MigrationPlan, case: Pinned, now: datetime) -> Crossing:
    """The way of one case. Raises Conflict when the new version calls a process that is not active there."""
    is_own = case.version_id == wanted.old.id
    version_id = wanted.new.id if is_own else case.version_id
    pinned = dict(case.called_versions)
    if pinned.get(wanted.old.process_key) == wanted.old.id:
        pinned[wanted.old.process_key] = wanted.new.id
    called = _called(session, plans.bundle_of(session, version_id), pinned, case.region_code, now)
    old = plans.plan(session, case.version_id, case.called_versions)
    new = plans.plan(session, version_id, called)
    return Crossing(old, new, version_id, called, Passage(old.definition, new.definition, wanted.mapping))


def _called(
    session: Session, bundle: Bundle, pinned: Mapping[str, int], region_code: str, now: datetime
) -> dict[str, int]:
    """The versions of all that the bundle calls: those pinned already, else those that new cases take now."""
    found: dict[str, int] = {}
    ahead = list(bundle.called)
    while ahead:
        name = ahead.pop()
        if name in found or name == bundle.process_id:
            continue
        version_id = pinned.get(name) or deployments.active_id(session, name, region_code, now)
        if version_id is None:
            raise Conflict(
                f"Expected an active version of {name}, but there is none",
                notice=f"新版本调用的流程“{name}”在该地区尚未启用",
            )
        found[name] = version_id
        ahead += plans.bundle_of(session, version_id).called
    return found


def sentence(there: Crossing, misfit: Misfit) -> str:
    """Why a case cannot go over, naming the element."""
    element = there.old.element(misfit.element_id) if _is_drawn(there.old, misfit.element_id) else None
    name = (element.name or element.id) if element is not None else "整个办件"
    return f"“{name}”{misfit.reason}"


def _is_drawn(known: Plan, element_id: str) -> bool:
    return element_id in known.owners
