"""What a transfer 移交 means for the open steps: they wait for the people of the new region, who are told.

The rule: a step that belongs to the same post and place as before stays with whoever has it. Any other is closed where
it was, with its drafts, and opened anew with the same clock; whoever loses sight of the case by that gets a copy.
"""

from sqlalchemy import select

from engine.casework import projection, saving, telling
from engine.casework.models import Case, CaseCopy, UserTask
from engine.casework.running import Running
from engine.registry import access, actors, people
from engine.workflow import Waiting

SAME = (
    "case_id", "subject_id", "kind", "token", "element_id", "name", "item_code", "form_id", "instance", "due_at",
    "due_unit", "remind_at", "overdue_at", "urged_at", "urge_count", "in_turn",
)  # fmt: skip


def follow(running: Running) -> None:
    """Place the open steps anew, once, after the act by which the case has left its region."""
    if running.left_region is None:
        return
    running.left_region = None
    saving.write_rows(running)
    session, standing = running.session, {waiting.token: waiting for waiting in running.machine.user_tasks()}
    wanted = select(UserTask).where(
        UserTask.case_id == running.case.id, UserTask.state == "open", UserTask.kind == "step"
    )
    for row in session.scalars(wanted.order_by(UserTask.id).execution_options(populate_existing=True)).all():
        if row.token in standing:
            _place(running, row, standing[row.token])
    if running.case.subject_id is None:
        _let_read_on(running)


def _place(running: Running, row: UserTask, waiting: Waiting) -> None:
    """One step, where it belongs now."""
    items = projection.items_of(running, waiting)
    role_key = projection.candidate_group(running, waiting.element, items)
    region_code = projection.task_region(running, waiting.element, role_key, items)
    if (role_key, region_code) == (row.role_key, row.region_code):
        return
    place, reason = (str((running.case.variables.get("transfer") or {}).get(key) or "") for key in ("place", "reason"))
    before = [account.id for account in telling.holders(running, row)]
    telling.tell(running, "T35", before, row, otherwise="已移交，不再由您办理", place=place, reason=reason)
    fresh = UserTask(
        **{name: getattr(row, name) for name in SAME}, role_key=role_key, region_code=region_code, state="open",
        created_at=running.now,
    )  # fmt: skip
    if row.due_at is not None and row.overdue_at is None:
        fresh.companion_at = min(row.remind_at or row.due_at, row.due_at)
    row.state, row.ended_at, row.companion_at = "canceled", running.now, None
    running.session.add(fresh)
    running.session.flush()
    running.told.append(("TASK_ENDED", row.id))
    after = [account.id for account in people.holders(running.session, role_key, region_code)]
    telling.tell(running, "T34", after, fresh, otherwise="移交给您办理", place=place, reason=reason)


def _let_read_on(running: Running) -> None:
    """Whoever worked on the case, and whoever ordered the transfer, reads it as before: where the post no longer lets
    them, by a copy (抄送)."""
    session, case_id = running.session, running.case.id
    session.flush()
    steps = session.scalars(
        select(UserTask).where(UserTask.case_id == case_id, UserTask.kind == "step").order_by(UserTask.id)
    ).all()
    had = {who: step for step in steps for who in (step.completed_by, step.assignee_id, step.owner_id) if who}
    if running.actor.is_staff and running.actor.id is not None and steps:
        had.setdefault(running.actor.id, steps[-1])
    have = set(session.scalars(select(CaseCopy.account_id).where(CaseCopy.case_id == case_id)))
    case = session.get_one(Case, case_id, populate_existing=True)
    for who in sorted(had.keys() - have):
        found = actors.staff_of_session(session, who)
        if found is not None and not access.may_see(found[0], case):
            copied_by = running.actor.id if running.actor.is_staff else who
            session.add(
                CaseCopy(
                    case_id=case_id, account_id=who, task_id=had[who].id, copied_by=copied_by,
                    note="移交前参与过办理", copied_at=running.now,
                )
            )  # fmt: skip
    session.flush()
