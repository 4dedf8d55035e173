"""挂起, 恢复, 终止 of a case: each on a page of its own, for the posts that may.

The rule: whoever may not do it does not see the page, and the engine asks again after the case is locked.
"""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine.casework import cases, suspension, termination
from engine.casework.models import Case
from engine.db import transaction
from engine.errors import NotAllowed
from engine.registry import access
from webapp.auth import current_actor
from webapp.inbox import questions
from webapp.inbox.blueprint import blueprint
from webapp.inbox.questions import Act, Question


def of_case(case_no: str) -> str:
    return url_for("inbox.case", case_no=case_no)


def the_case(session: Session, case_no: str, *, ending: bool) -> Case:
    """The case, for whoever may suspend (or end) it."""
    actor = current_actor()
    found = cases.get(session, case_no, actor)
    may = access.may_terminate if ending else access.may_suspend
    if not may(actor, found):
        raise NotAllowed(f"Expected {actor.ref} to be responsible for {case_no}, but it is not")
    return found


@blueprint.get("/cases/<case_no>/suspend")
def suspend_form(case_no: str) -> ResponseReturnValue:
    """Why it shall stand still."""
    return questions.asked(lambda session: suspend_page(session, case_no))


@blueprint.post("/cases/<case_no>/suspend")
def suspend(case_no: str) -> ResponseReturnValue:
    """挂起."""
    reason = questions.words("reason")
    return questions.send(
        lambda session: suspend_page(session, case_no),
        lambda session: suspension.suspend(session, case_no, actor=current_actor(), reason=reason, key=questions.key()),
        done="已挂起，申请人收到了告知。",
        to=of_case(case_no),
    )


def suspend_page(session: Session, case_no: str) -> Act:
    the_case(session, case_no, ending=False)
    return Act(
        title="挂起办件",
        about=case_no,
        button="挂起，并告知申请人",
        address=url_for("inbox.suspend", case_no=case_no),
        back=of_case(case_no),
        consequence="挂起期间不能办理，也不计时；恢复后各项时限按停止的时间顺延。有未销号督办单的办件不能挂起。",
        questions=(Question("reason", "挂起的原因", hint="至少 10 个字，申请人会看到。"),),
    )


@blueprint.post("/cases/<case_no>/resume")
def resume(case_no: str) -> ResponseReturnValue:
    """恢复办理."""
    with transaction() as session:
        suspension.resume(session, case_no, actor=current_actor(), key=questions.key())
    flash("已恢复办理，时限已经顺延，申请人收到了告知。")
    return redirect(of_case(case_no), 303)


@blueprint.get("/cases/<case_no>/terminate")
def terminate_form(case_no: str) -> ResponseReturnValue:
    """Why it ends."""
    return questions.asked(lambda session: terminate_page(session, case_no))


@blueprint.post("/cases/<case_no>/terminate")
def terminate(case_no: str) -> ResponseReturnValue:
    """终止."""
    code, reason = questions.words("code"), questions.words("reason")
    return questions.send(
        lambda session: terminate_page(session, case_no),
        lambda session: termination.terminate(
            session, case_no, actor=current_actor(), code=code, reason=reason, key=questions.key()
        ),
        done="办件已终止，申请人收到了告知。",
        to=of_case(case_no),
    )


def terminate_page(session: Session, case_no: str) -> Act:
    the_case(session, case_no, ending=True)
    return Act(
        title="终止办件",
        about=case_no,
        button="终止，并告知申请人",
        address=url_for("inbox.terminate", case_no=case_no),
        back=of_case(case_no),
        consequence="终止后办件结束，不能恢复；申请人会看到原因，可以重新申请。",
        questions=(
            Question("code", "终止的原因", "choice", options=questions.choice(termination.REASONS)),
            Question("reason", "具体情况", hint="至少 10 个字，申请人会看到。"),
        ),
    )
