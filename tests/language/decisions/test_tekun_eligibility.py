"""rules/tekun_eligibility.dmn and selfcare_class.dmn: the three conditions of 特困供养, and what care is paid for."""

from pathlib import Path
from typing import Any

import pytest

from engine import clock
from engine.language import decisions
from tests.processes.stage import at

RULES = Path(__file__).parents[3] / "rules"
YANSHAN, QIUBEI = "532622", "532626"
ABILITIES = ("canEat", "canDress", "canBed", "canToilet", "canWalk", "canBathe")
PERSON: dict[str, Any] = {
    "county": YANSHAN,
    "isRural": True,
    "applicantIdNo": "532622199001010014",
    "orphanAid": None,
    "members": [{"relation": "本人", "isCoResident": True, "excludeReason": "无"}],
    "wageIncome": 600,
    "businessIncome": 0,
    "propertyIncome": 0,
    "transferIncome": 0,
    "costDeduction": 0,
    "deposits": 0,
    "securities": 0,
    "commercialInsurance": 0,
    "businessRegistration": False,
    "businessCapital": None,
    "vehicles": [],
    "houses": [],
    "noSupporters": True,
    "supporters": None,
    "supportFinding": None,
    "laborOther": None,
    "checkedIncome": None,
    "checkResult": "PASS",
}


def judged(**changes: Any) -> dict[str, Any]:
    table = decisions.read((RULES / "tekun_eligibility.dmn").read_bytes())
    with clock.pinned_at(at("2026-11-16")):
        found = table.decide("tekun_eligibility", {**PERSON, **changes})
    assert isinstance(found, dict)
    return found


def disabled(kind: str, grade: str) -> dict[str, Any]:
    return {"members": [{**PERSON["members"][0], "disabilityType": kind, "disabilityGrade": grade}]}


@pytest.mark.parametrize(
    ("changes", "ok"),
    [
        ({"applicantIdNo": "532622196611160010"}, True),
        ({"applicantIdNo": "532622196611170010"}, False),
        ({"applicantIdNo": "532622201011170010"}, True),
        ({"applicantIdNo": "532622201011160010"}, False),
        (disabled("智力", "三级"), True),
        (disabled("精神", "四级"), False),
        (disabled("肢体", "二级"), True),
        (disabled("肢体", "三级"), False),
        (disabled("视力", "一级"), True),
        (disabled("视力", "二级"), False),
        (disabled("听力", "一级"), False),
        ({"laborOther": True}, True),
    ],
)
def test_who_cannot_work_follows_from_age_and_disability(changes: dict[str, Any], ok: bool) -> None:
    assert judged(**changes)["labour"]["ok"] is ok


@pytest.mark.parametrize(
    ("changes", "ok"),
    [
        ({"wageIncome": 6599}, True),
        ({"wageIncome": 6600}, False),
        ({"wageIncome": 9000, "checkedIncome": 600}, True),
        ({"checkResult": "FAIL"}, False),
        ({"deposits": 13201}, False),
        ({"vehicles": [{"type": "小型汽车"}]}, False),
        ({"houses": [{"houseKind": "商品房"}] * 2}, False),
        ({"businessRegistration": True, "businessCapital": 1}, False),
        ({"commercialInsurance": 10001}, False),
        ({"vehicles": [{"type": "残疾人代步车"}], "houses": [{"houseKind": "农村自建房"}]}, True),
    ],
)
def test_who_has_nothing_to_live_on_follows_from_income_and_assets(changes: dict[str, Any], ok: bool) -> None:
    assert judged(**changes)["livelihood"]["ok"] is ok


@pytest.mark.parametrize(
    ("changes", "ok"),
    [
        ({}, True),
        ({"noSupporters": False, "supporters": [{"ability": "无"}]}, True),
        ({"noSupporters": False, "supporters": [{"ability": "无"}, {"ability": "有"}]}, False),
        ({"supportFinding": "有义务人有能力"}, False),
        ({"supportFinding": "义务人都没有能力", "noSupporters": False, "supporters": [{"ability": "有"}]}, True),
        ({"supportFinding": "没有法定义务人"}, True),
    ],
)
def test_what_was_looked_into_stands_before_what_was_declared_of_supporters(changes: dict[str, Any], ok: bool) -> None:
    assert judged(**changes)["support"]["ok"] is ok


def test_all_three_must_be_met_and_the_reason_names_the_first_that_is_not() -> None:
    fits = disabled("肢体", "一级")
    assert (judged(**fits)["result"], judged(**fits)["reason"]) == ("符合", "三项条件都符合")
    assert judged()["reason"].startswith("不属于无劳动能力")
    assert judged(**fits, wageIncome=9000)["reason"].startswith("不属于无生活来源")
    assert judged(**fits, supportFinding="有义务人有能力")["reason"].startswith("义务人")
    assert "孤儿" in judged(**fits, orphanAid=True)["reason"]


def test_standards_are_a_countys_own_with_the_day_they_hold_from() -> None:
    basic = {county: judged(county=county)["policy"]["basic"] for county in (YANSHAN, QIUBEI)}
    assert basic == {YANSHAN: 715, QIUBEI: 702}
    assert judged()["policy"]["effective"] == "2026-01-01" and "K" in judged()["policy"]["basis"]


@pytest.mark.parametrize(
    ("unable", "level", "standard"),
    [
        (0, "具备生活自理能力", 90),
        (1, "部分丧失生活自理能力", 300),
        (3, "部分丧失生活自理能力", 300),
        (4, "完全丧失生活自理能力", 600),
        (6, "完全丧失生活自理能力", 600),
    ],
)
def test_the_abilities_lost_give_the_level_and_the_care(unable: int, level: str, standard: int) -> None:
    given = {key: "不能" if number < unable else "能" for number, key in enumerate(ABILITIES)}
    table = decisions.read((RULES / "selfcare_class.dmn").read_bytes())
    found = table.decide("selfcare_class", {"county": YANSHAN, **given})
    assert isinstance(found, dict)
    assert (found["unable"], found["class"], found["careStandard"]) == (unable, level, standard)


@pytest.mark.parametrize(
    ("county", "kind", "assessor"),
    [(YANSHAN, "肢体", "县乡村"), (YANSHAN, "精神", "第三方机构"), (QIUBEI, "肢体", "第三方机构")],
)
def test_a_county_says_who_assesses(county: str, kind: str, assessor: str) -> None:
    table = decisions.read((RULES / "selfcare_class.dmn").read_bytes())
    members = [{"relation": "本人", "disabilityType": kind}]
    found = table.decide("selfcare_terms", {"county": county, "members": members})
    assert isinstance(found, dict) and found["assessor"] == assessor
