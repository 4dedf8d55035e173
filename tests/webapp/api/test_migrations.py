"""迁移 by program: how far it is, undone as a whole, stopped."""

from typing import Any

import pytest

from engine.casework import jobs, migration_jobs, migration_plans
from engine.db import transaction
from engine.registry import actors
from tests.webapp import staff_work
from tests.webapp.api.conftest import Makes, Program, refused
from tests.webapp.deploy.test_migrating import newer, older  # noqa: F401 - fixtures

REASON = "新规定自本月起施行，在办件一并适用"
BODY = {"reason": REASON}


@pytest.fixture
def policy(content: None, program: Makes) -> Program:
    return program("policy_admin", "530000")


@pytest.fixture
def done(policy: Program, older: int, newer: int) -> str:  # noqa: F811
    """The address of a migration of one case that is through."""
    staff_work.raise_hand()
    with transaction() as session:
        actor = actors.staff(session, policy.id)
        wanted = migration_plans.plan(session, older, newer, {"wt_take": "wt_accept"}, actor=actor)
        number = migration_jobs.start(session, wanted, actor=actor, reason=REASON, key="k").id
    jobs.drain()
    return f"/migrations/{number}"


def told(answer: Any) -> tuple[dict[str, int], str | None]:
    assert answer.status_code == 200, answer.text
    return answer.json["counts"], (answer.json["undo"] or {}).get("state")


def test_a_migration_is_undone_as_a_whole(policy: Program, done: str) -> None:
    assert told(policy.get(done)) == ({"moved": 1}, None)
    for _ in range(2):
        assert told(policy.post(f"{done}/undo", BODY, key="one")) == ({"undoing": 1}, "running")
    jobs.drain()
    whole = policy.get(done).json
    assert (whole["counts"], whole["undo"]["state"], whole["undo"]["reason"]) == ({"undone": 1}, "done", REASON)
    assert [case["state"] for case in whole["cases"]] == ["undone"]
    refused(policy.post(f"{done}/undo", BODY, key="two"), 409)


def test_it_is_stopped(policy: Program, done: str) -> None:
    refused(policy.post(f"{done}/undo/cancel"), 409)
    policy.post(f"{done}/undo", BODY, key="one")
    assert told(policy.post(f"{done}/undo/cancel")) == ({"moved": 1}, "canceled")


def test_refusals(policy: Program, program: Makes, done: str) -> None:
    clerk = program("county_water_clerk", "532622")
    refused(clerk.get(done), 403)
    refused(clerk.post(f"{done}/undo", BODY, key="one"), 403)
    refused(clerk.post(f"{done}/undo/cancel"), 403)
    refused(policy.get("/migrations/999"), 404)
    refused(policy.post("/migrations/999/undo", BODY, key="one"), 404)
    refused(policy.post("/migrations/999/undo/cancel"), 404)
    refused(policy.post(f"{done}/undo", {"reason": "短"}, key="one"), 422)
    refused(policy.post(f"{done}/undo", BODY), 422)
    assert told(policy.get(done)) == ({"moved": 1}, None)
