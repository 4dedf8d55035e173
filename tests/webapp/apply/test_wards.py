"""我的被监护人: the guardian chooses for whom to apply, and what they have begun for each stays apart."""

import pytest

from engine.db import transaction
from engine.registry import guardians
from engine.registry.actors import SYSTEM
from tests import factories
from tests.webapp import conftest as web
from tests.webapp.conftest import Application, Person, SignsIn

pytestmark = pytest.mark.usefixtures("content")
CHILD = factories.identity_number(7, born="20121123")


def bind(number: int) -> int:
    with transaction() as session:
        return guardians.bind(
            session, number, ward_name="小小群众", ward_identity=CHILD, relation="母亲", grounds="minor",
            case_no="registration-1", by=SYSTEM,
        ).id  # fmt: skip


def end(number: int) -> None:
    with transaction() as session:
        guardians.end(session, number, by=SYSTEM, reason="由父亲监护")


def choose(person: Person, bound: int) -> Application:
    answer = person.post("/apply/water", {"ward": str(bound)})
    assert answer.status_code == 303, answer.text
    return Application(person, answer.location)


def test_the_guardian_applies_for_the_ward_apart_from_what_is_their_own(citizen: SignsIn) -> None:
    person = citizen(name="监护人")
    bound = bind(person.id)
    assert "小*" in person.get("/apply/water").text
    way, own = choose(person, bound), web.begin(person)
    assert web.draft(way.key).values["applicantIdNo"] == CHILD and own.key != way.key
    assert choose(person, bound).key == way.key and web.begin(person).key == own.key
    way.fill({"noticeAccepted": "true"})
    way.fill(web.prefilled(way.page()))
    way.fill(web.prefilled(way.page()))
    way.fill(web.WATER)
    way.fill({})
    answer = person.post(f"/apply/drafts/{way.key}/submit")
    number = answer.location.split("/")[3]
    assert web.case(number).applicant_identity == CHILD
    assert "被监护人 小* 的申请" in person.get("/my/cases").text
    end(bound)
    assert number not in person.get("/my/cases").text
    assert person.get(f"/my/cases/{number}").status_code == 404


def test_a_binding_that_ended_and_another_s_are_none(citizen: SignsIn) -> None:
    person, stranger = citizen(name="监护人"), citizen(name="陌生人", phone="13700000009")
    bound = bind(person.id)
    assert stranger.post("/apply/water", {"ward": str(bound)}).status_code == 404
    way = choose(person, bound)
    assert "已绑定" in person.get("/me/wards").text and CHILD not in person.get("/me/wards").text
    assert "还没有绑定" in stranger.get("/me/wards").text
    end(bound)
    assert person.post("/apply/water", {"ward": str(bound)}).status_code == 404
    assert "由父亲监护" in person.get("/me/wards").text
    answer = person.post(f"/apply/drafts/{way.key}/submit")
    assert answer.status_code == 303 and answer.location.endswith("tried=1")
    assert web.cases() == 0


def test_staff_have_no_such_page(staff: SignsIn) -> None:
    assert staff().get("/me/wards").status_code == 403
