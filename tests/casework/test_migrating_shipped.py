"""迁移 of the shipped services: wherever a case stands it goes over to a changed diagram, back, and on to its end."""

import pytest

from engine.casework import deployments, migrating, migration_plans
from engine.casework.models import Case
from engine.db import reading, transaction
from engine.registry import actors
from engine.registry.actors import SYSTEM, Actor
from engine.settings import ROOT
from tests import factories
from tests.faults.whole import whole
from tests.processes.stage import Stage

REASON = "新规定自本月起施行，在办件一并适用"


def changed(process: str, old: str, new: str) -> int:
    """Another version of a shipped process, in which one name is another one."""
    path = f"processes/{process}.bpmn"
    drawn = (ROOT / path).read_text("utf-8")
    assert old in drawn
    with transaction() as session:
        version = deployments.upload(session, {path: drawn.replace(old, new).encode()}, actor=SYSTEM, process=process)
        version.state = "approved"
        return version.id


@pytest.fixture
def policy(stage: Stage) -> Actor:
    with factories.committed() as session:
        number = factories.staff("policy_admin", "530000").id
    with reading() as session:
        return actors.staff(session, number)


def over(case: Case, process: str, to: int, policy: Actor) -> None:
    with transaction() as session:
        row = session.get_one(Case, case.id)
        since = row.version_id if row.process_key == process else row.called_versions[process]
        wanted = migration_plans.plan(session, since, to, {}, actor=policy)
        migrating.migrate(session, case.id, wanted, actor=policy, reason=REASON)


def stands(case: Case) -> tuple[int, dict[str, int], bytes | None]:
    with reading() as session:
        row = session.get_one(Case, case.id)
        return row.version_id, row.called_versions, row.state_blob


@pytest.mark.parametrize("step", ["wt_take", "wt_verify", "wt_confirm"])
def test_a_water_case_goes_over_wherever_it_stands(stage: Stage, policy: Actor, step: str) -> None:
    stage.bring_to(step)
    case, to = stage.case(), changed("water", "现场核实", "到现场核实")
    before = stands(case)
    over(case, "water", to, policy)
    assert stands(case)[0] == to != before[0]
    whole(case.id)
    with transaction() as session:
        migrating.undo(session, case.case_no, actor=policy, reason=REASON)
    assert stands(case) == before
    over(case, "water", to, policy)
    stage.do(step)
    whole(case.id)


def test_a_case_that_waits_in_a_called_process_goes_over_with_that_process_alone(stage: Stage, policy: Actor) -> None:
    stage.raise_hand("neighbour", "PROXY", **stage.proxy_answers())
    case = stage.case()
    drawn = (ROOT / "processes" / "proxy_consent.bpmn").read_text("utf-8")
    name = drawn.split('<bpmn:process id="proxy_consent" name="', 1)[1].split('"', 1)[0]
    to = changed("proxy_consent", f'name="{name}"', f'name="{name}（新）"')
    version, called, state = stands(case)
    over(case, "proxy_consent", to, policy)
    assert stands(case) == (version, {**called, "proxy_consent": to}, state)
    whole(case.id)
    stage.consent(agrees=True)
    assert stage.case().status == "SUBMITTED"
    whole(case.id)
