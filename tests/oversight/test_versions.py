"""Which cases run on a version, and where it is in force."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from engine import clock as engine_clock
from engine.casework.models import Activation
from engine.clock import Clock
from engine.oversight import versions
from tests import factories

pytestmark = pytest.mark.usefixtures("reference")


def test_only_cases_that_have_not_ended_count(session: Session, clock: Clock):
    version = factories.ProcessVersionFactory()
    for state in ("active", "suspended", "ended"):
        factories.CaseFactory(version_id=version.id, state=state)
    assert versions.running(session) == {version.id: 2}


def test_activations_stand_under_their_version_the_latest_first(session: Session, clock: Clock):
    version, other = factories.ProcessVersionFactory(), factories.ProcessVersionFactory()
    now = engine_clock.now()
    for number, region, days in ((version.id, "530000", 0), (version.id, "532622", 3), (other.id, "530000", 5)):
        session.add(
            Activation(
                process_key="water",
                version_id=number,
                region_code=region,
                active_from=now + timedelta(days=days),
                created_at=now,
            )
        )
    session.flush()
    found = versions.activations(session, [version.id])
    assert [row.region_name for row in found[version.id]] == ["砚山县", "云南省"]
    assert other.id not in found
