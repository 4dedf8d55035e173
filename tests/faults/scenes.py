"""What people and workers do, set up so that it can fail at any point and be done again.

A scene makes its own case and gives the deed, which may be done twice, and the case it is about. Every kind of act that
writes has one; what is added to the engine is added here.
"""

import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select, update

from engine import clock
from engine.casework import (
    attachments,
    cases,
    cosigning,
    deployments,
    execution,
    history,
    jobs,
    migrating,
    migration_jobs,
    migration_plans,
    migration_undos,
    reopening,
    returns,
    suspension,
    taking_back,
    termination,
    transferring,
    user_tasks,
)
from engine.casework.models import (
    Activation,
    Attachment,
    Case,
    CaseMigration,
    Click,
    Job,
    Notice,
    OutboxMessage,
    OverdueRecord,
    ProcessVersion,
    Submission,
    Suspension,
    UserTask,
)
from engine.db import reading, transaction
from engine.language import bundle
from engine.registry.actors import SYSTEM, Actor
from tests.casework import content
from tests.casework.conftest import Office, employ
from tests.casework.sections import begin
from tests.casework.test_jobs import calling
from tests.factories import YANSHAN
from tests.faults.test_workers import patient
from tests.processes.stage import PDF

REASON = "材料不完整，请补充说明以后再办"
BESIDE = ("deadline", "supervise_signing", "supervise_level", "supervise_ladder", "supervise")
"""What may stand beside a case, with the processes it calls."""
ROWS = (Submission, Attachment, Notice, OutboxMessage, Click, Suspension, OverdueRecord)


@dataclass
class Scene:
    """`case_no` is None for what is about no case; `again`: whether the same act twice gives the same answer, or the
    second one is refused because of the first."""

    deed: Callable[[], object]
    case: Callable[[], int | None] = lambda: None
    again: bool = True


Set = Callable[[Office, str], Scene]


def once(act: Callable[..., object], *given: Any, **named: Any) -> Callable[[], object]:
    """One act, in a transaction of its own."""

    def deed() -> object:
        with transaction() as session:
            return act(session, *given, **named)

    return deed


def of(case: Case) -> Callable[[], int | None]:
    return lambda: case.id


def with_photos() -> dict[str, bytes]:
    """The small service whose citizen and clerk add photos."""
    photos = {"type": "filepicker", "key": "photos", "label": "照片", "multiple": True}
    files = content.small(name="小事带照片")
    for path in ("forms/small_apply.form", "forms/small_answer.form"):
        form = json.loads(files[path])
        form["components"].append({**photos, "id": f"{form['id']}_photos"})
        files[path] = json.dumps(form, ensure_ascii=False).encode()
    return files


def keeping(actor: Actor, click: str) -> str:
    """A photo comes along: its bytes go to the disk, then its row is kept."""
    prepared = attachments.prepare(io.BytesIO(PDF + click.encode() + b"\n%%EOF\n"), "照片.pdf")
    with transaction() as session:
        return attachments.keep(session, prepared, actor=actor, field="photos", click=click).id


def start(office: Office, key: str) -> Scene:
    office.deploy(with_photos())

    def deed() -> None:
        values = {**office.answers(), "photos": [keeping(office.citizen, key)]}
        with transaction() as session:
            cases.start(session, "small", actor=office.citizen, channel="SELF", values=values, key=key)

    def case() -> int | None:
        with reading() as session:
            return session.scalar(select(Submission.case_id).where(Submission.idempotency_key.startswith(key)))

    return Scene(deed, case)


def complete(office: Office, key: str) -> Scene:
    office.deploy(with_photos())
    case = office.raise_hand(photos=[])
    task = office.task(case, "sm_answer").id

    def deed() -> None:
        values = {"good": False, "opinion": "不行", "photos": [keeping(office.town, key)]}
        with transaction() as session:
            user_tasks.complete(session, task, actor=office.town, values=values, key=key)

    return Scene(deed, of(case))


def claim(office: Office, _key: str) -> Scene:
    case = office.raise_hand()
    return Scene(once(user_tasks.claim, office.task(case, "sm_answer").id, actor=office.town), of(case))


def unclaim(office: Office, key: str) -> Scene:
    claimed = claim(office, key)
    claimed.deed()
    with reading() as session:
        task = session.scalars(select(UserTask.id).where(UserTask.case_id == claimed.case())).one()
    return Scene(once(user_tasks.unclaim, task, actor=office.town, key=key), claimed.case)


def urge(office: Office, key: str) -> Scene:
    case = office.raise_hand()
    return Scene(once(cases.urge, case.case_no, office.citizen, key=key), of(case))


def withdraw(office: Office, key: str) -> Scene:
    case = office.raise_hand()
    return Scene(once(cases.withdraw, case.case_no, office.citizen, "已经修好", key=key), of(case))


def send_back(office: Office, key: str) -> Scene:
    case = begin(office, "se_take")
    task = office.task(case, "se_check").id
    return Scene(once(returns.send_back, task, to="se_take", reason=REASON, actor=office.county, key=key), of(case))


def take_back(office: Office, key: str) -> Scene:
    case = begin(office, "se_take", "se_check")
    task = office.task(case, "se_check").id
    return Scene(once(taking_back.take_back, task, actor=office.county, key=key), of(case))


def cosign(office: Office, key: str) -> Scene:
    case = office.raise_hand()
    asked = {
        "actor": office.town,
        "to_account_id": office.colleague.id,
        "position": "before",
        "reason": REASON,
        "key": key,
    }
    return Scene(once(cosigning.add, office.task(case, "sm_answer").id, **asked), of(case))


def sign(office: Office, key: str) -> Scene:
    asked = cosign(office, f"{key}-ask")
    asked.deed()
    with reading() as session:
        signature = session.scalars(select(UserTask.id).where(UserTask.kind == "cosign").order_by(UserTask.id)).all()
    given = {"actor": office.colleague, "agrees": True, "opinion": "同意办理", "key": key}
    return Scene(once(cosigning.sign, signature[-1], **given), asked.case)


def suspend(office: Office, key: str) -> Scene:
    case, boss = office.raise_hand(), employ("county_office", YANSHAN)
    return Scene(once(suspension.suspend, case.case_no, actor=boss, reason=REASON, key=key), of(case))


def resume(office: Office, key: str) -> Scene:
    case, boss = office.raise_hand(), employ("county_office", YANSHAN)
    once(suspension.suspend, case.case_no, actor=boss, reason=REASON)()
    return Scene(once(suspension.resume, case.case_no, actor=boss, key=key), of(case))


def terminate(office: Office, key: str) -> Scene:
    case, boss = office.raise_hand(), employ("county_water_reviewer", YANSHAN)
    with transaction() as session:  # ending a case is for its department, and the small service has none
        session.execute(update(Case).where(Case.id == case.id).values(item_code="water"))
    code = next(iter(termination.REASONS))
    return Scene(once(termination.terminate, case.case_no, actor=boss, code=code, reason=REASON, key=key), of(case))


def transfer(office: Office, key: str) -> Scene:
    """移交 to another town, where somebody holds the post; who had the step in hand loses it."""
    case, boss = office.raise_hand(), employ("county_office", YANSHAN)
    once(user_tasks.claim, office.task(case, "sm_answer").id, actor=office.town)()
    asked = {"actor": boss, "region_code": office.elsewhere.posts[0].region_code, "reason": REASON, "key": key}
    return Scene(once(transferring.transfer, case.case_no, **asked), of(case))


def reopen(office: Office, _key: str) -> Scene:
    """撤销重办, which a diagram orders in an act of its own."""
    case, boss = office.raise_hand(), employ("county_water_reviewer", YANSHAN)
    office.complete(office.town, case, "sm_answer", good=True)
    with transaction() as session:  # a department decides; and the citizen has other small cases here
        session.execute(update(Case).where(Case.id == case.id).values(item_code="water", applicant_identity=""))

    def deed() -> None:
        with transaction() as session, execution.open_case(session, case.id, actor=boss) as running:
            reopening.reopen(running, "sm_answer", REASON, by="appeal-1")

    return Scene(deed, of(case), again=False)


def working() -> None:
    """What a worker does, once more than it would: leases that were lost run out first."""
    with transaction() as session:
        long_ago = clock.now() - timedelta(hours=1)
        for table in (Job, OutboxMessage):
            session.execute(update(table).where(table.state == "running").values(leased_until=long_ago))
    jobs.drain()


def timer(office: Office, _key: str) -> Scene:
    office.deploy(patient())
    case = office.raise_hand()
    return Scene(at_moment(clock.now() + timedelta(days=2)), of(case))


def beside() -> None:
    """What may stand beside a case: 办理时限 and 督办, as they are shipped."""
    with transaction() as session:
        known = set(session.scalars(select(ProcessVersion.process_key)))
        shipped = [bundle.collect(process, content.shipped()) for process in BESIDE if process not in known]
        around = [bundle.read(files) for files in shipped]
        for files in shipped:
            version = deployments.upload(session, files, actor=SYSTEM, beside=around)
            version.state = "approved"
            deployments.activate(session, version.id, actor=SYSTEM)


def at_moment(moment: datetime | None) -> Callable[[], None]:
    """The worker's round at that moment."""
    assert moment is not None

    def deed() -> None:
        with clock.standing_at(moment):
            working()

    return deed


def reminder(office: Office, _key: str) -> Scene:
    """The reminder's moment comes: deadline.bpmn begins beside the task."""
    beside()
    case = office.raise_hand()
    return Scene(at_moment(office.task(case, "sm_answer").companion_at), of(case))


def overdue(office: Office, key: str) -> Scene:
    """The timer of deadline.bpmn fires: the step is late, its superior is told, supervision begins."""
    reminded = reminder(office, key)
    reminded.deed()
    with reading() as session:
        due = session.scalar(select(Job.due_at).join(Case, Case.id == Job.case_id).where(_beside(reminded)))
    return Scene(at_moment(due), reminded.case)


def _beside(scene: Scene) -> ColumnElement[bool]:
    return Case.subject_id == scene.case()


def threshold(office: Office, _key: str) -> Scene:
    """The case has taken so many days that supervision begins beside it though no step is late."""
    beside()
    case, moment = office.raise_hand(), clock.now() + timedelta(hours=1)
    with transaction() as session:  # the small service has no thresholds in days, water has
        late = update(Case).where(Case.id == case.id).values(item_code="water", supervise_at=moment)
        session.execute(late)
        session.execute(update(UserTask).where(UserTask.case_id == case.id).values(companion_at=None))
    return Scene(at_moment(moment), of(case))


def escalation(office: Office, key: str) -> Scene:
    """The ladder's timers fire one after the other, up to the province."""
    opened = threshold(office, key)
    opened.deed()
    return Scene(at_moment(clock.now() + timedelta(days=40)), opened.case)


def service(office: Office, _key: str) -> Scene:
    office.deploy(calling())
    case = office.raise_hand()
    office.complete(office.town, case, "sm_answer", good=False, opinion="不行")
    return Scene(working, of(case))


def letter(office: Office, key: str) -> Scene:
    case = office.raise_hand()
    with transaction() as session:
        row = {"key": key, "case_id": case.id, "connector": "webhook", "recipient": "", "body": {"text": "待办"}}
        session.add(OutboxMessage(**row, due_at=clock.now()))
    return Scene(working, of(case))


def migration(office: Office, key: str) -> Scene:
    office.deploy(content.small())
    case, who = office.raise_hand(), employ("policy_admin", "530000")
    to = office.deploy(version("新"))
    with transaction() as session:
        wanted = migration_plans.plan(session, case.version_id, to, {}, actor=who)
        migration_jobs.start(session, wanted, actor=who, reason=REASON, key=key, case_no=case.case_no)
    return Scene(working, of(case))


def undo_migration(office: Office, key: str) -> Scene:
    scene = migration(office, f"{key}-first")
    scene.deed()
    with reading() as session:
        case = session.get_one(Case, scene.case())
    given = {"actor": employ("policy_admin", "530000"), "reason": REASON, "key": key}
    return Scene(once(migrating.undo, case.case_no, **given), of(case))


def undo_migrations(office: Office, key: str) -> Scene:
    scene = migration(office, f"{key}-first")
    scene.deed()
    who = employ("policy_admin", "530000")
    with transaction() as session:
        number = session.scalars(select(func.max(CaseMigration.id))).one()
        migration_undos.start(session, number, actor=who, reason=REASON, key=key)
    return scene


def version(key: str) -> dict[str, bytes]:
    return content.small(name=f"小事{key}")


def upload(office: Office, key: str) -> Scene:
    return Scene(once(deployments.upload, version(key), actor=employ("policy_admin", "530000")))


def approve(office: Office, key: str) -> Scene:
    upload(office, key).deed()
    return Scene(once(deployments.approve, latest(), actor=employ("policy_admin", "530000")))


def activate(office: Office, key: str) -> Scene:
    approve(office, key).deed()
    return Scene(once(deployments.activate, latest(), actor=employ("policy_admin", "530000")))


def latest() -> int:
    with reading() as session:
        return session.scalars(select(func.max(ProcessVersion.id))).one()


PEOPLE: dict[str, Set] = {
    "start": start, "complete": complete, "claim": claim, "unclaim": unclaim, "urge": urge, "withdraw": withdraw,
    "send back": send_back, "take back": take_back, "cosign": cosign, "sign": sign, "suspend": suspend,
    "resume": resume, "terminate": terminate, "reopen": reopen, "transfer": transfer, "upload": upload,
    "approve": approve, "activate": activate, "undo migration": undo_migration,
}  # fmt: skip
WORKER: dict[str, Set] = {
    "timer": timer, "service": service, "letter": letter, "migration": migration,
    "undo migrations": undo_migrations, "reminder": reminder,
    "overdue": overdue, "threshold": threshold, "escalation": escalation,
}  # fmt: skip


def shape(case_id: int | None) -> object:
    """Everything that can be seen of a case and what stands beside it, or of the newest version; without keys and
    moments, so that two of them can be compared."""
    with reading() as session:
        if case_id is None:
            last = session.scalars(select(ProcessVersion).order_by(ProcessVersion.id.desc()).limit(1)).one()
            switched = select(func.count()).select_from(Activation).where(Activation.version_id == last.id)
            return last.state, len(last.files), session.scalar(switched)
        found = select(Case).where((Case.id == case_id) | (Case.subject_id == case_id)).order_by(Case.id)
        return [_of_one(session, case) for case in session.scalars(found)]


def _of_one(session: Any, case: Case) -> object:
    tasks = session.scalars(select(UserTask).where(UserTask.case_id == case.id).order_by(UserTask.id))
    counts = [session.scalar(select(func.count()).select_from(table).where(table.case_id == case.id)) for table in ROWS]
    return (
        case.process_key, session.get_one(ProcessVersion, case.version_id).number,
        case.state, case.status, case.outcome, sorted(case.variables),
        sorted(event.kind for event in history.events(session, case.id)),
        [(task.element_id, task.kind, task.state, task.assignee_id) for task in tasks],
        sorted(session.scalars(select(Job.kind).where(Job.case_id == case.id))), counts,
    )  # fmt: skip
