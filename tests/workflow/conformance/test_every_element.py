"""Every element, attribute and event of the standard's schema is executed, as a diagram proves, or refused at upload.

The schema says what there is; what it holds and neither list knows fails here.
"""

from collections.abc import Iterator
from functools import cache

import pytest
from lxml import etree

from engine.errors import Invalid
from engine.language.diagram import tags
from engine.language.lint.supported_elements import EVENTS, STARTS_OF_EVENT_SUB_PROCESSES, TIMERS
from engine.language.lint.vocabulary import ANY, BPMN
from tests.language.drawing import (
    both,
    boundary,
    choose,
    draw,
    end,
    flow,
    message,
    node,
    row,
    script,
    start,
    timer,
    user,
)
from tests.workflow.conformance import standard
from tests.workflow.conformance.diagrams import NAMES, refusals, source

B = f"{{{tags.BPMN}}}"
# Only text, or a list of what stands there already.
PLAIN = {
    "documentation", "extensionElements", "incoming", "outgoing", "flowNodeRef", "text", "categoryValueRef",
}  # fmt: skip
# Attributes that make another thing of an element, which may not stand where it stands.
SWITCHES = {"cancelActivity", "isExecutable", "isInterrupting", "isSequential", "triggeredByEvent"}
DEFINITIONS = sorted(name for name in standard.children("endEvent") if name.endswith("EventDefinition"))


@cache
def roots() -> dict[str, etree._Element]:
    return {name: etree.fromstring(source(name)) for name in NAMES}


@cache
def holding(word: str) -> tuple[etree._Element, etree._Element]:
    """A diagram with this element, and the element."""
    for root in roots().values():
        for found in root.iter(f"{B}{word}"):
            return root, found
    raise AssertionError(f"Expected a diagram with {word}, but there is none")


def problems(root: etree._Element) -> list[tuple[str, str]]:
    """The sentences that the upload is answered with, each with the element it is told at."""
    try:
        found = refusals(etree.tostring(root))
    except Invalid as refusal:
        return [(place, sentence) for place, said in refusal.problems.items() for sentence in said]
    return [(problem.element_id, problem.message) for problem in found]


def told(root: etree._Element, place: etree._Element) -> bool:
    """Whether the diagram is refused in Chinese at this place, or at the nearest around it that has an id."""
    near = {node.get("id", "") for node in (place, *place.iterancestors())} | {""}
    return any(where in near and any("一" <= letter <= "鿿" for letter in what) for where, what in problems(root))


def with_attribute(word: str, name: str, value: str) -> bool:
    root, found = holding(word)
    before = found.get(name)
    found.set(name, value)
    try:
        return told(root, found)
    finally:
        found.attrib.pop(name) if before is None else found.set(name, before)


def with_child(word: str, child: str) -> bool:
    root, found = holding(word)
    odd = etree.SubElement(found, f"{B}{child}", id="odd")
    try:
        return told(root, odd)
    finally:
        found.remove(odd)


@pytest.mark.parametrize("word", sorted(BPMN))
def test_every_word_that_is_accepted_is_shown_by_a_diagram_and_stands_in_the_standard(word: str) -> None:
    root, _ = holding(word)
    assert problems(root) == []
    assert word in standard.elements()
    assert BPMN[word].attributes.keys() <= standard.attributes(word).keys()
    assert BPMN[word].children <= standard.children(word)


@pytest.mark.parametrize("word", sorted(BPMN))
def test_every_attribute_of_the_standard_means_something_or_is_refused(word: str) -> None:
    silent, refused = [], []  # passed over although it means nothing; refused although it does
    for name, values in standard.attributes(word).items():
        allowed = BPMN[word].attributes.get(name)
        for value in values:
            if allowed is None or (allowed != ANY and value.lower() not in allowed):
                silent += [] if with_attribute(word, name, value) else [(name, value)]
            elif allowed != ANY and name not in SWITCHES:
                refused += [(name, value)] if with_attribute(word, name, value) else []
    assert silent == [] and refused == []


@pytest.mark.parametrize("word", sorted(BPMN))
def test_every_child_of_the_standard_is_executed_or_refused(word: str) -> None:
    known = {child for child in BPMN[word].children if child in BPMN or child in PLAIN}
    assert [child for child in sorted(standard.children(word) - known) if not with_child(word, child)] == []


# events


def events_in(root: etree._Element) -> Iterator[tuple[str, str, bool]]:
    """Where an event stands, what it is, and whether it interrupts."""
    for found in root.iter(*(f"{B}{kind}" for kind in EVENTS)):
        kind, owner = etree.QName(found).localname, found.getparent()
        if kind == "startEvent" and owner is not None and owner.get("triggeredByEvent") == "true":
            kind = "startEvent of an event sub-process"
        interrupting = "false" not in (found.get("cancelActivity"), found.get("isInterrupting"))
        if kind == "receiveTask":
            yield kind, "message", True
        for definition in found:
            name = etree.QName(definition).localname
            if name.endswith("EventDefinition"):
                moment = next((etree.QName(part).localname for part in definition), "")
                yield kind, moment if name.startswith("timer") else name.removesuffix("EventDefinition"), interrupting


def events_accepted() -> Iterator[tuple[str, str, bool]]:
    for kind, names in {**EVENTS, "startEvent of an event sub-process": STARTS_OF_EVENT_SUB_PROCESSES}.items():
        for name in names:
            yield kind, name, name != "timeCycle"


def test_every_event_that_is_accepted_is_shown_by_a_diagram() -> None:
    shown = {event for root in roots().values() for event in events_in(root)}
    kinds = {(kind, name) for kind, name, _ in shown}
    assert {(kind, name) for kind, name, _ in events_accepted()} <= kinds
    beside = {name for kind, name, interrupting in shown if kind == "boundaryEvent" and not interrupting}
    instead = {name for kind, name, interrupting in shown if kind == "boundaryEvent" and interrupting}
    assert beside == EVENTS["boundaryEvent"] - {"error"} and instead == EVENTS["boundaryEvent"] - {"timeCycle"}


def event(kind: str, definition: str) -> str:
    """A small drawing with such an event at `odd`."""
    on_the_way = (start(), node(kind, "odd", definition), end(), row("begin", "odd", "done"))
    if kind == "startEvent":
        return "".join((start("odd", definition), end(), row("odd", "done")))
    if kind == "endEvent":
        return "".join((start(), end("odd", definition), row("begin", "odd")))
    if kind == "boundaryEvent":
        inside = node("subProcess", "p", start("s"), end("e"), row("s", "e"))
        parts = (
            start(),
            inside,
            boundary("odd", "p", definition),
            end(),
            row("begin", "p", "done"),
            row("odd", "done"),
        )
        return "".join(parts)
    if kind == "startEvent of an event sub-process":
        react = node("subProcess", "r", start("odd", definition), end("e"), row("odd", "e"), triggeredByEvent="true")
        return "".join((start(), end(), row("begin", "done"), react))
    return "".join(on_the_way)


WHERE = ["startEvent of an event sub-process", *sorted(kind for kind in EVENTS if kind != "receiveTask")]


@pytest.mark.parametrize("kind", WHERE)
def test_every_other_event_is_refused(kind: str) -> None:
    accepted = {name for where, name, _ in events_accepted() if where == kind}
    timers = {name: timer("PT1H", name) for name in TIMERS - accepted}
    others = [name for name in DEFINITIONS if name.removesuffix("EventDefinition") not in accepted]
    drawn = {name: f"<bpmn:{name}/>" for name in others if name != "timerEventDefinition"} | timers
    assert [name for name, text in drawn.items() if not refused_at("odd", event(kind, text))] == []


# what no single word says


def refused_at(place: str, *parts: str, declared: str = "") -> bool:
    root = etree.fromstring(draw(*parts, process_id="main", declared=declared))
    return any(where == place for where, _ in problems(root))


SUB = node("subProcess", "p", start("s"), end("e"), row("s", "e"))
PAID = '<bpmn:message id="m" name="PAID"/>'
GATE = node("eventBasedGateway", "g")
STRUCTURES = {
    "a condition on a flow out of a task": ("a_done", start(), user("a"), end(), row("begin", "a"),
                                            flow("a", "done", "=v > 1")),
    "a condition behind a parallel gateway": ("g_done", start(), both("g"), end(), row("begin", "g"),
                                              flow("g", "done", "=v > 1")),
    "several flows out of a task": ("a", start(), user("a"), end(), end("other"), row("begin", "a", "done"),
                                    flow("a", "other")),
    "several flows out of an event": ("begin", start(), end(), end("other"), row("begin", "done"),
                                      flow("begin", "other")),
    "a task that nothing leads to": ("a", start(), user("a"), end(), row("begin", "done"), row("a", "done")),
    "a task that leads nowhere": ("a", start(), user("a"), choose("g", "g_done"), end(), row("begin", "g"),
                                  flow("g", "a", "=v > 1"), flow("g", "done")),
    "no start event": ("main", user("a"), end(), row("a", "done")),
    "several start events": ("main", start(), start("again"), end(), row("begin", "done"), row("again", "done")),
    "several definitions in one event": ("c", start(), node("intermediateCatchEvent", "c", message("m"), timer("PT1H")),
                                         end(), row("begin", "c", "done")),
    "a sub-process that begins with an event": (
        "s", start(), node("subProcess", "p", start("s", message("m")), end("e"), row("s", "e")), end(),
        row("begin", "p", "done")),
    "an empty sub-process": ("p", start(), node("subProcess", "p"), end(), row("begin", "p", "done")),
    "a task behind an event gateway": ("a", start(), GATE, user("a"), end(), row("begin", "g", "a", "done")),
    "an event gateway before a task with events beside": (
        "r", start(), GATE, node("receiveTask", "r", messageRef="m"), boundary("b", "r", timer("PT1H")), end(),
        row("begin", "g", "r", "done"), row("b", "done")),
    "an event gateway that waits in two ways for messages": (
        "g", start(), GATE, node("receiveTask", "r", messageRef="m"), node("intermediateCatchEvent", "c", message("m")),
        end(), row("begin", "g", "r", "done"), row("g", "c", "done")),
    "an error that does not interrupt": ("b", start(), SUB, boundary("b", "p", "<bpmn:errorEventDefinition/>",
                                         interrupting=False), end(), row("begin", "p", "done"), row("b", "done")),
    "an error at a task": ("b", start(), user("a"), boundary("b", "a", "<bpmn:errorEventDefinition/>"), end(),
                           row("begin", "a", "done"), row("b", "done")),
    "a cycle that interrupts": ("b", start(), user("a"), boundary("b", "a", timer("R3/P1D", "timeCycle")), end(),
                                row("begin", "a", "done"), row("b", "done")),
    "an event sub-process for each item": (
        "r", start(), end(), row("begin", "done"), node(
            "subProcess", "r", "<bpmn:multiInstanceLoopCharacteristics/>", start("s", message("m")), end("e"),
            row("s", "e"), triggeredByEvent="true")),
    "a boundary event on a gateway": ("b", start(), both("g"), boundary("b", "g", timer("PT1H")), end(),
                                      row("begin", "g", "done"), row("b", "done")),
    "a program in a script task": ("a", start(), node("scriptTask", "a", "<bpmn:script>x = 1</bpmn:script>"), end(),
                                   row("begin", "a", "done")),
    "a circle that never rests": ("a", start(), script("a", "1", "again"), script("b", "1", "again"), end(),
                                  row("begin", "a", "b", "a")),
}  # fmt: skip


@pytest.mark.parametrize("what", STRUCTURES)
def test_what_the_engine_does_not_execute_as_drawn_is_refused_at_its_element(what: str) -> None:
    place, *parts = STRUCTURES[what]
    assert refused_at(place, *parts, declared=PAID)


@pytest.mark.parametrize("name", NAMES)
def test_the_diagrams_are_valid_by_the_schema_of_the_standard(name: str) -> None:
    assert standard.is_valid(roots()[name])
