"""办理时限: what happens beside a task when its time runs out, and that nothing happens when it is done in time."""

from tests.processes.sentences import said
from tests.processes.stage import Stage, at

PROCESS = "deadline"


def test_nothing_stands_beside_a_task_that_is_done_in_time(stage: Stage) -> None:
    stage.raise_hand()
    stage.let_pass(until=at("2026-11-17", "04:59"))
    stage.do("wt_take")
    stage.let_pass(until=at("2026-11-17", "09:30"))
    assert stage.companions() == []
    assert stage.told("county_water_clerk", "T02") == []


def test_the_clerk_is_reminded_four_hours_before_the_24_hours_are_over(stage: Stage) -> None:
    stage.raise_hand()
    stage.let_pass(until=at("2026-11-17", "05:00"))
    assert stage.told("county_water_clerk", "T02") == [said("T02", h=4, step="是否接单")]
    assert stage.task("wt_take").reminded_at == at("2026-11-17", "05:00")
    assert (stage.overdue(), stage.told("county_water_reviewer")) == ([], [])


def test_a_task_done_between_reminder_and_due_date_ends_the_companion(stage: Stage) -> None:
    stage.raise_hand()
    stage.let_pass(until=at("2026-11-17", "06:00"))
    stage.do("wt_take")
    assert stage.companion("deadline").state == "ended"
    stage.let_pass(until=at("2026-11-17", "10:00"))
    assert (stage.overdue(), stage.told("county_water_clerk", "T03")) == ([], [])


def test_a_task_not_done_is_recorded_as_overdue_with_who_and_since_when(stage: Stage) -> None:
    stage.raise_hand()
    stage.claim("county_water_clerk", "wt_take")
    stage.let_pass(until=at("2026-11-17", "09:00"))
    [record] = stage.overdue()
    assert (record.element_id, record.role_key, record.region_code) == ("wt_take", "county_water_clerk", "532622")
    assert record.assignee_id == stage.people["county_water_clerk"].id
    assert (record.due_at, record.due_on.isoformat()) == (at("2026-11-17", "09:00"), "2026-11-17")
    assert stage.task("wt_take").overdue_at == at("2026-11-17", "09:00")
    assert (stage.case().overdue_count, stage.companion("deadline").state) == (1, "ended")
    assert "task_overdue" in [event.kind for event in stage.journal()]


def test_the_handler_and_the_superior_are_told(stage: Stage) -> None:
    stage.raise_hand()
    stage.let_pass(until=at("2026-11-17", "09:00"))
    sentence = said("T03", step="是否接单", date="11月17日")
    for who in ("county_water_clerk", "county_water_reviewer", "county_water_approver"):
        assert stage.told(who, "T03") == [sentence]
    assert stage.told("town_leader") == []


def test_a_late_town_is_told_to_its_leader_and_to_the_county(stage: Stage) -> None:
    stage.bring_to("wt_town_take")
    stage.let_pass(until=at("2026-11-16", "15:30"))
    for who in ("town_water_clerk", "town_leader", "county_water_reviewer"):
        assert len(stage.told(who, "T03")) == 1


def test_a_late_task_can_still_be_done_and_stays_recorded(stage: Stage) -> None:
    stage.raise_hand()
    stage.let_pass(until=at("2026-11-17", "20:00"))
    stage.do("wt_take")
    assert stage.open_tasks() == ["wt_town_take"]
    assert len(stage.overdue()) == 1


def test_only_the_group_is_asked_that_has_the_task(stage: Stage) -> None:
    stage.bring_to("wt_verify")
    stage.let_pass(until=at("2026-11-18", "24:00"))
    assert len(stage.told("town_water_clerk", "T02")) == 1
    assert stage.told("other_town") == []


def test_each_late_task_of_a_case_has_its_own_record(stage: Stage) -> None:
    stage.raise_hand()
    stage.let_pass(until=at("2026-11-17", "10:00"))
    stage.do("wt_take")
    stage.let_pass(until=at("2026-11-18", "10:00"))
    assert [record.element_id for record in stage.overdue()] == ["wt_take", "wt_town_take"]
    assert stage.case().overdue_count == 2


def test_a_worker_that_was_down_catches_up_with_what_it_missed(stage: Stage) -> None:
    stage.raise_hand()
    stage.sleep(until=at("2026-11-17", "12:00"))
    assert [record.due_at for record in stage.overdue()] == [at("2026-11-17", "09:00")]
    assert stage.told("county_water_clerk", "T02") == []
    assert len(stage.told("county_water_clerk", "T03")) == 1


def test_a_task_that_was_taken_back_is_not_reminded_of(stage: Stage) -> None:
    stage.raise_hand()
    stage.withdraw()
    stage.let_pass(until=at("2026-11-18", "09:00"))
    assert (stage.overdue(), stage.told("county_water_clerk", "T02")) == ([], [])


def test_the_companion_of_a_withdrawn_case_ends(stage: Stage) -> None:
    stage.raise_hand()
    stage.let_pass(until=at("2026-11-17", "06:00"))
    stage.withdraw()
    assert stage.companion("deadline").state == "ended"
    stage.let_pass(until=at("2026-11-18", "09:00"))
    assert stage.overdue() == []


def test_a_citizens_own_task_is_reminded_of_and_never_counted_as_overdue(stage: Stage) -> None:
    stage.bring_to("co_correct")
    stage.let_pass(until=at("2026-11-24", "08:30"))
    assert len(stage.told("citizen", "M18")) == 1
    assert (stage.companion("deadline").state, stage.told("county_water_clerk", "T02")) == ("ended", [])
    stage.let_pass(until=at("2026-12-02"))
    assert stage.overdue() == []


def test_who_filed_for_another_is_reminded_with_them(stage: Stage) -> None:
    stage.raise_hand("neighbour", "PROXY", **stage.proxy_answers())
    stage.consent(agrees=True)
    stage.do("wt_take", needCorrection=True, correctionList="请写明村小组和门牌")
    stage.let_pass(until=at("2026-11-25"))
    assert len(stage.told("citizen", "M18")) == len(stage.told("neighbour", "M18")) == 1


def test_every_flow_is_taken(untaken: list[str]) -> None:
    assert untaken == []
