"""The small service, deployed, with people who work on it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select

from engine.casework import cases, deployments, user_tasks
from engine.casework.models import Case, UserTask
from engine.db import transaction
from engine.registry import actors
from engine.registry.actors import SYSTEM, Actor
from tests import factories, shipped
from tests.casework import content
from tests.factories import JIANGNA, YANSHAN
from tests.processes.stage import Stage

VILLAGE = f"{JIANGNA}001"


@dataclass
class Office:
    """People and verbs, so that tests read as what people do."""

    citizen: Actor
    other_citizen: Actor
    town: Actor
    colleague: Actor
    county: Actor
    elsewhere: Actor

    def raise_hand(self, **values: Any) -> Case:
        with transaction() as session:
            return cases.start(
                session, "small", actor=self.citizen, channel="SELF", values={**self.answers(), **values}
            )

    def answers(self) -> dict[str, Any]:
        return {
            "applicantName": self.citizen.name,
            "applicantIdNo": self.citizen.identity_number,
            "problemRegion": VILLAGE,
            "problemText": "村里的水管断了三天",
        }

    def deploy(self, files: Mapping[str, bytes]) -> int:
        """Another version of the service, active at once."""
        with transaction() as session:
            version = deployments.upload(session, files, actor=SYSTEM)
            version.state = "approved"
            return deployments.activate(session, version.id, actor=SYSTEM).id

    def task(self, case: Case, element_id: str) -> UserTask:
        with transaction() as session:
            wanted = select(UserTask).where(
                UserTask.case_id == case.id, UserTask.element_id == element_id, UserTask.kind == "step"
            )
            return session.scalars(wanted.order_by(UserTask.id.desc())).first()  # type: ignore[return-value]

    def complete(self, actor: Actor, case: Case, element_id: str, *, key: str | None = None, **values: Any) -> Any:
        task = self.task(case, element_id)
        with transaction() as session:
            return user_tasks.complete(session, task.id, actor=actor, values=values, key=key or f"k-{task.id}")

    def case(self, case: Case) -> Case:
        with transaction() as session:
            return session.get_one(Case, case.id)


def employ(role_key: str, region_code: str) -> Actor:
    with factories.committed() as session:
        account = factories.staff(role_key, region_code)
        session.flush()
        number = account.id
    with transaction() as session:
        return actors.staff(session, number)


@pytest.fixture
def stage(reference: Engine, clock: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """The shipped services in place, with a person for every post."""
    monkeypatch.setenv("JUSHOU_FOLDER", str(tmp_path / "var"))
    shipped.deploy()
    return Stage(clock, shipped.employ())


@pytest.fixture
def office(reference: Engine, clock: Any) -> Iterator[Office]:
    with factories.committed() as session:
        citizens = [factories.CitizenFactory(region_code=VILLAGE) for _ in range(2)]
        session.flush()
        numbers = [citizen.id for citizen in citizens]
    with transaction() as session:
        version = deployments.upload(session, content.small(), actor=SYSTEM)
        version.state = "approved"
        deployments.activate(session, version.id, actor=SYSTEM)
    with transaction() as session:
        first, second = (actors.citizen(session, number) for number in numbers)
    yield Office(
        citizen=first,
        other_citizen=second,
        town=employ("town_water_clerk", JIANGNA),
        colleague=employ("town_water_clerk", JIANGNA),
        county=employ("county_water_clerk", YANSHAN),
        elsewhere=employ("town_water_clerk", "532622102"),
    )
