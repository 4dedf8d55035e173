"""An issued document as staff open it: only the posts it names, whole, sealed, and with everybody who read it."""

from datetime import date

import pytest
from sqlalchemy import select

from engine.casework import documents
from engine.casework.act_models import Document
from engine.casework.models import Case
from engine.db import transaction
from tests import factories
from tests.webapp import staff_work
from tests.webapp.conftest import SignsIn

pytestmark = pytest.mark.usefixtures("content")
NUMBER = "check_report-532622-20261116-00001"
CONTENT = {
    "lines": [{"label": "核对结果", "text": "有疑点无法查清"}],
    "tables": [
        {"title": "核对发现", "head": ["性质", "项目"], "rows": [["疑点", "船舶没有返回"]]},
        {"title": "疑点核实", "head": ["疑点"], "rows": []},
    ],
}


@pytest.fixture
def issued() -> str:
    """The number of a case about which a report was issued for the clerk and the approver of the county."""
    case_no = staff_work.raise_hand()
    with factories.committed() as session:
        case = session.get_one(Case, staff_work.case(case_no).id)
        documents.keep(
            session, number=NUMBER, case=case, element_id="ec_report", title="家庭经济状况核对报告", content=CONTENT,
            readers="county_water_clerk, county_water_approver", made_at=case.started_at, valid_until=date(2027, 5, 16),
        )  # fmt: skip
    return case_no


def test_a_report_is_opened_from_the_case_and_from_the_task(staff: SignsIn, issued: str):
    clerk = staff("county_water_clerk")
    link = f'href="/documents/{NUMBER}"'
    assert link in clerk.get(f"/cases/{issued}").text
    assert link in clerk.get(f"/tasks/{staff_work.task(issued).id}").text
    page = clerk.get(f"/documents/{NUMBER}").text
    assert "有疑点无法查清" in page and "船舶没有返回" in page and "2027年5月16日" in page
    assert "疑点核实" not in page
    assert "您是第一个查阅的人" in page and "不能使用" not in page


def test_everybody_who_reads_it_is_on_record(staff: SignsIn, issued: str):
    staff("county_water_clerk").get(f"/documents/{NUMBER}")
    approver = staff("county_water_approver")
    first, second = (approver.get(f"/documents/{NUMBER}").text for _ in range(2))
    assert "您是第一个查阅的人" not in first
    assert second.count('<span class="quiet">') == first.count('<span class="quiet">') + 1


@pytest.mark.parametrize("role", ["county_water_reviewer", "county_office", "town_water_clerk", "platform_ops"])
def test_for_all_others_there_is_no_such_document(staff: SignsIn, issued: str, role: str):
    region = {"town_water_clerk": staff_work.JIANGNA, "platform_ops": "530000"}.get(role, "532622")
    assert staff(role, region).get(f"/documents/{NUMBER}").status_code == 404
    assert staff("county_water_clerk", staff_work.ELSEWHERE).get(f"/documents/{NUMBER}").status_code == 404


def test_an_auditor_sees_that_it_was_issued_and_not_about_whom(staff: SignsIn, issued: str):
    page = staff("auditor").get(f"/documents/{NUMBER}").text
    assert "有疑点无法查清" in page and "对您不公开" in page and "船舶没有返回" not in page


def test_one_that_was_changed_says_so_in_the_first_line(staff: SignsIn, issued: str):
    with transaction() as session:
        found = session.scalars(select(Document)).one()
        found.content = {**CONTENT, "lines": []}
    assert "不能使用" in staff("county_water_clerk").get(f"/documents/{NUMBER}").text


def test_nobody_reads_without_signing_in(client, issued: str):
    assert client.get(f"/documents/{NUMBER}").status_code == 303
