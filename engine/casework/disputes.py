"""有异议: data of a citizen that is disputed (C10): which running cases it stands on, and how it is put right where the
platform itself holds it.

The rule: as long as a process that disputes data (its property `disputes`) runs, whoever handles a case of the same
citizen is told so; of one that names a case only on that one.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.casework import plans
from engine.casework.models import Case
from engine.casework.running import Running
from engine.errors import ExecutionFailed
from engine.language.diagram import Element
from engine.registry import citizens

ABOUT = "aboutCase"


def open_about(session: Session, case: Case) -> list[Case]:
    """What still disputes data that the running case may rest on, oldest first."""
    if case.state == "ended" or case.citizen_id is None or case.subject_id is not None:
        return []
    voiced = select(Case).where(
        Case.citizen_id == case.citizen_id, Case.channel == "VOICE", Case.state != "ended", Case.id != case.id
    )
    found = session.scalars(voiced.order_by(Case.id))
    return [one for one in found if one.variables.get(ABOUT) in (None, case.case_no) and _disputes(session, one)]


def _disputes(session: Session, case: Case) -> bool:
    return plans.bundle_of(session, case.version_id).process.properties.get("disputes") == "true"


def correct_person(running: Running, element: Element) -> Mapping[str, Any]:
    """改正登记信息, a service: what the platform holds of the citizen whose case this is. Headers: `field`, one of
    name, phone, address; `value`, what is right."""
    field, value = (str(running.value_of(element.headers.get(name, "")) or "") for name in ("field", "value"))
    if running.case.citizen_id is None:
        raise ExecutionFailed("Expected a registered citizen to correct, but there is none", element_id=element.id)
    citizens.correct(running.session, running.case.citizen_id, field, value)
    return {}


SERVICES = {"correct_person": correct_person}
