"""政策与须知: read by anybody, each version with its files, on pages and by program; what was taken down by nobody."""

import io
from typing import Any

import pytest
from flask.testing import FlaskClient

from engine import clock
from engine.casework import attachments
from engine.casework.models import PublicPage
from engine.db import transaction
from engine.registry.actors import SYSTEM
from tests import factories
from tests.factories import YANSHAN
from tests.processes.stage import PDF


@pytest.fixture
def case(client: FlaskClient) -> int:
    with factories.committed() as session:
        made = factories.CaseFactory()
        session.flush()
        return int(made.id)


def enter(case: int, **more: Any) -> int:
    """A page as it was published."""
    given = {
        "number": 1, "case_id": case, "category": "须知", "title": "农村低保申请须知", "text": "不收费。\n\n不用找人。",
        "files": [], "basis": "第二十二条", "unit": "砚山县民政局", "region_code": YANSHAN, "published_at": clock.now(),
        "effective_on": clock.local(clock.now()).date(), "ended_at": clock.now(), "end_reason": "上级有了统一的须知",
    }  # fmt: skip
    with transaction() as session:
        page = PublicPage(**{**given, **more})
        session.add(page)
        session.flush()
        page.series = page.series or page.id
        return page.id


def test_anybody_reads_what_holds_and_what_held_before(client: FlaskClient, case: int) -> None:
    old = enter(case, state="superseded", text="先前的说法。")
    new = enter(case, series=old, number=2)
    listed = client.get("/policies").text
    assert listed.count("case-card__head") == 1 and f'href="/policies/{new}"' in listed
    assert "第 2 版，2026年11月16日 起施行" in listed
    assert client.get("/policies?category=政策").text.count("case-card__head") == 0
    page = client.get(f"/policies/{new}").text
    assert "<p>不收费。</p>" in page and "砚山县民政局" in page and f'href="/policies/{old}"' in page
    before = client.get(f"/policies/{old}").text
    assert "先前的说法" in before and "已有新版" in before
    assert "上级有了统一的须知" in client.get(f"/policies/{enter(case, state='repealed')}").text


def test_its_files_are_read_by_anybody_and_no_others(client: FlaskClient, case: int) -> None:
    prepared = attachments.prepare(io.BytesIO(PDF), "原文.pdf")
    with transaction() as session:
        files = [attachments.keep(session, prepared, actor=SYSTEM).id for _ in range(2)]
    page = enter(case, files=[[files[0], "原文.pdf"]])
    with client.get(f"/policies/{page}/files/{files[0]}") as answer:
        assert answer.data == PDF
    assert client.get(f"/policies/{page}/files/{files[1]}").status_code == 404


def test_what_was_taken_down_is_gone(client: FlaskClient, case: int) -> None:
    page = enter(case, state="taken_down")
    assert client.get(f"/policies/{page}").status_code == 404
    assert client.get(f"/policies/{page}/files/1").status_code == 404
    assert client.get(f"/api/v1/policies/{page}").status_code == 404
    assert "现在没有" in client.get("/policies").text


def test_programs_read_them_without_a_token(client: FlaskClient, case: int) -> None:
    page = enter(case)
    assert [one["id"] for one in client.get("/api/v1/policies?category=须知").json] == [page]
    assert client.get("/api/v1/policies?category=政策").json == []
    told = client.get(f"/api/v1/policies/{page}").json
    assert (told["text"], told["state"], [one["number"] for one in told["versions"]]) == (
        "不收费。\n\n不用找人。",
        "posted",
        [1],
    )
    assert "case_id" not in told
