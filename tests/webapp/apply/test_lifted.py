"""政府托举 on the pages: staff fill in what the platform prepared for a household, and nobody else's."""

import pytest

from engine.casework.models import ApplicationDraft, Case
from engine.clock import now
from engine.db import reading, transaction
from tests.webapp.conftest import WATER, Person, SignsIn

pytestmark = pytest.mark.usefixtures("content")
JIANGNA = "532622101"
PERSON = {
    "noticeAccepted": True,
    "applicantName": "群众丁",
    "applicantIdNo": "532622198002020025",
    "applicantPhone": "13900000000",
    "residenceAddress": "三组 12 号",
    "problemRegion": f"{JIANGNA}001",
}


def prepare(clerk: Person) -> str:
    """A draft as 领取代填的申请 leaves it, with the consent that was given and more than the form asks."""
    known = {"consentResult": "同意", "originCaseNo": "gov_lift-532622-20261116-00001", "members": []}
    with transaction() as session:
        draft = ApplicationDraft(
            key="a" * 32, process_key="water", channel="GOV", account_id=clerk.id, values={**PERSON, **WATER, **known},
            saved_at=now(),
        )  # fmt: skip
        session.add(draft)
    return "a" * 32


def test_the_clerk_finds_completes_and_files_it_and_comes_to_the_case(staff: SignsIn) -> None:
    clerk = staff("town_office", JIANGNA)
    key = prepare(clerk)
    assert f'href="/apply/drafts/{key}"' in clerk.get("/begin").text
    answer = clerk.get(f"/apply/drafts/{key}")
    assert answer.location == f"/apply/drafts/{key}/check"
    assert "群众丁" in clerk.get(answer.location).text
    answer = clerk.post(f"/apply/drafts/{key}/submit")
    with reading() as session:
        case = session.query(Case).filter_by(process_key="water").one()
        assert (case.channel, case.status, case.applicant_name) == ("GOV", "SUBMITTED", "群众丁")
    assert answer.location == f"/cases/{case.case_no}"
    assert clerk.get(f"/apply/drafts/{key}").location == answer.location


def test_it_is_nobody_elses_and_staff_apply_for_nothing_else(staff: SignsIn, citizen: SignsIn) -> None:
    clerk = staff("town_office", JIANGNA)
    key = prepare(clerk)
    assert staff("town_office", JIANGNA).get(f"/apply/drafts/{key}/check").status_code == 404
    assert citizen().get(f"/apply/drafts/{key}/check").status_code == 404
    assert clerk.get("/apply/water").status_code == 403
    assert clerk.post(f"/apply/drafts/{key}/discard").location == "/begin"
