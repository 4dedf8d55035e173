"""A decision of a case is read on the auditor's page, its contradiction on the page of incidents."""

import pytest
from sqlalchemy import select

from engine.casework import cases, deployments
from engine.casework.models import Case, HistoryEvent
from engine.db import transaction
from engine.registry import actors
from engine.registry.actors import SYSTEM
from tests import factories
from tests.casework import graded
from tests.factories import JIANGNA
from tests.webapp import staff_work
from tests.webapp.conftest import Person, SignsIn

pytestmark = pytest.mark.usefixtures("content")


@pytest.fixture
def case_no(client) -> str:
    """A case of the small service, to be answered by the town."""
    with factories.committed() as session:
        citizen = factories.CitizenFactory(name="周有福")
        session.flush()
        number = citizen.id
    with transaction() as session:
        version = deployments.upload(session, graded.files(), actor=SYSTEM)
        version.state = "approved"
        deployments.activate(session, version.id, actor=SYSTEM)
        actor = actors.citizen(session, number)
        answers = {
            "applicantName": actor.name,
            "applicantIdNo": actor.identity_number,
            "problemRegion": staff_work.VILLAGE,
            "problemText": "村里的水管断了三天",
        }
        return cases.start(session, "small", actor=actor, channel="SELF", values=answers).case_no


def answer(clerk: Person, case_no: str, opinion: str):
    values = {"good": "true", "opinion": opinion, "key": opinion}
    return clerk.post(f"/tasks/{staff_work.task(case_no).id}/complete", values)


def test_the_reason_names_row_remark_result_and_what_was_asked_before(staff: SignsIn, case_no: str):
    assert answer(staff("town_water_clerk", JIANGNA), case_no, "缺水").status_code == 303
    with transaction() as session:
        wanted = select(HistoryEvent).join(Case, Case.id == HistoryEvent.case_id).where(Case.case_no == case_no)
        decided = [
            e.seq for e in session.scalars(wanted) if any(k == "sm_rule" for k, _ in e.payload.get("decisions", []))
        ]
    page = staff("auditor", "530000").get(f"/audit/cases/{case_no}?step={decided[0]}").text
    assert "决策 分级：第 1 行适用" in page
    assert "用于“分级”" in page
    assert "<dt>第 1 行</dt><dd>饮水的事</dd>" in page
    assert "opinion = 缺水" in page
    assert "level = A，days = 3" in page
    assert "先问了：" in page
    assert "决策 字数：按公式得出" in page


def test_what_tells_who_somebody_is_stays_masked_in_reasons(staff: SignsIn, case_no: str):
    identity = staff_work.case(case_no).applicant_identity
    answer(staff("town_water_clerk", JIANGNA), case_no, f"缺水 {identity} 13812345678")
    auditor = staff("auditor", "530000")
    pages = [auditor.get(f"/audit/cases/{case_no}?step={number}").text for number in range(1, 9)]
    reasons = "".join(page.split("依据的决策")[1] for page in pages if "依据的决策" in page)
    assert "opinion = 缺水 " in reasons
    assert identity not in reasons
    assert "13812345678" not in reasons
    assert "138****5678" in reasons


def test_two_rows_that_both_apply_are_an_incident_that_names_them(staff: SignsIn, case_no: str):
    before = staff_work.case(case_no)
    stopped = answer(staff("town_water_clerk", JIANGNA), case_no, "水管断了")
    assert stopped.status_code == 500
    assert "第 1 行和第 2 行同时命中" in stopped.text
    operator = staff("platform_ops", "530000")
    page = operator.get("/audit/incidents").text
    assert "决策表“分级”的第 1 行和第 2 行同时命中" in page
    assert "rows 1 (r1) and 2 (r2) both apply" in page
    assert case_no in page
    assert '<td data-label="步骤">分级</td>' in page
    assert ">已处理</button>" in page
    after = staff_work.case(case_no)
    assert (after.version, after.head, after.state_blob, after.variables) == (
        before.version, before.head, before.state_blob, before.variables,
    )  # fmt: skip


def test_the_person_tries_again_and_the_incident_is_closed_by_hand(staff: SignsIn, case_no: str):
    clerk, operator = staff("town_water_clerk", JIANGNA), staff("platform_ops", "530000")
    for _ in range(2):
        assert answer(clerk, case_no, "水管断了").status_code == 500
    page = operator.get("/audit/incidents").text
    assert page.count("第 1 行和第 2 行同时命中") == 1
    number = page.split("/audit/incidents/")[1].split("/")[0]
    done = operator.post(f"/audit/incidents/{number}/retry", follow_redirects=True)
    assert "已标记为处理完毕" in done.text
    assert "没有异常" in done.text
    assert answer(clerk, case_no, "缺水").status_code == 303
    assert staff_work.case(case_no).state == "ended"


def test_executing_such_a_case_again_is_equal(staff: SignsIn, case_no: str):
    answer(staff("town_water_clerk", JIANGNA), case_no, "缺水")
    assert "重放核对一致" in staff("auditor", "530000").post(f"/audit/cases/{case_no}/check").text
