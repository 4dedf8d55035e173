"""委派, 加签, 减签, 抄送, 催办: each on a page of its own, reached from the task.

The rule: the engine says who may; a page only asks whom, and why.
"""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine.casework import copies, cosigning, delegation, urging, user_tasks
from engine.casework.models import UserTask
from engine.db import reading, transaction
from webapp.auth import current_actor
from webapp.inbox import questions
from webapp.inbox.blueprint import blueprint
from webapp.inbox.questions import Act, Question

NOBODY = "当地没有可以选择的同事。请部门账号管理员增加人员，或者改用转办。"


def the_task(session: Session, task_id: int) -> UserTask:
    return user_tasks.get(session, task_id, current_actor())


def about(task: UserTask) -> str:
    return f"{task.case.case_no} · {task.name}"


def of_task(task_id: int) -> str:
    return url_for("inbox.task", task_id=task_id)


@blueprint.get("/tasks/<key:task_id>/delegate")
def delegate_form(task_id: int) -> ResponseReturnValue:
    """To whom, and what is asked of them."""
    return questions.asked(lambda session: delegate_page(session, task_id))


@blueprint.post("/tasks/<key:task_id>/delegate")
def delegate(task_id: int) -> ResponseReturnValue:
    """委派."""
    to, reason = questions.number("to_account_id"), questions.words("reason")
    return questions.send(
        lambda session: delegate_page(session, task_id),
        lambda session: delegation.delegate(
            session, task_id, actor=current_actor(), to_account_id=to, reason=reason, key=questions.key()
        ),
        done="已委派，对方答复后回到您这里。",
        to=url_for("inbox.inbox", scope="waiting"),
    )


def delegate_page(session: Session, task_id: int) -> Act:
    task = the_task(session, task_id)
    found = delegation.candidates(session, task, current_actor())
    return Act(
        title="委派",
        about=about(task),
        button="委派给这位同事",
        address=url_for("inbox.delegate", task_id=task_id),
        back=of_task(task_id),
        consequence="对方可以查看办件、替您填好表单，并答复意见；答复后任务回到您手上，仍由您提交，时限不变。",
        questions=(
            Question("to_account_id", "委派给谁", "person", options=questions.people(found)),
            Question("reason", "请对方做什么", hint="对方和流水中都可以看到。"),
        ),
        empty="" if found else NOBODY,
    )


@blueprint.get("/tasks/<key:task_id>/answer")
def answer_form(task_id: int) -> ResponseReturnValue:
    """What the delegate says."""
    return questions.asked(lambda session: answer_page(session, task_id))


@blueprint.post("/tasks/<key:task_id>/answer")
def answer(task_id: int) -> ResponseReturnValue:
    """答复委派."""
    opinion = questions.words("opinion")
    return questions.send(
        lambda session: answer_page(session, task_id),
        lambda session: delegation.answer(
            session, task_id, actor=current_actor(), opinion=opinion, key=questions.key()
        ),
        done="已答复，任务回到委派人手上。",
        to=url_for("inbox.inbox"),
    )


def answer_page(session: Session, task_id: int) -> Act:
    return Act(
        title="答复委派",
        about=about(the_task(session, task_id)),
        button="答复",
        address=url_for("inbox.answer", task_id=task_id),
        back=of_task(task_id),
        consequence="您存为草稿的内容会一并交给委派人，由其核对后提交。",
        questions=(Question("opinion", "您的意见"),),
    )


@blueprint.post("/tasks/<key:task_id>/recall")
def recall(task_id: int) -> ResponseReturnValue:
    """收回委派."""
    with transaction() as session:
        delegation.recall(session, task_id, actor=current_actor(), key=questions.key())
    flash("已收回委派。")
    return redirect(of_task(task_id), 303)


@blueprint.get("/tasks/<key:task_id>/cosign")
def cosign_form(task_id: int) -> ResponseReturnValue:
    """Who shall sign, before or after."""
    return questions.asked(lambda session: cosign_page(session, task_id))


@blueprint.post("/tasks/<key:task_id>/cosign")
def cosign(task_id: int) -> ResponseReturnValue:
    """加签."""
    to, position, reason = questions.number("to_account_id"), questions.words("position"), questions.words("reason")
    return questions.send(
        lambda session: cosign_page(session, task_id),
        lambda session: cosigning.add(
            session,
            task_id,
            actor=current_actor(),
            to_account_id=to,
            position=position,
            reason=reason,
            key=questions.key(),
        ),
        done="已加签。",
        to=of_task(task_id),
    )


def cosign_page(session: Session, task_id: int) -> Act:
    task = the_task(session, task_id)
    found = cosigning.candidates(session, task, current_actor())
    order = {"before": "前加签：对方签署意见后，我才能提交", "after": "后加签：我提交后，对方都同意才生效"}
    return Act(
        title="加签",
        about=about(task),
        button="请对方加签",
        address=url_for("inbox.cosign", task_id=task_id),
        back=of_task(task_id),
        consequence="可以多次加签。对方没有签署的，可以减签。任务的时限不变。",
        questions=(
            Question("position", "什么时候签", "choice", options=questions.choice(order)),
            Question("to_account_id", "请谁签署", "person", options=questions.people(found)),
            Question("reason", "请对方看什么"),
        ),
        empty="" if found else NOBODY,
    )


@blueprint.post("/tasks/<key:task_id>/sign")
def sign(task_id: int) -> ResponseReturnValue:
    """签署加签意见."""
    agrees = {"true": True, "false": False}.get(questions.words("agrees"))
    opinion = questions.words("opinion")
    if agrees is None:
        return questions.asked_again(lambda session: sign_page(session, task_id), {"agrees": ["请选择同意或不同意"]})
    return questions.send(
        lambda session: sign_page(session, task_id),
        lambda session: cosigning.sign(
            session, task_id, actor=current_actor(), agrees=agrees, opinion=opinion, key=questions.key()
        ),
        done="已签署。",
        to=url_for("inbox.inbox"),
    )


@blueprint.get("/tasks/<key:task_id>/sign")
def sign_form(task_id: int) -> ResponseReturnValue:
    """Agree or not, and why."""
    return questions.asked(lambda session: sign_page(session, task_id))


def sign_page(session: Session, task_id: int) -> Act:
    task = the_task(session, task_id)
    after = task.position == "after"
    refusal = "不同意：退回经办人修改后重新提交" if after else "不同意：意见交经办人参考"
    return Act(
        title="签署加签意见",
        about=about(task),
        button="签署",
        address=url_for("inbox.sign", task_id=task_id),
        back=of_task(task_id),
        consequence="都同意后这一步立即生效。" if after else "签署后经办人才能提交这一步。",
        questions=(
            Question("agrees", "您的意见", "choice", options=questions.choice({"true": "同意", "false": refusal})),
            Question("opinion", "意见内容", hint="不同意的，请至少写 10 个字。"),
        ),
    )


@blueprint.get("/tasks/<key:task_id>/remove")
def remove_form(task_id: int) -> ResponseReturnValue:
    """Why the signature is not wanted any longer."""
    return questions.asked(lambda session: remove_page(session, task_id))


@blueprint.post("/tasks/<key:task_id>/remove")
def remove(task_id: int) -> ResponseReturnValue:
    """减签."""
    reason = questions.words("reason")
    with reading() as session:
        step_id = cosigning.get(session, task_id, current_actor()).host_id or task_id
    return questions.send(
        lambda session: remove_page(session, task_id),
        lambda session: cosigning.remove(session, task_id, actor=current_actor(), reason=reason, key=questions.key()),
        done="已减签。",
        to=of_task(step_id),
    )


def remove_page(session: Session, task_id: int) -> Act:
    task = cosigning.get(session, task_id, current_actor())
    return Act(
        title="减签",
        about=about(task),
        button="不再需要这份意见",
        address=url_for("inbox.remove", task_id=task_id),
        back=of_task(task.host_id or task_id),
        consequence="减去最后一份后加签时，已经提交的步骤立即生效。",
        questions=(Question("reason", "减签的原因"),),
    )


@blueprint.get("/tasks/<key:task_id>/copy")
def copy_form(task_id: int) -> ResponseReturnValue:
    """Who shall read the case."""
    return questions.asked(lambda session: copy_page(session, task_id))


@blueprint.post("/tasks/<key:task_id>/copy")
def copy(task_id: int) -> ResponseReturnValue:
    """抄送."""
    chosen, note = questions.numbers("account_id"), questions.words("note")
    return questions.send(
        lambda session: copy_page(session, task_id),
        lambda session: copies.copy(
            session, task_id, actor=current_actor(), account_ids=chosen, note=note, key=questions.key()
        ),
        done="已抄送。",
        to=of_task(task_id),
    )


def copy_page(session: Session, task_id: int) -> Act:
    task = the_task(session, task_id)
    found = copies.candidates(session, task, current_actor())
    return Act(
        title="抄送",
        about=about(task),
        button="抄送给选中的人",
        address=url_for("inbox.copy", task_id=task_id),
        back=of_task(task_id),
        consequence="对方收到消息，可以查看整个办件，不能办理；可以随时取消抄送。",
        questions=(
            Question("account_id", "抄送给谁", "people", options=questions.people(found)),
            Question("note", "说明（可以不填）", required=False, longest=copies.LONGEST_NOTE),
        ),
        empty="" if found else NOBODY,
    )


@blueprint.post("/copies/<key:copy_id>/take-back")
def take_back_copy(copy_id: int) -> ResponseReturnValue:
    """取消抄送."""
    with transaction() as session:
        copies.take_back(session, copy_id, actor=current_actor())
    flash("已取消抄送，对方不能再查看该办件。")
    task_id = request.form.get("task_id", "")
    return redirect(of_task(int(task_id)) if task_id.isdigit() and len(task_id) < 19 else url_for("inbox.inbox"), 303)


@blueprint.get("/tasks/<key:task_id>/urge")
def urge_form(task_id: int) -> ResponseReturnValue:
    """What is said besides."""
    return questions.asked(lambda session: urge_page(session, task_id))


@blueprint.post("/tasks/<key:task_id>/urge")
def urge(task_id: int) -> ResponseReturnValue:
    """催办."""
    note = questions.words("note")
    return questions.send(
        lambda session: urge_page(session, task_id),
        lambda session: urging.urge(session, task_id, actor=current_actor(), note=note, key=questions.key()),
        done="已催办，对方收到了消息。",
        to=of_task(task_id),
    )


def urge_page(session: Session, task_id: int) -> Act:
    return Act(
        title="催办",
        about=about(the_task(session, task_id)),
        button="催办",
        address=url_for("inbox.urge", task_id=task_id),
        back=of_task(task_id),
        consequence="现在办理这一步的人会收到消息；同一步骤四小时内只能催办一次。",
        questions=(Question("note", "想说的话（可以不填）", required=False, longest=urging.LONGEST_NOTE),),
    )
