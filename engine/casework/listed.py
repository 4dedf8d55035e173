"""Cases as lists show them (办件列表): plain rows with what one line says of a case, nothing that takes long to read.

The rule: a page asks once for all its rows, and once for the cases beside which companions stand.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

from sqlalchemy import case, or_, select
from sqlalchemy.orm import Session

from engine.casework.models import Case
from engine.db import one_of
from engine.registry import access

CASE = Case.__table__


@dataclass(slots=True, eq=False)
class Listed:
    """One case. `root`: the case beside which a companion stands, else itself; `variables`: only of a companion, or a
    case of a management process."""

    id: int
    case_no: str
    process_key: str
    item_code: str
    version_id: int
    called_versions: dict[str, int]
    subject_id: int | None
    channel: str
    citizen_id: int | None
    proxy_citizen_id: int | None
    applicant_name: str
    applicant_identity: str
    region_code: str
    state: str
    status: str
    started_at: datetime
    clock_stopped_at: datetime | None
    supervised: bool
    overdue_count: int
    urge_count: int
    variables: dict[str, Any] | None
    root: "Listed" = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.root = self

    @property
    def anonymous(self) -> bool:
        """Whether a citizen asked in it not to be named."""
        return self.variables is not None and self.variables.get("anonymous") is True


# Only in a companion, or in a case of a management process, can a citizen ask not to be named.
_MAY_BE_ANONYMOUS = or_(CASE.c.subject_id.is_not(None), CASE.c.channel.in_(access.MANAGEMENT))
COLUMNS = [
    *(CASE.c[one.name] for one in fields(Listed) if one.init and one.name != "variables"),
    case((_MAY_BE_ANONYMOUS, CASE.c.variables)),
]
_BY_KEY = select(*COLUMNS).where(one_of(CASE.c.id, "cases"))


def of(session: Session, case_ids: Collection[int]) -> dict[int, Listed]:
    """These cases, by their keys."""
    return {one.id: one for one in complete(session, _read(session, case_ids))}


def in_order(session: Session, case_ids: Sequence[int]) -> list[Listed]:
    """The same, as a list in the order of the keys."""
    rows = of(session, case_ids)
    return [rows[case_id] for case_id in case_ids]


def complete(session: Session, found: Sequence[Listed]) -> Sequence[Listed]:
    """Give the companions among these rows the cases beside which they stand."""
    companions = {one: one.subject_id for one in found if one.subject_id is not None}
    if companions:
        subjects = complete(session, _read(session, set(companions.values())))
        roots = {one.id: one.root for one in subjects}
        for one, subject_id in companions.items():
            one.root = roots[subject_id]
    return found


def _read(session: Session, case_ids: Collection[int]) -> list[Listed]:
    rows = session.connection().execute(_BY_KEY, {"cases": list(case_ids)}) if case_ids else ()
    return [Listed(*row) for row in rows]
