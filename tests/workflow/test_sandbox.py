"""Nothing an author writes is executed: SpiffWorkflow's Python evaluator is out of reach."""

import builtins
import subprocess
import sys
from typing import Any

import pytest
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine, TaskDataEnvironment

from engine.errors import Refusal
from engine.workflow.conditions import Interpreter
from tests.workflow.draw import call, catch, drawing, each, element, exclusive, rule, script, start, user
from tests.workflow.stage import Stage

ATTACK = "__import__('os').system('true')"
DOORS = {
    "condition": lambda: drawing(
        start(), exclusive("x", default="x_b"), user("a"), user("b"), flows=f"start -> x -> b; x -> a if {ATTACK}"
    ),
    "script": lambda: drawing(start(), script("s", ATTACK, "x"), flows="start -> s"),
    "timer": lambda: drawing(start(), catch("t", "timeDuration", ATTACK), flows="start -> t"),
    "collection": lambda: drawing(start(), user("u", loop=each(ATTACK, "x")), flows="start -> u"),
    "completion": lambda: drawing(start(), user("u", loop=each("[1]", "x", completion=ATTACK)), flows="start -> u"),
    "call": lambda: drawing(start(), call("c", f"={ATTACK}"), flows="start -> c"),
    "decision": lambda: drawing(start(), rule("r", f"={ATTACK}", "x"), flows="start -> r"),
    "variable": lambda: drawing(start(), script("s", "attack", "x"), flows="start -> s"),
}  # fmt: skip


@pytest.mark.parametrize("door", DOORS)
def test_no_python_runs_through_any_door(door: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def caught(*_: Any, **__: Any) -> None:
        raise AssertionError("Python was evaluated")

    monkeypatch.setattr(TaskDataEnvironment, "evaluate", caught)
    monkeypatch.setattr(TaskDataEnvironment, "execute", caught)
    monkeypatch.setattr(builtins, "eval", caught)
    monkeypatch.setattr(builtins, "exec", caught)
    try:
        stage = Stage(DOORS[door](), attack=ATTACK)
    except Refusal:
        return
    for task in stage.machine.user_tasks():
        with pytest.raises(Refusal):
            stage.machine.complete(task.token)
    assert stage.variables.get("x") in (None, ATTACK)


def test_the_stock_script_engine_is_never_made(monkeypatch: pytest.MonkeyPatch) -> None:
    def caught(*_: Any, **__: Any) -> None:
        raise AssertionError("a Python script engine was made")

    monkeypatch.setattr(PythonScriptEngine, "__init__", caught)
    stage = Stage(drawing(start(), user("a"), user("b"), flows="start -> a -> b"))
    stage.reload()
    stage.complete("a")
    assert isinstance(stage.machine._case.script_engine, Interpreter)
    assert isinstance(stage.machine._case.script_engine.environment, Interpreter)


@pytest.mark.parametrize("hook", ["execute", "call_service"])
def test_the_hooks_for_scripts_refuse(hook: str) -> None:
    stage = Stage(drawing(start(), element("userTask", "a"), flows="start -> a"))
    with pytest.raises(PermissionError):
        getattr(stage.machine._case.script_engine, hook)(None, "1")


def test_stock_workflows_in_the_same_program_stay_as_they_are() -> None:
    program = (
        "from SpiffWorkflow.task import Task; from SpiffWorkflow.specs.base import TaskSpec;"
        "before = dict(vars(Task)), dict(vars(TaskSpec));"
        "import engine.workflow;"
        "assert before == (dict(vars(Task)), dict(vars(TaskSpec)))"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
