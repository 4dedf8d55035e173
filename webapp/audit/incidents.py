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
from webapp import drawings
from webapp.audit.blueprint import blueprint
from webapp.auth import current_actor


@dataclass(frozen=True)
class Trouble:
    """An incident with the number of its case and the name of its step.

    `told` is what happened, in Chinese where somebody wrote that; `reason` the words of the engine, for those who mend.
    """

    id: int
    created_at: datetime
    case_no: str
    step: str
    told: str
    reason: str
    again: bool


@blueprint.get("/audit/incidents")
def listing() -> ResponseReturnValue:
    """The incidents that wait for somebody."""
    actor = current_actor()
    with reading() as session:
        found = [trouble(session, incident) for incident in incidents.listing(session, actor)]
    return render_template("audit/incidents.html", incidents=found, may_retry=actor.holds("platform_ops"))


@blueprint.post("/audit/incidents/<key:incident_id>/retry")
def retry(incident_id: int) -> ResponseReturnValue:
    """重试, or 已处理 where nothing waits to be tried again."""
    with transaction() as session:
        again = incidents.may_try_again(incidents.retry(session, incident_id, current_actor()))
    flash("已安排重试，几分钟内可以看到结果。" if again else "已标记为处理完毕，请办理人重新提交。")
    return redirect(url_for("audit.listing"), 303)


def trouble(session: Session, incident: Incident) -> Trouble:
    case = session.get(Case, incident.case_id) if incident.case_id is not None else None
    told, _, reason = incident.message.partition("\n")
    return Trouble(
        id=incident.id,
        created_at=incident.created_at,
        case_no=case.case_no if case is not None else "",
        step=_step(session, case, incident.element_id or ""),
        told=told,
        reason=reason,
        again=incidents.may_try_again(incident),
    )


def _step(session: Session, case: Case | None, element_id: str) -> str:
    """The step as the diagram calls it."""
    return drawings.element_names(session, case).get(element_id, element_id) if case is not None else element_id
