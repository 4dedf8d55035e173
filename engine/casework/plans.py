"""What a case runs on: its version's bundle, those of the processes it calls, and the machine's definition of them.

Versions are frozen, so a plan is built once per process and kept.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import Any

from sqlalchemy.orm import Session

from engine.casework import version_files
from engine.db import loads
from engine.errors import ExecutionFailed
from engine.language import bundle as bundles
from engine.language import feel, schedule
from engine.language.bundle import Bundle
from engine.language.diagram import Element, Process
from engine.language.forms import Form
from engine.workflow import compile as workflow
from engine.workflow.compile import Definition

PLACEHOLDER = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Plan:
    """`owners`: element id → the process it is drawn in; `names`: the variables that anything in the bundles reads;
    `shared`: the rows of the deadlines table that several steps share."""

    main: Bundle
    called: Mapping[str, Bundle]
    definition: Definition
    owners: Mapping[str, str]
    names: frozenset[str]
    shared: frozenset[str] = frozenset()

    def element(self, element_id: str) -> Element:
        return self.definition.element(element_id)

    def bundle_of(self, element_id: str) -> Bundle:
        """The bundle of the process in which the element is drawn."""
        owner = self.owners.get(element_id, self.main.process_id)
        return self.called.get(owner, self.main)

    def form(self, form_id: str, element_id: str) -> Form:
        """A form by id: that of the element's own process, or of the item that calls it."""
        for bundle in (self.bundle_of(element_id), self.main):
            if form_id in bundle.forms:
                return bundle.forms[form_id]
        raise ExecutionFailed(f'Expected a form "{form_id}", but the version holds none', element_id=element_id)

    def sla_key(self, element: Element) -> str:
        """The row of the deadlines table: the element's own `slaKey`, or process.element."""
        return element.properties.get("slaKey") or f"{self.owners.get(element.id, self.main.process_id)}.{element.id}"


_bundles: dict[int, Bundle] = {}
_plans: dict[tuple[int, tuple[tuple[str, int], ...]], Plan] = {}
_lock = Lock()


def forget() -> None:
    """Drop all plans: another database is in use."""
    with _lock:
        _bundles.clear()
        _plans.clear()


def bundle_of(session: Session, version_id: int) -> Bundle:
    """The frozen bundle of a version."""
    found = _bundles.get(version_id)
    if found is None:
        found = _bundles[version_id] = bundles.read(version_files.of(session, version_id))
    return found


def plan(session: Session, version_id: int, called_versions: Mapping[str, int]) -> Plan:
    """The plan of a case on `version_id` whose called processes are pinned to `called_versions`."""
    key = (version_id, tuple(sorted(called_versions.items())))
    found = _plans.get(key)
    if found is None:
        main = bundle_of(session, version_id)
        found = build(main, {name: bundle_of(session, number) for name, number in called_versions.items()})
        with _lock:
            _plans[key] = found
    return found


def starts_on(bundle: Bundle) -> str | None:
    """The message that starts a companion process; None for a process that people start."""
    events = (element.event for element in bundle.process.elements if element.kind == "startEvent")
    return next((event.value for event in events if event is not None and event.kind == "message"), None)


def begins_by_itself(bundle: Bundle) -> bool:
    """Whether a message or the clock begins the process."""
    return bundle.process.start.event is not None


def begun_by(bundle: Bundle) -> frozenset[str]:
    """Who begins the process, which is no service item: role keys, `citizen` among them (property `begunBy`)."""
    return frozenset(bundle.process.properties.get("begunBy", "").replace(",", " ").split())


def build(main: Bundle, called: Mapping[str, Bundle]) -> Plan:
    """A plan from bundles alone."""
    everything = {main.process_id: main, **called}
    owners = {e.id: b.process_id for b in everything.values() for e in b.process.walk()}
    key = "+".join(sorted(bundle.checksum for bundle in everything.values()))
    definition = workflow.definition(
        f"{main.process_id}:{key}", {name: b.process for name, b in everything.items()}, main.process_id
    )
    names = frozenset().union(*(names_read(bundle) for bundle in everything.values()))
    elements = [element for bundle in everything.values() for element in bundle.process.walk()]
    shared = frozenset(key for element in elements for key in schedule.shared_keys(element.properties))
    return Plan(main, dict(called), definition, owners, names, shared)


@lru_cache(maxsize=256)
def names_read(bundle: Bundle) -> frozenset[str]:
    """Every variable that a condition, script, decision, form or message of the bundle reads."""
    names: set[str] = set()
    for element in bundle.process.walk():
        for text in _expressions(element):
            names |= feel.names_read(text)
    for condition in _conditions(bundle.process):
        names |= feel.names_read(condition)
    for text in (value for value in bundle.process.properties.values() if value.startswith("=")):
        names |= feel.names_read(text[1:])
    for name, model in bundle.decisions.items():
        names |= set(model.inputs_of(name)) | model.doubtful
    for path, content in bundle.files.items():
        if path.endswith(".form"):
            for text in _feel_texts(loads(content)):
                names |= feel.names_read(text)
        elif path.endswith("messages.dmn"):
            names |= set(PLACEHOLDER.findall(content.decode("utf-8")))
    return frozenset(names)


def _feel_texts(value: Any) -> Iterable[str]:
    """All FEEL texts anywhere in a form file."""
    if isinstance(value, str) and value.startswith("="):
        yield value[1:]
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _feel_texts(item)


def _conditions(process: Process) -> Iterable[str]:
    yield from (flow.condition for flow in process.flows if flow.condition)
    for element in process.elements:
        if element.process is not None:
            yield from _conditions(element.process)


def _expressions(element: Element) -> Iterable[str]:
    """All FEEL texts of an element, without their leading "="."""
    if element.script:
        yield element.script
    if element.event is not None and element.event.kind.startswith("time"):
        yield element.event.value
    if element.loop is not None:
        yield element.loop.collection
        yield from (t for t in (element.loop.completion, element.loop.output_element) if t)
    optional = (element.form, element.called, element.decision, element.due, element.follow_up)
    values: list[Any] = [*optional, element.candidate_groups, element.assignee]
    values += [*element.headers.values(), *element.properties.values()]
    yield from (value[1:] for value in values if isinstance(value, str) and value.startswith("="))
