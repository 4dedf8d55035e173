"""Messages to the citizen 我的消息.

The rule: opening the page is reading, so the red dot goes out; what was new is still marked this once.
"""

from flask import render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine import db
from engine.casework import cases, notifications, progress
from engine.casework.models import Case, Notice
from webapp import auth
from webapp.apply import notices
from webapp.apply.blueprint import blueprint


@blueprint.get("/my/messages")
def messages() -> ResponseReturnValue:
    actor, number = auth.current_actor(), request.args.get("page", 1, type=int)
    with db.reading() as session:
        listing = notifications.listing(session, actor, page=number)
        shown = [_told(session, row) for row in listing.rows]
        asked = cases.consents(session, actor)
        page = render_template("apply/messages.html", notices=shown, listing=listing, asked=asked)
        new = [row.id for row in listing.rows if row.read_at is None]
    notices.mark_read(actor, new)
    return page


def _told(session: Session, notice: Notice) -> tuple[Notice, str, Case | None]:
    """A message with its words and the case whose page it leads to; of a companion the citizen has none."""
    case = session.get(Case, notice.case_id) if notice.case_id is not None else None
    if case is None or case.subject_id is not None:
        return notice, notice.text, None
    return notice, progress.without_number(notice.text, case.case_no), case
