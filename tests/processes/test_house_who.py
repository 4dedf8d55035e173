"""农村危房改造, who is helped (domain B6 #2, N1): two departments at once, or nobody who does not want it."""

from typing import Any

import pytest

from engine.casework.models import Case
from engine.errors import Invalid
from tests.processes import sentences
from tests.processes.mended import NO_ACCOUNT, decide, outcome
from tests.processes.stage import Stage, at
from tests.processes.steps import ACCOUNT

ITEM, PROCESS = "house", "house_who"
NO_WILL = {"wishMode": "不改造", "nowDwelling": "住在儿子家的砖混房里", **NO_ACCOUNT}
NOT_CIVIL = {"civilOk": False, "civilType": None, "civilNew": False}
NOT_RURAL = {"ruralOk": False, "ruralType": None, "ruralNew": False}


def said(message_key: str, **gaps: Any) -> str:
    return sentences.said(message_key, ITEM, **gaps)


def confirm(stage: Stage, civil: dict[str, Any], rural: dict[str, Any]) -> Case:
    stage.raise_hand()
    stage.do("hs_civil", **civil)
    stage.do("hs_rural", **rural)
    return stage.case()


def test_both_departments_are_asked_at_once_for_three_working_days(stage: Stage) -> None:
    case = stage.raise_hand()
    assert case.status == "CHECKING"
    assert stage.open_tasks() == ["hs_civil", "hs_rural"]
    roles = {stage.task(step).role_key for step in stage.open_tasks()}
    assert roles == {"county_civil_clerk", "county_office"}
    assert {stage.task(step).due_at for step in stage.open_tasks()} == {at("2026-11-19", "24:00")}
    assert stage.told("county_civil_clerk", "T01") == [said("T01", step="确认危房改造对象", date="11月19日")]


def test_three_working_days_over_a_weekend_that_is_worked_and_over_the_national_day(stage: Stage) -> None:
    stage.clock.move_to(at("2026-10-09", "16:00"))
    stage.raise_hand()
    assert stage.task("hs_civil").due_at == at("2026-10-13", "24:00")


@pytest.mark.parametrize(("civil", "rural"), [({}, NOT_RURAL), (NOT_CIVIL, {}), ({}, {})])
def test_whoever_is_on_one_of_the_lists_is_helped(stage: Stage, civil: dict[str, Any], rural: dict[str, Any]) -> None:
    case = confirm(stage, civil, rural)
    assert stage.open_tasks() == ["hs_accept"]
    assert case.variables["houseObject"]["ok"] is True
    assert case.variables["civilOk"] is (civil == {})


@pytest.mark.parametrize("rule", ["ANY", "ALL"])
@pytest.mark.parametrize(("civil", "rural"), [(True, True), (True, False), (False, True), (False, False)])
def test_a_county_may_want_both_departments_to_confirm(rule: str, civil: bool, rural: bool) -> None:
    """Domain G.2 #12: the switch confirmRule; either list suffices as shipped."""
    found = decide(PROCESS, "house_object", houseRules={"confirmRule": rule}, civilOk=civil, ruralOk=rural)
    assert found["ok"] is ((civil and rural) if rule == "ALL" else (civil or rural))
    assert decide(PROCESS, "house_rules")["confirmRule"] == "ANY"


def test_who_is_on_no_list_is_refused(stage: Stage) -> None:
    confirm(stage, NOT_CIVIL, NOT_RURAL)
    assert stage.open_tasks() == ["hs_reject"]
    assert stage.told("county_office", "T90") == []


def test_trouble_that_looks_new_is_told_to_those_who_may_lift(stage: Stage) -> None:
    stage.raise_hand()
    stage.do("hs_rural", **{**NOT_RURAL, "ruralNew": True})
    stage.do("hs_civil", **NOT_CIVIL)
    assert stage.open_tasks() == ["hs_reject"]
    assert stage.told("county_office", "T90") == stage.told("town_office", "T90") == [said("T90")]


def test_who_does_not_want_it_and_lives_safely_stays_out(stage: Stage) -> None:
    """Domain G.3 #15: wishMode 不改造, rents a safe house: 不纳入, with the promise not to live in the old one."""
    stage.raise_hand(**NO_WILL)
    task = stage.task("hs_nowill")
    assert (task.role_key, task.due_at) == ("town_housing_clerk", at("2026-11-30", "24:00"))
    with pytest.raises(Invalid) as refusal:
        stage.do("hs_nowill", safePlace="租住安全房", nowillPromise=False, nowillPromiseFile=None)
    assert set(refusal.value.problems) == {"nowillPromise", "nowillPromiseFile"}
    stage.do("hs_nowill", safePlace="租住安全房")
    text = "没有改造意愿，已有安全住处，不纳入改造；危房不再居住"
    assert outcome(stage.case()) == ("ended", "COMPLETED", text)
    assert stage.told("citizen", "M146") == [said("M146")]


def test_without_a_safe_place_nobody_stays_out(stage: Stage) -> None:
    stage.raise_hand(**NO_WILL)
    stage.do(
        "hs_nowill", safePlace="没有安全住处", safePlaceNote="仍住在危房里，没有别的去处", nowillResult=None,
        nowillPromise=None, nowillPromiseFile=None, newWish="拆除重建", **ACCOUNT,
    )  # fmt: skip
    assert stage.open_tasks() == ["hs_civil", "hs_rural"]
    assert stage.case().variables["accountNo"] == ACCOUNT["accountNo"]


def test_every_flow_is_taken(untaken: list[str]) -> None:
    assert untaken == []
