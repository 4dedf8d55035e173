"""事项开通和暂停: a second person agrees; from its day on the place takes no applications, and what runs goes on."""

from typing import Any

import pytest

from engine.casework import switching
from engine.casework.models import Case
from engine.db import reading
from engine.errors import Invalid, NotAllowed
from engine.oversight import replay
from tests.factories import JIANGNA, YANSHAN
from tests.processes.stage import PINGYUAN, PREFECTURE, Stage, at

ITEM = PROCESS = "item_switch"
REASON = "水厂检修，七天后恢复受理，急需用水的请打电话"


@pytest.fixture
def office(stage: Stage) -> Stage:
    for who, place in (("filler", YANSHAN), ("second", YANSHAN), ("above", PREFECTURE), ("above_2", PREFECTURE)):
        stage.hire(who, "policy_admin", place)
    return stage


def ask(stage: Stage, who: str = "filler", region: str = YANSHAN, *, opened: bool = False, **values: Any) -> Case:
    asked = {"switchItem": "water", "switchOpen": opened, "switchRegion": region, "effectiveWhen": "立即"}
    return stage.begin(who, **{**asked, "switchReason": REASON, "switchBasis": "砚山县办法第十一条", **values})


def decide(stage: Stage, who: str = "second", *, agreed: bool = True) -> None:
    stage.complete(who, "is_review", switchAgreed=agreed, **({} if agreed else {"returnReason": "没有写明何时恢复"}))


def applied(stage: Stage, **values: Any) -> Case:
    stage.item = "water"
    try:
        return stage.raise_hand(**values)
    finally:
        stage.item = ITEM


def takes(stage: Stage, village: str = f"{JIANGNA}001") -> bool:
    """Whether somebody of the village can apply now."""
    own = stage.case_id
    try:
        applied(stage, problemRegion=village)
    except Invalid as refusal:
        assert set(refusal.problems) == {"problemRegion"}
        return False
    stage.withdraw()
    stage.case_id = own
    return True


def test_a_county_that_pauses_takes_no_new_applications_and_finishes_what_runs(office: Stage) -> None:
    running = applied(office)
    case = ask(office)
    assert office.case().variables["switchFacts"] == {
        "itemName": "农村饮水安全", "regionName": "砚山县", "isOpen": True, "running": 1,
    }  # fmt: skip
    assert office.task("is_review").due_at == at("2026-11-19", "24:00")
    with pytest.raises(NotAllowed):
        decide(office, "filler")
    decide(office)
    assert office.case().outcome_text == "砚山县暂停受理：农村饮水安全"
    assert REASON in office.told("county_office", "T244")[0] and office.told("filler", "T244")
    with pytest.raises(Invalid) as refusal:
        applied(office, problemRegion=f"{JIANGNA}001")
    assert refusal.value.problems["problemRegion"] == [f"砚山县暂停受理“农村饮水安全”：{REASON}"]
    office.case_id = running.id
    assert office.case().state == "active" and office.open_tasks() == ["wt_take"]
    with reading() as session:
        assert replay.replay(session, case.case_no).equal


def test_who_does_not_agree_says_why_and_nothing_changes(office: Stage) -> None:
    ask(office)
    decide(office, agreed=False)
    assert office.case().outcome_text == "没有同意：没有写明何时恢复"
    assert "没有写明何时恢复" in office.told("filler", "T243")[0]
    assert takes(office)


def test_it_holds_from_the_day_that_was_named(office: Stage) -> None:
    ask(office, effectiveWhen="指定日期", effectiveOn="2026-11-20")
    decide(office)
    assert office.case().state == "active" and takes(office)
    office.let_pass(until=at("2026-11-20", "00:05"))
    assert office.case().outcome_text == "砚山县暂停受理：农村饮水安全" and not takes(office)


def test_the_latest_decision_for_a_place_or_around_it_holds(office: Stage) -> None:
    ask(office, region=PINGYUAN)
    decide(office)
    assert takes(office) and not takes(office, f"{PINGYUAN}001")
    ask(office, "above", PREFECTURE)
    decide(office, "above_2")
    assert not takes(office)
    ask(office, region=YANSHAN, opened=True)
    decide(office)
    assert takes(office) and takes(office, f"{PINGYUAN}001")
    with reading() as session:
        told = [(one.region_code, one.is_open) for one in switching.standing(session, "water")]
    assert told == [(PREFECTURE, False), (YANSHAN, True)]
    ask(office, "above", PREFECTURE, opened=True)
    decide(office, "above_2")
    with reading() as session:
        assert switching.standing(session, "water") == []


def test_nobody_switches_outside_their_region(office: Stage) -> None:
    with pytest.raises(Invalid) as refusal:
        ask(office, region=PREFECTURE)
    assert set(refusal.value.problems) == {"switchRegion"}


def test_the_limit_of_the_review_leaves_out_holidays(stage: Stage) -> None:
    stage.hire("filler", "policy_admin", YANSHAN)
    stage.clock.move_to(at("2026-09-29", "10:00"))
    ask(stage)
    assert stage.task("is_review").due_at == at("2026-10-09", "24:00")


def test_every_flow_is_taken(untaken: list[str]) -> None:
    assert untaken == []
