"""重办: a case that has ended goes on at a step, with nothing around it but the activities in which that step is drawn.

The rule: one token alone must be all that the drawn flows need there; so no step beside which other branches run, and
none that is done once for each item of a list.
"""

from typing import Any

from engine.errors import Invalid

from .activities import CallActivity, SubProcess
from .compile import Definition
from .jump import is_step
from .regions import chart

Entrances = dict[str, Any]
"""The name of each scope on the way in → the node at which it is entered."""


def entrances(definition: Definition, element_id: str) -> Entrances:
    """The way in to a step. Raises Invalid when there is none, or when one token there is not enough."""
    found = _way_in(definition.specs, definition.main, element_id, frozenset())
    if found is None:
        raise Invalid(
            f"Expected a step at which a case may be reopened, but got {element_id!r}",
            problems={"element": ["不能从这一步重新办理：它在并行的分支里，或者要逐人逐项办理"]},
            notice="不能从这一步重新办理：它在并行的分支里，或者要逐人逐项办理",
        )
    return found


def _way_in(specs: dict[str, Any], scope: str, element_id: str, seen: frozenset[str]) -> Entrances | None:
    if scope in seen or scope not in specs:
        return None
    nodes = specs[scope].task_specs
    if element_id in nodes and is_step(nodes[element_id]):
        return _entered(specs[scope], nodes[element_id])
    for node in nodes.values():
        if isinstance(node, SubProcess | CallActivity) and node.instance_of is None:
            inside = _way_in(specs, node.spec, element_id, seen | {scope})
            entered = _entered(specs[scope], node) if inside is not None else None
            if inside is not None and entered is not None:
                return {**inside, **entered}
    return None


def _entered(spec: Any, node: Any) -> Entrances | None:
    entry = spec.task_specs.get(f"{node.name}+", node)
    for fork in chart(spec).forks:
        beside = node.name in fork.branches and entry.name != fork.node
        if beside and not fork.may_begin_at(fork.branches[node.name]):
            return None
    return {spec.name: entry}
