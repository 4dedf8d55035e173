"""A BPMN diagram as small frozen values: what the engine knows of a process, and nothing of its drawing."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Event:
    """What an event waits for or throws.

    `kind`: message, timeDate, timeDuration, timeCycle, error, signal, escalation or terminate; others, such as link,
    are kept as they are written, for lint to refuse. `value`: the message name, the FEEL expression of the moment
    (without its leading "="), or the error's, signal's or escalation's code; `label`: the error's name, for people.
    """

    kind: str
    value: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Loop:
    """A multi-instance marker. Expressions are FEEL without the leading "="."""

    collection: str
    item: str
    sequential: bool = False
    completion: str | None = None
    output_collection: str | None = None
    output_element: str | None = None


@dataclass(frozen=True, slots=True)
class Lane:
    """A responsibility: `id` is a role key of the registry."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Flow:
    """A sequence flow. `condition` is FEEL without the leading "="."""

    id: str
    source: str
    target: str
    name: str = ""
    condition: str | None = None
    line: int = 0


@dataclass(frozen=True, slots=True)
class Element:
    """One node of a process. `kind` is its BPMN tag (userTask, exclusiveGateway, boundaryEvent …).

    `form`, `called`, `decision`: ids, or FEEL when they begin with "=". `script`: FEEL of a scriptTask (zeebe:script),
    its value and that of a decision goes to `result_variable`. `task_type`, `headers`: zeebe:taskDefinition and
    zeebe:taskHeaders of a service or send task. `due`, `follow_up`: zeebe:taskSchedule, with "=" where it is FEEL.
    `properties`: zeebe:properties (legalBasis, slaKey, publishToCitizen, messageKey, caseState, outcome, region …).
    `lane` is the innermost lane's id; elements of an embedded sub-process take the sub-process' lane unless they stand
    in a lane themselves. `interrupting` is that of a boundary event or of the start of an event sub-process.
    `triggered_by_event`: an event sub-process, whose start event says what starts it and whether it interrupts.
    """

    id: str
    kind: str
    name: str = ""
    lane: str | None = None
    documentation: str = ""
    line: int = 0
    form: str | None = None
    called: str | None = None
    decision: str | None = None
    script: str | None = None
    result_variable: str | None = None
    task_type: str | None = None
    headers: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    due: str | None = None
    follow_up: str | None = None
    candidate_groups: str | None = None
    assignee: str | None = None
    properties: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    event: Event | None = None
    attached_to: str | None = None
    interrupting: bool = True
    default: str | None = None
    loop: Loop | None = None
    process: "Process | None" = None
    triggered_by_event: bool = False


@dataclass(frozen=True, slots=True)
class Process:
    """One process, or the inside of an embedded sub-process, in document order."""

    id: str
    name: str
    elements: tuple[Element, ...]
    flows: tuple[Flow, ...]
    lanes: tuple[Lane, ...] = ()
    documentation: str = ""
    properties: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    _index: dict[str, Element] = field(default_factory=dict, repr=False, compare=False)

    @property
    def start(self) -> Element:
        """The event at which it begins."""
        return next(element for element in self.elements if element.kind == "startEvent")

    def walk(self) -> Iterator[Element]:
        """All elements, those of embedded sub-processes included."""
        for element in self.elements:
            yield element
            if element.process is not None:
                yield from element.process.walk()

    def element(self, element_id: str) -> Element:
        """The element of that id, wherever it is embedded. Raises KeyError."""
        if not self._index:
            self._index.update({element.id: element for element in self.walk()})
        return self._index[element_id]
