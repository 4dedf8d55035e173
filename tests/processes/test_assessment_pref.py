"""州（市）年度考核: counties report on themselves, the prefecture's office scores each, figures count most, a leader
signs."""

from typing import Any

import pytest
from sqlalchemy import select

from engine.casework import recurring, user_tasks
from engine.casework.act_models import Document
from engine.casework.models import Case, UserTask
from engine.db import reading, transaction
from engine.oversight import replay
from engine.workflow.world import Refused
from tests.factories import YANSHAN
from tests.processes.stage import PREFECTURE, Stage, at, begin_due

PROCESS = "assessment_pref"
WENSHAN = "532601"
REPORT = {"selfReport": "全年申诉件全部答复，存在乡镇人员变动较多的问题，明年开展培训", "selfReportFile": []}


@pytest.fixture
def year(stage: Stage) -> Stage:
    """January 2027: the clock begins it in the prefecture."""
    stage.hire("leader", "pref_leading_group", PREFECTURE)
    stage.hire("neighbour_office", "county_office", WENSHAN)
    begin(stage)
    return stage


def begin(stage: Stage, day: str = "2027-01-20") -> None:
    stage.clock.move_to(at(day, "07:00"))
    recurring.plan_all()
    stage.clock.move_to(at(day, "08:00"))
    begin_due()
    with reading() as session:
        stage.case_id = session.scalars(select(Case.id).where(Case.process_key == PROCESS)).one()


def report(stage: Stage, who: str, county: str) -> None:
    """The office of a county hands in what it says of itself."""
    with transaction() as session:
        mine = (UserTask.case_id == stage.case_id, UserTask.element_id == "pa_report", UserTask.state == "open")
        task = session.scalars(select(UserTask.id).where(*mine, UserTask.region_code == county)).one()
        user_tasks.complete(session, task, actor=stage.people[who], values=REPORT, key=f"report-{who}")


def scores(stage: Stage, **special: int) -> list[dict[str, Any]]:
    """Each county has 80 for what was checked and 90 for its support; those named another number for the first."""
    codes = [unit["code"] for unit in stage.case().variables["yearUnits"]]
    said = "检查两次，问题均已整改"
    return [
        {"unit": code, "checkScore": special.get(f"u{code}", 80), "supportScore": 90, "basis": said} for code in codes
    ]


def ranked(stage: Stage) -> dict[str, tuple[int, float]]:
    return {row["code"]: (row["place"], float(row["score"])) for row in stage.case().variables["yearRanking"]}


def test_figures_checks_and_support_make_the_score_and_the_leader_signs(year: Stage) -> None:
    assert len(year.case().variables["yearUnits"]) == 8
    assert year.told("county_office", "T163") != []
    report(year, "county_office", YANSHAN)
    report(year, "neighbour_office", WENSHAN)
    year.let_pass(until=at("2027-02-05"))
    assert "pa_report" not in year.open_tasks(), "whoever did not report is not waited for"
    with pytest.raises(Refused) as refusal:
        year.complete("pref_office", "pa_check", yearScores=scores(year)[1:])
    year.refused("pa_missing", refusal.value)
    year.complete("pref_office", "pa_check", yearScores=scores(year, **{f"u{YANSHAN}": 100}))
    found = ranked(year)
    # No figures of the year: 0.2 × 100 + 0.2 × 90 of 0.4; who did not report loses five points.
    assert found[YANSHAN] == (1, 95) and found[WENSHAN] == (2, 85)
    assert {score for code, (_, score) in found.items() if code not in (YANSHAN, WENSHAN)} == {80}
    year.supervise("prov_office")
    year.complete("leader", "pa_sign", signAgreed=False, signReason="请再核对组织保障的评分")
    year.complete("pref_office", "pa_check", yearScores=scores(year))
    year.complete("leader", "pa_sign", signAgreed=True)
    with reading() as session:
        issued = session.scalars(select(Document).where(Document.case_id == year.case_id)).one()
        assert replay.replay(session, year.case().case_no).equal
    assert (issued.title, issued.published) == ("2026年度考核结果", True)
    first = issued.content["tables"][0]["rows"][0]
    assert first[0] == "1" and first[6] == "已报"
    assert issued.number in year.told("county_office", "T164")[0]


def test_scoring_begins_as_soon_as_all_counties_have_reported(stage: Stage) -> None:
    begin(stage)
    for unit in stage.case().variables["yearUnits"]:
        assert "pa_check" not in stage.open_tasks()
        stage.hire(unit["code"], "county_office", unit["code"])
        report(stage, unit["code"], unit["code"])
    assert stage.open_tasks() == ["pa_check"]


def test_what_a_county_did_in_the_year_counts_for_six_tenths(stage: Stage) -> None:
    stage.hire("leader", "pref_leading_group", PREFECTURE)
    stage.clock.move_to(at("2026-11-16"))
    stage.raise_hand()
    stage.do("wt_take")
    begin(stage)
    unit = next(unit for unit in stage.case().variables["yearUnits"] if unit["code"] == YANSHAN)
    assert unit["applied"] == 1 and unit["indicator"] is not None
    report(stage, "county_office", YANSHAN)
    stage.let_pass(until=at("2027-02-05"))
    stage.complete("pref_office", "pa_check", yearScores=scores(stage))
    expected = 0.6 * float(unit["indicator"]) + 0.2 * 80 + 0.2 * 90
    assert ranked(stage)[YANSHAN][1] == pytest.approx(expected, abs=0.01)


@pytest.mark.parametrize(
    ("day", "due"),
    # Across the seven days of the National Day and the Saturday worked for them; across two plain weekends.
    [("2026-09-30", "2026-10-20"), ("2026-11-16", "2026-11-30")],
)
def test_ten_working_days_are_counted_across_holidays(stage: Stage, day: str, due: str) -> None:
    stage.clock.move_to(at("2026-01-19"))
    begin(stage, "2026-01-20")
    stage.clock.move_to(at(day))
    stage.let_pass(until=at(day, "09:01"))
    assert stage.task("pa_check").due_at == at(due, "24:00")


def test_every_flow_was_taken(untaken: list[str]) -> None:
    assert untaken == []
