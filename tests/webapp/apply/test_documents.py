"""我的文书: a citizen opens the certificates and notices that were made out to them, and nobody else's."""

import pytest
from sqlalchemy import select

from engine import clock
from engine.casework import documents
from engine.casework.act_models import DocumentReading
from engine.casework.models import Case
from engine.db import reading, transaction
from tests.factories import JIANGNA
from tests.webapp import conftest as web
from tests.webapp.conftest import SignsIn

pytestmark = pytest.mark.usefixtures("content")
VILLAGE = f"{JIANGNA}001"


def enter(case_no: str, number: str = "notice-532622-20261116-00001", readers: str = "citizen,town_civil_clerk") -> str:
    """A notice about the case; gives its number."""
    content = {
        "lines": [{"label": "姓名", "text": "群众甲"}, {"label": "救济途径", "text": "可在 60 日内申请行政复议"}],
        "tables": [{"title": "家庭成员", "head": ["姓名", "关系"], "rows": [["群众乙", "配偶"]]}],
    }
    with transaction() as session:
        case = session.scalars(select(Case).where(Case.case_no == case_no)).one()
        documents.keep(
            session, number=number, case=case, element_id="wt_take", title="告知书", content=content, readers=readers,
            made_at=clock.now(), valid_until=None,
        )  # fmt: skip
    return number


def test_what_was_made_out_to_me_stands_on_the_page_of_my_case_and_opens(citizen: SignsIn) -> None:
    person = citizen()
    case_no = web.apply_for_water(person)
    number = enter(case_no)
    assert f"/my/documents/{number}" in person.get(f"/my/cases/{case_no}").text
    page = person.get(f"/my/documents/{number}")
    assert page.status_code == 200 and "可在 60 日内申请行政复议" in page.text and "群众乙" in page.text
    with reading() as session:
        assert session.scalars(select(DocumentReading)).all() == []


def test_nobody_opens_what_is_anothers_or_the_offices_or_does_not_exist(citizen: SignsIn, staff: SignsIn) -> None:
    person = citizen()
    case_no = web.apply_for_water(person)
    mine = enter(case_no)
    office = enter(case_no, "report-532622-20261116-00001", "county_civil_clerk")
    assert office not in person.get(f"/my/cases/{case_no}").text
    assert person.get(f"/my/documents/{office}").status_code == 404
    assert person.get("/my/documents/nothing").status_code == 404
    assert citizen(region_code=VILLAGE).get(f"/my/documents/{mine}").status_code == 404
    assert staff("county_civil_clerk").get(f"/my/documents/{mine}").status_code == 403
