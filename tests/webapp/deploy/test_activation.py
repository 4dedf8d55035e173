"""Four eyes: a second person approves or rejects, and activation is an act of its own."""

import pytest
from sqlalchemy import select

from engine.casework import deployments
from engine.casework.models import Activation, ProcessVersion
from engine.db import transaction
from engine.registry import actors
from engine.settings import ROOT
from tests.webapp import staff_work
from tests.webapp.conftest import SignsIn

pytestmark = pytest.mark.usefixtures("content")


@pytest.fixture
def draft(client, content) -> int:
    """A changed water process, uploaded by somebody else."""
    uploader = staff_work.account("policy_admin", "530000")
    changed = (ROOT / "processes" / "water.bpmn").read_bytes().replace("现场核实".encode(), "核实".encode())
    with transaction() as session:
        actor = actors.staff(session, uploader)
        return deployments.upload(session, {"processes/water.bpmn": changed}, actor=actor).id


def version(number: int) -> ProcessVersion:
    with transaction() as session:
        return session.get_one(ProcessVersion, number)


def activations(number: int) -> list[Activation]:
    with transaction() as session:
        return list(session.scalars(select(Activation).where(Activation.version_id == number).order_by(Activation.id)))


def test_a_second_person_approves(staff: SignsIn, draft: int):
    policy = staff("policy_admin", "530000")
    assert policy.post(f"/versions/{draft}/approve").status_code == 303
    assert version(draft).state == "approved"
    assert "启用这个版本" in policy.get(f"/versions/{draft}").text


def test_the_approvers_are_told_of_an_upload_and_the_uploader_of_the_decision(staff: SignsIn):
    first, second = staff("policy_admin", "530000"), staff("policy_admin", "530000")
    changed = (ROOT / "processes" / "water.bpmn").read_bytes().replace("现场核实".encode(), "核实".encode())
    with transaction() as session:
        actor = actors.staff(session, first.id)
        number = deployments.upload(session, {"processes/water.bpmn": changed}, actor=actor).id
    notices = second.get("/notices").text
    assert "等待您审批" in notices and 'href="/versions">打开流程版本' in notices
    assert "等待您审批" not in first.get("/notices").text
    assert "名称（原为“现场核实”）" in second.get(f"/versions/{number}").text
    second.post(f"/versions/{number}/approve")
    assert "已批准，可以启用" in first.get("/notices").text


def test_the_uploader_may_not_approve(staff: SignsIn):
    policy = staff("policy_admin", "530000")
    changed = (ROOT / "processes" / "water.bpmn").read_bytes().replace("现场核实".encode(), "核实".encode())
    with transaction() as session:
        mine = deployments.upload(session, {"processes/water.bpmn": changed}, actor=actors.staff(session, policy.id)).id
    assert policy.post(f"/versions/{mine}/approve").status_code == 403
    assert version(mine).state == "draft"


def test_an_auditor_looks_but_does_not_decide(staff: SignsIn, draft: int):
    auditor = staff("auditor", "530000")
    assert "批准这个版本" not in auditor.get(f"/versions/{draft}").text
    assert auditor.post(f"/versions/{draft}/approve").status_code == 403
    assert auditor.post(f"/versions/{draft}/reject", {"reason": "不符合规定要求"}).status_code == 403
    assert auditor.post(f"/versions/{draft}/activate").status_code == 403
    assert staff("county_water_clerk").get(f"/versions/{draft}").status_code == 403


def test_unknown_versions_are_not_found(staff: SignsIn):
    policy = staff("policy_admin", "530000")
    assert policy.get("/versions/999").status_code == 404
    assert policy.post("/versions/999/approve").status_code == 404
    assert policy.post("/versions/999/reject", {"reason": "不符合规定要求"}).status_code == 404
    assert policy.post("/versions/999/activate", {"region": ["530000"]}).status_code == 404


def test_what_is_decided_is_not_decided_again(staff: SignsIn, draft: int):
    policy = staff("policy_admin", "530000")
    policy.post(f"/versions/{draft}/reject", {"reason": "缺少法律依据"})
    assert version(draft).state == "rejected"
    assert policy.post(f"/versions/{draft}/approve").status_code == 409
    assert policy.post(f"/versions/{draft}/reject", {"reason": "缺少法律依据"}).status_code == 409


def test_a_rejection_needs_a_reason(staff: SignsIn, draft: int):
    answer = staff("policy_admin", "530000").post(f"/versions/{draft}/reject", {"reason": "不"})
    assert answer.status_code == 422
    assert "请写明退回的理由" in answer.text
    assert version(draft).state == "draft"


def test_activation_is_for_new_cases_of_the_chosen_regions(staff: SignsIn, draft: int):
    policy = staff("policy_admin", "530000")
    before = staff_work.raise_hand()
    policy.post(f"/versions/{draft}/approve")
    assert policy.post(f"/versions/{draft}/activate", {"region": ["532622"]}).status_code == 303
    assert [row.region_code for row in activations(draft)] == ["532622"]
    after = staff_work.raise_hand()
    assert staff_work.case(after).version_id == draft
    assert staff_work.case(before).version_id != draft
    page = policy.get("/versions").text
    assert "砚山县，" in page


def test_activation_begins_on_the_chosen_day_in_the_whole_province(staff: SignsIn, draft: int):
    policy = staff("policy_admin", "530000")
    policy.post(f"/versions/{draft}/approve")
    policy.post(f"/versions/{draft}/activate", {"active_from": "2026-11-20", "region": ["530000"]})
    (row,) = activations(draft)
    assert row.region_code == "530000"
    assert row.active_from.isoformat() == "2026-11-19T16:00:00+00:00"
    assert staff_work.case(staff_work.raise_hand()).version_id != draft


@pytest.mark.parametrize("written", ["2026-11-15", "tomorrow", "2026-02-31"])
def test_a_wrong_day_is_refused_with_what_was_typed(staff: SignsIn, draft: int, written: str):
    policy = staff("policy_admin", "530000")
    policy.post(f"/versions/{draft}/approve")
    answer = policy.post(f"/versions/{draft}/activate", {"active_from": written, "region": ["532622"]})
    assert answer.status_code == 422
    assert f'value="{written}"' in answer.text
    assert 'value="532622" id="region-532622" checked' in answer.text
    assert answer.text.count(" checked>") == 1
    assert activations(draft) == []


def test_nothing_chosen_does_not_mean_the_whole_province(staff: SignsIn, draft: int):
    policy = staff("policy_admin", "530000")
    policy.post(f"/versions/{draft}/approve")
    answer = policy.post(f"/versions/{draft}/activate", {"active_from": "2026-11-20"})
    assert answer.status_code == 422
    assert "请选择启用的地区" in answer.text
    assert activations(draft) == []


def test_a_draft_is_not_activated(staff: SignsIn, draft: int):
    policy = staff("policy_admin", "530000")
    assert policy.post(f"/versions/{draft}/activate", {"region": ["530000"]}).status_code == 409
    assert activations(draft) == []


def test_the_list_counts_the_cases_that_run_on_each_version(staff: SignsIn):
    staff_work.raise_hand()
    page = staff("auditor", "530000").get("/versions").text
    assert "农村饮水安全" in page
    assert '<td data-label="在办办件" class="narrow">1</td>' in page
