"""The pages of 委派, 加签, 减签, 抄送, 催办: they ask, send once, keep what was typed, refuse."""

import re
from typing import Any

import pytest
from sqlalchemy import select

from engine.casework.models import CaseCopy, UserTask
from engine.db import transaction
from tests.factories import JIANGNA, YANSHAN
from tests.webapp import staff_work
from tests.webapp.conftest import Person, SignsIn

pytestmark = pytest.mark.usefixtures("content")
WHY = "请看看水源是否可靠"
TAKE = {"inScope": "true", "town": "532622101", "urgency": "一般"}


def signature(case_no: str) -> UserTask:
    with transaction() as session:
        wanted = select(UserTask).where(UserTask.kind == "cosign").order_by(UserTask.id.desc())
        return session.scalars(wanted).first()  # type: ignore[return-value]


def step(case_no: str) -> UserTask:
    with transaction() as session:
        wanted = select(UserTask).where(UserTask.kind == "step", UserTask.role_key != "citizen")
        return session.scalars(wanted.order_by(UserTask.id.desc())).first()  # type: ignore[return-value]


def key(page: str) -> str:
    found = re.search(r'name="key" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def test_a_task_is_delegated_answered_and_completed(staff: SignsIn) -> None:
    clerk, adviser = staff(), staff("town_water_clerk", JIANGNA)
    number = staff_work.raise_hand()
    task = step(number).id
    page = clerk.get(f"/tasks/{task}").text
    assert all(f"/tasks/{task}/{act}" in page for act in ("delegate", "cosign", "copy"))
    asked = clerk.get(f"/tasks/{task}/delegate").text
    data = {"key": key(asked), "to_account_id": adviser.id, "reason": WHY}
    assert clerk.post(f"/tasks/{task}/delegate", data).status_code == 303
    assert clerk.post(f"/tasks/{task}/delegate", data).status_code == 303, "the same click again"
    assert "委派给" in clerk.get(f"/tasks/{task}").text
    seen = adviser.get(f"/tasks/{task}").text
    assert "请您看看这件事" in seen and "提交：" not in seen and "先存草稿" in seen
    typed = {**TAKE, "key": "d", "urgency": "紧急"}
    assert adviser.post(f"/tasks/{task}/draft", typed).status_code == 303
    short = adviser.post(f"/tasks/{task}/answer", {"key": "a", "opinion": "好"})
    assert short.status_code == 422 and "好</textarea>" in short.text
    assert adviser.post(f"/tasks/{task}/answer", {"key": "a", "opinion": "水源可靠"}).status_code == 303
    assert adviser.get(f"/tasks/{task}").status_code == 404
    back = clerk.get(f"/tasks/{task}").text
    assert "水源可靠" in back and "提交：" in back and "紧急" in back


def test_the_owner_takes_a_delegated_task_back(staff: SignsIn) -> None:
    clerk, adviser = staff(), staff("town_water_clerk", JIANGNA)
    task = step(staff_work.raise_hand()).id
    clerk.post(f"/tasks/{task}/delegate", {"key": "k", "to_account_id": adviser.id, "reason": WHY})
    assert "收回委派" in clerk.get(f"/tasks/{task}").text
    assert clerk.post(f"/tasks/{task}/recall").status_code == 303
    assert step("").owner_id is None


def test_signing_before_and_after_on_the_pages(staff: SignsIn) -> None:
    clerk, housing, office = staff(), staff("county_housing_reviewer"), staff("county_water_reviewer")
    number = staff_work.raise_hand()
    task = step(number).id
    given = {"reason": WHY}
    clerk.post(f"/tasks/{task}/cosign", {**given, "key": "1", "to_account_id": housing.id, "position": "before"})
    first = signature(number).id
    clerk.post(f"/tasks/{task}/cosign", {**given, "key": "2", "to_account_id": office.id, "position": "after"})
    second = signature(number).id
    page = clerk.get(f"/tasks/{task}").text
    assert "等待前加签" in page and "减签" in page
    refused = clerk.post(f"/tasks/{task}/complete", {**TAKE, "key": "c"})
    assert refused.status_code == 409 and "前加签意见" in refused.text
    seen = housing.get(f"/tasks/{first}").text
    assert "签署意见" in seen and WHY in housing.get("/notices").text
    assert housing.post(f"/tasks/{first}/sign", {"key": "s", "opinion": "可以"}).status_code == 422
    assert housing.post(f"/tasks/{first}/sign", {"key": "s", "agrees": "true", "opinion": "可以"}).status_code == 303
    submitted = clerk.post(f"/tasks/{task}/complete", {**TAKE, "key": "c"}, follow_redirects=True)
    assert "后加签的人都同意以后生效" in submitted.text
    assert "正在等待后加签" in clerk.get(f"/tasks/{task}").text
    assert office.post(f"/tasks/{second}/sign", {"key": "t", "agrees": "true", "opinion": "同意"}).status_code == 303
    assert step(number).element_id == "wt_town_take"


def test_a_signature_is_removed_on_its_page(staff: SignsIn) -> None:
    clerk, housing = staff(), staff("county_housing_reviewer")
    number = staff_work.raise_hand()
    task = step(number).id
    data = {"key": "1", "to_account_id": housing.id, "position": "before", "reason": WHY}
    clerk.post(f"/tasks/{task}/cosign", data)
    found = signature(number).id
    assert clerk.get(f"/tasks/{found}/remove").status_code == 200
    assert clerk.post(f"/tasks/{found}/remove", {"key": "r", "reason": ""}).status_code == 422
    assert clerk.post(f"/tasks/{found}/remove", {"key": "r", "reason": "不用了"}).status_code == 303
    assert signature(number).state == "canceled"
    assert clerk.post(f"/tasks/{found}/remove", {"key": "q", "reason": "不用了"}).status_code == 409


def test_copies_are_given_and_taken_back_on_the_pages(staff: SignsIn) -> None:
    clerk, reader = staff(), staff("county_housing_clerk")
    number = staff_work.raise_hand()
    task = step(number).id
    assert reader.get(f"/cases/{number}").status_code == 404
    data = {"key": "1", "account_id": [str(reader.id)], "note": "供参考"}
    assert clerk.post(f"/tasks/{task}/copy", {**data, "account_id": []}).status_code == 422
    assert clerk.post(f"/tasks/{task}/copy", data).status_code == 303
    assert reader.get(f"/cases/{number}").status_code == 200
    with transaction() as session:
        copy = session.scalars(select(CaseCopy)).one().id
    assert "取消抄送" in clerk.get(f"/tasks/{task}").text
    assert clerk.post(f"/copies/{copy}/take-back", {"task_id": str(task)}).status_code == 303
    assert reader.get(f"/cases/{number}").status_code == 404


def test_urging_on_the_page(staff: SignsIn) -> None:
    clerk, office = staff(), staff("county_office")
    task = step(staff_work.raise_hand()).id
    assert f"/tasks/{task}/urge" in office.get(f"/tasks/{task}").text
    assert office.post(f"/tasks/{task}/urge", {"key": "u", "note": "群众等水用"}).status_code == 303
    assert "群众等水用" in clerk.get("/notices").text and "已催办 1 次" in clerk.get(f"/tasks/{task}").text
    again = office.post(f"/tasks/{task}/urge", {"key": "v", "note": "再催"})
    assert again.status_code == 409 and "再催</textarea>" in again.text


PAGES = ("delegate", "answer", "cosign", "sign", "remove", "copy", "urge")


@pytest.mark.parametrize("page", PAGES)
def test_unknown_and_foreign_tasks_have_no_such_page(staff: SignsIn, page: str) -> None:
    task, stranger = step(staff_work.raise_hand()).id, staff("county_water_clerk", staff_work.ELSEWHERE)
    for number in (task, 999_999):
        assert stranger.get(f"/tasks/{number}/{page}").status_code == 404
        assert stranger.post(f"/tasks/{number}/{page}", {"reason": WHY, "opinion": WHY}).status_code in (404, 422)
        sent: dict[str, Any] = {"reason": WHY, "opinion": WHY, "agrees": "true", "position": "before"}
        sent |= {"to_account_id": "1", "account_id": ["1"], "key": "x"}
        assert stranger.post(f"/tasks/{number}/{page}", sent).status_code == 404


def test_whoever_only_reads_may_not_act(staff: SignsIn) -> None:
    task, reader = step(staff_work.raise_hand()).id, staff("county_office", YANSHAN)
    other = staff("county_water_reviewer")
    sent = {
        "key": "x",
        "to_account_id": str(other.id),
        "account_id": [str(other.id)],
        "reason": WHY,
        "position": "after",
    }
    for page in ("delegate", "cosign", "copy"):
        assert reader.post(f"/tasks/{task}/{page}", sent).status_code == 403


def suspended(staff: SignsIn) -> tuple[str, Person]:
    reviewer = staff("county_water_reviewer")
    number = staff_work.raise_hand()
    page = reviewer.get(f"/cases/{number}").text
    assert "挂起" in page and "终止" in page
    assert reviewer.post(f"/cases/{number}/suspend", {"key": "s", "reason": "太忙"}).status_code == 422
    answer = reviewer.post(f"/cases/{number}/suspend", {"key": "s", "reason": "等待水质检测单位出具报告"})
    assert answer.status_code == 303
    return number, reviewer


def test_a_case_is_suspended_and_resumed_on_its_page(staff: SignsIn) -> None:
    clerk = staff()
    number, reviewer = suspended(staff)
    page = reviewer.get(f"/cases/{number}").text
    assert "等待水质检测单位出具报告" in page and "恢复办理" in page
    task = step(number).id
    assert "已经挂起" in clerk.get(f"/tasks/{task}").text
    refused = clerk.post(f"/tasks/{task}/complete", {**TAKE, "key": "c"})
    assert refused.status_code == 409 and "已挂起" in refused.text
    again = reviewer.post(f"/cases/{number}/suspend", {"key": "t", "reason": "等待水质检测单位出具报告"})
    assert again.status_code == 409
    assert clerk.post(f"/cases/{number}/resume").status_code == 403
    assert reviewer.post(f"/cases/{number}/resume").status_code == 303
    assert staff_work.case(number).state == "active"


def test_a_case_is_terminated_on_its_page(staff: SignsIn) -> None:
    number, reviewer = suspended(staff)
    data = {"key": "e", "code": "MOVED_AWAY", "reason": "全家已经迁往外省居住"}
    assert reviewer.get(f"/cases/{number}/terminate").status_code == 200
    assert reviewer.post(f"/cases/{number}/terminate", {**data, "code": ""}).status_code == 422
    assert reviewer.post(f"/cases/{number}/terminate", data).status_code == 303
    found = staff_work.case(number)
    assert (found.state, found.outcome) == ("ended", "TERMINATED")
    assert "迁往外省" in reviewer.get(f"/cases/{number}").text


def test_a_case_is_transferred_on_its_page_level_by_level(staff: SignsIn) -> None:
    clerk, reviewer = staff(), staff("county_water_reviewer")
    number = staff_work.raise_hand()
    address = f"/cases/{number}/transfer"
    assert address in reviewer.get(f"/cases/{number}").text and address not in clerk.get(f"/cases/{number}").text
    assert clerk.get(address).status_code == 403
    page = reviewer.get(address).text
    assert "江那镇" in page and "木瓜铺村委会" not in page
    levels = {"region.province": "530000", "region.prefecture": "532600", "region.county": "532622"}
    town = {**levels, "region.town": "532622102", "key": "m", "reason": "申请人一家常年住在平远镇"}
    assert "木瓜铺村委会" in reviewer.post(address, {**town, "reload": "region"}).text
    missing = reviewer.post(address, {**levels, "key": "m", "reason": "搬家"})
    assert missing.status_code == 422 and "请写 10 至" in missing.text
    assert "请选到乡镇" in reviewer.post(address, {**town, "region.town": ""}).text
    for _ in range(2):
        assert reviewer.post(address, town).status_code == 303
    assert staff_work.case(number).region_code == "532622102"
    assert "平远镇办理" in reviewer.get(f"/cases/{number}").text


def test_whoever_may_not_stop_a_case_has_no_such_page(staff: SignsIn) -> None:
    clerk, office, stranger = staff(), staff("county_office"), staff("county_water_reviewer", staff_work.ELSEWHERE)
    number = staff_work.raise_hand()
    for page in ("suspend", "terminate"):
        assert clerk.get(f"/cases/{number}/{page}").status_code == 403
        assert stranger.get(f"/cases/{number}/{page}").status_code == 404
    sent = {"key": "x", "code": "DECEASED", "reason": "村委会出具了死亡证明"}
    assert office.post(f"/cases/{number}/terminate", sent).status_code == 403
    assert "终止" not in office.get(f"/cases/{number}").text.split("流程图")[0].split("办理过程")[-1]
