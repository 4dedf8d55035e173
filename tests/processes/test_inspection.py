"""监督抽查: the table says how many, a start value which; each case drawn becomes a check of its own."""

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from engine.casework import recurring, sampling
from engine.casework.act_models import Document
from engine.casework.models import Case, ProcessVersion
from engine.casework.sampling import Candidate, Rate
from engine.db import reading
from engine.errors import Invalid
from engine.oversight import replay
from tests import factories
from tests.factories import JIANGNA, YANSHAN
from tests.processes.stage import PINGYUAN, Stage, at, begin_due

ITEM = PROCESS = "inspection"
PLAN: dict[str, Any] = {
    "planText": "抽查十月办结的办件",
    "sampleFrom": "2026-10-01",
    "sampleUntil": "2026-10-31",
    "sampleMost": 20,
}


def ended(item: str, count: int = 1, **changes: Any) -> list[str]:
    """So many cases of an item that ended in October; their numbers."""
    with factories.committed() as session:
        version = session.scalars(select(ProcessVersion.id).limit(1)).one()
        known = {"itemName": "农村饮水安全", "department": "water", "applicantPhone": "13900000000"}
        done = {"state": "ended", "outcome": "COMPLETED", "ended_at": at("2026-10-31", "23:59"), "version_id": version}
        row = {"process_key": item, "variables": known, **done, **changes}
        return [factories.CaseFactory(**row).case_no for _ in range(count)]


def checks() -> list[Case]:
    """The checks that were begun, oldest first."""
    with reading() as session:
        return list(session.scalars(select(Case).where(Case.process_key == "inspection_case").order_by(Case.id)))


def test_cases_are_drawn_by_the_table_and_anybody_can_draw_them_again(stage: Stage) -> None:
    stage.hire("inspector", "inspector", YANSHAN)
    water, risky = ended("water", 30), ended("water", 2, overdue_count=1)
    ended("water", ended_at=at("2026-11-01", "00:00"))
    jobs = ended("job", region_code=f"{PINGYUAN}001")
    stage.begin("county_office")
    stage.supervise()
    stage.complete("county_office", "ip_plan", **PLAN)
    case = stage.case()
    sample = case.variables["sample"]
    # Five in a hundred of 32, rounded up, one of them risky; one of the other item.
    assert (sample["of"], sample["ofRisk"], len(sample["cases"])) == (33, 2, 3)
    drawn = {one["caseNo"]: one["way"] == "入户" for one in sample["cases"]}
    assert set(drawn) & set(risky) and set(jobs) < set(drawn)
    everything = [Candidate(number, "water", number in risky) for number in (*risky, *water)]
    everything.append(Candidate(jobs[0], "job", False))
    rates = {row["item"]: row for row in reversed(case.variables["sampleRates"])}
    asked = {item: _rate(row) for item, row in rates.items()}
    assert sampling.draw(everything, asked, sample["seed"], 20) == drawn
    assert sampling.digest(everything) == sample["digest"]
    assert case.outcome_text == f"随机抽取 3 件，起始值 {sample['seed']}"
    assert "3 件" in stage.told("inspector", "T171")[0]
    begun = {one.variables["drawnNo"]: one for one in checks()}
    assert set(begun) == set(drawn)
    assert begun[jobs[0]].region_code == f"{PINGYUAN}001"
    with reading() as session:
        document = session.scalars(select(Document).where(Document.case_id == case.id)).one()
        assert replay.replay(session, case.case_no).equal
    assert sample["seed"] in str(document.content) and not document.published
    assert "13900000000" not in str(document.content)


def _rate(row: Any) -> Rate:
    shares = {name: Decimal(str(row[name])) for name in ("share", "riskShare", "visitShare")}
    return Rate(shares["share"], int(row["least"]), shares["riskShare"], shares["visitShare"])


def test_the_clock_begins_one_each_month_and_nothing_is_drawn_where_nothing_ended(stage: Stage) -> None:
    stage.clock.move_to(at("2026-12-06", "07:00"))
    recurring.plan_all()
    stage.clock.move_to(at("2026-12-06", "08:00"))
    begin_due()
    with reading() as session:
        stage.case_id = session.scalars(
            select(Case.id).where(Case.process_key == PROCESS, Case.region_code == YANSHAN)
        ).one()
    # The sixth is a Sunday.
    assert stage.task("ip_plan").due_at == at("2026-12-09", "24:00")
    ended("water")
    stage.complete("county_office", "ip_plan", **PLAN, sampleTown=PINGYUAN, sampleItem="water")
    assert stage.case().outcome_text == "范围内没有办结的办件，没有抽查"
    assert checks() == []


def test_the_province_draws_one_in_a_hundred_and_gives_the_order_itself(stage: Stage) -> None:
    ended("water", 30)
    stage.begin("prov_office")
    assert stage.task("ip_plan").role_key == "prov_office"
    stage.complete("prov_office", "ip_plan", **PLAN)
    (check,) = checks()
    assert check.variables["office"] == "prov_office"
    assert check.region_code.startswith(JIANGNA)


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"sampleUntil": "2026-09-30"}, "sampleUntil"),
        ({"sampleMost": 51}, "sampleMost"),
        ({"planText": ""}, "planText"),
    ],
)
def test_a_plan_that_makes_no_sense_is_refused(stage: Stage, changes: dict[str, Any], wrong: str) -> None:
    stage.begin("county_office")
    with pytest.raises(Invalid) as refusal:
        stage.complete("county_office", "ip_plan", **{**PLAN, **changes})
    assert set(refusal.value.problems) == {wrong}


def test_every_flow_was_taken(untaken: list[str]) -> None:
    assert untaken == []
