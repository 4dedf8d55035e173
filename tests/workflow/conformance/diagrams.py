"""The diagrams of this folder: read as uploads are, and run on a stage that saves and loads before every act."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from engine.language import bundle, diagram, lint
from engine.language.diagram import Process
from engine.language.lint import Known, Problem
from tests.language.lint.linting import GRADE
from tests.workflow.stage import Stage

FOLDER = Path(__file__).parent
CALLED = sorted((FOLDER / "called").glob("*.bpmn"))
NAMES = sorted(path.stem for path in FOLDER.glob("*.bpmn"))
KNOWN = Known(
    roles=frozenset(),
    processes=frozenset(path.stem for path in CALLED),
    connectors=frozenset({"ask", "notice"}),
    messages=frozenset(),
    variables=frozenset({"again", "agrees", "amount", "answer", "day", "people", "seen", "v"}),
)
# Who does a step, with which form and under which label, is no matter of BPMN.
OF_PEOPLE = frozenset({"user_tasks", "flow_labels", "drawn"})


class Kept(Stage):
    """A stage that forgets everything between two acts but what it has saved."""

    def complete(self, element_id: str, index: int | None = None, **values: Any) -> None:
        self.reload()
        super().complete(element_id, index, **values)

    def finish(self, element_id: str, **values: Any) -> None:
        self.reload()
        super().finish(element_id, **values)

    def wait(self, **span: float) -> list[str]:
        self.reload()
        return super().wait(**span)

    def send(self, message: str) -> bool:
        self.reload()
        return super().send(message)


@cache
def called() -> tuple[Process, ...]:
    return tuple(diagram.read(path.read_bytes()) for path in CALLED)


def source(name: str) -> bytes:
    return (FOLDER / f"{name}.bpmn").read_bytes()


def stage(name: str, *, decisions: Mapping[str, Any] | None = None, jobs: tuple[str, ...] = (), **values: Any) -> Kept:
    """The diagram of that name, begun with these variables."""
    return Kept(diagram.read(source(name)), *called(), decisions=decisions, jobs=jobs, **values)


def refusals(data: bytes) -> list[Problem]:
    """Why an upload of this diagram would be refused. Raises Invalid when it cannot even be read."""
    found = lint.check(bundle.read({"processes/main.bpmn": data, "rules/grade.dmn": GRADE}), known=KNOWN)
    return [problem for problem in found if problem.severity == "error" and problem.rule not in OF_PEOPLE]
