"""Events: what a token waits for (a message, a moment, a signal) and what it throws (errors, escalations, the end).

Whoever waits for a message hears it each time; a non-interrupting boundary event is armed again after it was heard.
Errors and escalations look for a boundary event on the activities around them, from the inside out.
"""

from typing import Any

from SpiffWorkflow.bpmn.specs import defaults
from SpiffWorkflow.bpmn.specs.event_definitions.base import EventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.message import MessageEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.simple import NoneEventDefinition
from SpiffWorkflow.bpmn.util.event import BpmnEvent
from SpiffWorkflow.util.task import TaskState

from .nodes import Attached, EventGateway, Node, ServiceTask
from .timers import Moment
from .world import Refused


class Message(MessageEventDefinition):
    """A message by its name. What it says goes to the case's variables, never into the tokens."""

    def update_internal_data(self, token: Any, event: Any) -> None:
        pass

    def update_task_data(self, token: Any) -> None:
        pass


class Signal(EventDefinition):
    """A signal by its name, heard by all of the case."""

    def throw(self, token: Any) -> None:
        token.workflow.top_workflow.event_manager.catch(BpmnEvent(self), internal=False)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Signal) and self.name == other.name

    __hash__ = None  # type: ignore[assignment]


class Fault(EventDefinition):
    """An error or escalation by its code; an empty code catches all of its kind."""

    def __init__(self, kind: str, code: str, label: str) -> None:
        super().__init__(code)
        self.kind = kind
        self.code = code
        self.label = label

    def throw(self, token: Any) -> None:
        catcher = self._catcher(token)
        if catcher is not None:
            catcher.internal_data["event_fired"] = True
            catcher.task_spec._update(catcher)
        elif self.kind == "error":
            raise Refused(self.code, self.label, element_id=token.task_spec.element.id)

    def _catcher(self, token: Any) -> Any:
        for around in list(token.around())[1:]:
            activity = around.parent if around.index is not None else around
            if not isinstance(activity.parent.task_spec, Attached):
                continue
            armed = [event for event in activity.parent.children if self.caught_by(event)]
            if armed:
                return max(armed, key=lambda event: event.task_spec.event_definition.code == self.code)
        return None

    def caught_by(self, token: Any) -> bool:
        definition = getattr(token.task_spec, "event_definition", None)
        return (
            isinstance(definition, Fault)
            and token.state == TaskState.WAITING
            and definition.kind == self.kind
            and definition.code in ("", self.code)
        )

    def catches(self, token: Any, event: Any) -> bool:
        return False  # never broadcast


class Terminate(EventDefinition):
    """Ends all of its process; the end event does it, nothing is thrown."""

    def throw(self, token: Any) -> None:
        pass


class _Catching(Node):
    """Waits; when it has happened, the trail says so."""

    event_definition: Any

    def reached(self, token: Any) -> bool:
        """Armed by a gateway is not yet reached."""
        armed = token.state in (TaskState.FUTURE, TaskState.WAITING)
        return not (armed and isinstance(token.parent.task_spec, EventGateway))

    def _on_ready_hook(self, token: Any) -> None:
        super()._on_ready_hook(token)
        if not isinstance(self.event_definition, NoneEventDefinition):
            token.workflow.script_engine.record("fired", token)

    def _release(self, token: Any) -> None:
        super()._release(token)
        if isinstance(token.parent.task_spec, EventGateway):
            for sibling in token.parent.children:
                if sibling is not token:
                    sibling.cancel()


class StartEvent(_Catching, defaults.StartEvent):
    """Where a process begins; what started it has happened already."""


class CatchEvent(_Catching, defaults.IntermediateCatchEvent):
    """Waits on the way; also a receive task."""


class BoundaryEvent(_Catching, defaults.BoundaryEvent):
    """Waits beside an activity and, when it happens, ends the activity or not."""

    def reached(self, token: Any) -> bool:
        return token.state not in (TaskState.FUTURE, TaskState.WAITING)

    def _release(self, token: Any) -> None:
        others = [sibling for sibling in token.parent.children if sibling is not token]
        if not self.cancel_activity:
            if any(not isinstance(sibling.task_spec, BoundaryEvent) for sibling in others):
                self._arm_again(token)
            return
        for sibling in others:
            has_fired = isinstance(sibling.task_spec, BoundaryEvent) and sibling.state == TaskState.READY
            if has_fired:
                continue
            sibling.cancel()
            if surrounds(sibling):
                _end_beside(sibling, token)

    def _arm_again(self, token: Any) -> None:
        kept = self.event_definition.next_round(token) if isinstance(self.event_definition, Moment) else {}
        if kept is None:
            return
        again = token.parent._add_child(self)
        again.internal_data.update(kept)
        self._update(again)


def surrounds(token: Any) -> bool:
    """Whether it stands for a whole process: event sub-processes are drawn in it, and run beside it."""
    return isinstance(token.task_spec, defaults.SubWorkflowTask) and not token.task_spec.visible


def _end_beside(whole: Any, spared: Any = None) -> None:
    """Take away the event sub-processes that run beside a whole process; what the spared token leads to goes on."""
    for beside in whole.workflow.living():
        if beside is not whole and spared not in (beside, beside.parent):
            beside.cancel()


class ThrowEvent(Node, defaults.IntermediateThrowEvent):
    """Throws on the way; without a definition a milestone."""


def note_end(token: Any) -> None:
    """Tell which end was reached, unless it is that of a called process."""
    called = any(isinstance(host.task_spec, defaults.CallActivity) for host in list(token.around())[1:])
    if token.task_spec.visible and not called:
        token.workflow.script_engine.end_events.append(token.task_spec.element)


def _end_all(scope: Any) -> None:
    """Take away all tokens of a process, those in its event sub-processes included."""
    for other in scope.living():
        other.cancel()
    if scope.parent_task_id is None:
        return
    host = scope.top_workflow.get_task_from_id(scope.parent_task_id)
    if surrounds(host):
        _end_beside(host)


class EndEvent(Node, defaults.EndEvent):
    """Where a token ends; a terminate end event takes all other tokens of its process with it."""

    def _on_complete_hook(self, token: Any) -> None:
        super()._on_complete_hook(token)
        note_end(token)
        if isinstance(self.event_definition, Terminate):
            _end_all(token.workflow)


class SendingEnd(ServiceTask):
    """A message end event: the message goes out as the world performs it."""

    def _on_complete_hook(self, token: Any) -> None:
        super()._on_complete_hook(token)
        note_end(token)
