"""No diagram is shipped without tests that take every flow of it."""

from collections.abc import Iterator
from importlib import import_module
from inspect import signature
from pathlib import Path

from engine.settings import ROOT


def walked() -> Iterator[str]:
    """The processes, and chapters called by them, of which a module of tests asks which flows it has not taken."""
    for path in sorted(Path(__file__).parent.glob("test_*.py")):
        module = import_module(f"tests.processes.{path.stem}")
        tests = [found for name, found in vars(module).items() if name.startswith("test_")]
        if any("untaken" in signature(test).parameters for test in tests):
            yield from (module.PROCESS, *getattr(module, "CHAPTERS", ()))


def test_each_shipped_diagram_is_walked_through_every_flow() -> None:
    shipped = {path.stem for path in (Path(ROOT) / "processes").glob("*.bpmn")}
    assert shipped - set(walked()) == set()
