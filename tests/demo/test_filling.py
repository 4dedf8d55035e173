"""The demonstration as a visitor finds it."""

from datetime import timedelta
from random import Random

from sqlalchemy import select

from engine import db
from engine.casework import deployments
from engine.casework.models import Case, Incident, Notice, ProcessVersion, UserTask
from engine.db import transaction
from engine.demo import filling, life, people
from engine.demo.filling import LOGINS
from engine.demo.life import SHOWN
from engine.registry import access, items, regions
from engine.registry import people as registry_people
from engine.registry.models import Citizen
from engine.settings import Settings
from tests import factories


def test_a_visitor_finds_every_account_and_a_citizen_who_may_begin_at_once(here: Settings) -> None:
    told = list(filling.fill(here, cases=0, days=12))
    assert all(any(line.split()[0] == login for line in told) for login in LOGINS)
    with db.reading() as session:
        assert session.get_one(Citizen, SHOWN).phone in told[-1]
        own = session.scalars(select(Case).where(Case.citizen_id == SHOWN, Case.subject_id.is_(None))).one()
        assert (own.state, own.outcome) == ("ended", "COMPLETED")
        beside = select(UserTask.name).join(Case, Case.id == UserTask.case_id).where(Case.subject_id == own.id)
        assert session.scalars(beside.where(UserTask.state == "open")).all() == ["评价"]
        assert len(session.scalars(select(Notice).where(Notice.read_at.is_(None))).all()) < 30


def test_people_ask_for_every_open_service_and_what_is_answered_is_taken(here: Settings) -> None:
    told = list(filling.fill(here, cases=40, days=40))
    assert [line for line in told if line.startswith(filling.REFUSED)] == []
    with db.reading() as session:
        applied = Case.subject_id.is_(None), Case.channel.in_(access.CHANNELS)
        begun = set(session.scalars(select(Case.process_key).where(*applied)))
        assert begun == {item.code for item in items.listing(session) if deployments.is_open(session, item.code)}
        planned = set(session.scalars(select(Case.process_key).where(Case.channel == "TIMER")))
        assert {"monthly_pay", "gov_lift_month", "bulletin"} <= planned
        assert session.scalars(select(Incident)).all() == []
        waiting = session.execute(select(UserTask.role_key, UserTask.region_code).where(UserTask.state == "open"))
        nobody = {(role, place) for role, place in waiting if role not in access.CITIZEN_ROLES}
        assert {one for one in nobody if not registry_people.holders(session, *one)} == set()


def test_the_same_seed_makes_the_same_demonstration(here: Settings) -> None:
    """Two lives of one seed plan the same hands: who asks, when, for what."""
    list(filling.fill(here, cases=0, days=1))
    first, second = (life.Life(Random(7), 50, timedelta(days=90)).arrivals for _ in range(2))
    assert [(at, item, who.id) for at, item, who in first] == [(at, item, who.id) for at, item, who in second]


def test_work_is_shared_by_people_in_every_town_and_village(here: Settings) -> None:
    with db.reading() as session:
        made = people.staff(session)
        logins = [person.login for person in made]
        assert len(logins) == len(set(logins))
        held = {(person.role_key, person.region_code) for person in made}
        for town in regions.children(session, people.YANSHAN):
            assert ("town_civil_clerk", town.code) in held
            assert {("village_assistant", village.code) for village in regions.children(session, town.code)} <= held
        surveyors = [person for person in made if person.role_key == "town_civil_clerk"]
        assert len(surveyors) == 2 * len({person.region_code for person in surveyors})


def test_who_asks_for_medicine_is_somebody_whose_illness_is_managed(here: Settings) -> None:
    list(filling.fill(here, cases=0, days=1))
    lived = life.Life(Random(1), 0, timedelta(days=1))
    managed = lived.citizens[5]
    with transaction() as session, factories.into(session):
        version = session.scalars(select(ProcessVersion.id).where(ProcessVersion.process_key == "chronic")).one()
        ended = {"state": "ended", "outcome": "COMPLETED", "region_code": managed.region_code}
        factories.CaseFactory(process_key="chronic", version_id=version, citizen_id=managed.id, **ended)
    assert lived.looked_after("medicine") == managed
    assert lived.looked_after("water") is None
