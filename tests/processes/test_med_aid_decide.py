"""核算和审批 (domain B16, ma_calc to ma_review_2): threshold, ratio and cap by identity, then two who agree."""

from decimal import Decimal
from typing import Any

import pytest

from engine import clock as engine_clock
from engine import settings
from engine.errors import Invalid
from engine.language import bundle as bundles
from tests.processes import funds, sentences
from tests.processes.stage import Stage, at

PROCESS = "med_aid_decide"
ITEM = "med_aid"
BILL: dict[str, Any] = {"county": "532622", "ownInScope": 30000, "aidUsed": 0, "otherAid": 0}


@pytest.fixture(autouse=True)
def no_register(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JUSHOU_REGISTER_URL", raising=False)


def amounts(*written: str) -> tuple[Decimal, ...]:
    return tuple(Decimal(one) for one in written)


@pytest.mark.parametrize(
    ("given", "parts"),
    [
        # nothing is borne first; what is left above 5000 is tilted by 60 %
        ({"identityChecked": "特困"}, amounts("0", "27000", "0", "27000")),
        ({"identityChecked": "低保"}, amounts("0", "21000", "2400", "23400")),
        # ten per cent of last year's income first, then 60 %
        ({"identityChecked": "监测对象"}, amounts("3000", "16200", "1900", "18100")),
        ({"identityChecked": "脱贫户"}, amounts("3000", "16200", "1900", "18100")),
        # a quarter of it for those whom the illness made poor
        ({"identityChecked": "其他"}, amounts("7500", "11250", "4375", "15625")),
        ({"identityChecked": "其他", "ownInScope": 7500}, amounts("7500", "0", "0", "0")),
        # the year's cap, and never more than what is left to bear
        ({"identityChecked": "低保", "aidUsed": 45000}, amounts("0", "5000", "12000", "17000")),
        ({"identityChecked": "低保", "otherAid": 20000}, amounts("0", "10000", "0", "10000")),
        ({"identityChecked": "低保边缘", "ownInScope": "10000.55"}, amounts("3000", "4200.33", "0", "4200.33")),
    ],
)
def test_each_identity_has_its_threshold_its_ratio_and_its_cap(
    given: dict[str, Any], parts: tuple[Decimal, ...], clock: engine_clock.Clock
) -> None:
    rows = bundles.read(bundles.collect(PROCESS, bundles.from_folder(settings.ROOT))).decisions["med_aid_benefit"]
    own = Decimal(str(given.get("ownInScope", 30000)))
    found = rows.decide("med_aid_benefit", {**BILL, **given, "ownInScope": own})
    assert tuple(Decimal(str(found[part])) for part in ("start", "aid", "tilt", "total")) == parts


def test_reviewer_and_approver_may_send_it_back_and_what_is_agreed_is_told(stage: Stage) -> None:
    stage.bring_to("ma_review")
    assert (stage.task("ma_review").role_key, stage.task("ma_review").due_at) == (
        "county_medins_reviewer",
        at("2026-11-19", "24:00"),
    )
    stage.do("ma_review", aidReview="退回", aidReviewNote="自付金额与结算单不一致，请重新核算")
    stage.do("ma_calc", ownInScope=20000)
    stage.do("ma_review")
    back = {"payFund": None, "bringPlace": None, "bringMaterials": None}
    stage.do("ma_review_2", aidApproval="退回", **back)
    stage.do("ma_calc", ownInScope=20000)
    stage.do("ma_review")
    stage.do("ma_review_2")
    assert Decimal(stage.case().variables["payAmount"]) == Decimal("14600")
    assert stage.told("citizen", "M07") == [sentences.said("M07", ITEM, result="医疗救助 14600 元")]


def test_nothing_can_not_be_approved(stage: Stage) -> None:
    stage.bring_to("ma_calc")
    stage.do("ma_calc", ownInScope=0)
    stage.do("ma_review", aidReview="拟不予救助", aidReviewNote="没有政策范围内的自付，拟不予救助")
    with pytest.raises(Invalid) as refusal:
        stage.do("ma_review_2")
    assert "aidApproval" in refusal.value.problems
    refused = {"payFund": None, "bringPlace": None, "bringMaterials": None, "rejectReasonCode": "MA04"}
    law = {"rejectReason": "没有政策范围内的自付费用", "rejectBasis": "《社会救助暂行办法》第三十条"}
    stage.do("ma_review_2", aidApproval="不同意", **refused, **law)
    assert stage.case().outcome == "REJECTED"


def test_what_the_town_found_wanting_is_not_calculated(stage: Stage) -> None:
    stage.bring_to("ma_town")
    funds.visit(stage, visitConclusion="不符合", visitReason="名下有两辆营运货车，与申报不符")
    funds.refuse_check(stage)
    assert stage.open_tasks() == ["ma_review"]


def test_every_flow_is_taken(untaken: list[str]) -> None:
    assert untaken == []
