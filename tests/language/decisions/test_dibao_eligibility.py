"""rules/dibao_eligibility.dmn: who is below the standard, what is too much, and whose numbers count."""

from pathlib import Path
from typing import Any

import pytest

from engine.language import decisions

TABLE = Path(__file__).parents[3] / "rules" / "dibao_eligibility.dmn"
YANSHAN, QIUBEI = "532622", "532626"
MEMBER = {"isCoResident": True, "excludeReason": "无"}
FAMILY: dict[str, Any] = {
    "county": YANSHAN,
    "isRural": True,
    "applyScope": "家庭",
    "members": [MEMBER, MEMBER, {"isCoResident": False, "excludeReason": "无"}],
    "wageIncome": 6000,
    "businessIncome": 1200,
    "propertyIncome": 0,
    "transferIncome": 0,
    "costDeduction": 1200,
    "deposits": 0,
    "securities": 0,
    "commercialInsurance": 0,
    "businessRegistration": False,
    "businessCapital": None,
    "vehicles": [],
    "houses": [],
    "checkedMembers": None,
    "checkedIncome": None,
    "laborRefusal": False,
    "checkResult": "PASS",
}


def judged(**changes: Any) -> dict[str, Any]:
    found = decisions.read(TABLE.read_bytes()).decide("dibao_eligibility", {**FAMILY, **changes})
    assert isinstance(found, dict)
    return found


def test_what_was_declared_counts_until_it_was_looked_into() -> None:
    assert (judged()["perCapitaMonthly"], judged()["memberCount"]) == (250, 2)
    looked = judged(checkedIncome=18000, checkedMembers=3)
    assert (looked["perCapitaMonthly"], looked["memberCount"]) == (500, 3)
    assert judged(applyScope="单人户")["memberCount"] == 1


@pytest.mark.parametrize(
    ("income", "result"), [(549.99, "符合"), (550, "低保边缘"), (824.99, "低保边缘"), (825, "不符合")]
)
def test_below_the_standard_and_below_one_and_a_half_times(income: float, result: str) -> None:
    assert judged(checkedMembers=1, checkedIncome=income * 12)["result"] == result


def test_a_countys_own_row_stands_before_the_default() -> None:
    of = {county: judged(county=county)["policy"]["standard"] for county in (YANSHAN, QIUBEI)}
    towns = {county: judged(county=county, isRural=False)["policy"]["standard"] for county in (YANSHAN, QIUBEI)}
    assert (of, towns) == ({YANSHAN: 550, QIUBEI: 540}, {YANSHAN: 720, QIUBEI: 700})
    assert "K" in judged()["policy"]["basis"]


@pytest.mark.parametrize(
    ("assets", "says"),
    [
        ({"deposits": 26401}, "存款和证券共 26401 元，限额每人 13200 元"),
        ({"vehicles": [{"type": "小型汽车"}]}, "机动车 1 辆，限额 0 辆"),
        ({"houses": [{"houseKind": "商品房"}] * 2}, "商品房 2 套，限额 1 套"),
        ({"businessRegistration": True, "businessCapital": 1}, "企业、个体工商户注册资本 1 元，限额 0 元"),
        ({"commercialInsurance": 20001}, "商业保险现金价值 20001 元，限额每人 10000 元"),
    ],
)
def test_each_asset_has_its_limit(assets: dict[str, Any], says: str) -> None:
    found = judged(**assets)
    assert (found["result"], found["breaches"]) == ("不符合", [says])


def test_what_one_needs_to_live_is_no_asset() -> None:
    harmless = [{"type": kind} for kind in ("摩托车", "农用车", "残疾人代步车")]
    assert judged(vehicles=harmless, houses=[{"houseKind": "农村自建房"}])["breaches"] == []


@pytest.mark.parametrize(("changes", "reason"), [({"checkResult": "FAIL"}, "核对"), ({"laborRefusal": True}, "不就业")])
def test_a_failed_check_and_refused_work_count_too(changes: dict[str, Any], reason: str) -> None:
    assert judged(**changes)["result"] == "不符合" and reason in judged(**changes)["reason"]


@pytest.mark.parametrize(("income", "category"), [(2200, "A类"), (4320, "B类"), (6000, "C类")])
def test_the_poorer_the_more(income: int, category: str) -> None:
    found = judged(checkedMembers=1, checkedIncome=income)
    assert (found["category"], found["householdAmount"]) == (category, max(50, -(-(6600 - income) // 12)))
