"""办结期限: counted anew from acceptance where the table says so, extended once for a reason that a leader approved."""

from datetime import UTC, datetime
from typing import Any

import pytest

from engine.casework import taking_back, timeline
from engine.casework.models import Case
from engine.db import reading
from engine.errors import Conflict, ExecutionFailed, Invalid
from engine.language import bundle, schedule
from engine.oversight import reasons
from engine.oversight.replay import replay, steps
from tests.casework import content
from tests.casework.acts import do, kinds, look
from tests.casework.conftest import Office
from tests.casework.content import flow
from tests.casework.test_said_by_the_diagram import changed
from tests.processes.stage import at

LONGER = (
    '<bpmn:exclusiveGateway id="sm_more" name="延长吗" default="sm_more__sm_bad" />'
    '<bpmn:serviceTask id="sm_longer" name="延长期限"><bpmn:extensionElements>'
    '<zeebe:taskDefinition type="extend_promise" /><zeebe:taskHeaders>'
    '<zeebe:header key="limit" value="{limit}" /><zeebe:header key="reason" value="=reason" />'
    "</zeebe:taskHeaders></bpmn:extensionElements></bpmn:serviceTask>"
)
WHY = "公示期间有人提出异议，正在核查"
ENOUGH = "查明不属于本事项的受理范围"


def service(limit: str = "small.total_extended") -> dict[str, bytes]:
    """The small service with the limits of dibao; the county may extend them as often as it has a reason."""
    files = changed(
        flow("sm_again", "sm_bad"),
        LONGER.format(limit=limit)
        + flow("sm_again", "sm_more")
        + flow("sm_more", "sm_longer", "contains(reason, &quot;异议&quot;)")
        + flow("sm_longer", "sm_again")
        + flow("sm_more", "sm_bad"),
    )
    lane = "<bpmn:flowNodeRef>sm_again</bpmn:flowNodeRef>"
    files = changed(lane, lane + lane.replace("sm_again", "sm_more") + lane.replace("sm_again", "sm_longer"), files)
    return with_limits(files)


def with_limits(files: dict[str, bytes], *, from_submission: bool = False) -> dict[str, bytes]:
    """The small service with those of dibao."""
    table = files["rules/deadlines.dmn"].decode().replace('"dibao.total', '"small.total')
    if from_submission:
        listed = 'from_insure_total_slaKey"><text>"'
        table = table.replace(f"{listed}insure", f"{listed}small")
    return {**files, "rules/deadlines.dmn": table.encode()}


def promised(office: Office, case: Case) -> tuple[datetime | None, Any]:
    row = office.case(case)
    return row.promised_at, row.variables["promisedAt"]


def stood(moment: datetime) -> tuple[datetime, str]:
    return moment, moment.astimezone(UTC).isoformat()


def answer(office: Office, case: Case) -> None:
    office.complete(office.town, case, "sm_answer", good=False, opinion="请县里复核")


def extend(office: Office, case: Case, reason: str = WHY) -> None:
    office.complete(office.county, case, "sm_again", reason=reason)


def equal(case: Case) -> bool:
    with reading() as session:
        return replay(session, case.case_no).equal


def test_the_whole_is_foretold_from_the_submission_and_promised_from_acceptance(office: Office, clock: Any) -> None:
    clock.move_to(at("2026-09-18", "10:00"))  # a Friday; 20 September is worked, 25 to 27 and 1 to 7 October are not
    office.deploy(with_limits(content.small()))
    case = office.raise_hand()
    assert promised(office, case) == stood(at("2026-11-05", "24:00"))
    clock.move_to(at("2026-09-22", "15:00"))
    answer(office, case)
    assert office.case(case).accepted_at == at("2026-09-22", "15:00")
    assert promised(office, case) == stood(at("2026-11-10", "24:00"))
    assert equal(case)


def test_a_total_that_the_law_counts_from_the_submission_stands(office: Office, clock: Any) -> None:
    office.deploy(with_limits(content.small(), from_submission=True))
    case = office.raise_hand()
    before = promised(office, case)
    clock.advance(days=3)
    answer(office, case)
    assert promised(office, case) == before and equal(case)


def test_acceptance_that_is_taken_back_leaves_what_was_foretold(office: Office, clock: Any) -> None:
    office.deploy(with_limits(content.small()))
    case = office.raise_hand()
    before = promised(office, case)
    clock.advance(days=3)
    answer(office, case)
    assert promised(office, case) != before
    do(taking_back.take_back, office.task(case, "sm_answer").id, office.town)
    assert promised(office, case) == before and office.case(case).accepted_at is None
    office.complete(office.town, case, "sm_answer", key="anew", good=False, opinion="请县里复核")
    assert promised(office, case) != before and equal(case)


def test_the_promise_is_extended_once_and_everybody_can_read_why(office: Office, clock: Any) -> None:
    clock.move_to(at("2026-09-18", "10:00"))
    office.deploy(service())
    case = office.raise_hand()
    answer(office, case)
    extend(office, case)
    assert promised(office, case) == stood(at("2026-11-26", "24:00"))
    assert office.case(case).variables["promiseExtended"] == WHY
    assert "promise_extended" in kinds(case)
    told = look(lambda session: timeline.for_staff(session, session.get_one(Case, case.id)))
    assert f"办结期限延长至11月26日 周四 24:00：{WHY}" in [line.text for line in told]
    with pytest.raises(Conflict) as refusal:
        extend(office, case)
    assert refusal.value.notice == "办结期限已经延长过一次，不能再延长"
    assert promised(office, case) == stood(at("2026-11-26", "24:00")) and equal(case)
    extend(office, case, ENOUGH)
    assert office.case(case).state == "ended" and equal(case)


def test_an_auditor_sees_the_row_by_which_it_was_extended(office: Office) -> None:
    office.deploy(service())
    case = office.raise_hand()
    answer(office, case)
    extend(office, case)
    with reading() as session:
        found = steps(session, session.get_one(Case, case.id), office.county)
    step = next(step for step in found if step.kind == "promise_extended")
    assert [dict(why.saw) for why in step.reasons if isinstance(why, reasons.Reason)] == [
        {"环节（流程.步骤）": "small.total_extended", "县（市、区）代码，空为全部": "532622"}
    ]


def test_a_row_that_is_not_longer_extends_nothing(office: Office) -> None:
    with pytest.raises(Invalid) as unknown:
        office.deploy(service("small.nothing"))
    assert unknown.value.problems["sm_longer"] == ["“延长期限”写明的时限在办理时限表中没有：请添加“small.nothing”一行"]
    office.deploy(service("dibao.db_accept"))
    case = office.raise_hand()
    answer(office, case)
    before = promised(office, case)
    with pytest.raises(ExecutionFailed, match="to be a longer limit"):
        extend(office, case)
    assert promised(office, case) == before


def test_the_low_income_support_has_both_rows() -> None:
    tables = bundle.table_model(content.shipped(), "rules/deadlines.dmn")
    keys = ("dibao.total", "dibao.total_extended")
    found = [schedule.limit(tables, item="", element="", region="532622", sla_key=key) for key in keys]
    assert [str(limit) for limit in found] == ["30 个工作日", "45 个工作日"]
