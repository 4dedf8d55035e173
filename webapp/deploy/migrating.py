"""迁移在办办件: the plan on one page, a second look before it starts, then a page that shows how far it is.

The rule: what the pages foretell comes from the engine's own trial, and what was chosen survives every refusal.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import uuid4

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine.casework import (
    asking,
    deployments,
    migrating,
    migration_jobs,
    migration_plans,
    migration_preview,
    migration_undos,
)
from engine.casework.migration_plans import MigrationPlan
from engine.casework.models import ProcessVersion
from engine.db import reading, transaction
from engine.errors import Conflict, Invalid
from engine.language.diagram import Element
from engine.oversight import versions as in_force
from engine.registry import access
from engine.registry.models import Account
from webapp.auth import current_actor
from webapp.deploy.blueprint import blueprint

Problems = Mapping[str, Sequence[str]]
PREFIX = "map-"
STATES = {"running": "正在迁移", "done": "已完成", "canceled": "已停止"}
CASE_STATES = {
    "waiting": "等待迁移", "moved": "已迁移", "failed": "没有迁移", "skipped": "停止前没有轮到",
    "undoing": "等待撤销", "undone": "已撤销", "kept": "没有撤销",
}  # fmt: skip
UNDO_STATES = {"running": "正在撤销", "done": "撤销完成", "canceled": "撤销已停止"}
KINDS = {
    "userTask": "步骤", "manualTask": "步骤", "serviceTask": "自动步骤", "sendTask": "自动步骤", "subProcess": "子流程",
    "callActivity": "调用流程", "receiveTask": "等待消息", "intermediateCatchEvent": "等待事件",
    "boundaryEvent": "边界事件",
    "parallelGateway": "并行网关", "inclusiveGateway": "包容网关", "eventBasedGateway": "事件网关",
}  # fmt: skip


@dataclass(frozen=True)
class Typed:
    """What the form holds: the old version, what stands for what, why, and whether one case only."""

    source: int
    mapping: dict[str, str]
    reason: str
    case_no: str
    key: str


def typed() -> Typed:
    """What was sent, or what a fresh page begins with."""
    sent = request.form or request.args
    mapping = {key.removeprefix(PREFIX): value for key, value in sent.items() if key.startswith(PREFIX) and value}
    source = sent.get("from", "")
    number = int(source) if source.isdigit() and len(source) < 19 else 0
    key = sent.get("key") or uuid4().hex
    return Typed(number, mapping, sent.get("reason", ""), sent.get("case_no", "").strip(), key)


def label(element: Element) -> str:
    """An element for people: its name, and its id where two have one name."""
    return f"{element.name}（{element.id}）" if element.name else element.id


@blueprint.get("/versions/<key:version_id>/migrate")
def migrate_form(version_id: int) -> ResponseReturnValue:
    """From which version, and what becomes of each step at which cases stand."""
    access.require(current_actor(), migration_plans.POLICY)
    with reading() as session:
        return plan_page(session, version_id, typed())


@blueprint.post("/versions/<key:version_id>/migrate")
def migrate(version_id: int) -> ResponseReturnValue:
    """Look again with other choices, look at all of it before it starts, or start."""
    access.require(current_actor(), migration_plans.POLICY)
    given, deed = typed(), request.form.get("deed", "")
    try:
        if deed == "start":
            return start(version_id, given)
        with reading() as session:
            return check_page(session, version_id, given) if deed == "check" else plan_page(session, version_id, given)
    except (Invalid, Conflict) as refusal:
        problems = (refusal.problems or {"": [refusal.notice]}) if isinstance(refusal, Invalid) else {}
        conflict = refusal.notice if isinstance(refusal, Conflict) else ""
        with reading() as session:
            return plan_page(session, version_id, given, problems, conflict), refusal.status


def start(version_id: int, given: Typed) -> ResponseReturnValue:
    """Order it; the worker does it."""
    actor = current_actor()
    with transaction() as session:
        wanted = migration_plans.plan(session, given.source, version_id, given.mapping, actor=actor)
        order = migration_jobs.start(
            session, wanted, actor=actor, reason=given.reason, key=given.key, case_no=given.case_no
        )
        number = order.id
    return redirect(url_for("deploy.migration", migration_id=number), 303)


def plan_page(
    session: Session, version_id: int, given: Typed, problems: Problems | None = None, conflict: str = ""
) -> str:
    """The page on which the plan is made."""
    new = deployments.get(session, version_id, current_actor())
    sources = _sources(session, new)
    chosen = given.source or next((row.id for row, _ in sources), 0)
    try:
        actor = current_actor()
        wanted = migration_plans.plan(session, chosen, version_id, given.mapping, actor=actor) if sources else None
    except (Invalid, Conflict) as refusal:
        wanted = None
        conflict = conflict or ("" if isinstance(refusal, Invalid) else refusal.notice)
    return render_template(
        "deploy/migrate.html",
        version=new,
        sources=sources,
        chosen=chosen,
        preview=migration_preview.preview(session, wanted, given.case_no) if wanted else None,
        given=given,
        label=label,
        kinds=KINDS,
        problems=problems or {},
        conflict=conflict,
        shortest=migrating.SHORTEST_REASON,
    )


def _sources(session: Session, new: ProcessVersion) -> list[tuple[ProcessVersion, int]]:
    """The other versions of the process on which cases run, with how many, the one with the most first."""
    running = in_force.running(session)
    others = [row for row in deployments.listing(session, new.process_key) if row.id != new.id]
    found = [(row, running.get(row.id, 0)) for row in others if row.state not in ("draft", "rejected")]
    return sorted(found, key=lambda one: -one[1])


def check_page(session: Session, version_id: int, given: Typed) -> str:
    """The second look: what would happen, before it does. Raises Invalid or Conflict where the plan is wrong."""
    asking.checked("reason", given.reason, shortest=migrating.SHORTEST_REASON)
    wanted: MigrationPlan = migration_plans.plan(
        session, given.source, version_id, given.mapping, actor=current_actor()
    )
    seen = migration_preview.preview(session, wanted, given.case_no)
    if not seen.cases:
        problem = "原版本上没有这个编号的在办办件" if given.case_no else "原版本上没有在办的办件，无需迁移"
        raise Invalid("Expected cases to migrate, but there are none", problems={"case_no": [problem]})
    return render_template(
        "deploy/migrate_check.html", old=wanted.old, version=wanted.new, preview=seen, given=given, label=label
    )


@blueprint.get("/migrations/<key:migration_id>")
def migration(migration_id: int) -> ResponseReturnValue:
    """How far it is; the page looks again by itself while it runs."""
    with reading() as session:
        found = migration_jobs.progress(session, migration_id, current_actor())
        order, undo = found.order, migration_undos.latest(session, migration_id)
        return render_template(
            "deploy/migration.html",
            progress=found,
            order=order,
            old=session.get_one(ProcessVersion, order.from_version_id),
            new=session.get_one(ProcessVersion, order.to_version_id),
            who=session.get_one(Account, order.started_by).name,
            states=STATES,
            case_states=CASE_STATES,
            undo=undo,
            undo_who=session.get_one(Account, undo.started_by).name if undo else "",
            undo_states=UNDO_STATES,
            may=current_actor().holds(migration_plans.POLICY),
        )


@blueprint.post("/migrations/<key:migration_id>/cancel")
def cancel_migration(migration_id: int) -> ResponseReturnValue:
    """停止."""
    with transaction() as session:
        migration_jobs.cancel(session, migration_id, actor=current_actor())
    flash("已停止。已经迁移的办件留在新版本上，其余的不再迁移。")
    return redirect(url_for("deploy.migration", migration_id=migration_id), 303)


@blueprint.get("/migrations/<key:migration_id>/cases/<case_no>/undo")
def undo_form(migration_id: int, case_no: str) -> ResponseReturnValue:
    """Why one case shall come back."""
    access.require(current_actor(), migration_plans.POLICY)
    with reading() as session:
        return undo_page(session, migration_id, case_no)


@blueprint.post("/migrations/<key:migration_id>/cases/<case_no>/undo")
def undo_migration(migration_id: int, case_no: str) -> ResponseReturnValue:
    """撤销迁移."""
    reason, key = request.form.get("reason", ""), request.form.get("key") or None
    try:
        with transaction() as session:
            migration_jobs.undo(session, migration_id, case_no, actor=current_actor(), reason=reason, key=key)
    except (Invalid, Conflict) as refusal:
        problems = (refusal.problems or {"": [refusal.notice]}) if isinstance(refusal, Invalid) else {}
        with reading() as session:
            conflict = refusal.notice if isinstance(refusal, Conflict) else ""
            return undo_page(session, migration_id, case_no, problems, conflict), refusal.status
    flash(f"已撤销，{case_no} 回到原版本。")
    return redirect(url_for("deploy.migration", migration_id=migration_id), 303)


@blueprint.get("/migrations/<key:migration_id>/undo")
def undo_all_form(migration_id: int) -> ResponseReturnValue:
    """Why all cases shall come back."""
    access.require(current_actor(), migration_plans.POLICY)
    with reading() as session:
        return undo_page(session, migration_id, "")


@blueprint.post("/migrations/<key:migration_id>/undo")
def undo_all(migration_id: int) -> ResponseReturnValue:
    """撤销整批迁移; the worker does it."""
    reason, key = request.form.get("reason", ""), request.form.get("key") or uuid4().hex
    try:
        with transaction() as session:
            migration_undos.start(session, migration_id, actor=current_actor(), reason=reason, key=key)
    except (Invalid, Conflict) as refusal:
        problems = (refusal.problems or {"": [refusal.notice]}) if isinstance(refusal, Invalid) else {}
        with reading() as session:
            conflict = refusal.notice if isinstance(refusal, Conflict) else ""
            return undo_page(session, migration_id, "", problems, conflict), refusal.status
    return redirect(url_for("deploy.migration", migration_id=migration_id), 303)


@blueprint.post("/migrations/<key:migration_id>/undo/cancel")
def cancel_undo(migration_id: int) -> ResponseReturnValue:
    """停止撤销."""
    with transaction() as session:
        migration_undos.cancel(session, migration_id, actor=current_actor())
    flash("已停止撤销。已经撤销的办件回到了原版本，其余的留在新版本上。")
    return redirect(url_for("deploy.migration", migration_id=migration_id), 303)


def undo_page(
    session: Session, migration_id: int, case_no: str, problems: Problems | None = None, conflict: str = ""
) -> str:
    """The page that asks for the reason; without a case for that of all of them. Raises NotFound for a case that is not
    in this migration."""
    order = migration_jobs.get(session, migration_id, current_actor())
    if case_no:
        migration_jobs.require_in(session, order, case_no)
    return render_template(
        "deploy/migration_undo.html",
        order=order,
        moved=migration_jobs.progress(session, migration_id, current_actor()).counts.get("moved", 0),
        case_no=case_no,
        old=session.get_one(ProcessVersion, order.from_version_id),
        problems=problems or {},
        conflict=conflict,
        reason=request.form.get("reason", ""),
        key=request.form.get("key") or uuid4().hex,
        shortest=migrating.SHORTEST_REASON,
    )
