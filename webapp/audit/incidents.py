"""异常: what the machine could not do by itself, and the button that lets it try again.

The rule: the operators see which case and why, and no personal data.
"""

from dataclasses import dataclass
from datetime import datetime

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine.casework import incidents
from engine.casework.models import Case, Incident
from engine.db import reading, transaction
from webapp.audit.blueprint import blueprint
from webapp.auth import current_actor


@dataclass(frozen=True)
class Trouble:
    """An incident with the number of its case."""

    id: int
    created_at: datetime
    case_no: str
    element_id: str
    message: str


@blueprint.get("/audit/incidents")
def listing() -> ResponseReturnValue:
    """The incidents that wait for somebody."""
    actor = current_actor()
    with reading() as session:
        found = [trouble(session, incident) for incident in incidents.listing(session, actor)]
    return render_template("audit/incidents.html", incidents=found, may_retry=actor.holds("platform_ops"))


@blueprint.post("/audit/incidents/<key:incident_id>/retry")
def retry(incident_id: int) -> ResponseReturnValue:
    """重试."""
    with transaction() as session:
        incidents.retry(session, incident_id, current_actor())
    flash("已安排重试，几分钟内可以看到结果。")
    return redirect(url_for("audit.listing"), 303)


def trouble(session: Session, incident: Incident) -> Trouble:
    case = session.get(Case, incident.case_id) if incident.case_id is not None else None
    return Trouble(
        id=incident.id,
        created_at=incident.created_at,
        case_no=case.case_no if case is not None else "",
        element_id=incident.element_id or "",
        message=incident.message,
    )
