"""资金台账: each post reads the payments of its region and department, with their sums, status and masked names."""

from datetime import date

import pytest

from engine.casework.models import Case, Payment, PaymentLine
from engine.db import reading
from engine.oversight import ledger
from engine.registry import actors
from tests import factories
from tests.factories import JIANGNA, YANSHAN
from tests.webapp import staff_work
from tests.webapp.conftest import SignsIn

pytestmark = pytest.mark.usefixtures("content")
VILLAGE = staff_work.VILLAGE


def pay(
    case_no: str, *, state: str = "paid", channel: str = "ONE_CARD", department: str = "water", **changes: object
) -> None:
    """A payment of one line for the case's applicant."""
    with factories.committed() as session:
        case = session.get_one(Case, staff_work.case(case_no).id)
        count = session.query(Payment).count()
        payment = Payment(
            number=f"payment-{count + 1}", case_id=case.id, item_code="water", purpose="饮水补助",
            department=department, county_code=YANSHAN, round_no=count + 1, fund="县级资金", channel=channel,
            status="待财政抽查", made_at=case.started_at,
        )  # fmt: skip
        session.add(payment)
        session.flush()
        given = {
            "line_no": 1, "case_id": case.id, "citizen_id": case.citizen_id, "payee_name": case.applicant_name,
            "payee_identity": case.applicant_identity, "region_code": case.region_code, "month": "2026-11",
            "amount": 64000, "bank_name": "县农商行", "account_holder": case.applicant_name,
            "account_no": "6217000010001234569", "holder_relation": "本人", "state": state, "flags": [],
            "paid_on": date(2026, 11, 20) if state == "paid" else None,
        }  # fmt: skip
        session.add(PaymentLine(payment_id=payment.id, **{**given, **changes}))


@pytest.fixture
def paid() -> str:
    """The number of a case that was paid, and for which something else is on its way."""
    case_no = staff_work.raise_hand()
    pay(case_no)
    pay(case_no, state="open", amount=10050, flags=["户名“某人”不是收款人本人"])
    return case_no


def test_finance_reads_every_line_with_its_status_and_the_sums_of_the_villages(staff: SignsIn, paid: str) -> None:
    page = staff("county_finance").client.get("/ledger").text
    for told in (
        "payment-1",
        "已发放",
        "待财政抽查",
        "640.00",
        "100.50",
        "尾号 4569",
        "户名“某人”不是收款人本人",
        "合计",
        "740.50",
        "退票金额（元）",
    ):
        assert told in page
    assert "6217000010001234569" not in page


def test_a_status_and_a_month_narrow_the_list(staff: SignsIn, paid: str) -> None:
    browser = staff("county_finance").client
    assert "payment-1" not in browser.get("/ledger?month=2026-11&status=待财政抽查").text
    assert "这个月没有资金拨付" in browser.get("/ledger?month=2026-10").text
    assert browser.get("/ledger?month=drop&status=nothing&page=99").status_code == 200


@pytest.mark.parametrize(
    ("role_key", "region_code", "lines"),
    [
        ("county_finance", YANSHAN, 3),
        ("county_finance", "532623", 0),
        ("county_water_clerk", YANSHAN, 2),
        ("town_water_clerk", JIANGNA, 2),
        ("county_civil_clerk", YANSHAN, 1),
        ("bank_operator", YANSHAN, 2),
        ("county_office", YANSHAN, 3),
        ("auditor", "530000", 3),
        ("village_assistant", VILLAGE, 0),
        ("county_police_clerk", YANSHAN, 0),
    ],
)
def test_each_post_reads_what_concerns_it(role_key: str, region_code: str, lines: int, paid: str) -> None:
    pay(paid, channel="DIRECT", department="civil")
    with factories.committed() as session:
        number = factories.staff(role_key, region_code).id
    with reading() as session:
        actor = actors.staff(session, number)
        found = ledger.listing(session, actor, month="2026-11")
        assert found.total == lines
        assert sum(row.paid + row.waiting for row in ledger.sums(session, actor, month="2026-11")[:-1]) == lines


def test_auditors_see_no_names(staff: SignsIn, paid: str) -> None:
    name = staff_work.case(paid).applicant_name
    assert name in staff("county_finance").client.get("/ledger").text
    page = staff("auditor", "530000").client.get("/ledger").text
    assert (name in page, f"{name[0]}*" in page) == (False, True)


def test_whose_post_concerns_no_money_finds_no_ledger(staff: SignsIn, paid: str) -> None:
    browser = staff("village_assistant", VILLAGE).client
    assert browser.get("/ledger").status_code == 403
    assert "资金台账" not in browser.get("/inbox").text
    assert staff("county_police_clerk").client.get("/ledger").status_code == 403


def test_the_case_page_says_what_was_paid_for_it(staff: SignsIn, paid: str) -> None:
    page = staff().client.get(f"/cases/{paid}").text
    assert "饮水补助 2026-11" in page
    assert "640.00 元，已发放" in page


def test_citizens_see_on_their_own_page_what_they_were_paid_and_proxies_do_not(citizen: SignsIn, paid: str) -> None:
    mine, neighbour = citizen(), citizen()
    with factories.committed() as session:
        case = session.get_one(Case, staff_work.case(paid).id)
        case.citizen_id, case.proxy_citizen_id = mine.id, neighbour.id
    page = mine.get(f"/my/cases/{paid}").text
    assert "640.00 元，已发放" in page
    assert "尾号 4569" in page
    assert "640.00" not in neighbour.get(f"/my/cases/{paid}").text
