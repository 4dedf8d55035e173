"""年度考核: departments report on themselves, the office scores each unit, the quarters count most, a leader signs."""

from typing import Any

import pytest
from sqlalchemy import select

from engine.casework import recurring, user_tasks
from engine.casework.act_models import Document
from engine.casework.models import Case, ProcessVersion
from engine.db import reading, transaction
from engine.oversight import replay
from engine.workflow.world import Refused
from tests import factories
from tests.factories import JIANGNA, YANSHAN
from tests.processes.stage import PINGYUAN, Stage, at, begin_due

PROCESS = "assessment"
DEPARTMENTS = ("civil", "hr", "housing", "water", "edu", "health", "medins")
REPORT = {"selfReport": "全年申诉件全部答复，存在乡镇人员变动较多的问题，明年开展培训", "selfReportFile": []}
QUARTERS = {"2026-09": {JIANGNA: 90, "water": 80}, "2026-12": {JIANGNA: 95, PINGYUAN: 70}, "2025-12": {JIANGNA: 10}}


@pytest.fixture
def year(stage: Stage) -> Stage:
    """January 2027; two lists of the year before are signed, and one of the year before that."""
    stage.hire("leader", "county_leading_group", YANSHAN)
    stage.hire("county_civil_reviewer", "county_civil_reviewer", YANSHAN)
    with factories.committed() as session:
        version = session.scalars(select(ProcessVersion.id).limit(1)).one()
        for month, scores in QUARTERS.items():
            ranking = [{"code": code, "score": score} for code, score in scores.items()]
            signed = {"state": "ended", "outcome": "COMPLETED", "started_at": at(f"{month}-28"), "version_id": version}
            signed |= {"variables": {"figures": {"month": month}, "ranking": ranking}, "channel": "TIMER"}
            factories.CaseFactory(process_key="redblack", region_code=YANSHAN, **signed)
    begin(stage)
    return stage


def begin(stage: Stage, day: str = "2027-01-10") -> None:
    """The clock begins it in the county."""
    stage.clock.move_to(at(day, "07:00"))
    recurring.plan_all()
    stage.clock.move_to(at(day, "08:00"))
    begin_due()
    with reading() as session:
        begun = session.scalars(select(Case.id).where(Case.process_key == PROCESS, Case.region_code == YANSHAN))
        stage.case_id = max(begun)


def scores(stage: Stage, **special: int) -> list[dict[str, Any]]:
    """Each unit has 80 for what was checked and 90 for its support; those named another number for the first."""
    units = [unit["code"] for unit in stage.case().variables["yearUnits"]]
    said = "日常检查两次，问题均已整改"
    return [
        {"unit": code, "checkScore": special.get(f"u{code}", 80), "supportScore": 90, "basis": said} for code in units
    ]


def ranked(stage: Stage) -> dict[str, tuple[int, float]]:
    return {row["code"]: (row["place"], float(row["score"])) for row in stage.case().variables["yearRanking"]}


def report(stage: Stage, *departments: str) -> None:
    for department in departments:
        task = next(one for one in stage.tasks("as_report") if one.role_key == f"county_{department}_reviewer")
        with transaction() as session:
            user_tasks.complete(
                session, task.id, actor=stage.people[task.role_key], values=REPORT, key=f"report-{department}"
            )


def test_quarters_checks_and_support_make_the_score_and_the_leader_signs(year: Stage) -> None:
    assert year.told("county_water_reviewer", "T163") != []
    report(year, *DEPARTMENTS)
    with pytest.raises(Refused) as refusal:
        year.complete("county_office", "as_check", yearScores=scores(year)[1:])
    year.refused("as_missing", refusal.value)
    year.complete("county_office", "as_check", yearScores=scores(year, **{f"u{PINGYUAN}": 100}))
    found = ranked(year)
    # 0.6 × the mean of the quarters + 0.2 × 80 + 0.2 × 90; who was in no list, by the other two alone.
    assert found[JIANGNA] == (1, 89.5)
    assert found[PINGYUAN][1] == pytest.approx(0.6 * 70 + 0.2 * 100 + 0.2 * 90)
    assert found["532622103"][1] == 85
    assert found["water"][1] == pytest.approx(0.6 * 80 + 34)
    year.supervise()
    year.complete("leader", "as_sign", signAgreed=False, signReason="请再核对组织保障的评分")
    year.complete("county_office", "as_check", yearScores=scores(year))
    assert ranked(year)[JIANGNA] == (1, 89.5)
    year.complete("leader", "as_sign", signAgreed=True)
    with reading() as session:
        issued = session.scalars(select(Document).where(Document.case_id == year.case_id)).one()
        assert replay.replay(session, year.case().case_no).equal
    assert (issued.title, issued.published) == ("2026年度考核结果", True)
    assert issued.content["tables"][0]["rows"][0][:4] == ["1", "江那镇", "89.5", "92.5"]
    assert issued.number in year.told("town_office", "T164")[0]


def test_a_department_that_does_not_report_in_time_loses_points(year: Stage) -> None:
    assert year.task("as_report").due_at == at("2027-01-22", "24:00")
    report(year, "water")
    year.let_pass(until=at("2027-01-23"))
    assert "as_report" not in year.open_tasks()
    year.complete("county_office", "as_check", yearScores=scores(year))
    found = ranked(year)
    assert (found["civil"][1], found["hr"][1]) == (80, 80)
    assert found["water"][1] == pytest.approx(82)


@pytest.mark.parametrize(
    ("day", "due"),
    # Across the seven days of the National Day and the Saturday worked for them; across two plain weekends.
    [("2026-09-30", "2026-10-20"), ("2026-11-16", "2026-11-30")],
)
def test_ten_working_days_are_counted_across_holidays(stage: Stage, day: str, due: str) -> None:
    stage.hire("county_civil_reviewer", "county_civil_reviewer", YANSHAN)
    stage.clock.move_to(at("2026-01-09"))
    begin(stage, "2026-01-10")
    stage.clock.move_to(at(day))
    report(stage, *DEPARTMENTS)
    assert stage.task("as_check").due_at == at(due, "24:00")


def test_every_flow_was_taken(untaken: list[str]) -> None:
    assert untaken == []
