"""待遇定期核查 (domain C13): each week who is due by the table is reviewed by the item's own process, once."""

import pytest
from sqlalchemy import update

from engine.casework import documents, jobs, recurring
from engine.casework.models import Case
from engine.casework.money_models import Benefit
from engine.db import reading
from engine.oversight import replay
from engine.workflow.world import Refused
from tests import factories
from tests.processes import granted, household, lifting, steps
from tests.processes.stage import Stage, at

ITEM = PROCESS = "benefit_review"
CHAPTERS = ("benefit_change",)


@pytest.fixture
def office(alone: Stage, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """Somebody who may have 特困供养 or, with a family, 低保."""
    monkeypatch.setitem(steps.ASKED, "dibao", {**steps.ASKED["dibao"], **household.answers(alone)})
    return alone


def swept(stage: Stage) -> str:
    stage.item = PROCESS
    stage.begin("county_civil_clerk")
    with reading() as session:
        assert replay.replay(session, stage.case().case_no).equal
    return str(stage.case().outcome_text)


def last_reviewed(case_no: str, month: str) -> None:
    with factories.committed() as session:
        session.get_one(Benefit, granted.benefit(case_no).id).granted_at = at(f"{month}-01")


def test_who_is_due_by_the_category_is_reviewed_and_the_list_says_who_is_late(office: Stage) -> None:
    early = granted.give(office, "tekun", category="分散供养（全自理）")
    last_reviewed(early, "2025-10")
    assert swept(office) == "到期 1 户，本次发起核查 1 户，逾期 1 户"
    [review] = lifting.apart("tekun_review")
    assert (review.variables["aboutCase"], review.variables["reviewKind"], review.applicant_name) == (
        early, "年审", office.people["citizen"].name,
    )  # fmt: skip
    assert review.region_code == granted.benefit(early).region_code
    with reading() as session:
        [paper] = documents.of_case(session, office.case_id, office.people["county_civil_reviewer"])
    [row] = paper.content["tables"][0]["rows"]
    assert row[3:] == [early, "2025-10-01", "2026-10-01", "本次发起，已逾期"]
    assert "发起1户，逾期没有核查完1户" in office.told("county_civil_reviewer", "T221")[0]
    assert swept(office) == "到期 1 户，本次发起核查 0 户，逾期 1 户"
    assert len(lifting.apart("tekun_review")) == 1


def test_the_table_says_how_often_a_category_is_reviewed(office: Stage) -> None:
    number = granted.give(office, "dibao", category="B类")
    last_reviewed(number, "2026-06")
    assert swept(office) == "到期 1 户，本次发起核查 1 户，逾期 0 户"
    [review] = lifting.apart("dibao_review")
    assert review.variables["reviewKind"] == "定期核查"
    lifting.turn_to(office, "dibao_review")
    assert office.open_tasks() == ["dv_visit"]


def test_the_clock_begins_it_each_monday_and_who_is_not_due_is_left_alone(office: Stage) -> None:
    granted.give(office, "dibao", category="A类")
    office.clock.move_to(at("2026-11-17"))
    recurring.plan_all()
    office.clock.move_to(at("2026-11-23", "07:30"))
    jobs.drain()
    [case] = lifting.apart(PROCESS)
    assert (case.channel, case.outcome_text) == ("TIMER", "看了 1 户待遇，没有到期的")


def test_a_family_reports_a_change_and_the_town_reviews_it(office: Stage) -> None:
    number = granted.give(office, "dibao")
    told = {
        "aboutCase": number, "changeKinds": ["有人找到工作"], "changedOn": "2026-11-01",
        "authWithdrawn": False, "changeText": "儿子到县里打工，每月两千元",
    }  # fmt: skip
    office.item = "benefit_change"
    with factories.committed() as session:
        session.execute(update(Case).where(Case.case_no == number).values(state="ended", outcome="COMPLETED"))
    office.begin("citizen", **told)
    assert office.case().outcome_text == "您报告的变化已转乡镇核查"
    assert len(office.told("citizen", "M223")) == 1
    [review] = lifting.apart("dibao_review")
    assert (review.variables["reviewKind"], review.variables["reportText"]) == (
        "家庭变化", "有人找到工作（2026-11-01）：儿子到县里打工，每月两千元",
    )  # fmt: skip
    with pytest.raises(Refused) as refusal:
        office.begin("citizen", **told)
    office.refused("bg_end_reviewing", refusal.value)
    assert "正在核查" in refusal.value.notice
    assert len(lifting.apart("dibao_review")) == 1
    with factories.committed() as session:
        session.get_one(Case, review.id).state = "ended"
    office.begin("citizen", **{**told, "authWithdrawn": True})
    withdrawn = lifting.apart("dibao_review")[-1].variables["reportText"]
    assert len(lifting.apart("dibao_review")) == 2 and withdrawn.startswith("撤回核对授权；")
    with factories.committed() as session:
        session.get_one(Benefit, granted.benefit(number).id).state = "ended"
    with pytest.raises(Refused) as refusal:
        office.begin("citizen", **told)
    office.refused("bg_end_none", refusal.value)


def test_every_flow_is_taken(untaken: list[str]) -> None:
    assert untaken == []
