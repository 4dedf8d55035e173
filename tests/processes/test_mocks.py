"""模拟办事 (domain C12): a mock goes the whole way of its item, counts nowhere, and never comes to money."""

from typing import Any

import pytest
from sqlalchemy import func, select

from engine import clock as engine_clock
from engine.casework import measures, objections, termination
from engine.casework.measures import Months
from engine.casework.models import Benefit, Case, OverdueRecord
from engine.db import reading, transaction
from engine.errors import NotAllowed, NotFound
from engine.oversight import replay
from tests.demo.registers import Simulator
from tests.factories import YANSHAN
from tests.processes import hardship, household, paying, steps
from tests.processes.stage import Stage, at

ITEM = PROCESS = "dibao"
OFFICE = "county_office"


@pytest.fixture
def water(stage: Stage) -> Stage:
    """The office has raised the hand for water as somebody who is not there."""
    stage.item = "water"
    stage.raise_hand(**mock(stage))
    return stage


def mock(stage: Stage, who: str = OFFICE) -> dict[str, Any]:
    """What makes a raised hand a mock: who raises it, how, and with whose files."""
    files = {key: value for key, value in steps.ASKED[stage.item].items() if value in (steps.FILE, steps.FOUR_FILES)}
    given = {
        key: [stage.file(who) for _ in range(4 if value is steps.FOUR_FILES else 1)] for key, value in files.items()
    }
    return {"by": who, "channel": "MOCK", **given}


def ended(stage: Stage) -> tuple[str | None, str | None]:
    case = stage.case()
    assert case.state == "ended"
    with reading() as session:
        assert replay.replay(session, case.case_no).equal
    return case.outcome, case.outcome_text


def test_it_goes_the_whole_way_as_nobodys_case_and_asks_for_no_rating(water: Stage) -> None:
    case = water.case()
    name = water.people["citizen"].name
    assert (case.channel, case.applicant_name, case.applicant_identity) == ("MOCK", f"{name}（模拟）", "")
    for element_id in ("wt_take", "wt_town_take", "wt_verify", "wt_solve", "wt_confirm"):
        water.do(element_id)
        water.let_pass(until=engine_clock.now())
    assert ended(water)[0] == "COMPLETED"
    assert water.companions("rating") == []
    assert water.told("citizen") == []


def test_it_keeps_no_real_application_of_the_same_person_away(water: Stage) -> None:
    first = water.case_id
    assert water.raise_hand().id != first
    assert water.raise_hand(**mock(water)).id not in (first, water.case_id - 1)


def test_what_the_applicant_has_to_do_is_done_by_the_office(water: Stage) -> None:
    water.do("wt_take", needCorrection=True, correctionList="请写明村小组和门牌")
    task = water.task("co_correct")
    assert (task.role_key, task.region_code) == (OFFICE, YANSHAN)
    with pytest.raises(NotFound):
        water.complete("citizen", "co_correct", supplementText="水管在村小学后面")
    water.complete(OFFICE, "co_correct", supplementText="水管在村小学后面")
    assert water.open_tasks() == ["wt_take"]


def test_who_is_late_is_reminded_but_no_ladder_begins_and_nothing_is_counted(water: Stage) -> None:
    water.do("wt_take")
    water.let_pass(until=at("2026-12-20"))
    assert water.told("town_water_clerk", "T02") != []
    assert water.task("wt_town_take").overdue_at is not None
    assert water.companions("supervise") == []
    with reading() as session:
        assert session.scalar(select(func.count()).select_from(OverdueRecord)) == 0
        month, now = Months.until("2026-11"), engine_clock.now()
        whole = measures.figures(session, YANSHAN, month, now)["whole"]
    assert (whole["applied"], whole["overdueNow"]) == (0, 0)


def test_the_household_is_no_notice_for_the_public_and_gets_no_benefit(family: Stage, registers: Simulator) -> None:
    household.posted(family, registers, **mock(family))
    with reading() as session:
        assert objections.posted(session).rows == []
        with pytest.raises(NotFound):
            objections.get(session, household.notice(family).id)
    family.let_pass(until=household.notice(family).until_at)
    household.taken_down(family)
    family.do("db_county_review")
    family.do("db_approve")
    assert ended(family) == ("TERMINATED", "模拟办事到资金发放前结束")
    assert family.case().reason_code == "MOCK_OVER"
    with reading() as session:
        assert session.scalar(select(func.count()).select_from(Benefit)) == 0


def test_aid_that_is_handed_over_at_once_is_handed_over_to_nobody(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.item = "linshi"
    household.employ(stage)
    monkeypatch.setitem(steps.ASKED, "linshi", {**steps.ASKED["linshi"], **household.answers(stage)})
    monkeypatch.delenv("JUSHOU_REGISTER_URL", raising=False)
    hardship.urgent(stage, **mock(stage))
    for element_id in ("ls_quick", "ls_town_first"):
        stage.do(element_id)
    assert ended(stage) == ("TERMINATED", "模拟办事到资金发放前结束")
    assert paying.lines() == []
    assert stage.companions("linshi_follow") == []


def test_no_work_begins_because_of_it(stage: Stage) -> None:
    stage.item = "chronic"
    stage.raise_hand(**mock(stage))
    for element_id in ("ch_accept", "ch_assign", "ch_verify", "ch_sign"):
        stage.do(element_id)
    assert ended(stage)[0] == "COMPLETED"
    assert stage.companions("chronic_follow") == []


@pytest.mark.parametrize("who", ["town_water_clerk", "town_leader", "county_water_clerk"])
def test_only_offices_that_supervise_send_one(stage: Stage, who: str) -> None:
    stage.item = "water"
    with pytest.raises(NotAllowed):
        stage.raise_hand(**mock(stage, who))


def test_whoever_began_it_ends_it_and_nobody_else_of_the_office_may_end_a_case(water: Stage) -> None:
    number = water.case().case_no
    reason = "检查已经做完，不用再办理"
    with pytest.raises(NotAllowed), transaction() as session:
        termination.terminate(session, number, actor=water.people["pref_office"], code="OTHER", reason=reason)
    with transaction() as session:
        termination.terminate(session, number, actor=water.people[OFFICE], code="OTHER", reason=reason)
    assert ended(water)[0] == "TERMINATED"
    real: Case = water.raise_hand()
    with pytest.raises(NotAllowed), transaction() as session:
        termination.terminate(session, real.case_no, actor=water.people[OFFICE], code="OTHER", reason=reason)
