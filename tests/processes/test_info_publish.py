"""网上信息发布: drafted, checked for secrets by somebody else, published, patrolled, taken down."""

from typing import Any

import pytest

from engine.casework import public_pages
from engine.db import reading
from engine.errors import NotAllowed, NotFound
from engine.oversight import replay
from tests.factories import YANSHAN
from tests.processes.stage import Stage, at

ITEM = PROCESS = "info_publish"
TOLD = {
    "infoKind": "通知公告",
    "infoTitle": "关于集中办理参保登记的通知",
    "infoUnit": "县领导小组办公室",
    "infoText": "参保登记集中办理时间为下月一日至十日，请带身份证到乡镇办理。",
    "infoSource": "县领导小组办公室年度工作安排",
}
CLEAN = {"secretState": "没有", "secretPerson": "没有", "secretTrade": "没有", "secretWrong": "没有"}
DOWN = "内容已经过时，容易误解，先撤下"


@pytest.fixture
def office(stage: Stage) -> Stage:
    stage.hire("unit_head", "unit_head", YANSHAN)
    return stage


def publish(stage: Stage, **values: Any) -> int:
    stage.begin("county_office", **{**TOLD, **values})
    stage.complete("unit_head", "ip_check", **CLEAN, infoAgreed=True)
    return int(stage.case().variables["publicPage"]["id"])


def state(number: int) -> str:
    with reading() as session:
        return public_pages.get(session, number).state


def ended(stage: Stage) -> str | None:
    case = stage.case()
    with reading() as session:
        assert replay.replay(session, case.case_no).equal
    return case.outcome


def test_it_is_patrolled_every_month_and_taken_down_with_a_reason(office: Stage) -> None:
    page = publish(office)
    assert state(page) == "posted"
    office.sleep(until=at("2026-12-17"))
    office.complete("county_office", "ip_patrol", infoFine=True)
    office.sleep(until=at("2027-01-17"))
    office.complete("county_office", "ip_patrol", infoFine=False, downReason=DOWN)
    with pytest.raises(NotFound):
        state(page)
    assert DOWN in office.told("unit_head", "T144")[0]
    assert ended(office) == "TERMINATED"


def test_what_is_seen_to_be_wrong_is_taken_down_at_once(office: Stage) -> None:
    publish(office)
    office.complete("county_office", "ip_watch", downReason=DOWN)
    assert ended(office) == "TERMINATED"


def test_it_leaves_by_itself_when_its_time_is_over(office: Stage) -> None:
    page = publish(office, infoUntil="2026-12-01")
    office.let_pass(until=at("2026-12-01", "23:59"))
    assert state(page) == "posted"
    office.let_pass(until=at("2026-12-02", "00:00"))
    assert (state(page), ended(office)) == ("repealed", "COMPLETED")


def test_what_holds_a_secret_can_only_be_sent_back(office: Stage) -> None:
    office.begin("county_office", **TOLD)
    reason = {"returnReason": "正文写了个人的病情，请删去"}
    office.complete("unit_head", "ip_check", **{**CLEAN, "secretPerson": "有"}, **reason)
    assert "个人的病情" in office.told("county_office", "T143")[0]
    office.complete("county_office", "ip_amend", infoDropped=False, **TOLD)
    office.complete("unit_head", "ip_check", **CLEAN, infoAgreed=False, **reason)
    office.complete("county_office", "ip_amend", infoDropped=True)
    assert ended(office) == "WITHDRAWN"


def test_who_drafts_does_not_check_and_the_check_takes_two_days(office: Stage) -> None:
    office.begin("county_office", **TOLD)
    assert office.task("ip_check").due_at == at("2026-11-18", "24:00")
    with pytest.raises((NotAllowed, NotFound)):
        office.complete("county_office", "ip_check", **CLEAN, infoAgreed=True)
    office.supervise()


def test_every_flow_was_taken(untaken: list[str]) -> None:
    assert untaken == []
