"""The words that a diagram may use here: role keys, processes, services, messages and the variables of every case."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.casework.models import ProcessVersion
from engine.casework.services import INLINE
from engine.connectors import registry as connectors
from engine.language import lint
from engine.registry import roles

CASE_VARIABLES = frozenset(
    {
        "caseNo", "itemCode", "itemName", "department", "channel", "county", "countyName", "town", "problemRegion",
        "startedAt", "promisedAt", "townsOfCounty", "now", "dueAt", "workingDaysAfter", "calendarDaysAfter",
        "subjectCaseNo", "subjectItem", "kind", "opener", "openerRole", "lateSince", "acceptedAt", "stoppedSeconds",
        "taskName", "taskDueAt", "taskRole", "taskElement", "outcome", "withdrawReason", "realNameMatches",
        "duplicateCaseNo", "overdueRecorded",
    }
)  # fmt: skip


def known(session: Session, files: Iterable[str] = ()) -> lint.Known:
    """What a diagram may refer to; `files`: further processes that are being deployed with it."""
    processes = set(session.scalars(select(ProcessVersion.process_key).distinct()))
    processes |= {Path(path).stem for path in files if path.startswith("processes/")}
    return of(roles.keys(session), frozenset(processes))


def of(role_keys: frozenset[str], processes: frozenset[str], messages: Mapping[str, str] | None = None) -> lint.Known:
    """The vocabulary from its parts, for checks that have no database."""
    return lint.Known(
        role_keys=role_keys,
        process_ids=processes,
        connector_types=frozenset(INLINE) | connectors.NAMES,
        variables=CASE_VARIABLES,
    )
