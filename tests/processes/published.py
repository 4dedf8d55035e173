"""A case of its own that is published, as the items call it: what tests of publicity begin with."""

from typing import Any

from engine import clock
from engine.casework import deployments, execution
from engine.db import transaction
from engine.registry.actors import SYSTEM
from tests.factories import JIANGNA

PROCESS, VILLAGE = "publicity", f"{JIANGNA}001"
GROWN_UP, MINOR = "532622198001010010", "532622201501010010"
LINES: list[dict[str, Any]] = [
    {"field": "applicantName", "value": "王秀英"},
    {"field": "memberCount", "value": 4},
    {"field": "itemName", "value": "低保"},
    {"field": "monthlyAmount", "value": 640},
]


def begin(
    item: str = "dibao",
    kind: str = "初审公示",
    *,
    process: str = PROCESS,
    citizen_id: int | None = None,
    identity: str = GROWN_UP,
    **more: Any,
) -> int:
    """The case's number in the database. `process`: an item that calls it; `more`: variables besides, or others than
    usual."""
    given = {
        "publicKind": kind, "contentLines": LINES, "itemCode": item, "itemName": "低保", "department": "civil",
        "county": "532622", "town": JIANGNA, "problemRegion": VILLAGE, "applicantName": "王秀英",
    }  # fmt: skip
    people = {"citizen_id": citizen_id, "applicant_name": "王秀英", "applicant_identity": identity}
    with transaction() as session:
        version = deployments.active(session, process, VILLAGE, clock.now())
        with execution.create(
            session, process, version.id, SYSTEM, channel="SELF", region_code=VILLAGE, item_code=item,
            variables={**given, **more}, people=people,
        ) as running:  # fmt: skip
            running.begin({})
        return running.case.id
