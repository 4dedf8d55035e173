"""Who holds a task: claim, give back, transfer, assign; one by one or many at once.

The rule: of many, each stands for itself; what one refuses does not stop the others, and each says what became of it.
"""

from collections.abc import Callable
from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine.casework import user_tasks
from engine.casework.models import UserTask
from engine.db import reading, transaction
from engine.errors import Invalid, Refusal
from engine.registry.actors import Actor
from engine.registry.models import Account
from webapp.auth import current_actor
from webapp.inbox import completing, questions
from webapp.inbox.blueprint import blueprint

MOST = 200


@dataclass(frozen=True)
class Outcome:
    """What became of one task of many."""

    task_id: int
    label: str
    done: bool
    text: str


@blueprint.post("/tasks/<key:task_id>/claim")
def claim(task_id: int) -> ResponseReturnValue:
    """认领; on the task's page, what was typed already is kept."""
    actor = current_actor()
    with transaction() as session:
        user_tasks.claim(session, task_id, actor=actor)
    keep_typed(task_id, actor)
    return redirect(url_for("inbox.task", task_id=task_id), 303)


@blueprint.post("/tasks/<key:task_id>/unclaim")
def unclaim(task_id: int) -> ResponseReturnValue:
    """放回本组."""
    with transaction() as session:
        user_tasks.unclaim(session, task_id, actor=current_actor(), key=questions.key())
    flash("已放回本组，同组的人都可以认领。")
    return redirect(url_for("inbox.inbox"), 303)


@blueprint.post("/tasks/<key:task_id>/transfer")
def transfer(task_id: int) -> ResponseReturnValue:
    """转办 of one task."""
    actor = current_actor()
    with reading() as session:
        user_tasks.get(session, task_id, actor)
        if problems := transfer_problems():
            return transfer_page(session, actor, [task_id], problems), 422
    with transaction() as session:
        user_tasks.transfer(
            session, task_id, actor=actor, to_account_id=chosen_account(), reason=request.form["reason"]
        )
    flash("已转办。")
    return redirect(url_for("inbox.inbox"), 303)


@blueprint.post("/tasks/<key:task_id>/assign")
def assign(task_id: int) -> ResponseReturnValue:
    """指派, by a leader."""
    with transaction() as session:
        user_tasks.assign(session, task_id, actor=current_actor(), to_account_id=chosen_account())
    flash("已指派。")
    return redirect(url_for("inbox.task", task_id=task_id), 303)


@blueprint.get("/inbox/transfer")
def transfer_form() -> ResponseReturnValue:
    """To whom the ticked tasks go, and why."""
    with reading() as session:
        return transfer_page(session, current_actor(), ticked(request.args.getlist("task_id")), {})


@blueprint.post("/inbox/transfer")
def transfer_many() -> ResponseReturnValue:
    """转办 of one task or many."""
    actor, numbers = current_actor(), ticked(request.form.getlist("task_id"))
    problems = transfer_problems()
    if problems:
        with reading() as session:
            return transfer_page(session, actor, numbers, problems), 422
    to, reason = chosen_account(), request.form["reason"]

    def hand_over(session: Session, task_id: int) -> UserTask:
        return user_tasks.transfer(session, task_id, actor=actor, to_account_id=to, reason=reason)

    return result_page("批量转办", [attempt(number, actor, hand_over, "已转办") for number in numbers])


@blueprint.post("/inbox/claim")
def claim_many() -> ResponseReturnValue:
    """批量认领."""
    actor = current_actor()
    numbers = ticked(request.form.getlist("task_id"))

    def take(session: Session, task_id: int) -> UserTask:
        return user_tasks.claim(session, task_id, actor=actor)

    return result_page("批量认领", [attempt(number, actor, take, "已认领") for number in numbers])


def keep_typed(task_id: int, actor: Actor) -> None:
    """Save what the page's form held as a draft. The inbox sends no form, which its missing key tells."""
    if "key" not in request.form:
        return
    typed = completing.read(task_id, actor)
    if any(typed.values.values()):
        with transaction() as session:
            user_tasks.save_draft(session, task_id, actor=actor, values=typed.values)


def ticked(written: list[str]) -> list[int]:
    """The numbers of the ticked tasks. Raises Invalid without any, or with too many."""
    numbers = [int(number) for number in dict.fromkeys(written) if number.isdigit() and len(number) < 19]
    if not 0 < len(numbers) <= MOST:
        raise Invalid(f"Expected 1 to {MOST} tasks, but got {len(numbers)}", notice="请先勾选任务（一次最多 200 件）")
    return numbers


def chosen_account() -> int:
    """The account that the form names. Raises Invalid."""
    written = request.form.get("to_account_id", "")
    if not written.isdigit() or len(written) > 18:
        raise Invalid("Expected an account, but got none", problems={"to_account_id": ["请选择由谁办理"]})
    return int(written)


def transfer_problems() -> dict[str, list[str]]:
    """What is missing in the transfer's form."""
    problems: dict[str, list[str]] = {}
    if not request.form.get("to_account_id", "").isdigit():
        problems["to_account_id"] = ["请选择转给谁"]
    if len(request.form.get("reason", "").strip()) < 2:
        problems["reason"] = ["请写明转办的原因"]
    return problems


def attempt(number: int, actor: Actor, deed: Callable[[Session, int], UserTask], done: str) -> Outcome:
    """One task of many, in a transaction of its own."""
    try:
        with transaction() as session:
            task = deed(session, number)
            return Outcome(number, label(task), True, done)
    except Refusal as refusal:
        lines = [line for found in getattr(refusal, "problems", {}).values() for line in found]
        return Outcome(number, label_of(number, actor), False, "；".join(lines) or refusal.notice)


def label(task: UserTask) -> str:
    return f"{task.case.case_no} · {task.name}"


def label_of(number: int, actor: Actor) -> str:
    """The same of a task that could not be changed; "" when this person may not even see it."""
    try:
        with reading() as session:
            return label(user_tasks.get(session, number, actor))
    except Refusal:
        return ""


def result_page(heading: str, outcomes: list[Outcome]) -> str:
    return render_template("inbox/bulk_result.html", heading=heading, outcomes=outcomes)


def transfer_page(session: Session, actor: Actor, numbers: list[int], problems: dict[str, list[str]]) -> str:
    """The tasks, and the colleagues who may do all of them."""
    tasks = [user_tasks.get(session, number, actor) for number in numbers]
    groups = [{person.id: person for person in user_tasks.colleagues(session, task, actor)} for task in tasks]
    shared: list[Account] = [person for number, person in groups[0].items() if all(number in group for group in groups)]
    return render_template(
        "inbox/transfer.html", tasks=tasks, colleagues=shared, problems=problems, typed=request.form.to_dict()
    )
