"""政府托举 (domain C1): a clue is merged by household, judged by the county, and whoever warned hears the result."""

import pytest

from engine.db import reading
from engine.errors import NotAllowed
from engine.oversight import replay
from tests.demo.registers import Simulator
from tests.processes import lifting
from tests.processes.lifting import apart, clue, do, found
from tests.processes.mended import decide
from tests.processes.stage import Stage, at

ITEM = PROCESS = "gov_lift"


@pytest.fixture(autouse=True)
def employed(stage: Stage) -> None:
    lifting.employ(stage)


def ended(stage: Stage) -> tuple[str | None, str | None]:
    case = stage.case()
    with reading() as session:
        assert replay.replay(session, case.case_no).equal
    return case.outcome, case.outcome_text


def test_a_cadre_reports_a_household_and_the_county_has_a_day(stage: Stage) -> None:
    case = clue(stage)
    assert (case.applicant_name, case.channel, case.region_code) == (
        stage.people["citizen"].name, "OFFICE", "532622101001",
    )  # fmt: skip
    assert (case.variables["riskScore"], case.variables["department"]) == (40, "office")
    assert stage.task("gl_triage").due_at == at("2026-11-17", "24:00")
    assert stage.case().promised_at == at("2026-12-01", "24:00")


def test_limits_of_days_run_through_weekends_and_the_whole_takes_fifteen(stage: Stage) -> None:
    stage.clock.move_to(at("2026-11-20", "17:00"))
    clue(stage)
    do(stage, "gl_triage")
    assert stage.task("gl_verify").due_at == at("2026-11-23", "24:00")
    do(stage, "gl_verify")
    assert stage.task("gl_none").due_at == at("2026-11-24", "24:00")
    assert stage.case().promised_at == at("2026-12-05", "24:00")


def test_the_closing_counts_working_days_around_the_holiday_and_its_make_up_day(stage: Stage) -> None:
    stage.clock.move_to(at("2026-09-30", "10:00"))
    clue(stage)
    do(stage, "gl_triage")
    do(stage, "gl_verify")
    assert stage.task("gl_none").due_at == at("2026-10-09", "24:00")


def test_a_household_has_one_open_clue(stage: Stage) -> None:
    first = clue(stage, members=[{"name": "群众之妻", "idNo": lifting.FAMILY[0][1], "relation": "配偶"}])
    wife = clue(stage, applicantName="群众之妻", applicantIdNo=lifting.FAMILY[0][1], riskText="妻子也被查出重病住院了")
    assert ended(stage) == ("TERMINATED", f"同户已有线索，并入 {first.case_no}")
    assert "妻子也被查出重病住院了" in stage.told("county_office", "T190")[0]
    assert [case.state for case in apart(PROCESS)] == ["active", "ended"]
    stage.case_id = first.id
    stage.supervise()
    assert len(stage.told("county_office", "T04")) == 1
    assert wife.case_no != first.case_no
    with reading() as session:
        assert replay.replay(session, first.case_no).equal


def test_what_needs_no_visit_is_closed_with_the_reason_and_whoever_warned_hears_it(stage: Stage) -> None:
    clue(stage, "county_medins_clerk", clueSource="部门数据比对预警", clueDepartment="medins")
    reason = "与上月已核实的是同一笔费用，不需要核实"
    do(stage, "gl_triage", triageDecision="不予核实", triageReason=reason)
    assert ended(stage) == ("COMPLETED", f"研判后不需要核实：{reason}")
    assert all(reason in text for text in stage.told("county_medins_clerk", "T191"))
    assert stage.told("county_medins_clerk", "T191")


def test_a_department_deals_with_it_or_asks_for_a_visit(stage: Stage) -> None:
    clue(stage)
    do(stage, "gl_triage", triageDecision="直接派部门", triageDepartment="medins")
    do(stage, "gl_dept", deptResult="需要入户核实", deptText="系统里看不出家庭支出，请入户核实")
    do(stage, "gl_triage", triageDecision="直接派部门", triageDepartment="medins")
    do(stage, "gl_dept")
    assert ended(stage) == ("COMPLETED", "部门已处置：已补办二次报销，自付降到一千元")


def test_no_risk_ends_it_when_the_county_has_looked_again(stage: Stage) -> None:
    found(stage, "无风险")
    do(stage, "gl_none")
    assert ended(stage) == ("COMPLETED", "入户核实：无风险")
    assert len(stage.told("cadre", "T191")) == 1


def test_what_the_registers_contradict_is_visited_again_and_who_will_not_apply_is_left(
    stage: Stage, registers: Simulator
) -> None:
    found(stage, "拟纳入监测")
    lifting.signed(stage)
    lifting.compared(stage, registers, cars=True)
    assert stage.open_tasks() == ["gl_verify"]
    do(stage, "gl_verify", verifyResult="拟纳入监测")
    do(stage, "gl_apply", **lifting.UNWILLING)
    assert ended(stage) == ("COMPLETED", "拟纳入监测，监测对象：不愿申请")


def test_only_those_named_report_a_clue(stage: Stage) -> None:
    with pytest.raises(NotAllowed):
        clue(stage, "town_water_clerk")


def test_the_table_knows_a_county_of_its_own() -> None:
    rules = decide(PROCESS, "risk_rules")
    assert [row["threshold"] for row in rules if row["code"] == "MEDICAL"] == [5000, 10000]
    assert [row["threshold"] for row in decide(PROCESS, "risk_rules", county="532623") if row["code"] == "MEDICAL"] == [
        10000
    ]


def test_every_flow_is_taken(untaken: list[str]) -> None:
    assert untaken == []
