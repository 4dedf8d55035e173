"""An auditor steps through a case and lets the machine execute it again."""

import re

import pytest
from sqlalchemy import select

from engine.casework import jobs
from engine.casework.models import Case
from engine.clock import Clock
from engine.db import transaction
from tests.webapp import staff_work
from tests.webapp.conftest import SignsIn

pytestmark = pytest.mark.usefixtures("content")


def worked_on() -> str:
    """A case that the county has taken."""
    case_no = staff_work.raise_hand()
    staff_work.complete(staff_work.task(case_no).id, staff_work.account("county_water_clerk"), staff_work.TAKE)
    return case_no


def test_the_search_leads_to_the_replay(staff: SignsIn):
    case_no = worked_on()
    assert f'href="/audit/cases/{case_no}"' in staff("auditor", "530000").get("/audit/cases").text


def test_every_step_has_an_address_and_says_what_happened_and_what_it_saw(staff: SignsIn):
    case_no = worked_on()
    auditor = staff("auditor", "530000")
    first = auditor.get(f"/audit/cases/{case_no}").text
    assert "第 1 / " in first
    assert "提交诉求" in first
    last = auditor.get(f"/audit/cases/{case_no}?step=99").text
    assert "完成“是否接单”" in last
    assert "是：受理，并向乡镇派单" in last
    assert '"element": "wt_town_take"' in last
    assert '"focus": "wt_take"' in last
    assert "流水链完整" in last


def test_a_decision_says_what_it_saw_and_which_row_applied(staff: SignsIn, clock: Clock):
    worked_on()
    clock.advance(days=5)
    jobs.drain()
    with transaction() as session:
        order = session.scalars(select(Case.case_no).where(Case.process_key == "supervise")).one()
    page = staff("auditor", "530000").get(f"/audit/cases/{order}?step=1").text
    assert re.search(r"决策 督办阈值：第 \d+ 行适用", page)
    assert "用于“查各级督办天数”" in page
    assert "事项 = water" in page
    assert "县级督办（天） = 7" in page
    assert re.search(r"<dt>第 \d+ 行</dt><dd>砚山：县级第 7 天", page)
    assert re.search(r"rules/supervise_threshold.dmn，校验值 [0-9a-f]{16}", page)


def test_the_limit_of_a_step_says_by_which_row_of_the_deadlines_it_was_set(staff: SignsIn):
    case_no = worked_on()
    page = staff("auditor", "530000").get(f"/audit/cases/{case_no}?step=99").text
    assert re.search(r"决策 办理时限：第 \d+ 行适用</strong><span class=\"quiet\">，用于“[^”]+”", page)
    assert "环节（流程.步骤） = water.wt_town_take" in page
    assert "时限 = 4，单位 = wh" in page
    assert "自派单起算" in page


def test_personal_data_stay_masked_for_the_auditor(staff: SignsIn):
    case_no = worked_on()
    row = staff_work.case(case_no)
    auditor = staff("auditor", "530000")
    pages = [auditor.get(f"/audit/cases/{case_no}?step={number}").text for number in range(1, 6)]
    assert not any(row.applicant_identity in page for page in pages)


def test_executing_the_case_again_says_that_it_is_equal(staff: SignsIn):
    case_no = worked_on()
    answer = staff("auditor", "530000").post(f"/audit/cases/{case_no}/check", {"step": "2"})
    assert "第 2 / " in answer.text
    assert answer.status_code == 200
    assert "重放核对一致" in answer.text


def test_a_case_elsewhere_or_nowhere_is_not_found(staff: SignsIn):
    case_no = worked_on()
    auditor = staff("auditor", staff_work.ELSEWHERE)
    assert auditor.get(f"/audit/cases/{case_no}").status_code == 404
    assert auditor.post(f"/audit/cases/{case_no}/check").status_code == 404
    assert auditor.get("/audit/cases/water-1").status_code == 404
    assert case_no not in auditor.get("/audit/cases").text


def test_a_clerk_has_no_replay(staff: SignsIn):
    case_no = worked_on()
    clerk = staff("county_water_clerk")
    assert clerk.get("/audit/cases").status_code == 403
    assert clerk.get(f"/audit/cases/{case_no}").status_code == 403
    assert clerk.post(f"/audit/cases/{case_no}/check").status_code == 403
