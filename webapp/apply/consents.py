"""The answer of the person for whom somebody else raised a hand (他人代举, C2).

The rule: only the applicant answers, and both answers are equally easy to give.
"""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine import db
from engine.casework import cases, progress
from engine.errors import Invalid
from webapp import auth
from webapp.apply.blueprint import blueprint


@blueprint.get("/consents/<case_no>")
def consent(case_no: str) -> ResponseReturnValue:
    actor = auth.current_actor()
    with db.reading() as session:
        case = cases.get(session, case_no, actor)
        auth.refuse_unknown(case.citizen_id == actor.id or case.proxy_citizen_id != actor.id)
        submissions = progress.filled_in(session, case, actor)
        return render_template("apply/consent.html", case=case, submissions=submissions)


@blueprint.post("/consents/<case_no>")
def answer_consent(case_no: str) -> ResponseReturnValue:
    answer = request.form.get("agrees", "")
    if answer not in ("yes", "no"):
        raise Invalid(f"Expected yes or no, but got {answer!r}", notice="请选择同意或者不同意")
    with db.transaction() as session:
        cases.consent(session, case_no, auth.current_actor(), agrees=answer == "yes")
    flash("您已同意，申请继续办理。" if answer == "yes" else "您已拒绝，这份申请不再办理。")
    return redirect(url_for("apply.my_case", case_no=case_no), 303)
