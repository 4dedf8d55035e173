"""发起工作: who may begin a process that is no service, what is asked, and what comes of it."""

from typing import Any

import pytest
from sqlalchemy import func, select

from engine.casework import beginnings, cases, history, timeline, worklists
from engine.casework.models import Case, Submission
from engine.db import reading, transaction
from engine.errors import Invalid, NotAllowed, NotFound
from engine.oversight import replay
from engine.registry import access
from engine.registry.actors import Actor
from tests.casework import errands
from tests.casework.conftest import Office, employ
from tests.factories import JIANGNA, YANSHAN

WISH = {"wish": "请给新来的同事开账号"}


@pytest.fixture
def contact(office: Office) -> Actor:
    office.deploy(errands.errand())
    return employ("unit_contact", JIANGNA)


def begin(actor: Actor, *, key: str = "k", region: str | None = None, **values: Any) -> Case:
    with transaction() as session:
        return beginnings.begin(session, "errand", actor=actor, values={**WISH, **values}, key=key, region_code=region)


def begun() -> int:
    with reading() as session:
        return session.scalar(select(func.count()).select_from(Case).where(Case.process_key == "errand")) or 0


def test_whom_the_diagram_names_may_begin_it(office: Office, contact: Actor) -> None:
    with reading() as session:
        assert [one.process_key for one in beginnings.offered(session, contact)] == ["errand"]
        assert [one.role_key for one in beginnings.offered(session, office.citizen)] == ["citizen"]
        assert beginnings.offered(session, office.town) == []


def test_a_case_so_begun_has_a_number_a_place_and_its_first_task(office: Office, contact: Actor) -> None:
    case = begin(contact)
    assert case.case_no.startswith(f"errand-{YANSHAN}-")
    assert (case.region_code, case.channel, case.proxy_account_id) == (JIANGNA, "OFFICE", contact.id)
    assert case.variables["opener"] == contact.ref
    assert case.variables["openerRole"] == "unit_contact"
    assert case.variables["regionLevel"] == "town"
    with reading() as session:
        assert [row.task.name for row in worklists.listing(session, office.county).rows] == ["办理"]


def test_it_is_journaled_told_and_replayed(office: Office, contact: Actor) -> None:
    case = begin(contact)
    office.complete(office.county, case, "er_do", result="已经开通")
    with reading() as session:
        case = session.get_one(Case, case.id)
        assert case.outcome == "COMPLETED"
        assert replay.replay(session, case.case_no).equal
        assert history.verify(session, case.id) is None
        assert timeline.for_staff(session, case)[0].text == "发起工作"
        given = timeline.submissions(session, case, contact)[0]
        assert (given.name, given.answers) == ("提出", (("要办什么", WISH["wish"]),))


def test_the_same_click_begins_one_case(contact: Actor) -> None:
    assert begin(contact).id == begin(contact).id
    assert begun() == 1
    with pytest.raises(Invalid):
        begin(contact, wish="另外一件完全不同的事")
    assert begun() == 1


def test_who_is_not_named_is_refused(office: Office, contact: Actor) -> None:
    with pytest.raises(NotAllowed):
        begin(office.town)
    assert begun() == 0


def test_what_people_do_not_begin_is_not_found(office: Office, contact: Actor) -> None:
    for process in ("small", "nothing"):
        with pytest.raises(NotFound), transaction() as session:
            beginnings.begin(session, process, actor=contact, values={}, key="k")


def test_a_management_process_is_no_application(office: Office, contact: Actor) -> None:
    with pytest.raises(NotFound), transaction() as session:
        cases.start(session, "errand", actor=office.citizen, channel="SELF", values=WISH)


def test_bad_answers_save_nothing(contact: Actor) -> None:
    with pytest.raises(Invalid) as refused:
        begin(contact, wish="短", more=1)
    assert set(refused.value.problems) == {"wish", "more"}
    assert begun() == 0
    with reading() as session:
        assert session.scalars(select(Submission)).all() == []


def test_of_several_posts_one_is_chosen(office: Office, contact: Actor) -> None:
    two = employ("unit_contact", JIANGNA)
    with transaction() as session:
        from_county = beginnings.find(session, "errand", employ("county_office", YANSHAN))
        assert from_county.region_code == YANSHAN
    assert begin(two, region=JIANGNA).region_code == JIANGNA
    with pytest.raises(NotAllowed):
        begin(two, key="other", region=YANSHAN)


def test_a_citizen_begins_in_their_own_name_about_a_case_of_theirs(office: Office, contact: Actor) -> None:
    own = office.raise_hand()
    case = begin(office.citizen, aboutCase=own.case_no)
    assert (case.channel, case.citizen_id, case.region_code) == ("VOICE", office.citizen.id, own.region_code)
    with reading() as session:
        assert case.id in {one.id for one in cases.mine(session, office.citizen, ended=False)}
    with pytest.raises(Invalid) as refused:
        begin(office.other_citizen, key="other", aboutCase=own.case_no)
    assert "aboutCase" in refused.value.problems


def test_it_ends_without_asking_for_a_rating(office: Office, contact: Actor) -> None:
    case = begin(office.citizen)
    office.complete(office.county, case, "er_do", result="已经答复")
    with reading() as session:
        assert session.scalars(select(Case).where(Case.subject_id == case.id)).all() == []


def test_only_offices_and_those_concerned_read_it(office: Office, contact: Actor) -> None:
    case = begin(office.citizen)
    mine = begin(contact, key="mine")
    admin, leader = employ("county_water_admin", YANSHAN), employ("town_leader", JIANGNA)
    counties_office, reviewer = employ("county_office", YANSHAN), employ("county_water_reviewer", YANSHAN)
    with reading() as session:
        for one, reads in (
            (office.county, {case.id, mine.id}),
            (counties_office, {case.id, mine.id}),
            (contact, {mine.id}),
            (office.citizen, {case.id}),
            (admin, set()),
            (leader, set()),
            (reviewer, set()),
        ):
            found = {each.id for each in cases.search(session, one, item="errand").rows}
            assert found == reads, one.title
            both = [session.get_one(Case, each.id) for each in (case, mine)]
            assert {each.id for each in both if access.may_see(one, each)} == reads


def test_an_administrator_sees_the_management_cases_with_a_task_for_them(office: Office, contact: Actor) -> None:
    files = errands.errand()
    drawn = files["processes/errand.bpmn"].replace(b"county_water_clerk", b"county_water_admin")
    office.deploy({**files, "processes/errand.bpmn": drawn})
    admin = employ("county_water_admin", YANSHAN)
    case, other = begin(contact), office.raise_hand()
    with reading() as session:
        assert [one.id for one in cases.search(session, admin).rows] == [case.id]
        assert access.may_see(admin, session.get_one(Case, case.id))
        assert not access.may_see(admin, session.get_one(Case, other.id))
    office.complete(admin, case, "er_do", result="已经办好")
