"""Moves that no flow draws: 退回 to an earlier step, and 直接提交 from there straight to the step that sent it back.

One token goes and one comes, in the process it stands in or in one around it, whose inside then ends. What becomes of
the tokens beside it follows from the regions of the diagram (`regions.py`): other branches go on as long as the move
stays within its branch; branches that part behind the target end, and are walked again; branches that were gathered
behind the target keep what they have done, and wait for the one that is sent back.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine.errors import Invalid

from .activities import MultiInstance
from .events import BoundaryEvent
from .joins import ParallelGateway
from .nodes import Attached, UserTask
from .regions import Fork, Move, chart
from .tokens import ROOT, Token


@dataclass(frozen=True)
class Landing:
    """Where a move leads, all in one scope: the tokens that leave (with their instances, their armed events and all
    inside), the node that is entered, and the flows by which branches that are through wait at a join."""

    leaving: tuple[Token, ...]
    entry: Any
    waiting: tuple[tuple[Any, str], ...] = ()
    again: frozenset[str] = frozenset()
    """The ids of the elements that the token, or a branch that ends, may have passed since it left the target."""


def back(token: Token, target_element_id: str) -> Landing:
    """Where sending the token back would land. Raises Invalid when it may not be sent there."""
    for around in token.around():
        specs = around.workflow.spec.task_specs
        target = specs.get(target_element_id)
        if target is None:
            continue
        drawn, own, entry = chart(around.workflow.spec), _unit(around), _entry(specs, target)
        move = drawn.back(_place(own), target.name, entry.name) if is_step(target) else None
        if move is None:
            break
        return Landing(
            (own, *_beside(own, move.crossed)),
            entry,
            tuple(_through(own, move)),
            _elements(around.workflow, drawn.walked_again(_place(own), target.name, entry.name, move)),
        )
    raise _unreachable(token, target_element_id, "不能退回到这一步：它不在当前步骤经过的路上，或者在别的分支里")


def on(token: Token, target_element_id: str) -> Landing:
    """Where completing the token and going straight to a later step would land. Raises Invalid when it may not."""
    specs = token.workflow.spec.task_specs
    target = specs.get(target_element_id)
    notice = "不能直接提交给退回的步骤：中间有已经取消的分支或子流程，请按流程重新流转"
    if target is None or token.index is not None or not is_step(target):
        raise _unreachable(token, target_element_id, notice)
    drawn, own, entry = chart(token.workflow.spec), _unit(token), _entry(specs, target)
    move = drawn.on(_place(own), target.name, entry.name)
    beside = () if move is None else tuple(u for u in _beside(own, move.joined) if _place(u) not in drawn.aside)
    if move is None or not all(_arrival(unit) in move.gathers for unit in beside):
        raise _unreachable(token, target_element_id, notice)
    return Landing((own, *beside), entry)


def complete(token: Token) -> None:
    """The token has done its work; the flow that leads on from it is not taken."""
    token.workflow.script_engine.record("completed", token)
    token._state = TaskState.COMPLETED


def land(landing: Landing) -> None:
    """Let the tokens leave and enter the target."""
    scope = landing.leaving[0].workflow
    new = scope.task_tree._add_child(landing.entry)  # first, so that no scope is left without a token
    for token in landing.leaving:
        token.cancel()
    for join, flow in landing.waiting:
        arrival = scope.task_tree._add_child(join)
        arrival.internal_data["via"] = flow
        arrival._set_state(TaskState.WAITING)
    new.task_spec._update(new)
    scope.look_again()


def _unreachable(token: Token, target: str, notice: str) -> Invalid:
    return Invalid(
        f"Expected a target that a move from {token.task_spec.element.id} may reach, but got {target!r}",
        problems={"to": [notice]},
        notice=notice,
    )


def is_step(node: Any) -> bool:
    """A task of people that is drawn in the diagram."""
    inner = node.instance if isinstance(node, MultiInstance) else node
    return isinstance(inner, UserTask) and node.visible and node.name == node.element.id


def _entry(specs: Any, target: Any) -> Any:
    return specs.get(f"{target.name}+", target)


# tokens


def _unit(token: Token) -> Token:
    """The token under the root that this one hangs together with: its instances, its events."""
    while token._parent != ROOT:
        token = token.parent
    return token


def _place(unit: Token) -> str:
    """The node at which the unit stands: the activity, where events are armed beside it."""
    if isinstance(unit.task_spec, Attached):
        unit = next(child for child in unit.children if not isinstance(child.task_spec, BoundaryEvent))
    name: str = unit.task_spec.name
    return name


def _beside(own: Token, forks: tuple[Fork, ...]) -> Iterator[Token]:
    """The other units of the scope that stand on the branches of the forks."""
    for unit in own.workflow.task_tree.children:
        if unit is not own and any(_is_inside(unit, fork) for fork in forks):
            yield unit


def _is_inside(unit: Token, fork: Fork) -> bool:
    """Whether the unit stands on a branch of the fork, or has come to its join by one."""
    place, flow = _arrival(unit)
    if place == fork.join:
        return flow in fork.branches or flow == fork.node
    return place in fork.branches


def _arrival(unit: Token) -> tuple[str, str | None]:
    """Where the unit stands; where it waits to be gathered, also by which flow it has come."""
    return _place(unit), unit.internal_data.get("via")


def _through(own: Token, move: Move) -> Iterator[tuple[Any, str]]:
    """Where the branches that are through wait from now on. An inclusive gateway does not miss them."""
    specs = own.workflow.spec.task_specs
    known = {_arrival(unit) for unit in own.workflow.task_tree.children}
    for join, flow in sorted(move.gathers - known):
        if isinstance(specs[join], ParallelGateway):
            yield specs[join], flow


def _elements(scope: Any, nodes: Iterable[str]) -> frozenset[str]:
    """The ids of the elements at the nodes and of all inside them; what an expression would call is not known here."""
    specs, found, seen = scope.top_workflow.subprocess_specs, set(), set()
    ahead = [scope.spec.task_specs[name] for name in nodes]
    while ahead:
        node = ahead.pop()
        if hasattr(node, "element"):
            found.add(node.element.id)
        inner = getattr(getattr(node, "instance", node), "spec", None)
        if inner in specs and inner not in seen:
            seen.add(inner)
            ahead += specs[inner].task_specs.values()
    return frozenset(found)
