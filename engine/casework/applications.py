"""How a case begins: the citizen's answers are checked by all opening forms, then the diagram is walked with them.

The opening forms are those of the user tasks that the citizen meets before anything else happens; they are found by
walking the diagram, so an item is added by its files alone.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import clock, workflow
from engine.casework import deployments, execution, forms_of_tasks, mocks, plans, submissions, switching
from engine.casework.known import known_at_start
from engine.casework.models import Case, Submission
from engine.casework.plans import Plan
from engine.casework.running import NOTHING, Running
from engine.db import one_at_a_time
from engine.errors import ExecutionFailed, Invalid, NotAllowed, NotFound
from engine.language.diagram import Element
from engine.language.forms import Form
from engine.registry import access, guardians, items, regions
from engine.registry.actors import Actor
from engine.registry.models import Citizen
from engine.workflow import World

OPENING_LANES = frozenset({"citizen", "proxy"})
MOST_FORMS = 20


class _Stop(Exception):
    """The walk has reached something that is not a form."""


def opening_forms(plan: Plan, channel: str) -> list[Form]:
    """The forms that come before anything else, in the order of the diagram."""
    return [form for _, form in _opening(plan, channel)]


def _opening(plan: Plan, channel: str) -> list[tuple[Element, Form]]:
    def stop(*_: Any) -> Any:
        raise _Stop

    variables: dict[str, Any] = {"channel": channel, "itemCode": plan.main.process_id}
    found: list[tuple[Element, Form]] = []
    try:
        machine = workflow.start(
            plan.definition, World(now=clock.now(), variables=variables, perform=stop, decide=stop)
        )
        while len(found) < MOST_FORMS:
            waiting = next((w for w in machine.user_tasks() if w.element.lane in OPENING_LANES), None)
            if waiting is None or not waiting.element.form:
                break
            form_id = waiting.element.form
            name = str(machine.evaluate(form_id[1:])) if form_id.startswith("=") else form_id
            found.append((waiting.element, plan.form(name, waiting.element.id)))
            machine.complete(waiting.token)
    except _Stop:
        pass
    return found


def started_with(session: Session, actor: Actor, key: str, values: Mapping[str, Any]) -> Case | None:
    """The case that the actor began by this key already; who comes with the same key meanwhile waits.

    Raises Invalid when it was begun by somebody else or with other values.
    """
    one_at_a_time(session, f"begin {key}")
    row = session.execute(
        select(Submission.case_id, Submission.digest, Submission.actor).where(Submission.idempotency_key == f"{key}:0")
    ).one_or_none()
    if row is None:
        return None
    if (row.digest, row.actor) != (submissions.digest(values), actor.ref):
        raise Invalid(
            "Expected the same values under the same key, but they differ", notice="同一申请不能提交两种不同的内容"
        )
    return session.get_one(Case, row.case_id)


def begin(
    session: Session,
    process_key: str,
    *,
    actor: Actor,
    channel: str,
    values: Mapping[str, Any],
    key: str,
    known: Mapping[str, Any] = NOTHING,
) -> Case:
    """Check everything, then create the case and let it run to its first wait for the office."""
    _require_channel(actor, channel)
    region_code = _region(session, values)
    version_id, opening = _service(session, process_key, region_code, channel)
    closed = switching.refusal(session, process_key, region_code)
    if closed is not None:
        raise closed
    answers = _check(session, opening, values, region_code, channel)
    people = _people(session, actor, channel, {k: v for answer in answers for k, v in answer.items()})
    if channel == access.MOCK:
        known = {**known, **mocks.known(actor)}
    with execution.create(
        session, process_key, version_id, actor, channel=channel, region_code=region_code, item_code=process_key,
        variables={**_variables(session, process_key, channel, region_code), **known}, people=people,
    ) as running:  # fmt: skip
        running.begin({"channel": channel})
        for number, ((element, form), answer) in enumerate(zip(opening, answers, strict=True)):
            _fill_in(running, element, form, answer, f"{key}:{number}", submissions.digest(values))
    return session.get_one(Case, running.case.id, populate_existing=True)


def foreseen(
    session: Session, process_key: str, *, actor: Actor, channel: str, values: Mapping[str, Any]
) -> Invalid | None:
    """Why the application would be refused, as far as the answers given so far can tell; None if nothing is known.

    The diagram itself is asked: it is begun with what is known and taken back, so a reason is heard before five more
    pages are filled in.
    """
    region_code = _region(session, values)
    version_id, opening = _service(session, process_key, region_code, channel)
    try:
        people = _people(session, actor, channel, values)
        with (
            session.begin_nested(),
            execution.create(
                session, process_key, version_id, actor, channel=channel, region_code=region_code,
                item_code=process_key, variables=_variables(session, process_key, channel, region_code), people=people,
            ) as running,
        ):  # fmt: skip
            running.begin({"channel": channel})
            running.write(values)
            for element, _ in opening:
                waiting = next(w for w in running.machine.user_tasks() if w.element.id == element.id)
                running.machine.complete(waiting.token)
            raise _Stop
    except (_Stop, ExecutionFailed):
        return None  # it ran on, or came to a question that the answers still to be given decide
    except Invalid as refusal:
        return refusal


def _service(
    session: Session, process_key: str, region_code: str, channel: str
) -> tuple[int, list[tuple[Element, Form]]]:
    """The version that new cases of that place run on, and its opening steps with their forms."""
    version = deployments.active(session, process_key, region_code, clock.now())
    _require_service(session, process_key, version.id)
    called = deployments.called_versions(session, plans.bundle_of(session, version.id), region_code, clock.now())
    return version.id, _opening(plans.plan(session, version.id, called), channel)


def _require_channel(actor: Actor, channel: str) -> None:
    if channel not in {*access.CHANNELS, access.MOCK}:
        raise Invalid(
            f"Expected one of {sorted(access.CHANNELS)}, but got {channel!r}",
            problems={"channel": ["没有这种受理渠道"]},
        )
    allowed = {"SELF", "PROXY"} if actor.is_citizen else {"PROXY", "GOV", "COUNTER", access.MOCK}
    if channel not in allowed:
        raise NotAllowed(
            f"Expected {actor.ref} to use one of {sorted(allowed)}, but it used {channel}",
            notice="工作人员请使用窗口代录、代举或托举渠道" if actor.is_staff else "请选择本人举手或代他人举手",
        )
    if actor.is_staff:
        access.require(actor, "casework", "leader", "supervisor", "policy_admin")


def _require_service(session: Session, process_key: str, version_id: int) -> None:
    """People apply for services that are switched on; companions are begun by the platform, and what else there is to
    begin is no application."""
    item, bundle = items.find(session, process_key), plans.bundle_of(session, version_id)
    if (item is not None and not item.enabled) or plans.begins_by_itself(bundle) or plans.begun_by(bundle):
        raise NotFound(f"Expected {process_key} to be a service that is open, but it is not", notice="该事项尚未开通")


def _region(session: Session, values: Mapping[str, Any]) -> str:
    """Where the problem lies, if that can be told yet; the forms say what is wrong otherwise."""
    code = values.get("problemRegion")
    if isinstance(code, list):
        code = code[0] if code else None
    return code if isinstance(code, str) and regions.exists(session, code) else regions.PROVINCE


def _check(
    session: Session, opening: list[tuple[Element, Form]], values: Mapping[str, Any], region_code: str, channel: str
) -> list[dict[str, Any]]:
    """Each form's checked values. All problems of all forms are told at once."""
    declared = {key for _, form in opening for key in form.keys}
    problems = {key: ["表单中没有这一项"] for key in values if key not in declared}
    answers: list[dict[str, Any]] = []
    variables = {"channel": channel, **{key: value for key, value in values.items() if key in declared}}
    for _, form in opening:
        given = {key: value for key, value in values.items() if key in form.keys}
        try:
            answers.append(forms_of_tasks.load(session, form, given, region_code, variables))
        except Invalid as refusal:
            problems.update(refusal.problems)
    if problems:
        raise Invalid(f"Expected valid answers, but {sorted(problems)} are not", problems=problems)
    return answers


def _people(session: Session, actor: Actor, channel: str, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Whose case it is. 本人举手 must be in one's own name, or by the guardian in that of the ward; whoever files for
    another is kept as the proxy."""
    if channel == access.MOCK:
        return mocks.people(actor, str(answers.get("applicantName", "")))
    identity = str(answers.get("applicantIdNo", "")).upper()
    found: dict[str, Any] = {"applicant_name": str(answers.get("applicantName", "")), "applicant_identity": identity}
    if identity in actor.wards:
        return {**found, **_for_ward(session, actor, channel, found)}
    if channel == "SELF":
        citizen = session.get_one(Citizen, actor.id)
        if identity and identity != citizen.identity_number:
            raise Invalid(
                "Expected the applicant to be the citizen who is signed in, but the ID numbers differ",
                problems={
                    "applicantIdNo": [
                        "与您实名登记的身份证号码不一致；替别人反映请选择“他人代举”，替被监护人办理请先绑定"
                    ]
                },
            )
        found["citizen_id"] = citizen.id
    elif actor.is_citizen:
        citizen = session.get_one(Citizen, actor.id)
        if identity == citizen.identity_number:
            raise Invalid(
                "Expected the applicant to differ from the proxy, but they are the same",
                problems={"applicantIdNo": ["申请人就是您本人，请选择“本人举手”"]},
            )
        found["proxy_citizen_id"] = citizen.id
    else:
        found["proxy_account_id"] = actor.id
    return found


def _for_ward(session: Session, actor: Actor, channel: str, applicant: Mapping[str, Any]) -> dict[str, Any]:
    """The guardian (监护人) speaks as the ward: nobody else's consent is asked, and no proxy is kept, so that what the
    guardian sees of the case ends with the binding."""
    if channel != "SELF":
        raise Invalid(
            "Expected a guardian to apply in the name of the ward, but they came as a proxy",
            problems={"applicantIdNo": ["申请人是您绑定的被监护人，请选择为被监护人办理，不用再征得同意"]},
        )
    identity = applicant["applicant_identity"]
    if applicant["applicant_name"] not in guardians.names_of(session, actor, identity):
        raise Invalid(
            "Expected the name of the ward as it was confirmed, but got another",
            problems={"applicantName": ["与绑定的被监护人姓名不一致"]},
        )
    return {"citizen_id": session.scalar(select(Citizen.id).where(Citizen.identity_number == identity))}


def _variables(session: Session, process_key: str, channel: str, region_code: str) -> dict[str, Any]:
    """What every application knows from the start."""
    item = items.find(session, process_key)
    name, department = (item.name, item.department_code) if item else (process_key, None)
    return known_at_start(session, process_key, name, department, channel=channel, region_code=region_code)


def _fill_in(running: Running, element: Element, form: Form, answer: dict[str, Any], key: str, given: str) -> None:
    """Complete one opening task with the checked answers."""
    waiting = next(w for w in running.machine.user_tasks() if w.element.id == element.id)
    submission = submissions.record(running, element.id, form.id, answer, key=key, given=given)
    running.completed_tokens.add(waiting.token)
    running.write(answer)
    running.act(
        "task_completed",
        lambda: running.machine.complete(waiting.token),
        element_id=element.id,
        payload={"token": waiting.token, "submission": submission, "digest": submissions.digest(answer)},
    )
