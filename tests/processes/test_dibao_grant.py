"""低保, what follows the county's yes (domain B1 #11, 13): the certificate, the benefit, the announcement."""

from engine.casework import benefits, documents
from engine.db import reading
from tests.demo.registers import Simulator
from tests.processes import household
from tests.processes.stage import Stage, at

ITEM, PROCESS = "dibao", "dibao_grant"


def test_the_family_is_told_certified_and_announced_within_three_working_days(
    family: Stage, registers: Simulator
) -> None:
    household.unopposed(family, registers)
    family.do("db_county_review")
    family.do("db_approve")
    with reading() as session:
        found = documents.of_case(session, family.case_id, family.people["village_assistant"])
    assert [one.title for one in found] == ["最低生活保障确认通知书"]
    assert {"label": "全家每月", "text": "900 元"} in found[0].content["lines"]
    with reading() as session:
        granted = benefits.of_case(session, family.case_id)
    assert [(one.monthly, one.state, one.category) for one in granted] == [(90000, "running", "B类")]
    task = family.task("db_publish")
    assert (task.role_key, task.due_at) == ("village_assistant", at("2026-11-27", "24:00"))
    family.do("db_publish", publishedOn="2026-11-24")
    assert family.case().outcome == "COMPLETED"


def test_every_flow_is_taken(untaken: list[str]) -> None:
    assert untaken == []
