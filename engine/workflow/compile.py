"""Our own reading of a diagram becomes SpiffWorkflow's specs, directly and once per process version.

What the engine does not execute as the standard says is refused here by its element; nothing is silently ignored.
"""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.control import BpmnStartTask
from SpiffWorkflow.bpmn.specs.event_definitions.base import EventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.simple import NoneEventDefinition
from SpiffWorkflow.specs.WorkflowSpec import WorkflowSpec

from engine.errors import Invalid
from engine.language.diagram import Element, Event, Flow, Process
from engine.language.feel import FeelLimitExceeded
from engine.language.feel import compile as compile_feel

from .activities import CallActivity, MultiInstance, SubProcess
from .conditions import Condition
from .events import (
    BoundaryEvent,
    CatchEvent,
    EndEvent,
    Fault,
    Message,
    SendingEnd,
    Signal,
    StartEvent,
    Terminate,
    ThrowEvent,
)
from .joins import InclusiveGateway, ParallelGateway
from .nodes import (
    Attached,
    EventGateway,
    ExclusiveGateway,
    PassingTask,
    RuleTask,
    ScriptTask,
    ServiceTask,
    UserTask,
)
from .surround import is_added, surrounded
from .timers import Moment, is_literal

TIMERS = ("timeDate", "timeDuration", "timeCycle")
EVENTS_OF: dict[str, frozenset[str]] = {
    "startEvent": frozenset({"message", "timeDate", "timeCycle"}),
    "endEvent": frozenset({"message", "error", "signal", "escalation", "terminate"}),
    "intermediateCatchEvent": frozenset({"message", "signal", "timeDate", "timeDuration"}),
    "intermediateThrowEvent": frozenset({"message", "signal", "escalation"}),
    "receiveTask": frozenset({"message"}),
    "boundaryEvent": frozenset({"message", "signal", "error", "escalation", *TIMERS}),
}
WORKING = frozenset({"serviceTask", "sendTask", "businessRuleTask", "scriptTask"})
BRANCHING = frozenset({"exclusiveGateway", "inclusiveGateway"})
ACTIVITIES = WORKING | {"userTask", "manualTask", "task", "receiveTask", "subProcess", "callActivity"}
SIMPLE: dict[str, type[Any]] = {
    "userTask": UserTask,
    "manualTask": UserTask,
    "task": PassingTask,
    "serviceTask": ServiceTask,
    "sendTask": ServiceTask,
    "exclusiveGateway": ExclusiveGateway,
    "parallelGateway": ParallelGateway,
    "inclusiveGateway": InclusiveGateway,
    "eventBasedGateway": EventGateway,
}
MOST_DEFINITIONS = 256


@dataclass(frozen=True)
class Definition:
    """A compiled process version: shared by all its cases and by all threads, never changed."""

    key: str
    main: str
    processes: Mapping[str, Process]
    specs: dict[str, BpmnProcessSpec] = field(repr=False)

    def element(self, element_id: str) -> Element:
        """The element of that id: of the main process, else of a called one. Raises KeyError."""
        for process in (self.processes[self.main], *self.processes.values()):
            try:
                return process.element(element_id)
            except KeyError:
                continue
        raise KeyError(element_id)


_known: OrderedDict[str, Definition] = OrderedDict()
_lock = Lock()


def definition(key: str, processes: Mapping[str, Process], main: str) -> Definition:
    """The compiled version of that key; `processes`: the main one and all that it may call, by id. Raises Invalid."""
    with _lock:
        if key in _known:
            _known.move_to_end(key)
            return _known[key]
    compiled = Definition(key, main, dict(processes), _compile(processes, main))
    with _lock:
        _known[key] = compiled
        while len(_known) > MOST_DEFINITIONS:
            _known.popitem(last=False)
    return compiled


def _compile(processes: Mapping[str, Process], main: str) -> dict[str, BpmnProcessSpec]:
    if main not in processes:
        raise Invalid(f'Expected the process "{main}" among the files, but it is not there')
    specs: dict[str, BpmnProcessSpec] = {}
    for name, process in processes.items():
        _ProcessCompiler(name, surrounded(process), processes, specs).build()
    return specs


def refusal(element: Element, expected: str) -> Invalid:
    """The refusal of an element: an English reason, and a Chinese sentence at the element."""
    name = element.name or element.id
    return Invalid(
        f"Expected {expected}, but {element.kind} {element.id} (line {element.line}) is not so",
        problems={element.id: [f"元素“{name}”（{element.kind}）无法执行"]},
        notice=f"流程图中的元素“{name}”无法执行",
    )


def _checked(element: Element, text: str | None) -> str | None:
    """The FEEL text after making sure that it can be read. Raises Invalid naming the element."""
    if text is None:
        return None
    try:
        compile_feel(text)
    except (Invalid, FeelLimitExceeded) as problem:
        raise Invalid(f"{problem} (element {element.id})", problems={element.id: [problem.notice]}) from problem
    return text


class ProcessSpec(BpmnProcessSpec):
    """Stock without its own end: a process ends with its last token. No id of a diagram meets the name of its root."""

    def __init__(self, key: str, name: str) -> None:
        WorkflowSpec.__init__(self, name=key)
        self.description = name
        self.io_specification = None
        self.data_objects: dict[str, Any] = {}
        self.bpmn_start_events: list[Any] = []
        self.start = BpmnStartTask(self, "/")


class _ProcessCompiler:
    """Builds the spec of one process, and of the sub-processes embedded in it."""

    def __init__(
        self, key: str, process: Process, processes: Mapping[str, Process], specs: dict[str, BpmnProcessSpec]
    ) -> None:
        self.key = key
        self.process = process
        self.processes = processes
        self.specs = specs
        self.spec = ProcessSpec(key, process.name)
        self.elements = {element.id: element for element in process.elements}
        self.nodes: dict[str, Any] = {}
        self.entries: dict[str, Any] = {}

    def build(self) -> None:
        for element in self.process.elements:
            if element.id in self.nodes:
                raise refusal(element, "every id once in its process")
            self.nodes[element.id] = self.entries[element.id] = self._node(element)
        for element in self.process.elements:
            if element.kind == "boundaryEvent":
                self._attach(element)
        for element in self.process.elements:
            self._connect(element)
        self.spec.start.connect(self.entries[self._start().id])
        self.specs[self.key] = self.spec

    def _start(self) -> Element:
        starts = [element for element in self.process.elements if element.kind == "startEvent"]
        if len(starts) != 1:
            raise Invalid(
                f"Expected exactly one start event in {self.process.id}, but found {len(starts)}",
                problems={self.process.id: [f"流程“{self.process.name or self.process.id}”必须有且只有一个开始事件"]},
            )
        return starts[0]

    # nodes

    def _node(self, element: Element) -> Any:
        if element.loop is None:
            return self._placed(element, element.id)
        if element.kind not in ACTIVITIES:
            raise refusal(element, "a multi-instance marker on an activity only")
        many = self._finished(MultiInstance(self.spec, element.id), element)
        many.loop, many.instance = element.loop, self._placed(element, f"{element.id}[]")
        many.instance.instance_of = element.loop
        many.instance._inputs.append(many.name)
        for text in (element.loop.collection, element.loop.completion, element.loop.output_element):
            _checked(element, text)
        return many

    def _placed(self, element: Element, name: str) -> Any:
        if element.kind in EVENTS_OF:
            return self._finished(self._event_node(element, name), element)
        if element.kind == "subProcess":
            return self._finished(self._sub_process(element, name), element)
        if element.kind == "callActivity":
            return self._finished(CallActivity(self.spec, name, self._called(element)), element)
        kind = self._working_kind(element) if element.kind in WORKING else SIMPLE.get(element.kind)
        if kind is None:
            raise refusal(element, "an element that the engine executes")
        return self._finished(kind(self.spec, name), element)

    def _finished(self, node: Any, element: Element) -> Any:
        node.element, node.lane, node.bpmn_name = element, element.lane, element.name
        node.visible = node.visible and not is_added(element)
        return node

    def _working_kind(self, element: Element) -> type[Any]:
        if element.task_type is not None:
            return ServiceTask
        if element.kind == "scriptTask" and element.script and element.result_variable:
            _checked(element, element.script.removeprefix("="))
            return ScriptTask
        if element.kind == "businessRuleTask" and element.decision and element.result_variable:
            if element.decision.startswith("="):
                _checked(element, element.decision[1:])
            return RuleTask
        raise refusal(element, "a task type, a FEEL script or a decision with a result variable")

    def _sub_process(self, element: Element, name: str) -> SubProcess:
        if element.process is None or element.triggered_by_event:
            raise refusal(element, "a sub-process with something inside that a flow leads to")
        key = f"{self.key}/{element.id}"
        inner = _ProcessCompiler(key, element.process, self.processes, self.specs)
        if inner._start().event is not None:
            raise refusal(element, "a sub-process that begins with a plain start event")
        inner.build()
        return SubProcess(self.spec, name, key)

    def _called(self, element: Element) -> str:
        called = element.called or ""
        if called.startswith("="):
            _checked(element, called[1:])
        elif called not in self.processes:
            raise refusal(element, f'a call of one of the processes of this version, not "{called}"')
        return called

    # events

    def _event_node(self, element: Element, name: str) -> Any:
        event = element.event
        if event is not None and event.kind not in EVENTS_OF[element.kind]:
            raise refusal(element, f'a {element.kind} of a kind that the engine executes, not "{event.kind}"')
        if element.kind == "startEvent":
            return StartEvent(self.spec, name, NoneEventDefinition())
        if element.kind in ("endEvent", "intermediateThrowEvent"):
            return self._throwing(element, name)
        if event is None:
            raise refusal(element, "an event that says what it waits for")
        what = self._definition(element, event)
        if element.kind == "boundaryEvent":
            if event.kind == "error" and not element.interrupting:
                raise refusal(element, "an error that interrupts what it happens in")
            return BoundaryEvent(self.spec, name, what, element.interrupting)
        return CatchEvent(self.spec, name, what)

    def _throwing(self, element: Element, name: str) -> Any:
        is_end = element.kind == "endEvent"
        if element.event is not None and element.event.kind == "message":
            if element.task_type is None:
                raise refusal(element, "a task type that says how the message is sent")
            return (SendingEnd if is_end else ServiceTask)(self.spec, name)
        what = NoneEventDefinition() if element.event is None else self._definition(element, element.event)
        return (EndEvent if is_end else ThrowEvent)(self.spec, name, what)

    def _definition(self, element: Element, event: Event) -> EventDefinition:
        if event.kind in TIMERS:
            return self._timer(element, event)
        if event.kind == "terminate":
            return Terminate()
        if event.kind in ("error", "escalation"):
            return Fault(event.kind, event.value, event.label)
        if not event.value:
            raise refusal(element, "a message or signal with a name")
        return Message(event.value) if event.kind == "message" else Signal(event.value)

    def _timer(self, element: Element, event: Event) -> Moment:
        if event.kind == "timeCycle" and element.interrupting:
            raise refusal(element, "a cycle on a non-interrupting boundary event only")
        if not is_literal(event.value):
            _checked(element, event.value)
        return Moment(element.id, event.kind, event.value)

    def _attach(self, element: Element) -> None:
        host = self.elements.get(element.attached_to or "")
        if host is None or host.kind not in ACTIVITIES:
            raise refusal(element, "a boundary event attached to an activity of the same process")
        if element.event and element.event.kind in ("error", "escalation") and host.process is None and not host.called:
            raise refusal(element, "an error or escalation boundary event on a sub-process or call activity")
        split = self.entries[host.id]
        if not isinstance(split, Attached):
            split = self.entries[host.id] = self._finished(Attached(self.spec, f"{host.id}+"), host)
            split.connect(self.nodes[host.id])
        split.connect(self.nodes[element.id])
        self.nodes[host.id].boundary_events = (*self.nodes[host.id].boundary_events, self.nodes[element.id])

    # flows

    def _connect(self, element: Element) -> None:
        node = self.nodes[element.id]
        leaving = [flow for flow in self.process.flows if flow.source == element.id]
        for flow in leaving:
            if flow.target not in self.entries:
                raise refusal(element, f'a flow to an element of the same process, not to "{flow.target}"')
            self._check_flow(element, flow)
        if not leaving and element.kind in (*BRANCHING, "eventBasedGateway"):
            raise refusal(element, "a gateway with a way out")
        if element.kind in BRANCHING:
            self._branch(element, node, leaving)
            return
        for flow in leaving:
            node.connect(self.entries[flow.target])

    def _check_flow(self, element: Element, flow: Flow) -> None:
        target = self.elements[flow.target]
        if flow.condition is not None and element.kind not in BRANCHING:
            raise refusal(element, "conditions on flows of exclusive and inclusive gateways only")
        if target.kind in ("startEvent", "boundaryEvent"):
            raise refusal(target, "no flow into a start or boundary event")
        if element.kind == "endEvent":
            raise refusal(element, "no flow out of an end event")
        if element.kind == "eventBasedGateway" and not isinstance(self.entries[target.id], CatchEvent):
            raise refusal(target, "catch events only behind an event-based gateway")

    def _branch(self, element: Element, node: Any, leaving: list[Flow]) -> None:
        for flow in leaving:
            target = self.entries[flow.target]
            is_default = flow.id == element.default
            if flow.condition is not None and not is_default:
                node.connect_if(Condition(_checked(element, flow.condition)), target)
            elif is_default or len(leaving) == 1:
                node.connect(target)
            else:
                raise refusal(element, f"a condition on flow {flow.id}, or to have it as default")
