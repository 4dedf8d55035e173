"""一人一档: what one person has applied for, gets and was paid, as far as whoever looks may read each of it.

The rule: one comes here from a case of that person which one sees in clear, never by typing a number; nothing is told
here that the viewer would not find in the lists of cases, benefits and payments.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from engine.casework import cases, listed
from engine.casework.listed import Listed
from engine.casework.models import Case, PaymentLine
from engine.errors import NotAllowed, NotFound
from engine.oversight import ledger, running_benefits
from engine.registry import access, masks
from engine.registry.actors import Actor

MOST = 100
"""Of so many applications nobody reads the older ones here; the list of cases has them all."""


@dataclass(frozen=True)
class Person:
    """One person: the applications, newest first, the benefits, and the payments, oldest first."""

    name: str
    identity_number: str
    cases: Sequence[Listed]
    benefits: Sequence[running_benefits.Row]
    payments: Sequence[ledger.Entry]


def may_open(session: Session, actor: Actor, case: Case) -> bool:
    """Whether there is such a page of the case's applicant for this viewer."""
    root = cases.root_of(session, case)
    is_known = root.channel in access.CHANNELS and bool(root.applicant_identity)
    return actor.is_staff and is_known and not masks.for_viewer(actor, root)


def of_case(session: Session, actor: Actor, case_no: str) -> Person:
    """The applicant of that case. Raises NotFound where there is none, NotAllowed for who sees the case masked."""
    root = cases.root_of(session, cases.get(session, case_no, actor))
    if root.channel not in access.CHANNELS or not root.applicant_identity:
        raise NotFound(f"Expected {case_no} to have an applicant, but it has none", notice="这个办件没有申请人")
    if not may_open(session, actor, root):
        raise NotAllowed(f"Expected {actor.ref} to see {case_no} in clear, but it sees it masked")
    number = root.applicant_identity
    mine = and_(Case.applicant_identity == number, Case.channel.in_(access.CHANNELS), Case.subject_id.is_(None))
    wanted = select(Case.id).where(mine, or_(Case.id == root.id, access.case_condition(actor, Case)))
    found = session.scalars(wanted.order_by(Case.id.desc()).limit(MOST)).all()
    return Person(
        root.applicant_name,
        number,
        listed.in_order(session, found),
        running_benefits.listing(session, actor, state="", text=number).rows,
        [one for one in ledger.entries_of(session, actor, PaymentLine.payee_identity == number) if one.may_open],
    )
