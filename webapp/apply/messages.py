"""Messages to the citizen 我的消息.

The rule: opening the page is reading, so the red dot goes out; what was new is still marked this once.
"""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from engine import db
from engine.casework import notifications
from engine.casework.models import Case
from webapp import auth
from webapp.apply.blueprint import blueprint


@blueprint.get("/my/messages")
def messages() -> ResponseReturnValue:
    actor, number = auth.current_actor(), request.args.get("page", 1, type=int)
    with db.transaction() as session:
        listing = notifications.listing(session, actor, page=number)
        shown = [
            (notice, notice.read_at is None, _case_no(session.get(Case, notice.case_id))) for notice in listing.rows
        ]
        page = render_template("apply/messages.html", notices=shown, listing=listing)
        notifications.mark_read(session, actor, [notice.id for notice, is_new, _ in shown if is_new])
    return page


def _case_no(case: Case | None) -> str:
    """Companions have no page of the citizen's own: their messages lead nowhere."""
    return case.case_no if case is not None and case.subject_id is None else ""
