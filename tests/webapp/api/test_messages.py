"""POST /cases/…/messages: the word of another system reaches the case that waits for it, from whom the diagram lets."""

import io
from typing import Any

import pytest

from engine.casework import attachments, cases, jobs, user_tasks
from engine.casework.models import Case, UserTask
from engine.db import reading, transaction
from engine.registry import actors
from tests.processes import steps
from tests.webapp.api.conftest import Makes, Program, answers, refused

PDF = b"%PDF-1.4\n%%EOF\n"
PAID = {"message": "PREMIUM_PAID", "values": {"paidAmount": 800.5, "paidReference": "TX-1"}}


@pytest.fixture
def number(citizen: Program, program: Makes, monkeypatch: pytest.MonkeyPatch) -> str:
    """The number of an insurance case that waits for its premium."""
    monkeypatch.delenv("JUSHOU_REGISTER_URL", raising=False)
    clerk = program("county_medins_clerk")
    with transaction() as session:
        person = actors.citizen(session, citizen.id)
        photo = attachments.keep(session, attachments.prepare(io.BytesIO(PDF), "证件.pdf"), actor=person).id
        asked = {key: [photo] if value is steps.FILE else value for key, value in steps.ASKED["insure"].items()}
        about = {key: value for key, value in answers(citizen).items() if key not in ("waterProblems", "problemText")}
        case_no = cases.start(session, "insure", actor=person, channel="SELF", values={**about, **asked}).case_no
    jobs.drain()
    with transaction() as session:
        task = session.query(UserTask).filter_by(element_id="in_review").one()
        who = actors.staff(session, clerk.id)
        user_tasks.complete(session, task.id, actor=who, values=steps.USUAL["in_review"][1], key="review")
    return case_no


def variables(case_no: str) -> dict[str, Any]:
    with reading() as session:
        return session.query(Case).filter_by(case_no=case_no).one().variables


def test_a_message_is_heard_once(number: str, program: Makes) -> None:
    tax = program("data_center", "530000")
    path = f"/cases/{number}/messages"
    first = tax.post(path, PAID, key="1")
    assert first.status_code == 200, first.text
    assert first.json == {"case_no": number, "message": "PREMIUM_PAID"}
    assert tax.post(path, PAID, key="1").json == first.json
    assert (float(variables(number)["paidAmount"]), variables(number)["paidReference"]) == (800.5, "TX-1")
    refused(tax.post(path, PAID, key="2"), 409)
    refused(tax.get(f"/cases/{number}"), 404)


def test_only_its_senders_are_heard(number: str, program: Makes, citizen: Program) -> None:
    path = f"/cases/{number}/messages"
    refused(program("county_medins_clerk").post(path, PAID, key="1"), 403)
    refused(citizen.post(path, PAID, key="1"), 403)
    refused(program("county_water_clerk").post(path, PAID, key="1"), 404)
    refused(program("data_center", "530000").post(path, {"message": "CITIZEN_WITHDRAW"}, key="1"), 404)
    assert "paidAmount" not in variables(number)


def test_what_it_does_not_bring_is_refused(number: str, program: Makes) -> None:
    tax = program("data_center", "530000")
    path = f"/cases/{number}/messages"
    wrong = refused(tax.post(path, {**PAID, "values": {"insureResult": "通过"}}, key="1"), 422)
    assert "insureResult" in str(wrong)
    refused(tax.post(path, PAID), 422)
    refused(tax.post(path, {"values": {}}, key="1"), 422)
    refused(tax.post("/cases/insure-532622-20261116-99999/messages", PAID, key="1"), 404)
