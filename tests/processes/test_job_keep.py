"""找工作, after the work was found (domain B4 #10): it is registered, and looked after a month and three months."""

from tests.processes import sentences
from tests.processes.stage import Stage, at

ITEM, PROCESS = "job", "job_keep"


def test_the_work_is_registered_within_five_working_days_and_the_citizen_congratulated(stage: Stage) -> None:
    stage.bring_to("jb_done")
    task = stage.task("jb_done")
    assert (task.role_key, task.region_code, task.due_at) == ("town_hr_clerk", "532622101", at("2026-11-23", "24:00"))
    stage.do("jb_done")
    assert stage.told("citizen", "M97") == [sentences.said("M97", ITEM, employer="县城某机械厂")]


def test_it_is_looked_after_when_a_month_and_three_months_have_passed(stage: Stage) -> None:
    stage.bring_to("jb_done")
    stage.do("jb_done")
    stage.let_pass(until=at("2026-12-16", "23:59"))
    assert stage.open_tasks() == []
    stage.let_pass(until=at("2026-12-16", "24:00"))
    # From Thursday on five working days, over a weekend.
    assert stage.task("jb_done_2").due_at == at("2026-12-24", "24:00")
    stage.do("jb_done_2")
    stage.let_pass(until=at("2027-02-14", "24:00"))
    stage.do("jb_done_3")
    assert stage.case().outcome == "COMPLETED"


def test_who_lost_it_within_the_month_may_leave_it_at_that(stage: Stage) -> None:
    stage.bring_to("jb_done")
    stage.do("jb_done")
    stage.let_pass(until=at("2026-12-16", "24:00"))
    stage.do("jb_done_2", stability="失业", againWanted=False)
    assert stage.case().outcome == "COMPLETED"


def test_every_flow_is_taken(untaken: list[str]) -> None:
    assert untaken == []
