"""季度红黑榜: scores by the table's weights, few cases are not ranked, units object in time, a leader signs."""

from typing import Any

import pytest
from sqlalchemy import select

from engine.casework import recurring, user_tasks
from engine.casework.act_models import Document
from engine.casework.models import Case, ProcessVersion
from engine.db import reading, transaction
from engine.oversight import replay
from tests import factories
from tests.factories import JIANGNA, YANSHAN
from tests.processes.stage import PINGYUAN, Stage, at, begin_due

PROCESS = "redblack"
NO_FACTS: dict[str, Any] = {"falseUnits": [], "seriousUnits": []}
OBJECTION = "十月的一件超时是平台停机造成的，请核实后更正"


@pytest.fixture
def quarter(stage: Stage) -> Stage:
    """January 2027: in the quarter before, 江那镇 was quick and liked, 平远镇 slow and not, both in water only."""
    stage.hire("leader", "county_leading_group", YANSHAN)
    stage.hire("other_office", "town_office", PINGYUAN)
    with factories.committed() as session:
        version = session.scalars(select(ProcessVersion.id).limit(1)).one()
        for month in (10, 11, 12):
            for day in (8, 9):
                done = {"accepted_at": at(f"2026-{month}-{day:02d}", "10:00"), "state": "ended", "outcome": "COMPLETED"}
                done |= {"started_at": at(f"2026-{month}-{day:02d}"), "version_id": version}
                good = {"ended_at": at(f"2026-{month}-12"), "stars": 5, "promised_at": at(f"2026-{month}-20")}
                factories.CaseFactory(region_code=f"{JIANGNA}001", **done, **good)
                bad = {"ended_at": at(f"2026-{month}-28"), "stars": 1, "overdue_count": 1}
                factories.CaseFactory(region_code=f"{PINGYUAN}001", **done, **bad)
    begin(stage)
    return stage


def begin(stage: Stage, day: str = "2027-01-05") -> None:
    """The clock begins the list in the county."""
    stage.clock.move_to(at(day, "07:00"))
    recurring.plan_all()
    stage.clock.move_to(at(day, "08:00"))
    begin_due()
    with reading() as session:
        begun = session.scalars(select(Case.id).where(Case.process_key == PROCESS, Case.region_code == YANSHAN))
        stage.case_id = max(begun)


def ranked(stage: Stage) -> dict[str, tuple[int | None, float | None, str]]:
    """Place, score and list of each unit."""
    rows = stage.case().variables["ranking"]
    scores = {row["code"]: None if row["score"] is None else float(row["score"]) for row in rows}
    return {row["code"]: (row["place"], scores[row["code"]], row["list"]) for row in rows}


def published(stage: Stage) -> list[Document]:
    with reading() as session:
        return list(session.scalars(select(Document).where(Document.case_id == stage.case_id, Document.published)))


def test_units_are_scored_by_the_weights_of_the_table(quarter: Stage) -> None:
    quarter.complete("county_office", "rb_facts", **NO_FACTS)
    found = ranked(quarter)
    weights = {"onTimeRate": 0.25, "completionRate": 0.10, "acceptRate": 0.10, "satisfaction": 0.15}
    weights |= {"upheldRate": 0.10, "supRate": 0.10, "staffRate": 0.05}
    whole = sum(weights.values())
    staff = {one["code"]: float(one["staffRate"]) for one in quarter.case().variables["figures"]["towns"]}
    # All is well in the one but the staff, and all was done early, which gives the most that can be added.
    best = 100 * (whole - weights["staffRate"] * (1 - staff[JIANGNA])) / whole + 3
    assert found[JIANGNA] == (1, pytest.approx(best, abs=0.01), "红榜")
    lost = weights["onTimeRate"] + weights["satisfaction"] + weights["staffRate"] * (1 - staff[PINGYUAN])
    assert found[PINGYUAN] == (2, pytest.approx(100 * (whole - lost) / whole, abs=0.01), "黑榜")
    assert found["532622103"][0] is None and found["532622103"][2] == "样本少"
    assert [code for code, (place, *_) in found.items() if place is not None] == [JIANGNA, PINGYUAN, "water"]


def test_false_figures_cost_points_and_who_let_something_serious_happen_is_on_the_black_list(quarter: Stage) -> None:
    facts = {"falseUnits": [JIANGNA], "seriousUnits": ["532622103"], "factsBasis": "三件照片不是现场拍摄，已查实"}
    quarter.complete("county_office", "rb_facts", **facts)
    place, score, listed = ranked(quarter)[JIANGNA]
    assert place == 1 and score is not None and 85 < score < 93
    assert listed == ("红榜" if score >= 90 else "–")
    assert ranked(quarter)["532622103"][2] == "黑榜"


def test_a_unit_objects_the_office_corrects_and_the_leader_signs(quarter: Stage) -> None:
    quarter.complete("county_office", "rb_facts", **NO_FACTS)
    before = ranked(quarter)[PINGYUAN][1]
    assert quarter.told("town_office", "T161") != []
    task = next(one for one in quarter.tasks("rb_object") if one.region_code == PINGYUAN)
    assert task.due_at == at("2027-01-08", "24:00")
    answer(quarter, "other_office", task.id, objects=True, objectionText=OBJECTION)
    quarter.let_pass(until=at("2027-01-09"))
    assert quarter.open_tasks() == ["rb_decide"]
    mended = [{"unit": PINGYUAN, "points": 5, "pointsReason": "超时由平台停机造成"}]
    quarter.complete("county_office", "rb_decide", adjustments=mended, decisionText="经核实异议成立，已更正得分")
    assert before is not None and ranked(quarter)[PINGYUAN][1] == pytest.approx(before + 5)
    quarter.supervise()
    quarter.complete("leader", "rb_sign", signAgreed=False, signReason="请再核实超时的原因")
    quarter.complete("county_office", "rb_decide", adjustments=[], decisionText="再次核实，超时不是停机造成，维持得分")
    assert ranked(quarter)[PINGYUAN][1] == before
    quarter.complete("leader", "rb_sign", signAgreed=True)
    (document,) = published(quarter)
    assert document.title == "2026年10月至12月红黑榜"
    assert document.content["tables"][0]["rows"][0][:2] == ["1", "江那镇"]
    assert document.number in quarter.told("town_office", "T162")[0]
    with reading() as session:
        assert replay.replay(session, quarter.case().case_no).equal


def answer(stage: Stage, who: str, task_id: int, **values: Any) -> None:
    with transaction() as session:
        user_tasks.complete(session, task_id, actor=stage.people[who], values=values, key=f"answer-{task_id}")


def test_when_all_units_have_agreed_the_leader_signs_at_once(quarter: Stage) -> None:
    quarter.hire("all_towns", "town_office", YANSHAN)
    quarter.hire("county_civil_reviewer", "county_civil_reviewer", YANSHAN)
    quarter.complete("county_office", "rb_facts", **NO_FACTS)
    for task in quarter.tasks("rb_object"):
        who = "all_towns" if task.role_key == "town_office" else task.role_key
        answer(quarter, who, task.id, objects=False)
    assert quarter.open_tasks() == ["rb_sign"]


@pytest.mark.parametrize(
    ("day", "facts"),
    # A weekend; the National Day and the Saturday that is worked for it.
    [("2026-07-05", "2026-07-07"), ("2026-10-05", "2026-10-09")],
)
def test_the_office_has_two_working_days(stage: Stage, day: str, facts: str) -> None:
    stage.clock.move_to(at("2026-06-30"))
    begin(stage, day)
    assert stage.task("rb_facts").due_at == at(facts, "24:00")


def test_every_flow_was_taken(untaken: list[str]) -> None:
    assert untaken == []
