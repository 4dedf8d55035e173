"""凭受理编号查询: where an application is, told to whoever knows its number and the end of an ID number.

The rule: it tells what stands in the diagram's words for citizens and who has it; whether the number or the end was
wrong is not told, and only applications are found this way.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.casework.models import Case
from engine.errors import NotFound
from engine.registry import access
from engine.registry.models import Citizen

ENDING = 4
LONGEST = 60
"""No number of a case is longer, as its column says."""
UNKNOWN = "没有找到。请核对受理编号和身份证号后四位"


def tidy(number: str) -> str:
    """The number as it is kept, however it was typed; of what is too long to be one, the beginning."""
    return "".join(number.split()).lower()[: LONGEST + 1]


def find(session: Session, number: str, ending: str) -> Case:
    """The application of that number, when the ID number of the person whom it is about, or of the citizen who filed
    it, ends so. Raises NotFound."""
    wanted = select(Case).where(
        Case.case_no == tidy(number), Case.subject_id.is_(None), Case.channel.in_(access.CHANNELS)
    )
    case, said = session.scalar(wanted), ending.strip().upper()
    if case is not None and len(said) == ENDING and any(one.endswith(said) for one in _numbers(session, case)):
        return case
    raise NotFound("Expected a number and the end of an ID number that belong together, but got none", notice=UNKNOWN)


def _numbers(session: Session, case: Case) -> list[str]:
    filed_by = session.get(Citizen, case.proxy_citizen_id) if case.proxy_citizen_id is not None else None
    found = [case.applicant_identity, filed_by.identity_number if filed_by is not None else ""]
    return [number.upper() for number in found if number]
