"""A stage on which a drawn process runs: a world that stands still until it is moved, acts by element ids."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from engine.language.diagram import Element, Process
from engine.workflow import Machine, Timer, Waiting, World, definition, load, start

BEGIN = datetime(2026, 3, 2, 1, tzinfo=UTC)
_keys = count()


class Stage:
    """Runs a process. `jobs`: task types that become jobs; all others answer at once with the values in `answers`."""

    def __init__(
        self,
        *processes: Process,
        jobs: tuple[str, ...] = (),
        answers: Mapping[str, Mapping[str, Any]] | None = None,
        decisions: Mapping[str, Any] | None = None,
        **variables: Any,
    ) -> None:
        self.jobs, self.answers, self.decisions = jobs, answers or {}, decisions or {}
        self.performed: list[tuple[str, dict[str, Any]]] = []
        self.world = World(BEGIN, variables, self._perform, self._decide)
        self.definition = definition(
            f"drawn-{next(_keys)}", {process.id: process for process in processes}, processes[0].id
        )
        self.machine: Machine = start(self.definition, self.world)

    @property
    def variables(self) -> dict[str, Any]:
        return self.world.variables

    def _perform(self, element: Element, variables: Mapping[str, Any]) -> Mapping[str, Any] | None:
        self.performed.append((element.id, dict(variables)))
        return None if element.task_type in self.jobs else self.answers.get(element.task_type or "", {})

    def _decide(self, element: Element, decision: str, variables: Mapping[str, Any]) -> Any:
        value = self.decisions[decision]
        return value(variables) if callable(value) else value

    # acts

    def complete(self, element_id: str, index: int | None = None, **values: Any) -> None:
        token = self.task(element_id, index).token
        self.variables.update(values)
        self.machine.complete(token)

    def finish(self, element_id: str, **values: Any) -> None:
        job = next(job for job in self.machine.jobs() if job.element.id == element_id)
        self.machine.finish_job(job.token, values)

    def wait(self, **span: float) -> list[str]:
        self.world.now += timedelta(**span)
        return self.machine.wake()

    def send(self, message: str) -> bool:
        return self.machine.send(message)

    def send_back(self, element_id: str, target: str) -> None:
        self.machine.send_back(self.task(element_id).token, target)

    def reload(self) -> None:
        """Save and load, as between two requests."""
        self.machine = load(self.definition, self.machine.save(), self.world)

    # what can be seen

    def task(self, element_id: str, index: int | None = None) -> Waiting:
        found = [task for task in self.machine.user_tasks() if task.element.id == element_id]
        return next(task for task in found if index is None or task.index == index)

    @property
    def open(self) -> list[str]:
        """The element ids of what waits for a person or a job."""
        return [waiting.element.id for waiting in (*self.machine.user_tasks(), *self.machine.jobs())]

    @property
    def timers(self) -> dict[str, Timer]:
        return {timer.element.id: timer for timer in self.machine.timers()}

    @property
    def messages(self) -> list[str]:
        return [name for name, _ in self.machine.messages()]

    @property
    def ended(self) -> bool:
        return self.machine.ended

    @property
    def ends(self) -> list[str]:
        return [element.id for element in self.machine.end_events]

    def told(self, *whats: str) -> list[str]:
        """The trail as "what element" lines; only those kinds that are asked for, if any."""
        return [f"{step.what} {step.element_id}" for step in self.machine.trail if not whats or step.what in whats]
