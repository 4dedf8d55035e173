"""The words that a diagram may use here: role keys, processes, services, messages and variables."""

import re
from collections.abc import Iterable, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.casework import plans, services
from engine.casework.models import ProcessVersion
from engine.connectors import registry as connectors
from engine.errors import Invalid
from engine.language import bundle as bundles
from engine.language.bundle import Bundle
from engine.language.lint import Known, declared
from engine.registry import roles

CASE_VARIABLES = frozenset(
    {
        "caseNo", "itemCode", "itemName", "department", "channel", "county", "countyName", "town", "problemRegion",
        "startedAt", "promisedAt", "townsOfCounty", "hospitalsOfCounty", "now", "dueAt", "workingDaysAfter",
        "calendarDaysAfter", "subjectCaseNo", "subjectItem", "item", "kind", "opener", "openerRole", "lateSince",
        "acceptedAt", "stoppedSeconds", "stoppedBefore", "caseState", "taskName", "taskDueAt", "taskRole",
        "taskElement", "regionLevel", "plannedAt", "casesOfMine", "staffHere", "staffRoles", "regionsHere",
        "processesHere", "pagesHere", "itemsHere",
        "outcome", "withdrawReason", "realNameMatches", "duplicateCaseNo", "enjoyed", "lowIncomeTypes",
        "overdueRecorded", "promiseExtended", "transfer",
    }
)  # fmt: skip
MESSAGE_KEY = re.compile(r'<inputEntry[^>]*>\s*<text>"([^"]+)"</text>')


def known(session: Session, bundle: Bundle, beside: Iterable[Bundle] = ()) -> Known:
    """What the bundle may refer to: what is deployed, and what is deployed at the same time."""
    versions = session.execute(select(ProcessVersion.process_key, ProcessVersion.id)).all()
    around = [plans.bundle_of(session, number) for _, number in versions]
    return vocabulary(roles.keys(session), bundle, [*around, *beside])


def in_folder(folder: Mapping[str, bytes]) -> list[Bundle]:
    """All bundles of a folder that can be read; the others tell their problems when their turn comes."""
    found = []
    for path in folder:
        if path.startswith("processes/"):
            try:
                found.append(bundles.read(bundles.collect(path[10:].removesuffix(".bpmn"), folder)))
            except Invalid:
                continue
    return found


def vocabulary(role_keys: frozenset[str], bundle: Bundle, around: Iterable[Bundle]) -> Known:
    """The words from their parts; needs no database."""
    everything = [bundle, *around]
    return Known(
        roles=role_keys,
        processes=frozenset(one.process_id for one in everything),
        connectors=frozenset(services.inline()) | connectors.CALLABLE,
        messages=frozenset(MESSAGE_KEY.findall(bundle.files.get("rules/messages.dmn", b"").decode("utf-8"))),
        variables=CASE_VARIABLES.union(*(declared(one) for one in everything)),
        heard=frozenset(one.process_id for one in everything if _waits(one))
        - frozenset(one.process_id for one in everything if not _waits(one)),
    )


def _waits(bundle: Bundle) -> bool:
    """Whether a message begins the process, as with companions, or the clock."""
    return any(element.kind == "startEvent" and element.event is not None for element in bundle.process.elements)
