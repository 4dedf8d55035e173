"""Embedded sub-processes and called processes."""

import pytest

from engine.errors import ExecutionFailed
from engine.language.diagram import Event
from tests.workflow.draw import call, drawing, end, exclusive, start, sub_process, user
from tests.workflow.stage import Stage

CHECK = drawing(start(), user("check"), end(), flows="start -> check -> end", id="check")
SURVEY = drawing(start(), user("survey"), end(), flows="start -> survey -> end", id="survey")


def test_a_sub_process_goes_on_when_its_inside_is_done() -> None:
    part = sub_process("part", start("s"), user("a"), user("b"), end("e"), flows="s -> a -> b -> e")
    stage = Stage(drawing(start(), part, user("c"), end(), flows="start -> part -> c -> end"))
    assert stage.task("a").path == ("part",)
    for name in "ab":
        stage.complete(name)
        stage.reload()
    assert stage.open == ["c"] and stage.task("c").path == ()


def test_a_called_process_shares_the_variables_and_tells_its_path() -> None:
    stage = Stage(drawing(start(), call("do", "check"), user("c"), flows="start -> do -> c"), CHECK)
    assert stage.task("check").path == ("do",)
    stage.reload()
    stage.complete("check", found=1)
    assert stage.open == ["c"] and stage.variables == {"found": 1}


@pytest.mark.parametrize("which", ["check", "survey"])
def test_an_expression_says_which_process_is_called(which: str) -> None:
    drawn = drawing(start(), call("do", "=which"), user("c"), flows="start -> do -> c")
    stage = Stage(drawn, CHECK, SURVEY, which=which)
    stage.reload()
    assert stage.open == [which]
    stage.complete(which)
    assert stage.open == ["c"]


@pytest.mark.parametrize("which", [None, "unknown", 7, "main/part"])
def test_a_call_of_no_process_stops_the_case(which: object) -> None:
    part = sub_process("part", start("s"), flows="")
    with pytest.raises(ExecutionFailed) as failed:
        Stage(drawing(start(), call("do", "=which"), part, flows="start -> do -> part"), CHECK, which=which)
    assert failed.value.element_id == "do"


def test_a_process_that_calls_itself_for_ever_is_stopped() -> None:
    with pytest.raises(ExecutionFailed, match="inside each other"):
        Stage(drawing(start(), call("do", "main"), flows="start -> do"))


def test_sub_processes_in_sub_processes_keep_their_order() -> None:
    inner = sub_process("inner", start("s2"), user("a"), flows="s2 -> a")
    outer = sub_process("outer", start("s1"), inner, user("b"), flows="s1 -> inner -> b")
    stage = Stage(drawing(start(), outer, user("c"), flows="start -> outer -> c"))
    assert stage.task("a").path == ("outer", "inner")
    stage.reload()
    stage.complete("a")
    stage.reload()
    stage.complete("b")
    assert stage.open == ["c"]


def test_a_sub_process_can_be_entered_again_in_a_loop() -> None:
    part = sub_process("part", start("s"), user("a"), flows="s -> a")
    drawn = drawing(start(), part, exclusive("x", default="x_end"), end(),
                    flows="start -> part -> x -> end; x -> part if again")  # fmt: skip
    stage = Stage(drawn, again=True)
    for _ in range(3):
        stage.complete("a")
        stage.reload()
    stage.complete("a", again=False)
    assert stage.ended


def test_the_trail_brackets_the_inside() -> None:
    stage = Stage(drawing(start(), call("do", "check"), end("done"), flows="start -> do -> done"), CHECK)
    stage.complete("check")
    told = stage.told()
    assert told.index("entered do") < told.index("entered check") < told.index("completed check")
    assert told.index("completed check") < told.index("completed do") < told.index("entered done")


def test_the_path_shows_only_what_is_drawn() -> None:
    stop = sub_process("stop", start("s", event=Event("message", "stop")), flows="", triggered_by_event=True)
    stage = Stage(drawing(start(), call("do", "check"), stop, flows="start -> do"), CHECK)
    assert stage.messages == ["stop"] and stage.task("check").path == ("do",)
