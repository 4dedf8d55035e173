"""部门系统接入: without a valid security evaluation refused; else examined, agreed to and switched on."""

from typing import Any

import pytest

from engine.db import reading
from engine.errors import Invalid
from engine.oversight import replay
from tests.factories import YANSHAN
from tests.processes.stage import PROVINCE, Stage, at

ITEM = PROCESS = "access_onboarding"
ASKED = {
    "accessUnit": "砚山县水务局",
    "accessSystem": "农村供水管理系统",
    "accessWay": "部门登记信息查询",
    "accessAddress": "政务外网地址一",
    "accessItems": "查询供水户名单，用于核实诉求",
    "accessAgency": "有资质的测评机构",
    "accessVerdict": "基本符合",
    "accessTestedOn": "2026-03-01",
}
REASON = {"returnReason": "申请的数据超出了办理业务的需要"}


@pytest.fixture
def office(stage: Stage) -> Stage:
    stage.hire("unit", "unit_contact", YANSHAN)
    stage.hire("platform_ops", "platform_ops", PROVINCE)
    return stage


def ask(stage: Stage, **values: Any) -> None:
    stage.begin("unit", **{**ASKED, "accessReport": [stage.file("unit")], **values})


def ended(stage: Stage) -> tuple[str | None, str | None]:
    case = stage.case()
    with reading() as session:
        assert replay.replay(session, case.case_no).equal
    return case.outcome, case.outcome_text


def test_a_system_that_was_evaluated_is_connected(office: Stage) -> None:
    ask(office)
    assert office.task("ao_check").due_at == at("2026-11-23", "24:00")
    office.complete("platform_ops", "ao_check", reportGenuine=True, accessWorks=True)
    office.complete("prov_office", "ao_approve", accessAgreed=True)
    office.supervise()
    office.complete("platform_ops", "ao_enable", enabledOn="2026-11-16", enabledNote="平台运维值班岗位")
    number = office.case().variables["accessNotice"]["no"]
    assert ended(office) == ("COMPLETED", f"已接入，通知 {number}")
    assert number in office.told("unit", "T149")[0]


@pytest.mark.parametrize("values", [{"accessVerdict": "不符合"}, {"accessTestedOn": "2025-11-15"}])
def test_one_that_did_not_pass_or_passed_long_ago_is_refused(office: Stage, values: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as refusal:
        ask(office, **values)
    office.refused("ao_end_unsafe", refusal.value)
    with pytest.raises(Invalid) as missing:
        ask(office, accessReport=[])
    assert "accessReport" in missing.value.problems


def test_one_that_does_not_work_or_asks_too_much_is_refused_with_the_reason(office: Stage) -> None:
    ask(office)
    office.complete("platform_ops", "ao_check", reportGenuine=False, accessWorks=False, **REASON)
    assert ended(office) == ("REJECTED", f"不予接入：{REASON['returnReason']}")
    ask(office)
    office.complete("platform_ops", "ao_check", reportGenuine=True, accessWorks=True)
    office.complete("prov_office", "ao_approve", accessAgreed=False, **REASON)
    assert REASON["returnReason"] in office.told("unit", "T148")[1]


def test_every_flow_was_taken(untaken: list[str]) -> None:
    assert untaken == []
