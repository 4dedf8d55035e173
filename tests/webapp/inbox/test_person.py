"""一人一档: from a case to all that its applicant has applied for, gets and was paid, as far as one may read it."""

import pytest

from engine.casework.models import Case
from engine.db import transaction
from tests import factories
from tests.factories import JIANGNA
from tests.webapp import staff_work
from tests.webapp.conftest import SignsIn
from tests.webapp.test_ledger import pay
from tests.webapp.test_running_benefits import grant

pytestmark = pytest.mark.usefixtures("content")


@pytest.fixture
def case_no() -> str:
    """A case that was paid for and granted a benefit, of a person with another case."""
    first, second = staff_work.raise_hand(), staff_work.raise_hand()
    pay(first)
    grant(first)
    with transaction() as session:
        session.get_one(Case, staff_work.case(second).id).applicant_identity = staff_work.case(first).applicant_identity
    return first


def others(case_no: str) -> set[str]:
    with transaction() as session:
        return {row.case_no for row in session.query(Case).filter(Case.case_no != case_no, Case.subject_id.is_(None))}


def test_whoever_handles_the_case_reads_what_its_person_has(staff: SignsIn, case_no: str) -> None:
    clerk, address = staff("county_water_clerk"), f"/cases/{case_no}/person"
    assert f'href="{address}"' in clerk.get(f"/cases/{case_no}").text
    page = clerk.get(address).text
    for number in (case_no, *others(case_no)):
        assert f"/cases/{number}" in page
    assert staff_work.case(case_no).applicant_identity in page
    assert "已发放" in page and "没有您可以查看的待遇" in page  # which is of another department
    assert "在享" in staff("county_office").get(address).text


def test_who_may_read_no_money_reads_the_cases_alone(staff: SignsIn, case_no: str) -> None:
    page = staff("village_assistant", staff_work.VILLAGE).get(f"/cases/{case_no}/person")
    assert page.status_code == 404
    office = staff("town_office", JIANGNA).get(f"/cases/{case_no}/person").text
    assert case_no in office


def test_who_sees_the_case_masked_or_not_at_all_has_no_such_page(staff: SignsIn, case_no: str) -> None:
    for role, region in (("pref_office", "532600"), ("prov_office", "530000"), ("auditor", "530000")):
        watcher = staff(role, region)
        assert f"/cases/{case_no}/person" not in watcher.get(f"/cases/{case_no}").text
        assert watcher.get(f"/cases/{case_no}/person").status_code == 403
    assert staff("county_water_clerk", staff_work.ELSEWHERE).get(f"/cases/{case_no}/person").status_code == 404


def test_what_is_no_application_has_no_person(staff: SignsIn, case_no: str) -> None:
    with factories.committed() as session:
        row = session.get_one(Case, staff_work.case(case_no).id)
        row.channel, row.process_key = "VOICE", "complaint"
    office = staff("county_office")
    assert office.get(f"/cases/{case_no}/person").status_code == 404
    assert "一人一档" not in office.get(f"/cases/{case_no}").text
