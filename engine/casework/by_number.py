"""凭受理编号查询: where an application is, told to whoever knows its number and the end of an ID number.

The rule: it tells what stands in the diagram's words for citizens and who has it; whether the number or the end was
wrong is not told, and only applications are found this way.
"""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.casework.models import Case
from engine.registry import access, attempts, guardians
from engine.registry.models import Citizen

ENDING = 4
LONGEST = 60
"""No number of a case is longer, as its column says."""
UNKNOWN = "没有找到。请核对受理编号和身份证号后四位"
LOCKED = "这个编号输错的次数太多。请过一小时再试，或者拨打 12345 询问"


def tidy(number: str) -> str:
    """The number as it is kept, however it was typed; of what is too long to be one, the beginning."""
    return "".join(number.split()).lower()[: LONGEST + 1]


@dataclass(frozen=True)
class Answer:
    """The application, if number and end belong together; `locked`: of so many wrong ends this one was not heard."""

    case: Case | None
    locked: bool = False


def ask(session: Session, number: str, ending: str) -> Answer:
    """The application of that number, when the ID number of the person whom it is about, of a guardian who acts for
    them, or of the citizen who filed it, ends so. A wrong end is counted, which must be committed."""
    known, said = tidy(number), ending.strip().upper()
    if not known or len(said) != ENDING:
        return Answer(None)
    if not attempts.may_guess(session, known):
        return Answer(None, locked=True)
    wanted = select(Case).where(Case.case_no == known, Case.subject_id.is_(None), Case.channel.in_(access.CHANNELS))
    case = session.scalar(wanted)
    if case is not None and any(one.endswith(said) for one in _numbers(session, case)):
        return Answer(case)
    attempts.count_guess(session, known)
    return Answer(None)


def _numbers(session: Session, case: Case) -> list[str]:
    """The ID numbers by which it is found."""
    people = guardians.of_ward(session, case.applicant_identity)
    if case.proxy_citizen_id is not None:
        people.append(case.proxy_citizen_id)
    found = session.scalars(select(Citizen.identity_number).where(Citizen.id.in_(people)))
    return [number.upper() for number in (case.applicant_identity, *found) if number]
