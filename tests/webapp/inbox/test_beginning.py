"""发起工作 on the staff's pages."""

import pytest
from sqlalchemy import func, select

from engine.casework import deployments
from engine.casework.models import Case
from engine.db import reading, transaction
from engine.registry.actors import SYSTEM
from tests.casework import errands
from tests.factories import JIANGNA
from tests.webapp.conftest import SignsIn

pytestmark = pytest.mark.usefixtures("client")
FORM = {"wish": "请给新来的同事开账号", "key": "k", "region": JIANGNA}


@pytest.fixture(autouse=True)
def errand(client: object) -> None:
    with transaction() as session:
        version = deployments.upload(session, errands.errand(), actor=SYSTEM)
        version.state = "approved"
        deployments.activate(session, version.id, actor=SYSTEM)


def begun() -> int:
    with reading() as session:
        return session.scalar(select(func.count()).select_from(Case)) or 0


def test_the_list_leads_to_the_form_and_the_form_to_the_case(staff: SignsIn) -> None:
    contact = staff("unit_contact", JIANGNA)
    assert f"/begin/errand?region={JIANGNA}" in contact.get("/begin").text
    assert "要办什么" in contact.get(f"/begin/errand?region={JIANGNA}").text
    answer = contact.post("/begin/errand", FORM)
    assert answer.status_code == 303
    assert "杂事" in contact.get(answer.location).text
    assert contact.post("/begin/errand", FORM).location == answer.location
    assert begun() == 1


def test_whoever_begins_nothing_is_told_so_and_refused(staff: SignsIn) -> None:
    clerk = staff("town_water_clerk", JIANGNA)
    assert "没有需要自行发起的工作" in clerk.get("/begin").text
    assert clerk.get("/begin/errand").status_code == 403
    assert clerk.post("/begin/errand", FORM).status_code == 403
    assert begun() == 0


def test_what_there_is_not_is_not_found(staff: SignsIn) -> None:
    contact = staff("unit_contact", JIANGNA)
    assert contact.get("/begin/nothing").status_code == 404
    assert contact.post("/begin/nothing", FORM).status_code == 404


def test_a_refused_form_comes_back_with_what_was_typed(staff: SignsIn) -> None:
    answer = staff("unit_contact", JIANGNA).post("/begin/errand", {**FORM, "wish": "短短"})
    assert answer.status_code == 422
    assert "短短" in answer.text
    assert "要办什么" in answer.text
    assert begun() == 0


def test_another_click_under_a_used_key_is_refused(staff: SignsIn) -> None:
    contact = staff("unit_contact", JIANGNA)
    contact.post("/begin/errand", FORM)
    assert contact.post("/begin/errand", {**FORM, "wish": "另外一件完全不同的事"}).status_code == 422
    assert begun() == 1
