"""迁移在办办件 on pages: the plan, the second look, the start, how far it is, and one case back."""

import re
from typing import Any

import pytest
from sqlalchemy import select

from engine.casework import deployments, jobs
from engine.casework.models import CaseMigration, ProcessVersion
from engine.db import transaction
from engine.registry.actors import SYSTEM
from engine.settings import ROOT
from tests.faults.whole import whole
from tests.webapp import staff_work
from tests.webapp.conftest import Person, SignsIn

pytestmark = pytest.mark.usefixtures("content")
REASON = "新规定自本月起施行，在办件一并适用"


def renamed() -> bytes:
    """The water process with another id for its first step of the office, whose time limit stays."""
    drawn = (ROOT / "processes" / "water.bpmn").read_text("utf-8")
    for sign in ('"wt_take"', ">wt_take<", "wt_take__", "__wt_take"):
        drawn = drawn.replace(sign, sign.replace("wt_take", "wt_accept"))
    before, step, after = drawn.partition('<bpmn:userTask id="wt_accept"')
    limit = '<zeebe:properties><zeebe:property name="slaKey" value="water.wt_take" />'
    return (before + step + after.replace("<zeebe:properties>", limit, 1)).encode()


@pytest.fixture
def newer(client: Any, content: None) -> int:
    """A second version of the water process, approved, on which no case runs."""
    with transaction() as session:
        version = deployments.upload(session, {"processes/water.bpmn": renamed()}, actor=SYSTEM)
        version.state = "approved"
        return version.id


@pytest.fixture
def older(newer: int) -> int:
    with transaction() as session:
        wanted = select(ProcessVersion.id).where(ProcessVersion.process_key == "water", ProcessVersion.number == 1)
        return session.scalars(wanted).one()


def orders() -> list[CaseMigration]:
    with transaction() as session:
        return list(session.scalars(select(CaseMigration)))


def sent(older: int, **more: str) -> dict[str, str]:
    return {"from": str(older), "map-wt_take": "wt_accept", "reason": REASON, "key": "k", **more}


def begun(policy: Person, older: int, newer: int, **more: str) -> str:
    """The address of the page that shows how far it is."""
    answer = policy.post(f"/versions/{newer}/migrate", sent(older, deed="start", **more))
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def test_the_way_from_the_plan_to_the_new_version_and_back(staff: SignsIn, older: int, newer: int) -> None:
    policy, case_no = staff("policy_admin", "530000"), staff_work.raise_hand()
    assert f"/versions/{newer}/migrate" in policy.get(f"/versions/{newer}").text
    page = policy.get(f"/versions/{newer}/migrate").text
    assert "在新版本里没有对应的元素" in page and f"{case_no}：" in page
    page = policy.post(f"/versions/{newer}/migrate", sent(older, deed="check")).text
    assert "核对了 1 件，都可以迁移" in page and REASON in page and 'value="start"' in page
    assert orders() == []
    address = begun(policy, older, newer)
    assert begun(policy, older, newer) == address and len(orders()) == 1
    page = policy.get(address).text
    assert "正在迁移" in page and "0 / 1 件" in page and 'hx-trigger="every 2s"' in page
    jobs.drain()
    page = policy.get(address).text
    assert "已完成" in page and "1 / 1 件" in page and "hx-trigger" not in page
    assert staff_work.case(case_no).version_id == newer
    assert staff_work.task(case_no).element_id == "wt_accept"
    whole(staff_work.case(case_no).id)
    back = f"{address}/cases/{case_no}/undo"
    assert policy.get(back).status_code == 200
    assert policy.post(back, {"reason": REASON, "key": "u"}).status_code == 303
    assert policy.post(back, {"reason": REASON, "key": "u"}).status_code == 303
    assert staff_work.case(case_no).version_id == older
    assert "已撤销" in policy.get(address).text
    whole(staff_work.case(case_no).id)
    assert address.removeprefix("/") in policy.get(f"/versions/{newer}").text


def test_those_who_handle_the_case_read_what_happened(staff: SignsIn, older: int, newer: int) -> None:
    policy, clerk, case_no = staff("policy_admin", "530000"), staff("county_water_clerk"), staff_work.raise_hand()
    begun(policy, older, newer)
    jobs.drain()
    page = clerk.get(f"/cases/{case_no}").text
    assert f"改按第 2 版流程办理：{REASON}" in page
    assert clerk.get(f"/tasks/{staff_work.task(case_no).id}").status_code == 200


def test_a_process_of_one_version_has_nothing_to_migrate(staff: SignsIn) -> None:
    policy = staff("policy_admin", "530000")
    with transaction() as session:
        only = session.scalars(select(ProcessVersion.id).where(ProcessVersion.process_key == "rating")).one()
    page = policy.get(f"/versions/{only}/migrate")
    assert (page.status_code, "没有别的版本" in page.text) == (200, True)


def test_only_policy_staff_migrate_and_auditors_look(staff: SignsIn, older: int, newer: int) -> None:
    policy, auditor, case_no = staff("policy_admin", "530000"), staff("auditor", "530000"), staff_work.raise_hand()
    address = begun(policy, older, newer)
    clerk = staff("county_water_clerk")
    assert auditor.get(address).status_code == 200
    assert "停止迁移" not in auditor.get(address).text
    assert "把在办办件迁移" not in auditor.get(f"/versions/{newer}").text
    for person in (auditor, clerk):
        assert person.get(f"/versions/{newer}/migrate").status_code == 403
        assert person.post(f"/versions/{newer}/migrate", sent(older, deed="start", key="x")).status_code == 403
        assert person.post(f"{address}/cancel").status_code == 403
        assert person.get(f"{address}/cases/{case_no}/undo").status_code == 403
        assert person.post(f"{address}/cases/{case_no}/undo", {"reason": REASON}).status_code == 403
    assert clerk.get(address).status_code == 403
    assert len(orders()) == 1


def test_what_is_not_there_is_not_found(staff: SignsIn, older: int, newer: int) -> None:
    policy = staff("policy_admin", "530000")
    staff_work.raise_hand()
    address = begun(policy, older, newer)
    assert policy.get("/versions/999/migrate").status_code == 404
    assert policy.post("/versions/999/migrate", sent(older, deed="start")).status_code == 404
    assert policy.get("/migrations/999").status_code == 404
    assert policy.post("/migrations/999/cancel").status_code == 404
    assert policy.get(f"{address}/cases/nobody/undo").status_code == 404
    assert policy.post(f"{address}/cases/nobody/undo", {"reason": REASON}).status_code == 404


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        ({"reason": "短"}, "请写 10 至 500 个字"),
        ({"from": "999999"}, ""),
        ({"from": "x"}, ""),
        ({"map-wt_take": "nowhere"}, "原版本里没有这个元素，或者新版本里没有选择的元素"),
        ({"case_no": "nobody"}, "原版本上没有这个编号的在办办件"),
    ],
)
@pytest.mark.parametrize("deed", ["check", "start"])
def test_wrong_values_come_back_with_what_was_typed(
    staff: SignsIn, older: int, newer: int, wrong: dict[str, str], problem: str, deed: str
) -> None:
    policy = staff("policy_admin", "530000")
    staff_work.raise_hand()
    answer = policy.post(f"/versions/{newer}/migrate", {**sent(older), **wrong, "deed": deed})
    assert orders() == []
    if "from" in wrong:
        assert answer.status_code in (404, 422)
        return
    assert answer.status_code == 422 and problem in answer.text
    assert wrong.get("reason", REASON) in answer.text and wrong.get("case_no", "") in answer.text


def test_a_wrong_state_is_a_conflict_and_keeps_what_was_typed(staff: SignsIn, older: int, newer: int) -> None:
    policy = staff("policy_admin", "530000")
    answer = policy.post(f"/versions/{newer}/migrate", sent(older, deed="start"))
    assert answer.status_code == 409 and "无需迁移" in answer.text and REASON in answer.text
    with transaction() as session:
        session.get_one(ProcessVersion, newer).state = "draft"
    answer = policy.post(f"/versions/{newer}/migrate", sent(older, deed="start"))
    assert answer.status_code == 409 and "只能迁移到已批准或已启用的版本" in answer.text and REASON in answer.text
    assert orders() == []


def test_an_order_is_stopped_once(staff: SignsIn, older: int, newer: int) -> None:
    policy, case_no = staff("policy_admin", "530000"), staff_work.raise_hand()
    address = begun(policy, older, newer)
    assert policy.post(f"{address}/cancel").status_code == 303
    assert policy.post(f"{address}/cancel").status_code == 409
    jobs.drain()
    assert staff_work.case(case_no).version_id == older
    assert re.search(r"停止前没有轮到</dt><dd>1 件", policy.get(address).text)


def test_undoing_too_late_or_without_a_reason_is_refused(staff: SignsIn, older: int, newer: int) -> None:
    policy, clerk, case_no = staff("policy_admin", "530000"), staff("county_water_clerk"), staff_work.raise_hand()
    address = begun(policy, older, newer)
    jobs.drain()
    back = f"{address}/cases/{case_no}/undo"
    answer = policy.post(back, {"reason": "短"})
    assert answer.status_code == 422 and ">短</textarea>" in answer.text
    staff_work.claim(staff_work.task(case_no).id, clerk.id)
    answer = policy.post(back, {"reason": REASON})
    assert answer.status_code == 409 and REASON in answer.text and "又有了新的办理记录" in answer.text
    assert staff_work.case(case_no).version_id == newer


def test_a_whole_order_comes_back_on_the_page(staff: SignsIn, older: int, newer: int) -> None:
    policy, clerk = staff("policy_admin", "530000"), staff("county_water_clerk")
    numbers = [staff_work.raise_hand() for _ in range(2)]
    address = begun(policy, older, newer)
    assert "撤销整批迁移" not in policy.get(address).text
    assert policy.post(f"{address}/undo", {"reason": REASON, "key": "early"}).status_code == 409
    jobs.drain()
    staff_work.claim(staff_work.task(numbers[1]).id, clerk.id)
    assert "撤销整批迁移" in policy.get(address).text and "2 件" in policy.get(f"{address}/undo").text
    answer = policy.post(f"{address}/undo", {"reason": "短", "key": "u"})
    assert answer.status_code == 422 and ">短</textarea>" in answer.text
    for _ in range(2):
        assert policy.post(f"{address}/undo", {"reason": REASON, "key": "u"}).status_code == 303
    page = policy.get(address).text
    assert "正在撤销" in page and "0 / 2 件" in page and 'hx-trigger="every 2s"' in page and "停止撤销" in page
    jobs.drain()
    page = policy.get(address).text
    assert "撤销完成" in page and "hx-trigger" not in page and "又有了新的办理记录" in page
    assert [staff_work.case(number).version_id for number in numbers] == [older, newer]
    assert policy.post(f"{address}/undo/cancel").status_code == 409
    assert policy.post(f"{address}/undo", {"reason": REASON, "key": "again"}).status_code == 409


def test_undoing_a_whole_order_is_for_policy_staff(staff: SignsIn, older: int, newer: int) -> None:
    policy, case_no = staff("policy_admin", "530000"), staff_work.raise_hand()
    address = begun(policy, older, newer)
    jobs.drain()
    for person in (staff("auditor", "530000"), staff("county_water_clerk")):
        assert person.get(f"{address}/undo").status_code == 403
        assert person.post(f"{address}/undo", {"reason": REASON, "key": "x"}).status_code == 403
        assert person.post(f"{address}/undo/cancel").status_code == 403
    for below in ("undo", "undo/cancel"):
        assert policy.post(f"/migrations/999/{below}", {"reason": REASON}).status_code == 404
    assert policy.get("/migrations/999/undo").status_code == 404
    assert policy.post(f"{address}/undo", {"reason": REASON, "key": "u"}).status_code == 303
    assert policy.post(f"{address}/undo/cancel").status_code == 303
    jobs.drain()
    assert staff_work.case(case_no).version_id == newer and "撤销已停止" in policy.get(address).text
