"""登记电话联系: whoever called the applicant about a step writes it down.

The rule: the engine says who may; a page only asks what came of the call.
"""

from flask import url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine.casework import phone_calls
from webapp.auth import current_actor
from webapp.inbox import asking, questions
from webapp.inbox.blueprint import blueprint
from webapp.inbox.questions import Act, Question


@blueprint.get("/tasks/<key:task_id>/call")
def call_form(task_id: int) -> ResponseReturnValue:
    """What came of it."""
    return questions.asked(lambda session: call_page(session, task_id))


@blueprint.post("/tasks/<key:task_id>/call")
def call(task_id: int) -> ResponseReturnValue:
    """登记电话联系."""
    result, text = questions.words("result"), questions.words("text")
    return questions.send(
        lambda session: call_page(session, task_id),
        lambda session: phone_calls.note(
            session, task_id, actor=current_actor(), result=result, text=text, key=questions.key()
        ),
        done="已登记。",
        to=asking.of_task(task_id),
    )


def call_page(session: Session, task_id: int) -> Act:
    return Act(
        title="登记电话联系",
        about=asking.about(asking.the_task(session, task_id)),
        button="登记",
        address=url_for("inbox.call", task_id=task_id),
        back=asking.of_task(task_id),
        consequence="记入办理过程；申请人能看到什么时候打过电话，看不到这里写的内容。时限不变。",
        questions=(
            Question("result", "联系结果", "choice", options=questions.choice(phone_calls.RESULTS)),
            Question(
                "text", "告知或者了解到的内容（没有打通的可以不填）", required=False, longest=phone_calls.LONGEST_NOTE
            ),
        ),
    )
