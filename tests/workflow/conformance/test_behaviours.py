"""Each diagram of this folder is accepted as an upload and does what its name says."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from engine.language import diagram, feel
from engine.workflow import Refused, occurrence
from tests.workflow.conformance.diagrams import NAMES, refusals, source, stage
from tests.workflow.stage import BEGIN

MIDNIGHT = datetime(2026, 3, 2, 16, tzinfo=UTC)
PEOPLE = ["甲", "乙", "丙"]


@pytest.mark.parametrize("name", NAMES)
def test_the_diagram_would_be_accepted(name: str) -> None:
    assert refusals(source(name)) == []


def test_every_diagram_is_proved_by_a_test() -> None:
    written = Path(__file__).read_text("utf-8")
    assert [name for name in NAMES if f'stage("{name}"' not in written and f'"{name}"' not in written] == []


# tasks


def test_a_user_task_waits_for_a_person() -> None:
    here = stage("a_user_task_waits_for_a_person")
    assert here.open == ["a"]
    here.complete("a")
    assert here.ended


def test_a_task_without_a_type_is_passed() -> None:
    assert stage("a_task_without_a_type_is_passed").open == ["b"]


def test_a_service_task_waits_for_the_result_of_its_job() -> None:
    here = stage("a_service_task_waits_for_the_result_of_its_job", jobs=("ask",))
    assert here.open == ["a"]
    here.finish("a", said="好")
    assert here.open == ["b"] and here.variables["said"] == "好"


def test_a_send_task_sends_and_goes_on() -> None:
    here = stage("a_send_task_sends_and_goes_on")
    assert [name for name, _ in here.performed] == ["a"] and here.open == ["b"]


def test_a_receive_task_waits_for_its_message() -> None:
    here = stage("a_receive_task_waits_for_its_message")
    assert here.messages == ["PAID"] and here.open == []
    assert here.send("PAID") and here.open == ["b"]


def test_a_script_task_writes_the_value_of_its_expression() -> None:
    assert stage("a_script_task_writes_the_value_of_its_expression", v=1).variables["w"] == 2


def test_a_business_rule_task_writes_the_value_of_its_decision() -> None:
    name = "a_business_rule_task_writes_the_value_of_its_decision"
    assert stage(name, decisions={"grade": "一级"}).variables["w"] == "一级"


def test_a_business_rule_task_may_name_its_decision_by_an_expression() -> None:
    name = "a_business_rule_task_may_name_its_decision_by_an_expression"
    assert stage(name, decisions={"x": 1, "y": 2}, v="y").variables["w"] == 2


# gateways


@pytest.mark.parametrize(("v", "taken"), [(2, "a"), (1, "b"), (0, "c")])
def test_an_exclusive_gateway_takes_the_first_flow_that_holds_wherever_it_is_drawn(v: int, taken: str) -> None:
    assert stage("an_exclusive_gateway_takes_the_first_flow_that_holds_wherever_it_is_drawn", v=v).open == [taken]


def test_an_exclusive_gateway_lets_every_token_through() -> None:
    here = stage("an_exclusive_gateway_lets_every_token_through")
    here.complete("a")
    assert sorted(here.open) == ["b", "c"]
    here.complete("b")
    assert here.open == ["c", "c"]


def test_a_parallel_gateway_starts_all_and_waits_for_all() -> None:
    here = stage("a_parallel_gateway_starts_all_and_waits_for_all")
    assert here.open == ["a", "b"]
    here.complete("b")
    assert here.open == ["a"]
    here.complete("a")
    assert here.open == ["c"]


def test_a_parallel_join_in_a_loop_waits_anew_in_each_round() -> None:
    here = stage("a_parallel_join_in_a_loop_waits_anew_in_each_round", again=True)
    for first, second in ("ab", "ba", "ab"):
        here.complete(first)
        assert here.open == [second]
        here.complete(second)
        assert here.open == ["a", "b"]


@pytest.mark.parametrize(("v", "begun"), [(2, ["a", "b"]), (1, ["a"]), (0, ["c"])])
def test_an_inclusive_gateway_starts_what_holds_and_waits_for_just_that(v: int, begun: list[str]) -> None:
    here = stage("an_inclusive_gateway_starts_what_holds_and_waits_for_just_that", v=v)
    assert here.open == begun
    for name in begun:
        assert "d" not in here.open
        here.complete(name)
    assert here.open == ["d"]


def test_an_inclusive_join_in_a_loop_waits_for_the_branches_of_its_round() -> None:
    here = stage("an_inclusive_join_in_a_loop_waits_for_the_branches_of_its_round", v=2, again=True)
    for v, begun, following in ((0, ["a", "b"], ["c"]), (2, ["c"], ["a", "b"]), (1, ["b", "a"], ["a"])):
        for name in begun:
            assert name in here.open
            here.complete(name, v=v)
        assert here.open == following


@pytest.mark.parametrize(("event", "taken"), [("message", "a"), ("signal", "b"), ("timer", "c")])
def test_an_event_gateway_lets_the_first_event_win(event: str, taken: str) -> None:
    here = stage("an_event_gateway_lets_the_first_event_win")
    if event == "message":
        here.send("PAID")
    elif event == "signal":
        here.complete("warn")
    else:
        here.wait(days=2)
    assert [name for name in here.open if name != "warn"] == [taken]
    assert here.messages == [] and here.timers == {} and not here.send("PAID") and here.wait(days=9) == []


def test_an_event_gateway_may_wait_by_receive_tasks() -> None:
    here = stage("an_event_gateway_may_wait_by_receive_tasks")
    assert here.send("LOST_") and here.open == ["b"] and not here.send("PAID")


def test_several_flows_into_a_task_make_a_task_each() -> None:
    here = stage("several_flows_into_a_task_make_a_task_each")
    for name in "ab":
        here.complete(name)
    assert here.open == ["c", "c"]


def test_a_case_ends_with_its_last_token() -> None:
    here = stage("a_case_ends_with_its_last_token")
    here.complete("a")
    assert not here.ended and here.ends == ["end"]
    here.complete("b")
    assert here.ended and here.ends == ["other"]


# sub-processes and calls


def test_a_sub_process_goes_on_when_its_last_token_has_ended() -> None:
    here = stage("a_sub_process_goes_on_when_its_last_token_has_ended")
    here.complete("b")
    assert here.open == ["a"] and here.task("a").path == ("p",)
    here.complete("a")
    assert here.open == ["c"]


@pytest.mark.parametrize(
    "name",
    ["a_call_activity_calls_the_process_that_it_names", "a_call_activity_calls_the_process_that_an_expression_names"],
)
def test_a_call_activity_calls(name: str) -> None:
    here = stage(name, v="part")
    assert here.task("a").path == ("p",)
    here.complete("a", written="inside")
    assert here.open == ["c"] and here.variables["written"] == "inside"


def test_a_terminate_end_event_in_a_sub_process_ends_only_that() -> None:
    here = stage("a_terminate_end_event_in_a_sub_process_ends_only_that")
    here.complete("a")
    assert here.open == ["c"]


def test_a_terminate_end_event_ends_all_and_event_sub_processes_too() -> None:
    here = stage("a_terminate_end_event_ends_all_and_event_sub_processes_too")
    here.send("URGE")
    assert here.open == ["a", "b", "c"]
    here.complete("a")
    assert here.ended and here.ends == ["stop"]
    assert sorted(here.told("canceled")) == ["canceled b", "canceled beside", "canceled c"]


# event sub-processes


def test_a_message_starts_an_event_sub_process_instead_of_all_else() -> None:
    here = stage("a_message_starts_an_event_sub_process_instead_of_all_else")
    assert here.send("WITHDRAW") and here.open == ["c"] and not here.send("WITHDRAW")
    here.complete("c")
    assert here.ended


def test_a_message_starts_an_event_sub_process_beside_all_else_each_time() -> None:
    here = stage("a_message_starts_an_event_sub_process_beside_all_else_each_time")
    assert here.send("URGE") and here.send("URGE") and here.open == ["a", "c", "c"]
    here.complete("a")
    assert here.open == ["c", "c"] and not here.ended


def test_a_timer_starts_an_event_sub_process() -> None:
    here = stage("a_timer_starts_an_event_sub_process")
    assert here.wait(days=1) == ["s"] and here.open == ["c"]


def test_a_date_starts_an_event_sub_process() -> None:
    here = stage("a_date_starts_an_event_sub_process")
    assert here.timers["s"].due_at == MIDNIGHT
    assert here.wait(days=1) == ["s"] and here.open == ["a", "c"]


def test_a_cycle_starts_an_event_sub_process_in_each_round() -> None:
    here = stage("a_cycle_starts_an_event_sub_process_in_each_round")
    assert [here.wait(days=1) for _ in range(4)] == [["s"], ["s"], [], []]
    assert here.open == ["a", "c", "c"]


@pytest.mark.parametrize("name", ["a_signal_starts_an_event_sub_process", "an_escalation_starts_an_event_sub_process"])
def test_what_the_main_flow_throws_starts_an_event_sub_process(name: str) -> None:
    here = stage(name)
    here.complete("a")
    assert sorted(here.open) == ["b", "c"]


def test_an_error_starts_an_event_sub_process() -> None:
    here = stage("an_error_starts_an_event_sub_process")
    here.complete("a")
    assert here.open == ["c"]


def test_an_event_sub_process_that_interrupts_ends_those_beside_it_too() -> None:
    here = stage("an_event_sub_process_that_interrupts_ends_those_beside_it_too")
    assert here.send("URGE") and here.send("URGE") and here.open == ["a", "b", "b"]
    assert here.send("WITHDRAW") and here.open == ["c"] and not here.send("URGE")
    here.complete("c")
    assert here.ended


def test_an_event_sub_process_in_a_sub_process_ends_only_that() -> None:
    here = stage("an_event_sub_process_in_a_sub_process_ends_only_that")
    assert here.send("WITHDRAW") and here.open == ["a", "c"]
    for name in "ca":
        here.complete(name)
    assert here.open == ["d"]


# multi-instance


def test_all_sign_and_their_answers_stand_in_the_order_of_the_list() -> None:
    here = stage("all_sign_and_their_answers_stand_in_the_order_of_the_list", people=PEOPLE)
    for index, answer in ((2, "三"), (0, "一"), (1, "二")):
        assert here.open.count("z") == 0
        here.complete("sign", index, answer=answer)
    assert here.open == ["z"] and here.variables["answers"] == ["甲:一", "乙:二", "丙:三"]


def test_one_signature_is_enough() -> None:
    here = stage("one_signature_is_enough", people=PEOPLE)
    assert here.open == ["sign"] * 3
    here.complete("sign", 1)
    assert here.open == ["z"]


def test_a_share_of_the_votes_is_enough() -> None:
    here = stage("a_share_of_the_votes_is_enough", people=PEOPLE)
    here.complete("sign", 2)
    assert here.open == ["sign"] * 2
    here.complete("sign", 0)
    assert here.open == ["z"]


@pytest.mark.parametrize(("agrees", "asked"), [([True, True, True], 3), ([True, False], 2)])
def test_signers_sign_one_after_the_other_until_one_refuses(agrees: list[bool], asked: int) -> None:
    here = stage("signers_sign_one_after_the_other_until_one_refuses", people=PEOPLE)
    for number, one in enumerate(agrees):
        assert [task.index for task in here.machine.user_tasks()] == [number]
        here.complete("sign", agrees=one)
    assert here.open == ["z"] and len(agrees) == asked


def test_a_sub_process_for_each_item_knows_its_item_and_its_number() -> None:
    here = stage("a_sub_process_for_each_item_knows_its_item_and_its_number", people=PEOPLE, seen=[])
    assert here.variables["seen"] == ["1甲", "2乙", "3丙"] and here.open == ["a"] * 3


def test_a_process_is_called_for_each_item() -> None:
    here = stage("a_process_is_called_for_each_item", people=PEOPLE)
    for _ in PEOPLE:
        assert here.open == ["a"]
        here.complete("a")
    assert here.open == ["z"]


def test_a_message_is_received_for_each_item() -> None:
    here = stage("a_message_is_received_for_each_item", people=PEOPLE)
    assert [here.send("PAID") for _ in range(4)] == [True, True, True, False] and here.open == ["z"]


# boundary events


def test_a_boundary_message_ends_its_task() -> None:
    here = stage("a_boundary_message_ends_its_task")
    assert here.send("WITHDRAW") and here.open == ["c"]


def test_a_boundary_message_is_heard_beside_its_task_each_time() -> None:
    here = stage("a_boundary_message_is_heard_beside_its_task_each_time")
    assert here.send("URGE") and here.send("URGE") and here.open == ["a", "c", "c"]
    here.complete("a")
    assert not here.send("URGE") and here.open == ["c", "c"]


def test_a_boundary_duration_ends_its_task() -> None:
    here = stage("a_boundary_duration_ends_its_task")
    assert here.wait(hours=1) == [] and here.wait(hours=1) == ["event"] and here.open == ["c"]


def test_a_boundary_duration_fires_once_beside_its_task() -> None:
    here = stage("a_boundary_duration_fires_once_beside_its_task")
    assert here.wait(hours=2) == ["event"] and here.wait(days=9) == [] and here.open == ["a", "c"]


def test_a_boundary_date_ends_its_task() -> None:
    here = stage("a_boundary_date_ends_its_task")
    assert here.timers["event"].due_at == MIDNIGHT
    assert here.wait(days=1) == ["event"] and here.open == ["c"]


def test_a_boundary_date_fires_once_beside_its_task() -> None:
    here = stage("a_boundary_date_fires_once_beside_its_task", day="2026-03-03T00:00:00+08:00")
    assert here.timers["event"].due_at == MIDNIGHT
    assert here.wait(days=1) == ["event"] and here.wait(days=9) == [] and here.open == ["a", "c"]


def test_a_boundary_cycle_fires_its_rounds_beside_its_task() -> None:
    here = stage("a_boundary_cycle_fires_its_rounds_beside_its_task")
    assert [len(here.wait(days=1)) for _ in range(5)] == [1, 1, 1, 0, 0]
    assert here.open == ["a", "c", "c", "c"]


@pytest.mark.parametrize(
    ("name", "left"),
    [
        ("a_boundary_signal_ends_its_task", ["c"]),
        ("a_boundary_signal_is_heard_beside_its_task", ["a", "c"]),
        ("a_boundary_escalation_ends_its_sub_process", ["c"]),
        ("a_boundary_escalation_is_heard_beside_its_sub_process", ["b", "c"]),
    ],
)
def test_a_boundary_event_hears_what_is_thrown(name: str, left: list[str]) -> None:
    here = stage(name)
    here.complete("b" if "signal" in name else "a")
    assert sorted(here.open) == left


def test_a_boundary_event_ends_every_instance() -> None:
    here = stage("a_boundary_event_ends_every_instance", people=PEOPLE)
    assert here.send("WITHDRAW") and here.open == ["c"]


def test_a_boundary_event_ends_what_it_called() -> None:
    here = stage("a_boundary_event_ends_what_it_called")
    assert here.open == ["a"] and here.send("WITHDRAW") and here.open == ["c"]


# errors and escalations


def test_an_error_is_caught_by_its_code_before_any_other() -> None:
    here = stage("an_error_is_caught_by_its_code_before_any_other")
    here.complete("a")
    assert here.open == ["c"]


def test_an_error_is_caught_by_the_nearest_around_it() -> None:
    here = stage("an_error_is_caught_by_the_nearest_around_it")
    here.complete("a")
    assert here.open == ["b"]
    here.complete("b")
    assert here.open == ["c"]


def test_an_error_in_a_called_process_is_caught_at_its_call() -> None:
    here = stage("an_error_in_a_called_process_is_caught_at_its_call")
    here.complete("a")
    assert here.open == ["c"]


def test_an_error_that_nobody_catches_refuses_the_act() -> None:
    here = stage("an_error_that_nobody_catches_refuses_the_act")
    with pytest.raises(Refused) as refused:
        here.complete("a")
    assert (refused.value.code, refused.value.label) == ("BROKEN", "不能办理")


def test_an_escalation_that_nobody_catches_is_passed() -> None:
    here = stage("an_escalation_that_nobody_catches_is_passed")
    here.complete("a")
    assert here.open == ["b"]
    here.complete("b")
    assert here.ended and here.ends == ["last"]


def test_an_escalation_end_event_tells_the_outside_and_ends() -> None:
    here = stage("an_escalation_end_event_tells_the_outside_and_ends")
    here.complete("a")
    assert here.open == ["c"] and here.ends == ["last", "end"]


# events on the way


def test_a_date_is_waited_for() -> None:
    here = stage("a_date_is_waited_for")
    assert here.timers["wait"].due_at == MIDNIGHT
    assert here.wait(days=1) == ["wait"] and here.open == ["a"]


def test_a_duration_is_waited_for() -> None:
    here = stage("a_duration_is_waited_for", v=3)
    assert here.timers["wait"].due_at == BEGIN + timedelta(hours=3)
    assert here.wait(hours=3) == ["wait"] and here.open == ["a"]


def test_a_message_is_heard_only_by_who_waits_for_it() -> None:
    here = stage("a_message_is_heard_only_by_who_waits_for_it")
    assert not here.send("PAID")
    here.complete("a")
    assert not here.send("OTHER") and here.open == []
    assert here.send("PAID") and here.open == ["b"]


def test_a_signal_is_heard_by_all_who_wait_for_it() -> None:
    here = stage("a_signal_is_heard_by_all_who_wait_for_it")
    here.complete("a")
    assert here.open == ["b", "c"] and here.ends == ["end"]


def test_a_signal_end_event_is_heard_by_who_waits_for_it() -> None:
    here = stage("a_signal_end_event_is_heard_by_who_waits_for_it")
    here.complete("a")
    assert here.open == ["b"] and here.ends == ["ring"]


def test_a_message_throw_event_sends_and_goes_on() -> None:
    here = stage("a_message_throw_event_sends_and_goes_on")
    assert [name for name, _ in here.performed] == ["tell"] and here.open == ["a"]


def test_a_message_end_event_sends_and_ends() -> None:
    here = stage("a_message_end_event_sends_and_ends")
    here.complete("a")
    assert [name for name, _ in here.performed] == ["tell"] and here.ends == ["tell"] and here.ended


def test_a_milestone_is_passed() -> None:
    here = stage("a_milestone_is_passed")
    assert here.open == ["a"] and "completed mile" in here.told()


def test_a_message_begins_a_process() -> None:
    here = stage("a_message_begins_a_process")
    assert here.open == ["a"] and here.messages == []


def moments_of(name: str, since: datetime) -> list[datetime]:
    """When the start event of the diagram begins its process."""
    event = diagram.read(source(name)).start.event
    found, at = [], occurrence(event.kind, feel.evaluate(event.value), since)
    while at is not None:
        found.append(at)
        at = occurrence(event.kind, feel.evaluate(event.value), at)
    return found


def test_a_date_begins_a_process_once() -> None:
    assert stage("a_date_begins_a_process_once").open == ["a"]
    assert moments_of("a_date_begins_a_process_once", MIDNIGHT) == [datetime(2026, 3, 3, 1, tzinfo=UTC)]


def test_a_cycle_begins_a_process_at_each_of_its_moments() -> None:
    name = "a_cycle_begins_a_process_at_each_of_its_moments"
    assert stage(name).open == ["a"]
    begun = datetime(2026, 1, 1, tzinfo=UTC)
    assert moments_of(name, begun) == [datetime(2026, month, 2, 1, tzinfo=UTC) for month in (1, 2, 3)]


def test_a_drawing_says_nothing_to_the_engine() -> None:
    here = stage("a_drawing_says_nothing_to_the_engine")
    assert here.open == ["a"] and here.task("a").element.lane == "county"
    here.complete("a")
    assert here.ended
