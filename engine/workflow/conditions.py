"""FEEL behind every hook through which SpiffWorkflow would evaluate Python.

The rule: nothing an author wrote is ever executed; and a condition is true or false. Null (a missing answer, a wrong
name, a division by zero) would silently take the default flow and refuse a citizen, so it stops the case instead.
"""

from collections.abc import Container, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, NoReturn

from SpiffWorkflow.bpmn.specs.bpmn_task_spec import _BpmnCondition

from engine.errors import ExecutionFailed
from engine.language.diagram import Element
from engine.language.feel import YearsMonths, collect_warnings, kind, to_feel, write
from engine.language.feel import compile as compile_feel

from .world import Happening, Step, World

LOOP_COUNTER = "loopCounter"


def to_json(value: Any) -> Any:
    """A FEEL value as JSON keeps it: whole numbers as int, others as float, dates, times and durations as ISO text.

    Raises ExecutionFailed for what cannot be kept: a range or a function.
    """
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, list):
        return [to_json(item) for item in value]
    if isinstance(value, Mapping):
        return {key: to_json(item) for key, item in value.items()}
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, timedelta | YearsMonths):
        return write(value)
    if value is None or isinstance(value, bool | str | int | float):
        return value
    raise ExecutionFailed(f"Expected a value that a case can keep, but got a {kind(value)}")


class Condition(_BpmnCondition):
    """The condition of a sequence flow; `args[0]` is its FEEL text."""

    def _matches(self, token: Any) -> bool:
        return token.workflow.script_engine.judge(token, self.args[0])


class Interpreter:
    """Stands where SpiffWorkflow expects its script engine: all it can do is read FEEL over the case's variables."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.trail: list[Step] = []
        self.end_events: list[Element] = []
        self.environment = self  # correlations of messages bypass the engine and ask its environment
        self._converted: dict[str, Any] = {}

    def forget(self) -> None:
        """The variables have changed: convert them anew when the next expression asks."""
        self._converted = {}

    def write(self, values: Mapping[str, Any]) -> None:
        self.world.variables.update(values)
        self.forget()

    def record(self, what: Happening, token: Any) -> None:
        if token.task_spec.visible:
            self.trail.append(Step(what, token.task_spec.element.id, str(token.id), token.index))
            if what == "completed" and (values := self.world.passed(token.task_spec.element)):
                self.write(values)

    def evaluate(self, token: Any, text: str, external_context: Mapping[str, Any] | None = None) -> Any:
        """The FEEL value of the expression, as seen by that token. Raises ExecutionFailed."""
        with naming(token.task_spec.element):
            return compile_feel(text)(_Seen(self, token, external_context or {}))

    def evaluate_beside(self, text: str) -> Any:
        """The FEEL value of the expression as the case as a whole sees it, outside of any token."""
        return compile_feel(text)(_Seen(self, None, {}))

    def judge(self, token: Any, text: str, more: Mapping[str, Any] | None = None) -> bool:
        """The value of a condition, which must be true or false; `more`: further FEEL values it may read."""
        value = self.evaluate(token, text, more)
        if value is True or value is False:
            return value
        with collect_warnings() as warnings:
            self.evaluate(token, text, more)
        why = "".join(f"; {warning.english}" for warning in warnings[:3])
        raise self.failure(token, f'Expected "{text}" to be true or false, but it was {value!r}{why}')

    def failure(self, token: Any, reason: str) -> ExecutionFailed:
        return ExecutionFailed(reason, element_id=token.task_spec.element.id)

    def items(self, token: Any, names: Container[str] | None = None) -> dict[str, Any]:
        """FEEL values of the items (all, or those names) of the multi-instance activities around the token.

        The state keeps only their indexes; the items themselves are personal data and stay among the variables.
        """
        found: dict[str, Any] = {}
        for around in token.around():
            loop = around.task_spec.instance_of
            if loop is None or loop.item in found or (names is not None and loop.item not in names):
                continue
            items = self.collection(around, loop.collection)
            if around.index >= len(items):
                raise self.failure(
                    around, f'Expected "{loop.collection}" to keep its items, but number {around.index} is gone'
                )
            found[loop.item] = items[around.index]
        return found

    def collection(self, token: Any, text: str) -> list[Any]:
        """The items of a multi-instance activity, judged from outside of it."""
        outside = token.parent if token.index is not None else token
        value = self.evaluate(outside, text)
        if not isinstance(value, list):
            raise self.failure(token, f'Expected "{text}" to be a list, but it was {value!r}')
        return value

    def variables(self, token: Any) -> dict[str, Any]:
        """JSON values as the token sees them: the case's variables and the items around the token."""
        return {**self.world.variables, **{name: to_json(value) for name, value in self.items(token).items()}}

    def look_up(self, name: str) -> Any:
        """The FEEL value of a variable, converted once, or of what the world knows besides. Raises KeyError."""
        if name not in self._converted:
            variables, known = self.world.variables, self.world.known
            self._converted[name] = to_feel(variables[name]) if name in variables else known[name]
        return self._converted[name]

    def execute(self, *_: Any, **__: Any) -> NoReturn:
        raise PermissionError("Expected FEEL only, but a script was to be executed")

    call_service = execute

    def validate(self, text: str) -> None:
        compile_feel(text)


class _Seen(Mapping[str, Any]):
    """What an expression sees where a token stands; a value is looked up and converted only when it is asked for.

    Asked by name, and not by the list of names of the expression: inside a filter nobody can say beforehand whether a
    name is an entry of the item or a variable.
    """

    def __init__(self, engine: Interpreter, token: Any, nearest: Mapping[str, Any]) -> None:
        self.engine = engine
        self.token = token
        self.nearest = nearest

    def __getitem__(self, name: str) -> Any:
        if name in self.nearest:
            return self.nearest[name]
        item = {} if self.token is None else self.engine.items(self.token, (name,))
        if name == LOOP_COUNTER and not item and (counted := self._counted()) is not None:
            return counted
        return item[name] if item else self.engine.look_up(name)

    def _counted(self) -> Decimal | None:
        """Which instance of the nearest multi-instance activity this is, from 1; None outside of any."""
        around = () if self.token is None else self.token.around()
        return next((Decimal(token.index + 1) for token in around if token.index is not None), None)

    def __iter__(self) -> Iterator[str]:
        items = {} if self.token is None else self.engine.items(self.token)
        return iter({**self.engine.world.known, **self.engine.world.variables, **items, **self.nearest})

    def __len__(self) -> int:
        return sum(1 for _ in self)


@contextmanager
def naming(element: Element) -> Iterator[None]:
    """Let a failure inside say at which element it happened."""
    try:
        yield
    except ExecutionFailed as failure:
        failure.element_id = failure.element_id or element.id
        raise
