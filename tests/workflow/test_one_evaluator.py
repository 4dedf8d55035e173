"""Whatever an author writes, wherever, is read by our FEEL and by nothing else: SpiffWorkflow's evaluators stay out of
reach, and Python is asked to compile or execute nothing."""

import ast
import builtins
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine, TaskDataEnvironment

from engine.errors import Refusal
from engine.language import decisions, feel, forms
from engine.settings import ROOT
from tests.language.decisions import written
from tests.language.feel.escapes import ESCAPES
from tests.language.forms.writing import field
from tests.language.forms.writing import written as form_file
from tests.workflow import everything
from tests.workflow.draw import boundary, call, catch, drawing, each, exclusive, rule, script, start, user
from tests.workflow.stage import Stage


def _condition(text: str) -> object:
    drawn = drawing(
        start(), exclusive("x", default="x_b"), user("a"), user("b"), flows=f"start -> x -> b; x -> a if {text}"
    )
    return Stage(drawn, a={"b": 1}, x=[1]).open


def _script(text: str) -> object:
    return Stage(drawing(start(), script("s", text, "made"), flows="start -> s"), a={"b": 1}, x=[1]).variables["made"]


def _timer(kind: str, text: str) -> object:
    return Stage(drawing(start(), catch("t", kind, text), flows="start -> t"), a={"b": 1}, x=[1]).timers


def _cycle(text: str) -> object:
    drawn = drawing(
        start(),
        user("u"),
        boundary("t", "u", "timeCycle", text, interrupting=False),
        user("v"),
        flows="start -> u; t -> v",
    )
    return Stage(drawn, a={"b": 1}, x=[1]).timers


def _loop(**loop: Any) -> object:
    marker = each(loop.pop("collection", "[1]"), "one", **loop)
    stage = Stage(drawing(start(), user("u", loop=marker), user("v"), flows="start -> u -> v"), a={"b": 1}, x=[1])
    if stage.open == ["u"]:
        stage.complete("u")
    return [stage.open, stage.variables.get("made")]


def _asked(text: str) -> object:
    stage = Stage(drawing(start(), user("u"), flows="start -> u"), a={"b": 1}, x=[1])
    return stage.machine.evaluate(text)


def _called(text: str) -> object:
    return Stage(drawing(start(), call("c", f"={text}"), flows="start -> c"), a={"b": 1}, x=[1]).open


def _decided(text: str) -> object:
    try:
        return Stage(drawing(start(), rule("r", f"={text}", "made"), flows="start -> r"), a={"b": 1}, x=[1]).variables
    except KeyError:  # the text names a decision, and the stage has none
        return None


def _cell(text: str) -> object:
    return decisions.read(written.one_table(["x"], ["y"], [text, "1"])).decide("grade", {"x": 1, "a": {"b": 1}})


def _formula(text: str) -> object:
    return decisions.read(written.file(written.decision("d", written.formula(text)))).decide("d", {"x": [1], "a": {}})


def _hidden(text: str) -> object:
    return forms.read(form_file(field("q", hide=f"={text}"), field("a"))).visible({"a": "1", "x": "2"})


PLACES: dict[str, Callable[[str], object]] = {
    "condition of a flow": _condition,
    "script": _script,
    "timer's duration": lambda text: _timer("timeDuration", text),
    "timer's date": lambda text: _timer("timeDate", text),
    "timer's cycle": _cycle,
    "collection of a multi-instance": lambda text: _loop(collection=text),
    "completion of a multi-instance": lambda text: _loop(completion=text),
    "output of a multi-instance": lambda text: _loop(output_collection="made", output_element=text),
    "called process": _called,
    "name of a decision": _decided,
    "expression beside the tokens": _asked,
    "cell of a decision table": _cell,
    "formula of a decision": _formula,
    "condition in a form": _hidden,
}


@pytest.mark.parametrize("place", PLACES)
def test_no_escape_leads_anywhere_from_any_place(place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert len(ESCAPES) >= 40
    for payload in ESCAPES:
        try:
            made = PLACES[place](payload)
        except Refusal:
            continue
        assert "uid=" not in repr(made) and "root:" not in repr(made), payload
        assert not any(
            word in repr(made) for word in ("<class", "<module", "<built-in", "<frame", "mappingproxy({'__")
        ), payload
    assert list(tmp_path.iterdir()) == []


def test_python_compiles_and_executes_nothing_while_a_whole_process_runs() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.workflow.everything"], cwd=ROOT, capture_output=True, check=True
    )
    found = json.loads(done.stdout)
    assert found == {"seen": [], "grade": {"level": "A", "amount": 375}, "votes": ["甲:0", "乙:1"], "rounds": 1}


def test_a_whole_process_runs_where_every_evaluator_of_spiffworkflow_and_python_breaks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise AssertionError("something else than FEEL was asked")

    for evaluator in (PythonScriptEngine, TaskDataEnvironment):
        for name, method in vars(evaluator).items():
            if callable(method):
                monkeypatch.setattr(evaluator, name, broken)
    for name in ("eval", "exec", "compile", "__import__"):
        monkeypatch.setattr(builtins, name, broken)
    known = everything.run()
    assert known["grade"] == {"level": "A", "amount": 375}


def test_each_expression_of_that_process_is_read_by_feel(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the reader of FEEL nothing of it runs: there is no second one."""

    def refused(*_: Any, **__: Any) -> None:
        raise feel.FeelSyntaxError(feel.NOWHERE, "不读", "not read")

    monkeypatch.setattr("engine.workflow.compile.compile_feel", refused)
    with pytest.raises(Refusal):
        everything.run()


def test_the_decisions_and_dialects_of_spiffworkflow_are_not_even_loaded() -> None:
    program = (
        "import sys, engine.worker, engine.casework.execution, engine.language.decisions, webapp;"
        "print([name for name in sys.modules if name.startswith(('SpiffWorkflow.dmn', 'SpiffWorkflow.spiff.', "
        "'SpiffWorkflow.camunda', 'SpiffWorkflow.bpmn.parser'))])"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, check=True, text=True)
    assert done.stdout.strip() == "[]"


def test_no_code_of_ours_asks_python_to_read_a_text() -> None:
    forbidden = {"eval", "exec", "__import__", "execfile"}
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for folder in ("engine", "webapp")
        for path in sorted((ROOT / folder).rglob("*.py"))
        if "node_modules" not in path.parts
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in forbidden
    ]
    assert found == []
    imports = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for path in sorted((ROOT / "engine").rglob("*.py"))
        for line in path.read_text("utf-8").splitlines()
        if "SpiffWorkflow" in line
        and "import" in line
        and any(word in line for word in ("dmn", "script_engine", "spiff."))
    ]
    assert imports == []


@pytest.mark.parametrize(
    "text",
    [
        "import os\nos.system('touch canary')",
        "data['x'] = open('canary', 'w')",
        "x += 1",
        "[i for i in range(3)]",
        "a if b else c",
        "not a == b",
        "f'{a}'",
    ],
)
def test_a_diagram_with_python_is_refused_and_never_runs(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for place in ("script", "condition of a flow", "timer's duration"):
        with pytest.raises(Refusal):
            PLACES[place](text)
    assert list(tmp_path.iterdir()) == []
