"""凭受理编号查询进度: open to all, for whoever has no password at hand.

The rule: what is typed goes by post and stands in no address; a pair that does not match says only that.
"""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from engine import db
from engine.casework import by_number, progress
from webapp import limits
from webapp.public.blueprint import blueprint


@blueprint.get("/query")
def query_form() -> ResponseReturnValue:
    return render_template("public/query.html", number=request.args.get("number", ""), problem="")


@blueprint.post("/query")
@limits.attempts
def query() -> ResponseReturnValue:
    number, ending = by_number.tidy(request.form.get("number", "")), request.form.get("ending", "")
    with db.transaction() as session:
        found = by_number.ask(session, number, ending)
        if found.case is None:
            problem, status = (by_number.LOCKED, 429) if found.locked else (by_number.UNKNOWN, 404)
            return render_template("public/query.html", number=number, problem=problem), status
        unit, phone = progress.department(session, found.case)
        lines = progress.in_public(session, found.case)
        return render_template("public/progress.html", case=found.case, lines=lines, unit=unit, phone=phone or "12345")
