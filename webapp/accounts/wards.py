"""我的被监护人: for whom the citizen acts, since when, and until when.

The rule: this page only tells; binding and ending are asked for like everything else, and confirmed by the office.
"""

from flask import render_template
from flask.typing import ResponseReturnValue

from engine import db
from engine.errors import NotAllowed
from engine.registry import guardians
from webapp import auth
from webapp.accounts.blueprint import blueprint


@blueprint.get("/me/wards")
def wards() -> ResponseReturnValue:
    actor = auth.current_actor()
    if not actor.is_citizen:
        raise NotAllowed(f"Expected a citizen, but got {actor.ref}", notice="这一页只供群众使用")
    with db.reading() as session:
        rows = [(one, guardians.holds(one)) for one in guardians.of_guardian(session, auth.own_id())]
        return render_template("accounts/wards.html", rows=rows, grounds=guardians.GROUNDS)
