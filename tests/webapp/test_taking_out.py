"""导出: each list is taken out as its page shows it, for a purpose, on a record that nobody can change."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import select
from sqlalchemy.exc import DatabaseError
from werkzeug.test import TestResponse

from engine.casework.models import ListExport
from engine.clock import Clock
from engine.db import reading, transaction
from engine.oversight import exports
from tests.factories import YANSHAN
from tests.webapp import staff_work
from tests.webapp.conftest import Person, SignsIn
from tests.webapp.test_ledger import pay
from tests.webapp.test_running_benefits import grant

pytestmark = pytest.mark.usefixtures("content")
PURPOSE = {"purpose": "报县里的月报", "form": "xlsx"}


def take(person: Person, address: str, **given: str) -> TestResponse:
    """What a browser gets that was sent the form; the file is read and closed."""
    answer = person.post(address, {**PURPOSE, **given})
    answer.get_data()
    answer.close()
    return answer


def rows(answer: TestResponse) -> list[tuple[Any, ...]]:
    """The rows of the file, without the titles."""
    assert answer.status_code == 200, answer.text
    sheet = load_workbook(io.BytesIO(answer.data)).worksheets[0]
    return list(sheet.iter_rows(min_row=2, values_only=True))


def recorded() -> list[ListExport]:
    with reading() as session:
        return list(session.scalars(select(ListExport).order_by(ListExport.id)))


@pytest.fixture
def case_no() -> str:
    """A case that was paid for, and that granted a benefit."""
    number = staff_work.raise_hand()
    pay(number)
    grant(number)
    return number


def test_the_cases_of_a_search_are_taken_out_and_put_on_record(staff: SignsIn, case_no: str) -> None:
    clerk, name = staff(), staff_work.case(case_no).applicant_name
    answer = take(clerk, f"/cases/export?text={case_no}&state=active")
    assert "attachment" in answer.headers["Content-Disposition"]
    [row] = rows(answer)
    assert (row[0], row[2]) == (case_no, name)
    [made] = recorded()
    assert (made.account_id, made.region_code, made.list_name, made.row_count) == (clerk.id, YANSHAN, "办件列表", 1)
    assert made.filters == [[exports.WORDS, case_no], ["办理情况", "正在办理"]]
    assert (made.purpose, made.form) == ("报县里的月报", "xlsx")


def test_a_search_that_finds_nothing_gives_no_rows(staff: SignsIn, case_no: str) -> None:
    assert rows(take(staff(), "/cases/export?text=nothing")) == []


def test_the_list_behind_a_number_is_taken_out_with_step_holder_and_reason(
    staff: SignsIn, clock: Clock, case_no: str
) -> None:
    clock.advance(days=12)
    office = staff("county_office")
    [row] = rows(take(office, "/supervision/export?show=ten"))
    assert row[0] == case_no
    assert "是否接单" in row[4]
    assert rows(take(office, "/supervision/export?show=orders")) == []
    assert [made.list_name for made in recorded()] == ["督办：办了 10 天以上", "督办：未销号督办单"]


def test_payments_and_their_sums_are_taken_out_with_amounts_as_numbers(staff: SignsIn, case_no: str) -> None:
    finance = staff("county_finance")
    [row] = rows(take(finance, "/ledger/export?month=2026-11&status=已发放"))
    assert (row[0], row[2], row[7], row[8]) == ("payment-1", case_no, 640, "尾号 4569")
    assert "6217000010001234569" not in str(row)
    village, whole = rows(take(finance, "/ledger/sums/export?month=2026-11"))
    assert (village[1], whole[0], whole[3]) == (640, "合计", 640)
    assert rows(take(finance, "/ledger/export?month=2026-10")) == []


def test_benefits_are_taken_out_with_the_identity_as_text(staff: SignsIn, case_no: str) -> None:
    identity = staff_work.case(case_no).applicant_identity
    clerk = staff("county_civil_clerk")
    [row] = rows(take(clerk, "/ledger/benefits/export?state=running"))
    assert (row[0], row[4], row[7]) == ("benefit-1", identity, 640)
    assert rows(take(clerk, "/ledger/benefits/export?state=ended&item=dibao")) == []
    assert recorded()[-1].filters == [["事项", "低保"], ["状态", "已终止"]]


def test_who_sees_names_masked_takes_them_out_masked(staff: SignsIn, case_no: str) -> None:
    case = staff_work.case(case_no)
    auditor = staff("auditor", "530000")
    for address in ("/ledger/export", "/ledger/benefits/export?state=running", "/cases/export"):
        [row] = rows(take(auditor, address))
        assert case.applicant_name not in row and case.applicant_identity not in row, address
        assert f"{case.applicant_name[0]}*" in row, address


def test_nobody_takes_out_what_their_post_does_not_show(staff: SignsIn, case_no: str) -> None:
    assert rows(take(staff("county_water_clerk", "532623"), "/cases/export")) == []
    assert rows(take(staff("county_water_clerk"), "/ledger/benefits/export?state=")) == []
    assert take(staff("village_assistant", staff_work.VILLAGE), "/ledger/export").status_code == 403
    assert take(staff("county_water_clerk"), "/supervision/export").status_code == 403


def test_a_list_is_not_taken_out_by_opening_an_address(staff: SignsIn, case_no: str) -> None:
    assert staff("county_finance").get("/ledger/export").status_code == 405


@pytest.mark.parametrize("given", [{"purpose": "  ", "form": "xlsx"}, {"purpose": "报县里的月报", "form": "pdf"}])
def test_without_a_purpose_or_a_known_form_nothing_is_taken_out(
    staff: SignsIn, case_no: str, given: dict[str, str]
) -> None:
    assert take(staff(), "/cases/export", **given).status_code == 422
    assert recorded() == []


def test_a_list_that_is_too_long_is_refused_with_what_to_do(
    staff: SignsIn, case_no: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    staff_work.raise_hand()
    monkeypatch.setattr(exports, "MOST", 1)
    answer = take(staff(), "/cases/export")
    assert (answer.status_code, "超过 1 行" in answer.text, "缩小范围" in answer.text) == (422, True, True)
    assert recorded() == []
    assert len(rows(take(staff(), f"/cases/export?text={case_no}"))) == 1


def test_a_list_longer_than_its_pages_is_taken_out_whole_and_in_its_order(
    staff: SignsIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "AT_ONCE", 2)
    numbers = [staff_work.raise_hand() for _ in range(5)]
    found = rows(take(staff(), "/cases/export"))
    assert [row[0] for row in found] == numbers[::-1]


def test_csv_is_sent_as_text(staff: SignsIn, case_no: str) -> None:
    answer = take(staff(), "/cases/export", form="csv")
    assert answer.mimetype == "text/csv"
    assert case_no in answer.data.decode("utf-8-sig")


def test_the_record_of_exports_is_never_changed(staff: SignsIn, case_no: str) -> None:
    take(staff(), "/cases/export")

    def change(verb: Callable[[Any, ListExport], None]) -> None:
        with pytest.raises(DatabaseError, match="append-only"), transaction() as session:
            verb(session, session.scalars(select(ListExport)).one())
            session.flush()

    change(lambda session, made: session.delete(made))
    change(lambda session, made: setattr(made, "purpose", "别的"))


def test_auditors_and_supervisors_read_the_record_of_their_region(staff: SignsIn, case_no: str) -> None:
    name = staff_work.case(case_no).applicant_name
    take(staff(), f"/cases/export?text={name}")
    auditor, office = (
        staff("auditor", "530000").get("/audit/exports").text,
        staff("county_office").get("/audit/exports"),
    )
    for told in ("办件列表", "报县里的月报", "Excel 文件", "砚山县"):
        assert told in auditor and told in office.text
    assert (name in auditor, f"{name[0]}*" in auditor, name in office.text) == (False, True, True)
    assert "还没有人导出过列表" in staff("county_office", "532623").get("/audit/exports").text
    assert staff("platform_ops", "530000").get("/audit/exports").status_code == 403
    assert staff().get("/audit/exports").status_code == 403


@pytest.mark.parametrize(
    ("role_key", "page"),
    [("county_water_clerk", "/cases"), ("county_finance", "/ledger"), ("county_finance", "/ledger/benefits")],
)
def test_the_page_of_a_list_offers_to_take_it_out(staff: SignsIn, case_no: str, role_key: str, page: str) -> None:
    told = staff(role_key).get(page).text
    assert 'name="purpose"' in told and "/export" in told


def test_the_form_keeps_the_filters_of_the_page(staff: SignsIn, case_no: str) -> None:
    person: Person = staff()
    told = person.get(f"/cases?text={case_no}").text
    assert f'action="/cases/export?text={case_no}"' in told
