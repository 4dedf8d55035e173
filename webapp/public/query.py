"""凭受理编号查询进度: open to all, for whoever has no password at hand.

The rule: what is typed goes by post and stands in no address; a pair that does not match says only that.
"""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from engine import db
from engine.casework import by_number, progress
from engine.errors import NotFound
from webapp import limits
from webapp.public.blueprint import blueprint


def _asked_number() -> str:
    """What is tried; cut off, because the limiter keeps it for an hour."""
    return by_number.tidy(request.form.get("number", ""))


# Four characters are soon guessed by whoever may try often.
guesses = limits.limiter.limit("10 per hour", key_func=_asked_number, exempt_when=lambda: not _asked_number())


@blueprint.get("/query")
def query_form() -> ResponseReturnValue:
    return render_template("public/query.html", number=request.args.get("number", ""), problem="")


@blueprint.post("/query")
@limits.attempts
@guesses
def query() -> ResponseReturnValue:
    number, ending = _asked_number(), request.form.get("ending", "")
    with db.reading() as session:
        try:
            case = by_number.find(session, number, ending)
        except NotFound as unknown:
            page = render_template("public/query.html", number=number, problem=unknown.notice)
            return page, unknown.status
        unit, phone = progress.department(session, case)
        lines = progress.in_public(session, case)
        return render_template("public/progress.html", case=case, lines=lines, unit=unit, phone=phone or "12345")
