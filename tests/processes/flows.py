"""Which sequence flows tests have taken: read back from the journal, so that the record is the one auditors see."""

from collections.abc import Iterable, Iterator
from functools import cache

from sqlalchemy import select

from engine import settings
from engine.casework.models import Case, HistoryEvent
from engine.db import reading
from engine.language import bundle as bundles
from engine.language.diagram import Flow, Process


@cache
def process(process_key: str) -> Process:
    """The shipped diagram."""
    return bundles.read(bundles.collect(process_key, bundles.from_folder(settings.ROOT))).process


def drawn(process_key: str) -> dict[str, Flow]:
    """All flows of a diagram by id, those of sub-processes included."""
    return {flow.id: flow for flow in _flows(process(process_key))}


def _flows(inside: Process) -> Iterator[Flow]:
    yield from inside.flows
    for element in inside.elements:
        if element.process is not None:
            yield from _flows(element.process)


def taken_by_all_cases(process_key: str) -> set[str]:
    """The flows of that diagram over which a token went in any case of the test's database."""
    with reading() as session:
        numbers = session.scalars(select(Case.id)).all()
        return set().union(*(_taken(process_key, _steps(session, number)) for number in numbers))


def _steps(session: object, case_id: int) -> list[tuple[str, str]]:
    wanted = select(HistoryEvent.payload).where(HistoryEvent.case_id == case_id).order_by(HistoryEvent.seq)
    payloads: Iterable[dict[str, list[list[str]]]] = session.scalars(wanted)  # type: ignore[attr-defined]
    return [(what, element) for payload in payloads for what, element in payload.get("steps", [])]


def _taken(process_key: str, steps: Iterable[tuple[str, str]]) -> set[str]:
    """A token that enters an element came over a flow from the element left last among those before it.

    What waits behind an event-based gateway is entered all at once, so there only what happened counts.
    """
    shown = process(process_key)
    flows, waits = list(drawn(process_key).values()), {e.id for e in shown.walk() if e.kind == "eventBasedGateway"}
    left: list[str] = []
    found: set[str] = set()
    for what, element_id in steps:
        into = [flow for flow in flows if flow.target == element_id]
        if what == "e":
            into = [flow for flow in into if flow.source not in waits]
            before = next((source for source in reversed(left) if any(f.source == source for f in into)), None)
            found |= {flow.id for flow in into if flow.source == before}
        elif what in "cf":
            found |= {flow.id for flow in into if flow.source in waits}
            left.append(element_id)
    return found


def into(process_key: str, element_id: str) -> set[str]:
    """The flows that lead to an element."""
    return {flow.id for flow in drawn(process_key).values() if flow.target == element_id}
