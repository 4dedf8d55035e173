"""Messages to staff 消息: the red dot leads here.

The rule: everybody reads and marks their own only.
"""

from dataclasses import dataclass
from datetime import datetime

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine.casework import deployments, notifications
from engine.casework.models import Case, Notice
from engine.db import reading, transaction
from webapp.auth import current_actor
from webapp.inbox.blueprint import blueprint


@dataclass(frozen=True)
class Message:
    """A message with the case it speaks of, or of the version of a process that waits for a second person."""

    id: int
    text: str
    created_at: datetime
    read_at: datetime | None
    case_no: str
    of_version: bool


@blueprint.get("/notices")
def notices() -> ResponseReturnValue:
    """One's messages, newest first."""
    actor = current_actor()
    with reading() as session:
        found = notifications.listing(session, actor, page=request.args.get("page", 1, type=int))
        page = found.with_rows([message(session, notice) for notice in found.rows])
        return render_template("inbox/notices.html", page=page, address=address)


@blueprint.post("/notices/read")
def mark_read() -> ResponseReturnValue:
    """Mark messages as read."""
    numbers = [int(number) for number in request.form.getlist("notice_id") if number.isdigit() and len(number) < 19]
    with transaction() as session:
        notifications.mark_read(session, current_actor(), numbers)
    return redirect(url_for("inbox.notices"), 303)


def address(page: int) -> str:
    return url_for("inbox.notices", page=page)


def message(session: Session, notice: Notice) -> Message:
    case = session.get(Case, notice.case_id) if notice.case_id is not None else None
    of_version = notice.message_key == deployments.VERSION_MESSAGE
    case_no = case.case_no if case is not None else ""
    return Message(notice.id, notice.text, notice.created_at, notice.read_at, case_no, of_version)
