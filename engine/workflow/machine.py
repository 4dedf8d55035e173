"""A running workflow in our words: what it waits for, and the acts that move it.

One machine serves one act or a few in one transaction: load, act, save. After an exception its tokens stand half-way,
so it refuses to be used or saved again; the caller rolls back and drops it.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from SpiffWorkflow.bpmn.util.event import BpmnEvent
from SpiffWorkflow.util.task import TaskState

from engine.errors import Conflict, ExecutionFailed, Invalid
from engine.language.diagram import Element

from . import jump as jumps
from . import state as states
from . import undo as undos
from .compile import Definition
from .conditions import Interpreter, to_json
from .events import Message
from .nodes import ServiceTask, UserTask
from .passage import Moved
from .reopening import entrances
from .timers import Moment
from .tokens import Case, Token
from .undo import Undo
from .world import Step, Timer, Waiting, World

MOST_STEPS = 1000
MOST_FIRINGS = 100


class Machine:
    """A running workflow. Get one from `start` or `load`."""

    def __init__(self, definition: Definition, world: World) -> None:
        self._engine = Interpreter(world)
        self._case = Case(definition.specs[definition.main], definition.specs, self._engine)
        self._usable = True

    # what happened and where it stands

    @property
    def trail(self) -> list[Step]:
        """What happened since start or load, in order."""
        return self._engine.trail

    @property
    def end_events(self) -> list[Element]:
        """The end events reached since start or load, in order; not those of called processes."""
        return self._engine.end_events

    @property
    def last_number(self) -> int:
        """The highest number that a token has had."""
        return self._case.last_number

    @property
    def ended(self) -> bool:
        return self._case.completed

    def user_tasks(self) -> list[Waiting]:
        """The user and manual tasks that wait for a person, oldest first."""
        return self._waiting(UserTask, TaskState.READY)

    def jobs(self) -> list[Waiting]:
        """The service and send tasks that wait for the result of their job."""
        return self._waiting(ServiceTask, TaskState.STARTED)

    def timers(self) -> list[Timer]:
        """The tokens that wait for a moment, oldest first."""
        self._expect_usable()
        return [
            Timer(str(token.id), token.task_spec.element, token.task_spec.event_definition.due(token))
            for token in self._listening(Moment)
        ]

    def messages(self) -> list[tuple[str, Element]]:
        """The messages that would be heard now, each with the element that waits for it."""
        return [(token.task_spec.event_definition.name, token.task_spec.element) for token in self._listening(Message)]

    def way_back(self, token: str, target_element_id: str) -> frozenset[str] | None:
        """The ids of the elements to be walked again when the token is sent back to the step; None: it may not be."""
        try:
            return jumps.back(self._find(token), target_element_id).again
        except Invalid:
            return None

    def may_send_on(self, token: str, target_element_id: str) -> bool:
        """Whether completing the user task may lead straight to the step."""
        try:
            jumps.on(self._find(token, UserTask, TaskState.READY), target_element_id)
        except Invalid:
            return False
        return True

    def difference(self, state: bytes) -> Undo:
        """What the acts since that saved state have taken and made; JSON values without any data of the case."""
        self._expect_usable()
        return undos.difference(state, self._case)

    def may_take_back(self, undo: Undo) -> bool:
        """Whether everything that the act made still stands."""
        self._expect_usable()
        return undos.is_possible(self._case, undo)

    def local(self, token: str) -> dict[str, Any]:
        """The items of the multi-instance activities around the token, as JSON values by their names."""
        self._engine.forget()
        return {name: to_json(value) for name, value in self._engine.items(self._find(token)).items()}

    def evaluate(self, text: str) -> Any:
        """The FEEL value of an expression over the case's variables, outside of any token."""
        self._engine.forget()
        return self._engine.evaluate_beside(text)

    # acts

    def complete(self, token: str) -> None:
        """A person has completed the user task; what the form gave stands in the world's variables already."""
        found = self._find(token, UserTask, TaskState.READY)
        with self._act():
            found.run()

    def finish_job(self, token: str, values: Mapping[str, Any]) -> None:
        """The job of a service task has a result, which is written to the variables."""
        found = self._find(token, ServiceTask, TaskState.STARTED)
        with self._act():
            self._engine.write(values)
            found.complete()

    def wake(self) -> list[str]:
        """Fire every timer that is due, in the order of their moments; returns the ids of the elements that fired.

        What becomes due by that fires too, up to a hundred times; the rest stays due for the next call.
        """
        fired: list[str] = []
        with self._act():
            while len(fired) < MOST_FIRINGS and (due := self._next_due()) is not None:
                due.internal_data["event_fired"] = True
                due.task_spec._update(due)
                fired.append(due.task_spec.element.id)
                self._settle()
        return fired

    def send(self, message: str) -> bool:
        """Let all that wait for the message hear it; False when nobody waits for it."""
        return self._catch(Message(message))

    def send_back(self, token: str, target_element_id: str) -> None:
        """退回: take the token away from where it waits and put a new one on an earlier step. See `jump.py`.

        Raises Invalid when the step may not be reached that way.
        """
        landing = jumps.back(self._find(token), target_element_id)
        with self._act():
            jumps.land(landing)

    def send_on(self, token: str, target_element_id: str) -> None:
        """A person has completed the user task and goes straight to a later step. Raises Invalid when it may not."""
        found = self._find(token, UserTask, TaskState.READY)
        landing = jumps.on(found, target_element_id)
        with self._act():
            jumps.complete(found)
            jumps.land(landing)

    def put_off(self, moments: Mapping[str, datetime]) -> None:
        """Let timers (by token) wait until other moments, because the case's clock stood still."""
        waiting = {str(token.id): token for token in self._listening(Moment)}
        if not moments.keys() <= waiting.keys():
            raise Conflict(f"Expected tokens {sorted(moments)} to wait for moments, but some do not")
        with self._act():
            for number, moment in moments.items():
                waiting[number].internal_data["at"] = moment.astimezone(UTC).isoformat()

    def take_back(self, undo: Undo) -> None:
        """撤回: undo an earlier act, of which `difference` told what it did. Raises Conflict when it led on."""
        with self._act():
            undos.take_back(self._case, undo)

    def cancel(self) -> None:
        """End the case where it stands."""
        with self._act():
            self._case.cancel()

    # keeping

    def save(self) -> bytes:
        """The state to keep. Raises RuntimeError after a failed act."""
        self._expect_usable()
        return states.dump(self._case)

    def state_hash(self) -> str:
        """SHA-256 of the state: equal for equal acts."""
        return states.checksum(self.save())

    # inside

    @contextmanager
    def _act(self) -> Iterator[None]:
        """One act: the tokens move until everything waits again. Leaves the machine unusable when that fails."""
        self._expect_usable()
        self._usable = False
        self._engine.forget()
        yield
        self._settle()
        self._usable = True

    def _expect_usable(self) -> None:
        if not self._usable:
            raise RuntimeError("Expected a machine whose last act went well, but it failed: load the saved state")

    def _settle(self) -> None:
        ready, steps = self._case.ready, 0
        while ready:
            token = ready.popleft()
            if token.state != TaskState.READY:
                continue  # was canceled after it had become ready
            steps += 1
            if steps > MOST_STEPS:
                raise ExecutionFailed(
                    f"Expected an act to come to rest within {MOST_STEPS} steps, but it runs on",
                    element_id=token.task_spec.element.id,
                )
            token.run()

    def _waiting(self, kind: type[Any], state: int) -> list[Waiting]:
        self._expect_usable()
        return [
            Waiting(str(token.id), token.task_spec.element, token.index, token.path)
            for token in self._case.tokens()
            if token.state == state and isinstance(token.task_spec, kind)
        ]

    def _listening(self, kind: type[Any]) -> list[Token]:
        waiting = [
            token
            for token in self._case.event_manager.tasks.values()
            if isinstance(token.task_spec.event_definition, kind)
        ]
        return sorted(waiting, key=lambda token: token.id)

    def _next_due(self) -> Token | None:
        now = self._engine.world.now.astimezone(UTC)
        due = [(token.task_spec.event_definition.due(token), token.id, token) for token in self._listening(Moment)]
        moment, _, token = min(due, default=(None, 0, None))
        return token if moment is not None and moment <= now else None

    def _find(self, token: str, kind: type[Any] = object, state: int | None = None) -> Token:
        """The living token of that id. Raises Conflict when it is gone or waits for something else."""
        self._expect_usable()
        found = next((one for one in self._case.tokens() if str(one.id) == token), None)
        if found is None or not isinstance(found.task_spec, kind) or (state is not None and found.state != state):
            raise Conflict(f"Expected token {token} to wait for this, but it has moved on")
        return found

    def _catch(self, definition: Any) -> bool:
        with self._act():
            return self._case.event_manager.catch(BpmnEvent(definition), internal=False) > 0


def start(definition: Definition, world: World) -> Machine:
    """Begin at the start event and go on until everything waits."""
    machine = Machine(definition, world)
    with machine._act():
        machine._case.begin()
    return machine


def load(definition: Definition, state: bytes, world: World) -> Machine:
    """Take up a saved state. Raises Conflict when it does not belong to this definition."""
    machine = Machine(definition, world)
    states.restore(machine._case, state)
    return machine


def reopen(definition: Definition, world: World, element_id: str, *, after: int) -> Machine:
    """重办: begin again at a step of a case that has ended; `after`: the highest number that its tokens had. Raises
    Invalid where no case may go on like this."""
    machine = Machine(definition, world)
    machine._case.last_number, machine._case.entrances = after, entrances(definition, element_id)
    with machine._act():
        machine._case.begin()
    return machine


def arrive(definition: Definition, moved: Moved, world: World) -> Machine:
    """迁移: take up a state that was carried over from another version, and arm what only this version listens to."""
    machine = load(definition, moved.state, world)
    with machine._act():
        for number, name in moved.armed:
            holder = machine._case.get_task_from_id(number)
            event = holder._add_child(holder.workflow.spec.task_specs[name])
            event.task_spec._update(event)
        for scope in machine._case.scopes():
            scope.look_again()  # a gateway may have had to wait for a way that this version does not have
    return machine
