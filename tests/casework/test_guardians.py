"""The guardian applies for the ward, follows the case and answers in it, as long as the binding holds."""

from dataclasses import replace

import pytest

from engine.casework import cases, concerned, execution
from engine.casework.models import Case
from engine.db import reading, transaction
from engine.errors import Invalid, NotFound
from engine.registry import access, actors, guardians, masks
from engine.registry.actors import SYSTEM, Actor
from tests.casework.conftest import Office
from tests.factories import identity_number

CHILD = {"applicantName": "群众小", "applicantIdNo": identity_number(7, born="20121123")}


@pytest.fixture
def bound(office: Office) -> Office:
    """The office, whose citizen is the guardian of a child without an account."""
    with transaction() as session:
        guardians.bind(
            session, office.citizen.id or 0, ward_name=CHILD["applicantName"], ward_identity=CHILD["applicantIdNo"],
            relation="母亲", grounds="minor", case_no="registration-1", by=SYSTEM,
        )  # fmt: skip
    return replace(office, citizen=again(office.citizen))


def again(citizen: Actor) -> Actor:
    """As the next request sees them."""
    with reading() as session:
        return actors.citizen(session, citizen.id or 0)


def end(office: Office) -> Actor:
    with transaction() as session:
        [one] = guardians.of_guardian(session, office.citizen.id or 0)
        guardians.end(session, one.id, by=office.citizen, reason="由父亲监护")
    return again(office.citizen)


def seen(actor: Actor) -> list[str]:
    with reading() as session:
        return [case.case_no for case in cases.mine(session, actor, ended=False)]


def test_the_guardian_applies_in_the_ward_s_name_and_is_the_one_who_is_told(bound: Office) -> None:
    case = bound.raise_hand(**CHILD)
    assert (case.citizen_id, case.proxy_citizen_id) == (None, None)
    assert case.applicant_identity == CHILD["applicantIdNo"]
    assert seen(bound.citizen) == [case.case_no] and seen(bound.other_citizen) == []
    with reading() as session:
        assert access.may_see(bound.citizen, session.get_one(Case, case.id))
        assert not masks.for_viewer(bound.citizen, session.get_one(Case, case.id))
    with transaction() as session, execution.open_case(session, case.id, actor=SYSTEM) as running:
        assert concerned.citizens_told(running, "citizen") == [bound.citizen.id]


def test_what_the_guardian_saw_of_a_running_case_ends_with_the_binding(bound: Office) -> None:
    case = bound.raise_hand(**CHILD)
    former = end(bound)
    assert seen(former) == []
    with pytest.raises(NotFound), reading() as session:
        cases.get(session, case.case_no, former)
    with pytest.raises(NotFound), transaction() as session:
        cases.withdraw(session, case.case_no, former, "不办了")
    with pytest.raises(Invalid) as refusal:
        replace(bound, citizen=former).raise_hand(**CHILD)
    assert "applicantIdNo" in refusal.value.problems
    assert bound.case(case).state == "active"


def test_the_guardian_urges_and_withdraws_what_was_filed_for_the_ward(bound: Office) -> None:
    case = bound.raise_hand(**CHILD)
    with transaction() as session:
        cases.urge(session, case.case_no, bound.citizen)
        cases.withdraw(session, case.case_no, bound.citizen, "已经修好了")
    assert bound.case(case).outcome == "WITHDRAWN"


def test_a_ward_s_name_must_be_the_confirmed_one_and_a_guardian_is_no_proxy(bound: Office) -> None:
    with pytest.raises(Invalid) as refusal:
        bound.raise_hand(**{**CHILD, "applicantName": "群众大"})
    assert set(refusal.value.problems) == {"applicantName"}
    with pytest.raises(Invalid) as refusal, transaction() as session:
        cases.start(
            session, "small", actor=bound.citizen, channel="PROXY", values={**bound.answers(), **CHILD}, key="proxy"
        )
    assert set(refusal.value.problems) == {"applicantIdNo"}


def test_a_second_guardian_follows_the_same_case(bound: Office) -> None:
    case = bound.raise_hand(**CHILD)
    with transaction() as session:
        guardians.bind(
            session, bound.other_citizen.id or 0, ward_name=CHILD["applicantName"],
            ward_identity=CHILD["applicantIdNo"], relation="父亲", grounds="minor", case_no="registration-2", by=SYSTEM,
        )  # fmt: skip
    assert seen(again(bound.other_citizen)) == [case.case_no]


def test_what_the_ward_complains_of_is_the_ward_s_own(bound: Office) -> None:
    case = bound.raise_hand(**CHILD)
    with transaction() as session:
        session.get_one(Case, case.id).channel = "VOICE"
    assert seen(bound.citizen) == []
    with pytest.raises(NotFound), reading() as session:
        cases.get(session, case.case_no, bound.citizen)
