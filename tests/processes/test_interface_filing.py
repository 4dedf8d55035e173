"""接口变更与故障备案: verified by the office, filed by the province, and what was broken is told to work again."""

from typing import Any

import pytest

from engine.casework.models import Case
from engine.db import reading
from engine.oversight import replay
from tests.factories import YANSHAN
from tests.processes.stage import PREFECTURE, PROVINCE, Stage, at

ITEM = PROCESS = "interface_filing"
TOLD = {
    "filingKind": "地址变更",
    "filingUnit": "砚山县水务局",
    "filingSystem": "平台网址",
    "filingText": "接口地址更换为新的政务外网地址，原地址停用",
    "filingImpact": "切换时中断半小时",
    "filingOn": "2026-11-20",
}
MORE = {"returnReason": "没有写清切换的时间，请补充"}


@pytest.fixture
def office(stage: Stage) -> Stage:
    stage.hire("unit", "unit_contact", YANSHAN)
    stage.hire("above", "unit_contact", PREFECTURE)
    stage.hire("platform_ops", "platform_ops", PROVINCE)
    return stage


def report(stage: Stage, who: str = "unit", **values: Any) -> Case:
    return stage.begin(who, **{**TOLD, **values})


def file(stage: Stage, office: str = "county_office") -> None:
    stage.complete(office, "if_office", filingChecked=True)
    stage.complete("prov_office", "if_prov", filingAccepted=True, filingOpinion="同意备案")


def ended(stage: Stage) -> tuple[str | None, str | None]:
    case = stage.case()
    with reading() as session:
        assert replay.replay(session, case.case_no).equal
    return case.outcome, case.outcome_text


def test_a_change_is_verified_by_the_county_filed_by_the_province_and_answered_with_a_paper(office: Stage) -> None:
    report(office)
    assert office.task("if_office").due_at == at("2026-11-17", "24:00")
    office.supervise()
    file(office)
    number = office.case().variables["filingReceipt"]["no"]
    assert ended(office) == ("COMPLETED", f"已备案，回执 {number}")
    assert number in office.told("unit", "T147")[0]


def test_a_fault_is_told_to_work_again_with_its_cause(office: Stage) -> None:
    report(office, who="above", filingKind="重大故障")
    file(office, office="pref_office")
    told = {"faultCause": "交换机电源损坏，已更换恢复", "faultMeasures": "增加备用电源，每季度检查一次"}
    office.complete("above", "if_restored", restoredAt="2026-11-16T08:00:00+08:00", **told)
    assert len(office.told("prov_office", "T146")) == 1
    assert ended(office)[0] == "COMPLETED"


def test_what_is_not_whole_goes_back_from_either_office(office: Stage) -> None:
    report(office)
    office.complete("county_office", "if_office", filingChecked=False, **MORE)
    office.complete("unit", "if_amend", **TOLD)
    office.complete("county_office", "if_office", filingChecked=True)
    office.complete("prov_office", "if_prov", filingAccepted=False, **MORE)
    assert len(office.told("unit", "T145")) == 2
    assert office.open_tasks() == ["if_amend"]


def test_what_the_platform_changes_itself_goes_to_the_province_at_once(office: Stage) -> None:
    report(office, who="platform_ops", filingKind="系统升级")
    assert office.open_tasks() == ["if_prov"]


def test_every_flow_was_taken(untaken: list[str]) -> None:
    assert untaken == []
