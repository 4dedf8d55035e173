"""咨询、投诉、申诉、数据纠错: what citizens may begin beside asking for a service, about a case of theirs or anything.

The rule: the diagrams say what there is and what is asked; what was begun stands among one's own cases.
"""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine import db
from engine.casework import beginnings
from webapp import auth, start_pages
from webapp.apply.blueprint import blueprint


@blueprint.get("/voice")
def voices() -> ResponseReturnValue:
    """All there is; `case`: about which case of one's own."""
    with db.reading() as session:
        offered = beginnings.offered(session, auth.current_actor())
    return render_template("apply/voices.html", rows=offered, case_no=request.args.get("case", ""))


@blueprint.get("/voice/<process>")
def voice(process: str) -> ResponseReturnValue:
    return render_template("apply/voice.html", page=start_pages.shown(process, auth.current_actor()))


@blueprint.post("/voice/<process>")
def speak(process: str) -> ResponseReturnValue:
    page = start_pages.sent(process, auth.current_actor())
    if not page.case_no:
        return render_template("apply/voice.html", page=page), page.status
    return redirect(url_for("apply.submitted", case_no=page.case_no), 303)
