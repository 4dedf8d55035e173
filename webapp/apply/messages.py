"""Messages to the citizen 我的消息.

The rule: opening the page is reading, so the red dot goes out; what was new is still marked this once.
"""

from flask import render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine import db
from engine.casework import notifications
from engine.casework.models import Case
from webapp import auth
from webapp.apply import notices
from webapp.apply.blueprint import blueprint


@blueprint.get("/my/messages")
def messages() -> ResponseReturnValue:
    actor, number = auth.current_actor(), request.args.get("page", 1, type=int)
    with db.reading() as session:
        listing = notifications.listing(session, actor, page=number)
        shown = [(row, row.read_at is None, _case_no(session, row.case_id)) for row in listing.rows]
        page = render_template("apply/messages.html", notices=shown, listing=listing)
        new = [row.id for row in listing.rows if row.read_at is None]
    notices.mark_read(actor, new)
    return page


def _case_no(session: Session, case_id: int | None) -> str:
    """Companions have no page of the citizen's own: their messages lead nowhere."""
    case = session.get(Case, case_id) if case_id is not None else None
    return case.case_no if case is not None and case.subject_id is None else ""
