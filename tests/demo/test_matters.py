"""What the demonstration county begins without an application."""

from contextlib import suppress
from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import select

from engine import clock, db
from engine.casework import beginnings, deployments, plans
from engine.casework.models import Case, ProcessVersion
from engine.db import transaction
from engine.demo import filling, life, matters
from engine.errors import Refusal
from engine.settings import Settings
from tests import factories


@pytest.fixture
def lived(here: Settings) -> life.Life:
    """A county on its first day, in which nobody has applied yet."""
    list(filling.fill(here, cases=0, days=1))
    return life.Life(Random(3), 0, timedelta(days=1))


def begun() -> list[Case]:
    with db.reading() as session:
        return list(session.scalars(select(Case).where(Case.process_key.in_({*matters.SPOKEN, *matters.OFFICIAL}))))


def test_each_is_begun_by_one_of_those_who_may(lived: life.Life) -> None:
    expected = {*matters.SPOKEN, *matters.OFFICIAL} - {matters.ABOUT_ENDED}
    for process in sorted(expected):
        matters.begin(lived.rng, process, lived.citizens[5])
    found = begun()
    assert {case.process_key for case in found} == expected
    for case in found:
        assert case.channel == ("VOICE" if case.process_key in matters.SPOKEN else "OFFICE")
        assert case.citizen_id == (lived.citizens[5].id if case.process_key in matters.SPOKEN else None)


def test_a_guardian_binds_a_child_or_has_the_own_name_verified(lived: life.Life) -> None:
    for _ in range(6):
        with suppress(Refusal):
            matters.begin(lived.rng, "registration", lived.citizens[5])
    found = [case.variables for case in begun()]
    assert {told["registrationKind"] for told in found} <= {"绑定被监护人", "实名核验"}
    born = [int(told["wardIdNo"][6:10]) for told in found if told.get("wardIdNo")]
    assert born and min(born) >= 2010


def test_an_appeal_is_about_a_case_that_did_not_end_well_and_made_by_its_applicant(lived: life.Life) -> None:
    matters.begin(lived.rng, "appeal", lived.citizens[5])
    assert begun() == []
    refused = lived.citizens[7]
    with transaction() as session, factories.into(session):
        version = session.scalars(select(ProcessVersion).where(ProcessVersion.process_key == "house")).one()
        called = deployments.called_versions(
            session, plans.bundle_of(session, version.id), refused.region_code, clock.now()
        )
        number = factories.CaseFactory(
            process_key="house", version_id=version.id, called_versions=called, item_code="house",
            citizen_id=refused.id, region_code=refused.region_code, state="ended", outcome="REJECTED",
                ended_at=clock.now(),
        ).case_no  # fmt: skip
    matters.begin(lived.rng, "appeal", lived.citizens[5])
    (appeal,) = begun()
    assert (appeal.citizen_id, appeal.variables[beginnings.ABOUT]) == (refused.id, number)


def test_they_come_beside_the_applications_in_a_share_that_is_the_same_for_the_same_seed() -> None:
    first, second = (matters.drawn(Random(5), 2000) for _ in range(2))
    assert first == second
    assert len(first) == 2000 * matters.SHARE
    assert set(first) == {*matters.SPOKEN, *matters.OFFICIAL}
