"""登记电话联系: from the step to a page that keeps what was typed, and back."""

import pytest

from tests.factories import JIANGNA
from tests.webapp import staff_work
from tests.webapp.conftest import SignsIn

pytestmark = pytest.mark.usefixtures("content")
TOLD = "告知材料已经收到，三天内答复"


def test_the_clerk_notes_a_call_and_reads_it_on_the_case(staff: SignsIn) -> None:
    clerk, number = staff(), staff_work.raise_hand()
    address = f"/tasks/{staff_work.task(number).id}/call"
    assert f'href="{address}"' in clerk.get(address.removesuffix("/call")).text
    assert "没有人接" in clerk.get(address).text
    refused = clerk.post(address, {"result": "reached", "text": "", "key": "k"})
    assert (refused.status_code, "请写明告知或者了解到的内容" in refused.text) == (422, True)
    refused = clerk.post(address, {"text": TOLD, "key": "k"})
    assert refused.status_code == 422
    assert "请选择联系结果" in refused.text and TOLD in refused.text
    for _ in ("once", "and clicked again"):
        answer = clerk.post(address, {"result": "reached", "text": TOLD, "key": "k"})
        assert answer.location == address.removesuffix("/call")
    assert clerk.get(f"/cases/{number}").text.count(f"电话联系申请人，已接通：{TOLD}") == 1


def test_others_note_none(staff: SignsIn) -> None:
    address = f"/tasks/{staff_work.task(staff_work.raise_hand()).id}/call"
    assert staff("county_water_clerk", staff_work.ELSEWHERE).get(address).status_code == 404
    leader = staff("county_water_approver")
    assert address not in leader.get(address.removesuffix("/call")).text
    assert leader.post(address, {"result": "no_answer", "key": "k"}).status_code == 403
    assert staff("town_water_clerk", JIANGNA).post(address, {"result": "no_answer"}).status_code == 404
