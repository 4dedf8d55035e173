"""咨询、投诉、申诉 …: what citizens may begin, on their pages."""

import pytest
from sqlalchemy import func, select

from engine.casework import deployments
from engine.casework.models import Case
from engine.db import reading, transaction
from engine.registry.actors import SYSTEM
from tests.casework import errands
from tests.factories import JIANGNA
from tests.webapp.conftest import SignsIn, apply_for_water

VILLAGE = f"{JIANGNA}001"
FORM = {"wish": "我想问问什么时候来修水管", "key": "k"}


@pytest.fixture(autouse=True)
def errand(content: None) -> None:
    deploy(errands.errand())


def deploy(files: dict[str, bytes]) -> None:
    with transaction() as session:
        version = deployments.upload(session, files, actor=SYSTEM)
        version.state = "approved"
        deployments.activate(session, version.id, actor=SYSTEM)


def begun() -> int:
    with reading() as session:
        wanted = select(func.count()).select_from(Case).where(Case.process_key == "errand")
        return session.scalar(wanted) or 0


def test_a_citizen_speaks_about_a_case_and_finds_it_among_their_own(citizen: SignsIn) -> None:
    villager = citizen(region_code=VILLAGE)
    case_no = apply_for_water(villager)
    assert f"/voice?case={case_no}" in villager.get(f"/my/cases/{case_no}").text
    assert f"/voice/errand?aboutCase={case_no}" in villager.get(f"/voice?case={case_no}").text
    assert case_no in villager.get(f"/voice/errand?aboutCase={case_no}").text
    answer = villager.post("/voice/errand", {**FORM, "aboutCase": case_no})
    assert answer.status_code == 303
    assert villager.get(answer.location).status_code == 200
    assert villager.post("/voice/errand", {**FORM, "aboutCase": case_no}).location == answer.location
    assert "杂事" in villager.get("/my/cases").text
    assert begun() == 1


def test_what_is_about_the_end_of_a_case_is_offered_on_its_page_once_it_has_ended(citizen: SignsIn) -> None:
    files = errands.errand()
    said = '<zeebe:property name="aboutEnded" value="true" /><zeebe:property name="begunBy"'
    drawn = files["processes/errand.bpmn"].decode().replace('<zeebe:property name="begunBy"', said)
    deploy({**files, "processes/errand.bpmn": drawn.encode()})
    villager = citizen(region_code=VILLAGE)
    case_no = apply_for_water(villager)
    button = f"/voice/errand?aboutCase={case_no}"
    assert button not in villager.get(f"/my/cases/{case_no}").text
    villager.post(f"/my/cases/{case_no}/withdraw", {"reason": "已经修好了"})
    assert button in villager.get(f"/my/cases/{case_no}").text


def test_nobody_speaks_about_the_case_of_another(citizen: SignsIn) -> None:
    case_no = apply_for_water(citizen(region_code=VILLAGE))
    answer = citizen(region_code=VILLAGE).post("/voice/errand", {**FORM, "aboutCase": case_no})
    assert answer.status_code == 422
    assert begun() == 0


def test_what_is_wrong_stands_at_the_question(citizen: SignsIn) -> None:
    answer = citizen(region_code=VILLAGE).post("/voice/errand", {**FORM, "wish": "短"})
    assert answer.status_code == 422
    assert "要办什么" in answer.text


def test_what_citizens_do_not_begin_is_refused_or_not_found(citizen: SignsIn, staff: SignsIn) -> None:
    villager = citizen(region_code=VILLAGE)
    assert villager.get("/voice/nothing").status_code == 404
    with transaction() as session:
        version = deployments.upload(session, errands.errand(begun_by="unit_contact"), actor=SYSTEM)
        version.state = "approved"
        deployments.activate(session, version.id, actor=SYSTEM)
    assert villager.post("/voice/errand", FORM).status_code == 403
    assert staff("county_office").get("/voice").status_code == 403
