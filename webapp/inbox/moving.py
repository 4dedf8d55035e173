"""移交 of a case: where it shall be handled from now on, and why, on a page of its own.

The rule: the place is chosen level by level, as on every form, down to a town at least.
"""

from flask import request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine.casework import cases, transferring
from engine.errors import NotAllowed
from engine.registry import access, regions
from webapp import form_fields
from webapp.auth import current_actor
from webapp.inbox import questions
from webapp.inbox.blueprint import blueprint
from webapp.inbox.questions import Act, Question
from webapp.inbox.stopping import of_case

PLACE = "region"


@blueprint.get("/cases/<case_no>/transfer")
def transfer_case_form(case_no: str) -> ResponseReturnValue:
    """Where it shall go."""
    return questions.asked(lambda session: transfer_page(session, case_no))


@blueprint.post("/cases/<case_no>/transfer")
def transfer_case(case_no: str) -> ResponseReturnValue:
    """移交; without script, the next level to choose."""
    if "reload" in request.form:
        return questions.asked(lambda session: transfer_page(session, case_no))
    place, reason = form_fields.read_region(request.form, PLACE), questions.words("reason")
    return questions.send(
        lambda session: transfer_page(session, case_no),
        lambda session: transferring.transfer(
            session, case_no, actor=current_actor(), region_code=place, reason=reason, key=questions.key()
        ),
        done="已移交，对方和申请人收到了告知。",
        to=of_case(case_no),
    )


def transfer_page(session: Session, case_no: str) -> Act:
    actor = current_actor()
    found = cases.get(session, case_no, actor)
    if not access.may_transfer(actor, found):
        raise NotAllowed(f"Expected {actor.ref} to be responsible for {case_no}, but it is not")
    typed = form_fields.read_region(request.form, PLACE)
    chosen = typed or regions.ancestor_code(found.region_code, "county") or ""
    return Act(
        title="移交办件",
        about=f"{case_no}，现在由{regions.full_name(session, found.region_code)}办理",
        button="移交，并告知申请人",
        address=url_for("inbox.transfer_case", case_no=case_no),
        back=of_case(case_no),
        consequence="没有办完的步骤转给新的地方，已经签收的要重新签收；各项时限照常计算。办过的人仍可查看。"
        "对方可以在 1 个工作日内说明理由退回一次，之后由县领导小组办公室决定。",
        questions=(
            Question(
                PLACE,
                "移交到哪里",
                "region",
                "至少选到乡镇（街道）。",
                levels=form_fields.region_levels(session, chosen),
            ),
            Question("reason", "移交的原因", hint="至少 10 个字，申请人会看到。"),
        ),
    )
