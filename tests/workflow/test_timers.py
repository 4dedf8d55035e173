"""Timers: dates, durations and cycles, on the way and at the boundary, and catching up after an outage."""

from datetime import UTC, datetime, timedelta

import pytest

from engine.errors import ExecutionFailed
from engine.language.diagram import Process
from engine.workflow.timers import add_months, after
from tests.workflow.draw import boundary, catch, drawing, end, event_gateway, parallel, script, service, start, user
from tests.workflow.stage import BEGIN, Stage


def waiting(kind: str, value: str) -> Process:
    return drawing(start(), catch("wait", kind, value), user("a"), flows="start -> wait -> a")


@pytest.mark.parametrize(
    ("kind", "value", "due"),
    [
        ("timeDuration", "PT1H", BEGIN + timedelta(hours=1)),
        ("timeDuration", "P1DT12H", BEGIN + timedelta(hours=36)),
        ("timeDuration", "P2W", BEGIN + timedelta(weeks=2)),
        ("timeDuration", '"PT1H"', BEGIN + timedelta(hours=1)),
        ("timeDuration", 'duration("P1D")', BEGIN + timedelta(days=1)),
        ("timeDuration", 'duration("P1M")', datetime(2026, 4, 2, 1, tzinfo=UTC)),
        ("timeDuration", "P1M", datetime(2026, 4, 2, 1, tzinfo=UTC)),
        ("timeDuration", "span", BEGIN + timedelta(days=30)),
        ("timeDate", "2026-03-05T09:00:00+08:00", datetime(2026, 3, 5, 1, tzinfo=UTC)),
        ("timeDate", "moment", datetime(2026, 3, 5, 1, tzinfo=UTC)),
        ("timeDate", 'date and time(moment) + duration("P1D")', datetime(2026, 3, 6, 1, tzinfo=UTC)),
        ("timeDate", 'date("2026-03-05")', datetime(2026, 3, 4, 16, tzinfo=UTC)),
        ("timeDate", "2026-03-05", datetime(2026, 3, 4, 16, tzinfo=UTC)),
    ],
)
def test_a_timer_knows_its_moment(kind: str, value: str, due: datetime) -> None:
    stage = Stage(waiting(kind, value), span="P30D", moment="2026-03-05T09:00:00+08:00")
    stage.reload()
    assert stage.timers["wait"].due_at == due
    stage.world.now = due - timedelta(microseconds=1)
    assert stage.machine.wake() == [] and stage.open == []
    stage.world.now = due
    assert stage.machine.wake() == ["wait"] and stage.open == ["a"]


@pytest.mark.parametrize(
    ("kind", "value"),
    [("timeDuration", "nothing"), ("timeDuration", '"soon"'), ("timeDuration", '"P"'), ("timeDate", "nothing"),
     ("timeDate", '"2026-03-05T09:00:00"'), ("timeDate", '"tomorrow"'), ("timeDate", "5")],
)  # fmt: skip
def test_a_timer_without_a_clear_moment_stops_the_case(kind: str, value: str) -> None:
    with pytest.raises(ExecutionFailed) as failed:
        Stage(waiting(kind, value))
    assert failed.value.element_id == "wait"


def test_a_moment_that_has_passed_fires_at_once() -> None:
    stage = Stage(waiting("timeDate", "2026-03-01T09:00:00+08:00"))
    assert stage.open == ["a"] and "fired wait" in stage.told()


def test_the_moment_is_fixed_when_the_waiting_begins() -> None:
    stage = Stage(waiting("timeDuration", "span"), span="PT1H")
    stage.variables["span"] = "PT9H"
    stage.wait(minutes=30)
    stage.reload()
    assert stage.timers["wait"].due_at == BEGIN + timedelta(hours=1)


@pytest.mark.parametrize("saved", [False, True])
def test_an_interrupting_boundary_timer_ends_the_task(saved: bool) -> None:
    drawn = drawing(start(), user("a"), boundary("late", "a", "timeDuration", "PT1H"), user("b"),
                    flows="start -> a; late -> b")  # fmt: skip
    stage = Stage(drawn)
    if saved:
        stage.reload()
    assert stage.wait(hours=2) == ["late"]
    assert stage.open == ["b"] and stage.timers == {}


def test_completing_a_task_cancels_its_boundary_timer() -> None:
    drawn = drawing(start(), user("a"), boundary("late", "a", "timeDuration", "PT1H"), user("b"), user("c"),
                    flows="start -> a -> c; late -> b")  # fmt: skip
    stage = Stage(drawn)
    stage.complete("a")
    assert stage.timers == {} and stage.wait(hours=2) == [] and stage.open == ["c"]


def test_a_non_interrupting_duration_fires_once() -> None:
    drawn = drawing(start(), user("a"), boundary("late", "a", "timeDuration", "PT1H", interrupting=False),
                    service("remind"), flows="start -> a; late -> remind")  # fmt: skip
    stage = Stage(drawn)
    assert stage.wait(hours=2) == ["late"] and stage.wait(hours=9) == []
    assert len(stage.performed) == 1 and stage.open == ["a"]


@pytest.mark.parametrize(("cycle", "times"), [("R3/PT1H", 3), ("R/PT1H", 7), ('"R2/" + span', 2),
                                              ("R2/2026-03-02T12:00:00+08:00/PT1H", 2)])  # fmt: skip
@pytest.mark.parametrize("saved", [False, True])
def test_a_cycle_fires_its_rounds(cycle: str, times: int, saved: bool) -> None:
    drawn = drawing(start(), user("a"), boundary("tick", "a", "timeCycle", cycle, interrupting=False),
                    service("remind"), flows="start -> a; tick -> remind")  # fmt: skip
    stage = Stage(drawn, span="PT1H")
    fired = []
    for _ in range(7):
        fired += stage.wait(hours=1)
        if saved:
            stage.reload()
    assert fired == ["tick"] * times == ["tick"] * len(stage.performed)
    assert bool(stage.timers) == cycle.startswith("R/")
    stage.complete("a")
    assert stage.ended


def test_missed_rounds_are_caught_up_at_their_legal_moments() -> None:
    drawn = drawing(start(), user("a"), boundary("tick", "a", "timeCycle", "R/P1D", interrupting=False),
                    service("remind"), flows="start -> a; tick -> remind")  # fmt: skip
    stage = Stage(drawn)
    assert stage.wait(days=3, hours=1) == ["tick"] * 3
    assert stage.timers["tick"].due_at == BEGIN + timedelta(days=4)


def test_a_long_outage_is_caught_up_in_several_calls() -> None:
    drawn = drawing(start(), user("a"), boundary("tick", "a", "timeCycle", "R/PT1H", interrupting=False),
                    service("remind"), flows="start -> a; tick -> remind")  # fmt: skip
    stage = Stage(drawn)
    assert len(stage.wait(hours=150)) == 100
    assert stage.timers["tick"].due_at < stage.world.now
    assert len(stage.machine.wake()) == 50


def test_several_due_timers_fire_in_the_order_of_their_moments() -> None:
    drawn = drawing(
        start(), parallel("f"), catch("third", "timeDuration", "PT3H"), catch("first", "timeDuration", "PT1H"),
        catch("second", "timeDuration", "PT2H"), script("a", 'append(order, "a")', "order"),
        script("b", 'append(order, "b")', "order"), script("c", 'append(order, "c")', "order"),
        flows="start -> f -> third -> c; f -> first -> a; f -> second -> b",
    )  # fmt: skip
    stage = Stage(drawn, order=[])
    stage.reload()
    assert stage.wait(days=1) == ["first", "second", "third"]
    assert stage.variables["order"] == ["a", "b", "c"] and stage.ended


def test_a_timer_that_an_earlier_one_took_away_does_not_fire() -> None:
    drawn = drawing(
        start(), user("a"), boundary("early", "a", "timeDuration", "PT1H"),
        boundary("late", "a", "timeDuration", "PT2H"), user("b"), user("c"), flows="start -> a; early -> b; late -> c",
    )  # fmt: skip
    stage = Stage(drawn)
    assert stage.wait(days=1) == ["early"] and stage.open == ["b"]


def patience() -> Process:
    return drawing(
        start(), event_gateway("g"), catch("m", "message", "paid"), catch("t", "timeDuration", "P2D"), user("a"),
        user("b"), end(), flows="start -> g -> m -> a -> end; g -> t -> b -> end",
    )  # fmt: skip


def test_an_event_gateway_takes_the_message_that_comes_before_its_timer() -> None:
    stage = Stage(patience())
    stage.reload()
    assert stage.send("paid") and stage.open == ["a"] and stage.wait(days=3) == []


def test_an_event_gateway_takes_the_timer_when_no_message_comes() -> None:
    stage = Stage(patience())
    stage.reload()
    assert stage.wait(days=3) == ["t"] and stage.open == ["b"] and not stage.send("paid")


def test_two_timers_behind_an_event_gateway_keep_their_own_moments() -> None:
    drawn = drawing(
        start(), event_gateway("g"), catch("long", "timeDuration", "P3D"), catch("short", "timeDuration", "P1D"),
        user("a"), user("b"), flows="start -> g -> long -> a; g -> short -> b",
    )  # fmt: skip
    stage = Stage(drawn)
    assert stage.wait(days=4) == ["short"] and stage.open == ["b"]


def test_a_timer_loop_into_the_past_is_stopped() -> None:
    drawn = drawing(start(), catch("wait", "timeDate", "2020-01-01T00:00:00Z"), script("x", "1", "x"),
                    flows="start -> wait -> x -> wait")  # fmt: skip
    with pytest.raises(ExecutionFailed, match="come to rest"):
        Stage(drawn)


def test_months_are_counted_on_the_local_calendar() -> None:
    eve = datetime(2026, 1, 30, 20, tzinfo=UTC)  # the 31st in Beijing
    assert add_months(eve, 1) == datetime(2026, 2, 27, 20, tzinfo=UTC)
    assert after(eve, "P1Y") == datetime(2027, 1, 30, 20, tzinfo=UTC)
