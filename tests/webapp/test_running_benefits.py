"""在享待遇: whoever reads the ledger finds the benefits of the region, each with its cases and payments."""

from datetime import date
from typing import Any

import pytest

from engine.casework.models import Case
from engine.casework.money_models import Benefit
from tests import factories
from tests.factories import YANSHAN
from tests.webapp import staff_work
from tests.webapp.conftest import SignsIn
from tests.webapp.test_ledger import pay

pytestmark = pytest.mark.usefixtures("content")


def grant(case_no: str, **changes: Any) -> int:
    """A benefit that the case granted to its applicant; gives its key."""
    with factories.committed() as session:
        case = session.get_one(Case, staff_work.case(case_no).id)
        given = {
            "number": f"benefit-{session.query(Benefit).count() + 1}", "case_id": case.id,
            "payee_name": case.applicant_name, "payee_identity": case.applicant_identity, "item_code": "dibao",
            "item_name": "低保", "department": "civil", "region_code": case.region_code, "county_code": YANSHAN,
            "category": "B类", "monthly": 64000, "persons": [], "person_count": 2, "bank_name": "",
            "account_holder": "", "account_no": "", "holder_relation": "本人", "start_month": "2026-10",
            "paid_from": "2026-10", "valid_until": date(2027, 9, 30), "granted_at": case.started_at,
            "changed_at": case.started_at, "reviewed_on": date(2026, 11, 2),
        }  # fmt: skip
        made = Benefit(**{**given, **changes})
        session.add(made)
        session.flush()
        return made.id


def test_the_county_finds_its_running_benefits_and_each_opens_its_archive(staff: SignsIn) -> None:
    case_no = staff_work.raise_hand()
    number = grant(case_no)
    pay(case_no, department="civil", benefit_id=number, month="2026-10")
    with factories.committed() as session:
        origin = session.get_one(Case, staff_work.case(case_no).id)
        about = {
            "applicant_identity": origin.applicant_identity, "process_key": "dibao_review", "channel": "OFFICE",
            "version_id": origin.version_id, "region_code": origin.region_code,
        }  # fmt: skip
        factories.CaseFactory(
            **about, case_no="dibao_review-1", variables={"aboutCase": case_no, "itemName": "低保定期核查"}
        )
        factories.CaseFactory(**about, variables={"aboutCase": "dibao-532622-20260101-00001", "itemName": "别的核查"})
    clerk = staff("county_civil_clerk").client
    page = clerk.get("/ledger/benefits").text
    for told in ("benefit-1", "640.00", "2026-10 起", "至 2027-09-30", "B类", "在享"):
        assert told in page
    page = clerk.get(f"/ledger/benefits/{number}").text
    for told in (case_no, "低保定期核查", "640.00", "已发放", "11月2日"):
        assert told in page
    assert "别的核查" not in page


def test_state_item_and_words_narrow_the_list(staff: SignsIn) -> None:
    case_no = staff_work.raise_hand()
    grant(case_no)
    grant(case_no, payee_name="李四", state="ended", end_month="2026-11", reason="收入超过标准")
    office = staff("county_office").client
    assert "benefit-2" not in office.get("/ledger/benefits").text
    ended = office.get("/ledger/benefits?state=ended").text
    assert "benefit-2" in ended and "收入超过标准" in ended and "benefit-1" not in ended
    assert "benefit-1" not in office.get("/ledger/benefits?state=&text=李").text
    assert "benefit-1" in office.get("/ledger/benefits?text=benefit-1").text
    assert "没有这样的待遇" in office.get("/ledger/benefits?item=tekun").text
    assert office.get("/ledger/benefits?state=nothing&page=99&text=%25").status_code == 200


@pytest.mark.parametrize(
    ("role_key", "region_code", "status"),
    [
        ("county_finance", YANSHAN, 200),
        ("county_civil_clerk", YANSHAN, 200),
        ("town_civil_clerk", factories.JIANGNA, 200),
        ("auditor", "530000", 200),
        ("county_finance", "532623", 404),
        ("county_water_clerk", YANSHAN, 404),
        ("bank_operator", YANSHAN, 404),
        ("village_assistant", staff_work.VILLAGE, 403),
        ("county_police_clerk", YANSHAN, 403),
    ],
)
def test_a_benefit_is_read_by_its_department_and_by_those_who_watch_over_money(
    staff: SignsIn, role_key: str, region_code: str, status: int
) -> None:
    number = grant(staff_work.raise_hand())
    if region_code == "532623":
        with factories.committed():
            factories.RegionFactory(code=region_code)
    reader = staff(role_key, region_code).client
    assert reader.get(f"/ledger/benefits/{number}").status_code == status
    assert ("benefit-1" in reader.get("/ledger/benefits").text) == (status == 200)


def test_far_away_names_and_numbers_are_masked(staff: SignsIn) -> None:
    number = grant(staff_work.raise_hand(), payee_name="王秀英")
    page = staff("prov_office", "530000").client.get(f"/ledger/benefits/{number}").text
    assert "王秀英" not in page and "王*" in page
    assert staff_work.case(staff_work.raise_hand()).applicant_identity not in page


def test_what_moved_to_another_county_leads_to_what_goes_on_there(staff: SignsIn) -> None:
    case_no = staff_work.raise_hand()
    there = grant(case_no)
    here = grant(case_no, state="ended", end_month="2026-11", moved_to_id=there)
    page = staff("county_office").client.get(f"/ledger/benefits/{here}").text
    assert f'href="/ledger/benefits/{there}"' in page
