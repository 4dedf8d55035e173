"""登录记录: who signed in when, and who tried in vain.

The rule: auditors and supervisors read it, each of their region.
"""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.db import reading
from engine.oversight import sign_ins
from webapp.audit.blueprint import blueprint
from webapp.auth import current_actor


@blueprint.get("/audit/sign-ins")
def list_sign_ins() -> ResponseReturnValue:
    """The tries, the latest first."""
    login, refused = request.args.get("login", "")[:60], request.args.get("refused") == "1"
    with reading() as session:
        found = sign_ins.listing(
            session, current_actor(), login=login, refused=refused, page=request.args.get("page", 1, type=int)
        )
    return render_template(
        "audit/sign_ins.html",
        page=found,
        login=login,
        refused=refused,
        address=lambda page: url_for(
            "audit.list_sign_ins", login=login or None, refused="1" if refused else None, page=page
        ),
    )
