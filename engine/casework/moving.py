"""移交: a running case goes to the region whose case it is. What follows for its open steps is told in `placing`.

The rule: the promise to the citizen and every clock that runs stay as they are. A case that was decided, hangs in a
publicity, is under an order or has money on it stays where it is. Who receives a case may send it back once, within the
row `transfer.refuse` of rules/deadlines.dmn.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import bindparam, select, update

from engine.casework import list_keys, moments, reopening
from engine.casework.models import Case, UserTask
from engine.casework.publicity_models import PublicNotice
from engine.casework.running import TRANSFERRED, Running
from engine.errors import Conflict, Invalid
from engine.language.diagram import Element
from engine.registry import access, regions
from engine.registry.actors import SYSTEM

PASSED_ON = "case_passed_on"
REFUSAL = "transfer.refuse"
PLACES = ("town", "village")
DECIDED = ("APPROVED", "IMPLEMENTING", "PAYING", "LONG_TERM")
PUBLISHED, HANGING = ("PUBLICITY", "OBJECTION"), ("posted", "checking")
CASE = Case.__table__
PLACE = (
    update(CASE)  # type: ignore[arg-type]
    .where(CASE.c.id == bindparam("case"))
    .values(region_code=bindparam("place"), county_code=bindparam("county"))
)


def transfer_case(running: Running, element: Element) -> Mapping[str, Any]:
    """转办, a service: header `region` says to which town or village the case goes, `reason` why. A case that was
    transferred before may be told to stay where it is, which counts as a transfer, too."""
    region, reason = (str(running.value_of(element.headers.get(name, "")) or "") for name in ("region", "reason"))
    require_movable(running)
    if "transfer" in running.case.variables and _is_there(running, region):
        region = running.case.region_code
    else:
        require_place(running, region)
    values = move(running, region, reason)
    of_the_act, running.notes = running.notes, {}
    running.journal(PASSED_ON, element_id=element.id, payload=values["transfer"])
    running.notes = of_the_act
    return values


def _is_there(running: Running, region: str) -> bool:
    return bool(region) and regions.lies_in(running.case.region_code, region)


def require_place(running: Running, region: str) -> None:
    """Raises Invalid unless it is a town or a village that there is, and another than the case's own."""
    if not (region.isdecimal() and regions.exists(running.session, region) and regions.level_of(region) in PLACES):
        raise Invalid(
            f"Expected the code of a town or a village, but got {region!r}",
            problems={"region": ["请选到乡镇（街道）或者村（社区）"]},
            notice="请选择移交到哪个乡镇（街道）或者村（社区），省外的不能移交",
        )
    if _is_there(running, region):
        raise Invalid(
            f"Expected another place than {region}, but case {running.case.case_no} is there",
            problems={"region": ["办件已经在这里，请选择别的乡镇、村（社区）"]},
            notice="办件已经在这里，请选择别的乡镇、村（社区）",
        )


def require_movable(running: Running) -> None:
    """Raises Conflict, with the sentence why, for a case that has to be finished where it is."""
    case = running.case
    why = (
        _wrong_kind(running)
        or ("已经作出决定，由作出决定的地方办到底，不能移交" if case.status in DECIDED else None)
        or ("该办件有没有办结的督办单，销号以后才能移交" if _is_ordered(running) else None)
        or ("该办件正在公示，公示结束以后才能移交" if _hangs(running) else None)
        or ("该办件有资金正在拨付或者正在享受待遇，不能移交" if reopening.is_paid(running.session, case.id) else None)
        or ("有步骤正在等加签意见，签完或者减签以后才能移交" if _is_signed(running) else None)
    )
    if why is not None:
        raise Conflict(f"Expected case {case.case_no} to be one that can be moved, but {why}", notice=why)


def _wrong_kind(running: Running) -> str | None:
    case = running.case
    if case.subject_id is not None:
        return "伴随办件随主办件一起移交，请到主办件上操作"
    if case.channel in access.MANAGEMENT or regions.level_of(case.region_code) not in PLACES:
        return "管理类工作由发起的单位办理，不能移交"
    return "该办件已经办结，不能移交" if case.state == "ended" else None


def _is_ordered(running: Running) -> bool:
    """Whether it is under an order of supervision, or somebody has something to do beside it."""
    waits = (
        select(UserTask.id)
        .join(Case, Case.id == UserTask.case_id)
        .where(Case.subject_id == running.case.id, UserTask.state == "open", UserTask.kind == "step")
    )
    return running.case.supervised or running.session.scalar(waits.limit(1)) is not None


def _hangs(running: Running) -> bool:
    found = select(PublicNotice.id).where(PublicNotice.case_id == running.case.id, PublicNotice.state.in_(HANGING))
    return running.case.status in PUBLISHED or running.session.scalar(found.limit(1)) is not None


def _is_signed(running: Running) -> bool:
    waits = select(UserTask.id).where(
        UserTask.case_id == running.case.id, UserTask.kind == "cosign", UserTask.state.in_(("waiting", "open"))
    )
    return running.session.scalar(waits.limit(1)) is not None


def move(running: Running, region: str, reason: str) -> dict[str, Any]:
    """Let the case belong to the region, with all that stands beside it; gives the variables that change."""
    session, before = running.session, running.case.region_code
    earlier = running.case.variables.get("transfer") or {}
    refusal = moments.of_key(running, REFUSAL)
    transfer = {
        "times": earlier.get("times", 0) + 1,
        "from": before,
        "fromPlace": regions.full_name(session, before),
        "to": region,
        "place": regions.full_name(session, region),
        "reason": reason,
        "refuseUntil": refusal.due_at.isoformat() if refusal else None,
    }
    if region != before:
        _belong(running, region)
        _take_along(running, region, {name: transfer[name] for name in ("from", "to", "place")})
    return {**_place(running, region), "transfer": transfer}


def _take_along(running: Running, region: str, said: Mapping[str, Any]) -> None:
    """What stands beside the case goes with it."""
    standing = select(Case.id).where(Case.subject_id == running.case.id, Case.state != "ended").order_by(Case.id)
    for number in running.session.scalars(standing).all():
        with running.open_case(running.session, number, actor=SYSTEM) as beside:
            _belong(beside, region)
            act(beside, _place(beside, region), said)


def act(running: Running, values: Mapping[str, Any], said: Mapping[str, Any]) -> None:
    """Journal that the case is elsewhere from now on: no token moves, only what the case knows of its place."""
    running.act(TRANSFERRED, lambda: running.case.variables.update(values), payload={**said, "values": dict(values)})


def _place(running: Running, region: str) -> dict[str, Any]:
    """What every case knows of its place from the start."""
    county = regions.ancestor_code(region, "county")
    assert county is not None
    asked = {"problemRegion": region} if "problemRegion" in running.case.variables else {}
    return {
        **asked,
        "county": county,
        "countyName": regions.get(running.session, county).name,
        "town": regions.ancestor_code(region, "town"),
    }


def _belong(running: Running, region: str) -> None:
    """The case's own columns, which no other act ever changes."""
    running.left_region, running.case.region_code = running.case.region_code, region
    given = {"case": running.case.id, "place": region, "county": list_keys.county_of(region)}
    running.execute(PLACE, given)
