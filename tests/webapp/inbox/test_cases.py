"""The case page, the search and the diagrams: whole for those who may see a case, and masked for those far away."""

import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from engine import db
from engine.casework import jobs
from engine.clock import Clock
from tests.webapp import staff_work
from tests.webapp.conftest import SignsIn

pytestmark = pytest.mark.usefixtures("content")


def test_the_case_page_tells_the_case_whole(staff: SignsIn):
    case_no = staff_work.raise_hand()
    page = staff("county_water_clerk").get(f"/cases/{case_no}").text
    assert "办理过程" in page
    assert "水管断了三天" in page
    assert "群众举手" in page
    assert 'data-source="/diagrams/' in page
    assert f"<title>{case_no}" in page


def test_the_case_page_says_for_which_kind_of_reason_and_by_which_rule_it_was_refused(staff: SignsIn):
    case_no = staff_work.raise_hand()
    clerk = staff("county_water_clerk")
    clerk.post(f"/tasks/{staff_work.task(case_no).id}/complete", {**staff_work.REFUSE, "key": "k"})
    page = clerk.get(f"/cases/{case_no}").text
    assert "<dt>原因类别</dt><dd>不属于本事项受理范围</dd>" in page
    assert "<dt>依据</dt><dd>《运行管理办法》第四条</dd>" in page


def test_whoever_decides_takes_the_archive_of_an_ended_case_out(staff: SignsIn):
    case_no = staff_work.raise_hand()
    clerk, reviewer = staff("county_water_clerk"), staff("county_water_reviewer")
    assert "导出电子档案" not in reviewer.get(f"/cases/{case_no}").text
    clerk.post(f"/tasks/{staff_work.task(case_no).id}/complete", {**staff_work.REFUSE, "key": "k"})
    assert "导出电子档案" in reviewer.get(f"/cases/{case_no}").text
    answer = reviewer.post(f"/cases/{case_no}/archive")
    assert (answer.status_code, answer.mimetype) == (200, "application/zip")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        page = archive.read("办件.html").decode()
    answer.close()
    assert "水管断了三天" in page and "《运行管理办法》第四条" in page
    assert "导出电子档案" in reviewer.get(f"/cases/{case_no}").text
    assert clerk.post(f"/cases/{case_no}/archive").status_code == 403
    assert staff("county_water_reviewer", "532623").post(f"/cases/{case_no}/archive").status_code == 404


def test_a_case_of_another_region_does_not_exist(staff: SignsIn):
    case_no = staff_work.raise_hand()
    assert staff("county_water_clerk", staff_work.ELSEWHERE).get(f"/cases/{case_no}").status_code == 404
    assert staff("county_civil_reviewer").get(f"/cases/{case_no}").status_code == 404
    assert staff("county_water_clerk").get("/cases/water-1").status_code == 404


def test_the_province_reads_masked(staff: SignsIn):
    case_no = staff_work.raise_hand()
    row = staff_work.case(case_no)
    page = staff("prov_office", "530000").get(f"/cases/{case_no}").text
    assert row.applicant_name not in page
    assert row.applicant_identity not in page
    assert f"{row.applicant_name[0]}*" in page
    assert row.applicant_identity in staff("county_water_clerk").get(f"/cases/{case_no}").text


def test_only_those_who_supervise_are_offered_a_supervision_order(staff: SignsIn):
    case_no = staff_work.raise_hand()
    assert "发起督办" in staff("county_office").get(f"/cases/{case_no}").text
    assert "发起督办" not in staff("county_water_clerk").get(f"/cases/{case_no}").text


def test_the_search_finds_what_may_be_seen(staff: SignsIn):
    first, second = staff_work.raise_hand(), staff_work.raise_hand("532622102001")
    clerk = staff("county_water_clerk")
    page = clerk.get("/cases").text
    assert first in page
    assert second in page
    narrowed = clerk.get("/cases?region=532622102&state=active&item=water").text
    assert first not in narrowed
    assert second in narrowed
    assert "没有符合条件的办件" in clerk.get("/cases?text=nobody").text
    assert first not in staff("county_water_clerk", staff_work.ELSEWHERE).get("/cases").text


def test_a_diagram_is_for_staff_and_only_for_versions_that_exist(staff: SignsIn, client):
    version = staff_work.case(staff_work.raise_hand()).version_id
    answer = staff("county_water_clerk").get(f"/diagrams/{version}")
    assert answer.mimetype == "application/xml"
    assert b"bpmn:definitions" in answer.data
    assert staff("county_water_clerk").get("/diagrams/999").status_code == 404
    assert client.get(f"/diagrams/{version}").status_code == 303


@contextmanager
def statements() -> Iterator[list[str]]:
    """What the database is asked meanwhile."""
    found: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if statement.startswith("SELECT"):
            found.append(statement)

    event.listen(db.current(), "before_cursor_execute", note)
    yield found
    event.remove(db.current(), "before_cursor_execute", note)


def test_the_case_page_asks_the_database_little_however_much_stands_beside_the_case(staff: SignsIn, clock: Clock):
    case_no = staff_work.raise_hand()
    clerk = staff("county_water_clerk")
    clerk.get(f"/cases/{case_no}")
    with statements() as alone:
        clerk.get(f"/cases/{case_no}")
    clock.advance(days=3)
    jobs.drain()
    clerk = staff("county_water_clerk")
    clerk.get(f"/cases/{case_no}")
    with statements() as accompanied:
        page = clerk.get(f"/cases/{case_no}").text
    assert page.count("（农村饮水安全）</a>") >= 2
    assert len(alone) <= 17
    assert len(accompanied) <= len(alone) + 1
