"""低保, thirty working days from acceptance, and forty-five where the county agrees (domain B1, 57号 §22)."""

from tests.demo.registers import Simulator
from tests.processes import household, sentences
from tests.processes.stage import Stage, at

ITEM, PROCESS = "dibao", "dibao_extend"
LONGER = {"extendWanted": True, "extendCode": "人户分离", "extendReason": "住在邻县，户籍在本地"}


def drafted(stage: Stage, registers: Simulator) -> None:
    household.surveyed(stage, registers)
    stage.do("db_draft", **LONGER)


def test_the_whole_takes_thirty_working_days_from_acceptance(family: Stage) -> None:
    family.clock.move_to(at("2026-09-11", "10:00"))
    family.raise_hand(authSignDate="2026-09-01", promiseDate="2026-09-01")
    family.let_pass(until=at("2026-09-14", "10:00"))
    family.do("db_accept")
    # 25 September and 1 to 7 October are holidays; Sunday 20 September and Saturday 10 October are worked.
    assert family.case().promised_at == at("2026-10-30", "24:00")


def test_the_county_may_extend_it_once_to_forty_five(family: Stage, registers: Simulator) -> None:
    drafted(family, registers)
    assert family.case().promised_at == at("2026-12-28", "24:00")
    task = family.task("db_extend")
    assert (task.role_key, task.due_at) == ("county_civil_approver", at("2026-11-17", "24:00"))
    family.do("db_extend")
    # Of the fifteen working days more none is New Year's Day.
    assert (family.open_tasks(), family.case().promised_at) == (["db_prelim"], at("2027-01-19", "24:00"))
    assert family.told("citizen", "M15") == [sentences.said("M15", ITEM, reason="人户分离", date="1月19日")]


def test_what_is_not_agreed_to_stands_as_it_was(family: Stage, registers: Simulator) -> None:
    drafted(family, registers)
    before = family.case().promised_at
    family.do("db_extend", extendApproved=False)
    assert (family.open_tasks(), family.case().promised_at) == (["db_prelim"], before)


def test_who_lets_it_lie_past_the_thirty_first_day_is_on_record_and_supervised(family: Stage) -> None:
    """Domain G.3 #7: day 31 without a reason code."""
    household.accepted(family)
    family.let_pass(until=at("2026-12-29", "24:00"))
    assert {one.element_id for one in family.overdue()} >= {"db_plan"}
    ladder = family.companions("supervise")[0]
    assert (ladder.state, ladder.variables["rung"]) == ("active", 4)


def test_every_flow_is_taken(untaken: list[str]) -> None:
    assert untaken == []
