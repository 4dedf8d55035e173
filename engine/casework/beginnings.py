"""发起工作: processes that are no service item, begun by those whom the diagram names: 账号变更, 咨询, 申诉 …

The rule: property `begunBy` of the process says who may (role keys, `citizen` among them), and the form of its start
event what is asked. A case so begun runs like any other, but is no application, and is counted as none.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import clock
from engine.casework import (
    applications,
    applying,
    cases,
    deployments,
    execution,
    forms_of_tasks,
    plans,
    public_pages,
    segregation,
    submissions,
    switching,
    version_services,
)
from engine.casework.known import known_at_start
from engine.casework.models import Case
from engine.errors import Invalid, NotAllowed, NotFound
from engine.language.bundle import Bundle
from engine.language.forms import Form
from engine.registry import access, people, regions, roles
from engine.registry.actors import SYSTEM, Actor
from engine.registry.models import Citizen

CITIZEN = "citizen"
# Fields of a start form that the platform itself reads: which department it concerns, where, which case of one's own it
# is about, and whether whoever handles it may know who speaks; of staff, about whom it is.
DEPARTMENT, PLACE, ABOUT, UNNAMED = "department", "problemRegion", "aboutCase", "anonymous"
PERSON_NAME, PERSON_NUMBER = "applicantName", "applicantIdNo"
NOTHING_ASKED = Form("", "", ())


@dataclass(frozen=True)
class Beginning:
    """What somebody may begin, and as whom: the post's region and department; of a citizen, where they live.
    `for_ended`: it is about how a case of one's own has ended (property `aboutEnded`), and is offered on its page."""

    process_key: str
    version_id: int
    name: str
    about: str
    role_key: str
    region_code: str
    department: str | None
    for_ended: bool = False


def offered(session: Session, actor: Actor) -> list[Beginning]:
    """All that the actor may begin now, by name; once for each region in which one of their posts may."""
    found: dict[tuple[str, str], Beginning] = {}
    for role_key, region_code, department in _standings(session, actor):
        for process_key, version_id in applying.actives(session, region_code, clock.now()).items():
            bundle = plans.bundle_of(session, version_id)
            if role_key in plans.begun_by(bundle):
                made = _of(bundle, version_id, role_key, region_code, department)
                found.setdefault((process_key, region_code), made)
    return sorted(found.values(), key=lambda one: (one.name, one.region_code))


def _standings(session: Session, actor: Actor) -> Iterator[tuple[str, str, str | None]]:
    """As whom the actor may come: role, region, department."""
    if actor.is_citizen:
        yield CITIZEN, session.get_one(Citizen, actor.id).region_code, None
    for post in actor.posts:
        yield post.role_key, post.region_code, post.department_code


def _of(bundle: Bundle, version_id: int, role_key: str, region_code: str, department: str | None) -> Beginning:
    process = bundle.process
    return Beginning(
        bundle.process_id, version_id, process.name, process.documentation, role_key, region_code, department,
        for_ended=process.properties.get("aboutEnded") == "true",
    )  # fmt: skip


def about_ended(session: Session, actor: Actor, case: Case) -> list[Beginning]:
    """What the citizen may begin because of how this case has ended (申诉)."""
    if case.state != "ended" or case.channel not in access.CHANNELS:
        return []
    return [one for one in offered(session, actor) if one.for_ended]


def find(session: Session, process_key: str, actor: Actor, region_code: str | None = None) -> Beginning:
    """What the actor may begin under that name, in this region where there are several. Raises NotFound when people
    begin no such process, NotAllowed when this person does not."""
    mine = [one for one in offered(session, actor) if one.process_key == process_key]
    chosen = next((one for one in mine if region_code in (None, one.region_code)), None)
    if chosen is not None:
        return chosen
    version_id = deployments.active_id(session, process_key, _somewhere(session, process_key), clock.now())
    if version_id is None or not plans.begun_by(plans.bundle_of(session, version_id)):
        raise NotFound(f"Expected a process {process_key} that people begin, but there is none")
    raise NotAllowed(
        f"Expected {actor.ref} to be one of those who begin {process_key}, but it is not",
        notice="您的岗位不能发起这项工作",
    )


def _somewhere(session: Session, process_key: str) -> str:
    return deployments.open_somewhere(session, process_key) or regions.PROVINCE


def form(session: Session, beginning: Beginning) -> Form | None:
    """What is asked at the start; None where nothing is."""
    bundle = plans.bundle_of(session, beginning.version_id)
    name = bundle.process.start.form
    return bundle.forms[name] if name else None


def context(session: Session, beginning: Beginning, actor: Actor) -> dict[str, Any]:
    """What the form's conditions and options may read beside what every form may, as options: the citizen's own cases
    in `casesOfMine`; for staff the colleagues, the roles and the regions of the post in `staffHere`, `staffRoles` and
    `regionsHere`, the processes in force there and the public pages that hold in `processesHere` and `pagesHere`, the
    services in `itemsHere`."""
    known = {
        "channel": _channel(actor),
        "itemCode": beginning.process_key,
        "department": beginning.department,
        "regionLevel": regions.level_of(beginning.region_code),
        "casesOfMine": [_option(case) for case in _own(session, actor)] if actor.is_citizen else [],
        **(_around(session, beginning.region_code) if actor.is_staff else {}),
    }
    return forms_of_tasks.context(session, beginning.region_code, known)


def _around(session: Session, region_code: str) -> dict[str, Any]:
    here = [regions.get(session, region_code), *regions.children(session, region_code)]
    return {
        "staffHere": [
            {"label": f"{account.name}（{account.login}）", "value": account.login}
            for account in people.inside(session, region_code)
        ],
        "staffRoles": [
            {"label": role.name, "value": role.key, "level": role.level, "department": role.department_code}
            for role in roles.of_staff(session)
        ],
        "itemsHere": switching.options(session),
        "processesHere": version_services.options(session, region_code),
        "pagesHere": public_pages.options(session, region_code),
        "regionsHere": [{"label": one.name, "value": one.code, "level": one.level} for one in here],
    }


def _own(session: Session, actor: Actor) -> list[Case]:
    """The citizen's applications, the latest first."""
    both = [*cases.mine(session, actor, ended=False), *cases.mine(session, actor, ended=True)]
    return [case for case in both if case.channel in access.CHANNELS]


def _option(case: Case) -> dict[str, Any]:
    said = case.outcome_text or "正在办理"
    name = str(case.variables.get("itemName") or case.item_code)
    return {
        "label": f"{name}（{case.case_no}，{said[:20]}）",
        "value": case.case_no,
        "ended": case.state == "ended",
        "outcome": case.outcome,
    }


def _channel(actor: Actor) -> str:
    return "VOICE" if actor.is_citizen else "OFFICE"


def begin(
    session: Session,
    process_key: str,
    *,
    actor: Actor,
    values: Mapping[str, Any],
    key: str | None = None,
    region_code: str | None = None,
) -> Case:
    """A case of a management process from the answers to its start form. The same `key` gives the same case.

    Raises Invalid (problems per field, or the diagram's own refusal), NotAllowed or NotFound.
    """
    key = key or uuid4().hex
    before = applications.started_with(session, actor, key, values)
    if before is not None:
        return before
    beginning = find(session, process_key, actor, region_code)
    asked = form(session, beginning)
    answer = _checked(session, beginning, asked, values, actor)
    about = _named(session, actor, answer)
    place, department = _where(beginning, answer, about)
    variables = _variables(session, beginning, place, department, channel=_channel(actor))
    whose = _people(actor, about, answer)
    with execution.create(
        session, process_key, beginning.version_id, actor, channel=_channel(actor), region_code=place,
        item_code=process_key, variables={**variables, "opener": actor.ref}, people=whose,
    ) as running:  # fmt: skip
        running.write(answer)
        start = running.plan.main.process.start
        given = submissions.digest(values)
        submission = submissions.record(running, start.id, start.form, answer, key=f"{key}:0", given=given)
        segregation.record_start(running)
        running.begin({"channel": _channel(actor), "submission": submission})
    return session.get_one(Case, running.case.id, populate_existing=True)


def _checked(
    session: Session, beginning: Beginning, asked: Form | None, values: Mapping[str, Any], actor: Actor
) -> dict[str, Any]:
    """The typed answers. Who asks nothing takes nothing."""
    known = context(session, beginning, actor)
    return forms_of_tasks.load(session, asked or NOTHING_ASKED, values, beginning.region_code, known)


def _named(session: Session, actor: Actor, answer: Mapping[str, Any]) -> Case | None:
    """The case that it is about. A citizen chooses among their own; staff name one that they may see."""
    if not answer.get(ABOUT):
        return None
    found = session.scalars(select(Case).where(Case.case_no == answer[ABOUT])).one_or_none()
    if found is None or not access.may_see(actor, found):
        raise Invalid(
            f"Expected a case that {actor.ref} may see, but got {answer[ABOUT]!r}",
            problems={ABOUT: ["没有找到这个受理编号的办件"]},
        )
    return found


def _where(beginning: Beginning, answer: Mapping[str, Any], about: Case | None) -> tuple[str, str | None]:
    """Region and department of the case: as answered, else those of the case that it is about, else one's own."""
    place, department = beginning.region_code, beginning.department
    if about is not None:
        place, department = about.region_code, about.variables.get("department")
    return answer.get(PLACE) or place, answer.get(DEPARTMENT) or department


def _variables(
    session: Session, beginning: Beginning, place: str, department: str | None, *, channel: str
) -> dict[str, Any]:
    known = known_at_start(
        session, beginning.process_key, beginning.name, department, channel=channel, region_code=place
    )
    return {**known, "openerRole": beginning.role_key, "regionLevel": regions.level_of(place)}


def begin_planned(session: Session, process_key: str, version_id: int, county: str, at: datetime) -> Case:
    """到时自动启动: the case of a process that the clock begins; `at`: the moment that was meant, `plannedAt`."""
    beginning = _of(plans.bundle_of(session, version_id), version_id, "system", county, None)
    variables = _variables(session, beginning, county, None, channel="TIMER")
    with execution.create(
        session, process_key, version_id, SYSTEM, channel="TIMER", region_code=county, item_code=process_key,
        variables={**variables, "plannedAt": at.isoformat()}, people={"applicant_name": SYSTEM.name},
    ) as running:  # fmt: skip
        running.begin({"channel": "TIMER"})
    return session.get_one(Case, running.case.id, populate_existing=True)


def _people(actor: Actor, about: Case | None, answer: Mapping[str, Any]) -> dict[str, Any]:
    """Whose case it is: the citizen who speaks; what a member of staff begins is that of the person whom they name, or
    of whom the case is whose number they name, else theirs. Of one who will not be named the case only knows to whom
    the answer goes."""
    if not actor.is_citizen:
        whose = {"applicant_name": actor.name, "applicant_identity": ""}
        if about is not None:
            whose = {"applicant_name": about.applicant_name, "applicant_identity": about.applicant_identity}
        elif answer.get(PERSON_NUMBER):
            name, number = str(answer.get(PERSON_NAME) or actor.name), str(answer[PERSON_NUMBER]).upper()
            whose = {"applicant_name": name, "applicant_identity": number}
        return {"proxy_account_id": actor.id, **whose}
    named = {"applicant_name": actor.name, "applicant_identity": actor.identity_number}
    return {"citizen_id": actor.id, **({"applicant_name": "匿名"} if answer.get(UNNAMED) is True else named)}
