"""待遇转移 (domain R280): a family moves to another county, and its benefit goes with it: no gap, no double pay."""

from typing import Any

import pytest
from sqlalchemy import select

from engine.casework import benefits, documents, payment_lines
from engine.casework.models import Case
from engine.casework.money_models import Benefit, Deduction, Payment
from engine.clock import now
from engine.db import reading
from engine.oversight import replay
from engine.workflow.world import Refused
from tests import factories
from tests.factories import YANSHAN
from tests.processes import granted, household, lifting, steps
from tests.processes.stage import Stage, at
from tests.processes.steps import FOUR_FILES

ITEM = PROCESS = "benefit_move"
QIUBEI, TOWN, THERE = "532626", "532626101", "532626101001"
CHECKED = "全户三人租住在镇上，收入没有大的变化"
STEPS: dict[str, tuple[str, dict[str, Any]]] = {
    "bm_visit": (
        "clerk there",
        {
            "visitDate": "2026-11-16", "livesHere": True, "perCapitaMonthly": 300, "visitFindings": CHECKED,
            "visitPhotos": FOUR_FILES,
        },
    ),
    "bm_accept": (
        "reviewer there",
        {
            "acceptDecision": "接收", "newCategory": "A类", "newAmount": 960,
            "acceptOpinion": "全户已迁入并居住，同意接收",
        },
    ),
    "bm_release": (
        "county_civil_approver", {"releaseDecision": "同意", "releaseOpinion": "没有未了事项，同意移交"}
    ),
}  # fmt: skip
REFUSED = {
    "acceptDecision": "不接收", "newCategory": None, "newAmount": None,
    "acceptOpinion": "户籍迁来了，人没有住在这里",
}  # fmt: skip


@pytest.fixture
def poor(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """A family of three has 低保 of 900 yuan since last year; the county to which it moves has its people."""
    household.employ(stage)
    with factories.committed():
        for code in (QIUBEI, TOWN, THERE):
            factories.RegionFactory(code=code)
    stage.hire("clerk there", "town_civil_clerk", TOWN)
    stage.hire("reviewer there", "county_civil_reviewer", QIUBEI)
    monkeypatch.setitem(steps.ASKED, "dibao", {**steps.ASKED["dibao"], **household.answers(stage)})
    for element_id, usual in STEPS.items():
        monkeypatch.setitem(steps.USUAL, element_id, usual)
    granted.give(stage, "dibao", person_count=3)
    return stage


def family_case(stage: Stage) -> str:
    return next(one for one in stage.numbers() if one.startswith("dibao-"))


def begun(stage: Stage, who: str = "data_center", place: str = THERE) -> None:
    family = stage.people["citizen"]
    told = {"movedOn": "2026-11-10", "moveText": "公安户籍登记显示全户迁走", "moveItem": "dibao"}
    whose = {"applicantName": family.name, "applicantIdNo": family.identity_number}
    stage.begin(who, **whose, problemRegion=place, **told)


def both() -> list[Benefit]:
    with reading() as session:
        return list(session.scalars(select(Benefit).order_by(Benefit.id)))


def owed(county: str, month: str) -> list[tuple[str, int]]:
    """What a payment of 低保 in the county lists for that month."""
    with factories.committed() as session:
        number = session.scalars(select(Case.id).order_by(Case.id)).first()
        payment = Payment(
            number=f"P-{county}-{month}", case_id=number, item_code="dibao", purpose="按月发放", department="civil",
            county_code=county, month=month, fund="救助资金", channel="ONE_CARD", status="待审核", made_at=now(),
        )  # fmt: skip
        session.add(payment)
        session.flush()
        payment_lines.monthly(_Running(session), payment)  # type: ignore[arg-type]
        session.flush()
        return [(line.month, line.amount) for line in payment_lines.of(session, payment)]


class _Running:
    """What listing the lines of a month asks of the case that does it."""

    def __init__(self, session: Any) -> None:
        self.session = session


def test_a_registered_move_hands_the_benefit_over_without_a_gap_and_without_double_pay(poor: Stage) -> None:
    granted.pay(family_case(poor))
    begun(poor)
    visit = poor.task("bm_visit")
    assert (visit.role_key, visit.region_code, visit.due_at) == ("town_civil_clerk", TOWN, at("2026-11-30", "24:00"))
    poor.do("bm_visit")
    assert poor.task("bm_accept").region_code == QIUBEI
    poor.do("bm_accept")
    assert poor.task("bm_release").region_code == YANSHAN
    assert poor.do("bm_release")
    before, after = both()
    assert (before.state, before.end_month, before.county_code) == ("ended", "2026-11", YANSHAN)
    assert (after.state, after.start_month, after.county_code, after.region_code) == (
        "running", "2026-12", QIUBEI, THERE,
    )  # fmt: skip
    assert (after.monthly, after.category, after.person_count, after.account_no) == (96000, "A类", 3, "62")
    assert poor.told("citizen", "M229") != []
    assert poor.case().outcome_text.endswith("原地发放到 2026-11，自 2026-12 起在新地方发放")
    with reading() as session:
        [paper] = documents.of_case(session, poor.case_id, poor.people["reviewer there"])
        assert {"label": "迁入地发放", "text": "自 2026-12 起，每月 960 元"} in paper.content["lines"]
        assert replay.replay(session, poor.case().case_no).equal
    assert ("2026-11", 90000) in owed(YANSHAN, "2026-12")
    assert all(month <= "2026-11" for month, _ in owed(YANSHAN, "2027-01"))
    assert owed(QIUBEI, "2026-12") == [("2026-12", 96000)]


def test_a_month_that_was_listed_ahead_is_the_last_of_the_old_county(poor: Stage) -> None:
    assert ("2026-12", 90000) in owed(YANSHAN, "2026-12")
    begun(poor, "town_civil_clerk")
    for element_id in STEPS:
        poor.do(element_id)
    before, after = both()
    assert (before.end_month, after.start_month) == ("2026-12", "2027-01")


def test_what_is_kept_back_of_it_is_kept_back_on_and_the_old_number_leads_to_the_new(poor: Stage) -> None:
    first = granted.benefit(family_case(poor))
    with factories.committed() as session:
        claim = Deduction(
            case_id=first.case_id, paid_case_id=first.case_id, benefit_id=first.id, total=5000, monthly=1000, share=20,
            reason="多发", begun_at=now(),
        )  # fmt: skip
        session.add(claim)
    begun(poor)
    for element_id in STEPS:
        poor.do(element_id)
    after = both()[-1]
    with reading() as session:
        assert session.scalars(select(Deduction.benefit_id)).one() == after.id
        found = benefits.standing(session, family_case(poor))
        assert found is not None and found.number == after.number


def test_who_is_not_taken_keeps_it_where_it_was_and_is_reviewed_there(poor: Stage) -> None:
    begun(poor)
    poor.do("bm_visit", livesHere=False)
    poor.do("bm_accept", **{**REFUSED, "acceptDecision": "退回"})
    poor.do("bm_visit", livesHere=False)
    poor.do("bm_accept", **REFUSED)
    [kept] = both()
    assert (kept.state, kept.county_code) == ("running", YANSHAN)
    [review] = lifting.apart("dibao_review")
    assert (review.region_code, review.variables["aboutCase"]) == (kept.region_code, family_case(poor))
    assert "人没有住在这里" in poor.told("citizen", "M230")[0]


def test_the_old_county_may_ask_again_and_what_ended_meanwhile_does_not_move(poor: Stage) -> None:
    begun(poor)
    poor.do("bm_visit")
    poor.do("bm_accept")
    poor.do("bm_release", releaseDecision="退回", releaseOpinion="数额和人数对不上，请再核一次")
    poor.do("bm_accept")
    with factories.committed() as session:
        session.get_one(Benefit, both()[0].id).state = "suspended"
    poor.do("bm_release")
    assert [one.state for one in both()] == ["suspended"]
    assert str(poor.case().outcome_text).startswith("没有转移")


def test_a_move_inside_the_county_or_without_a_benefit_is_refused(poor: Stage) -> None:
    with pytest.raises(Refused) as near:
        begun(poor, place="532622102202")
    poor.refused("bm_end_near", near.value)
    with factories.committed() as session:
        session.get_one(Benefit, both()[0].id).state = "suspended"
    with pytest.raises(Refused) as none:
        begun(poor)
    poor.refused("bm_end_none", none.value)


def test_every_flow_is_taken(untaken: list[str]) -> None:
    assert untaken == []
