"""The flows of one level as a graph: what can be reached, what goes round in circles, where branches meet."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from engine.language.diagram import Element, Flow, Process

# Here a token rests until somebody acts or time passes; elsewhere it runs on at once.
WAITING = frozenset(
    {
        "userTask",
        "receiveTask",
        "intermediateCatchEvent",
        "boundaryEvent",
        "eventBasedGateway",
        "callActivity",
        "subProcess",
    }
)
Edges = Mapping[str, Sequence[str]]


def edges(process: Process) -> dict[str, list[str]]:
    """From each element to those that follow it; a boundary event follows the activity it sits on."""
    found: dict[str, list[str]] = {element.id: [] for element in process.elements}
    for flow in process.flows:
        if flow.source in found and flow.target in found:
            found[flow.source].append(flow.target)
    for element in process.elements:
        if element.attached_to in found:
            found[element.attached_to].append(element.id)
    return found


def reversed_edges(forward: Edges) -> dict[str, list[str]]:
    """The same graph, backwards."""
    found: dict[str, list[str]] = {node: [] for node in forward}
    for source, targets in forward.items():
        for target in targets:
            found[target].append(source)
    return found


def reached(forward: Edges, origins: Iterable[str]) -> set[str]:
    """Everything that can be reached from the origins, themselves included."""
    seen: set[str] = set()
    waiting = list(origins)
    while waiting:
        node = waiting.pop()
        if node not in seen:
            seen.add(node)
            waiting.extend(forward.get(node, ()))
    return seen


def circles(forward: Edges, without: Collection[str] = ()) -> list[set[str]]:
    """Groups of elements that can all reach each other (strongly connected), leaving some elements out."""
    kept = {node: [target for target in targets if target not in without] for node, targets in forward.items()}
    kept = {node: targets for node, targets in kept.items() if node not in without}
    backward = reversed_edges(kept)
    found: list[set[str]] = []
    done: set[str] = set()
    for node in kept:
        if node in done:
            continue
        group = reached(kept, kept[node]) & reached(backward, [node])
        if group:
            done |= group
            found.append(group)
    return found


def meeting(forward: Edges, split: str, joins: Collection[str]) -> str | None:
    """The first join that can be reached from at least two branches of a split."""
    branches = [reached(forward, [target]) for target in forward[split]]
    common = [join for join in joins if sum(join in branch for branch in branches) > 1]
    # The nearest one reaches all the others that lie behind it.
    return max(common, key=lambda join: len(reached(forward, [join]) & set(common)), default=None)


def leaving(process: Process, element: Element) -> list[Flow]:
    """The flows out of an element."""
    return [flow for flow in process.flows if flow.source == element.id]


def entering(process: Process, element: Element) -> list[Flow]:
    """The flows into an element."""
    return [flow for flow in process.flows if flow.target == element.id]
