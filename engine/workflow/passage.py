"""迁移: the tokens of a running case carried over to another version of its process, node by node and scope by scope.

The rule: nothing moves unless every token has a place of the same kind in the corresponding scope, and stands there in
the same branches of the same sections as before, so that whoever gathers them later waits for just what will come.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine.language.diagram import Element

from .activities import CallActivity, MultiInstance
from .compile import Definition
from .events import BoundaryEvent, CatchEvent
from .joins import InclusiveGateway, ParallelGateway
from .nodes import Attached, EventGateway, ServiceTask
from .regions import MAIN, Fork, chart
from .tokens import ROOT

DIRECT = frozenset({-1})  # the branch that leads from the fork to its join with nothing between


@dataclass(frozen=True, slots=True)
class Misfit:
    """Why a token cannot go over: the element it stands at, and a sentence for people."""

    element_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class Moved:
    """A state as it is in the other version. `renamed`: the elements at which tokens stood and now stand, where they
    differ; `lost`: armed events that the other version does not have; `armed`: number of the token beside which an
    event is to be armed that only the other version has, and its node."""

    state: bytes
    renamed: tuple[tuple[str, str], ...]
    lost: tuple[str, ...]
    armed: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class _Unit:
    """A token right under the root: the node it stands at and the flow it has come by, before and after."""

    element_id: str
    was: tuple[str, str | None]
    will: tuple[str, str | None]


@dataclass
class _Luggage:
    """What is found on the way of one state."""

    last: int
    misfits: list[Misfit] = field(default_factory=list)
    renamed: list[tuple[str, str]] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    armed: list[tuple[int, str]] = field(default_factory=list)


class Passage:
    """The way from one compiled version to another. `mapping`: element id → element id, where they are not equal."""

    def __init__(self, old: Definition, new: Definition, mapping: Mapping[str, str]) -> None:
        self.old, self.new, self.mapping = old, new, mapping
        self._reasons: dict[tuple[str, str], str | None] = {}

    def move(self, state: bytes) -> Moved | tuple[Misfit, ...]:
        """The state in the other version, or why it cannot go there."""
        kept = json.loads(state)
        found = _Luggage(kept["last"])
        tokens = self._rows(self.old.main, kept["tokens"], found)
        inside = [
            [host, self._scope(name), rows]
            for host, name, inner in kept["inside"]
            if (rows := self._rows(name, inner, found)) is not None
        ]
        if found.misfits:
            return tuple({misfit.element_id: misfit for misfit in reversed(found.misfits)}.values())[::-1]
        whole = {**kept, "last": found.last, "tokens": tokens, "inside": inside}
        text = json.dumps(whole, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        return Moved(text.encode(), tuple(found.renamed), tuple(found.lost), tuple(found.armed))

    def standing(self, state: bytes) -> list[str]:
        """The elements of the diagram at which the tokens of a state stand, each as often as they do."""
        kept = json.loads(state)
        scopes = [(self.old.main, kept["tokens"]), *((name, rows) for _, name, rows in kept["inside"])]
        nodes = [(self.old.specs[name].task_specs[row[3]], row) for name, rows in scopes for row in rows]
        return [
            node.element.id for node, row in nodes if node.visible and _rests(node) and node.name == node.element.id
        ]

    def misfit(self, scope: str, node: Any) -> str | None:
        """Why a token at the node of that scope cannot go over, as far as the two diagrams tell."""
        key = (scope, node.name)
        if key not in self._reasons:
            self._reasons[key] = self._misfit(scope, node)
        return self._reasons[key]

    def unmatched(self) -> Mapping[str, str]:
        """The elements of the old version that matter and have no counterpart: id → why."""
        found: dict[str, str] = {}
        for scope, spec in self.old.specs.items():
            for node in spec.task_specs.values():
                matters = _rests(node) or isinstance(node, BoundaryEvent | ParallelGateway | InclusiveGateway)
                if matters and node.visible and node.name == node.element.id and (why := self.misfit(scope, node)):
                    found[node.name] = why
        return found

    def candidates(self, element_id: str) -> list[Element]:
        """The elements of the new version at which a token could stand that stands at this one now."""
        found = []
        for scope, spec in self.old.specs.items():
            node = spec.task_specs.get(element_id)
            if node is None:
                continue
            there = self.new.specs.get(self._scope(scope))
            for other in there.task_specs.values() if there is not None else ():
                if other.name == getattr(other, "element", node.element).id and _unlike(node, other) is None:
                    found.append(other.element)
        return found

    # names

    def _target(self, element_id: str) -> str:
        return self.mapping.get(element_id, element_id)

    def _scope(self, name: str) -> str:
        """The scope of the other version: called processes keep their names, embedded ones may have others."""
        head, *inner = name.split("/")
        return "/".join([head, *(self._target(part) for part in inner)])

    def _name(self, node: Any) -> str:
        """The node's name in the other version."""
        element_id: str = node.element.id
        return self._target(element_id) + node.name.removeprefix(element_id)

    # one node

    def _misfit(self, scope: str, node: Any) -> str | None:
        there = self.new.specs.get(self._scope(scope))
        if there is None:
            return "所在的流程或子流程在新版本里没有对应"
        target = there.task_specs.get(self._name(node))
        if target is not None:
            return _unlike(node, target)
        elsewhere = any(self._target(node.element.id) in spec.task_specs for spec in self.new.specs.values())
        if elsewhere:
            return "在新版本里不在同一层（同一流程或子流程），或者办理人数的方式不同"
        return "在新版本里没有对应的元素"

    # rows of one scope

    def _rows(self, scope: str, rows: Sequence[Sequence[Any]], found: _Luggage) -> list[list[Any]] | None:
        spec, there = self.old.specs[scope].task_specs, self.new.specs.get(self._scope(scope))
        moved: list[list[Any]] = []
        parents = {ROOT: ROOT}
        for number, parent, state, name, *kept in rows:
            node = spec[name]
            if not self._fits(scope, node, found) or there is None:
                continue
            new = there.task_specs.get(self._name(node))
            if new is None:  # only what is armed, or holds what is armed, may have no counterpart
                parents[number] = ROOT
                continue
            above = self._held(there.task_specs, new, parents.get(parent, ROOT), moved, found)
            parents[number] = number
            luggage = [self._via(node, new, kept[0], found)] if kept else []
            moved.append([number, above, state, new.name, *luggage])
            self._note(node, new, above if above != ROOT else number, found)
            if state != TaskState.COMPLETED and not (kept and "via" in kept[0]):
                self._rename(node, new, moved, above, there.task_specs, found)
        if there is not None and not found.misfits:
            self._compare(scope, rows, moved, found)
        return moved

    def _fits(self, scope: str, node: Any, found: _Luggage) -> bool:
        """Whether the row goes over; notes why not."""
        if isinstance(node, Attached):
            return True
        reason = self.misfit(scope, node)
        if isinstance(node, BoundaryEvent):
            reason = reason or self._detached(scope, node)
            if reason is not None and node.element.id not in self.mapping:
                found.lost.append(node.element.id)
                return False
        if reason is not None:
            found.misfits.append(Misfit(node.element.id, reason))
        return reason is None

    def _detached(self, scope: str, node: Any) -> str | None:
        target = self.new.specs[self._scope(scope)].task_specs[self._name(node)]
        same = self._target(node.element.attached_to) == target.element.attached_to
        same = same and node.cancel_activity == target.cancel_activity
        return None if same else "在新版本里附在别的步骤上，或者不再中断（改为中断）该步骤"

    def _held(self, there: Mapping[str, Any], new: Any, above: int, moved: list[list[Any]], found: _Luggage) -> int:
        """The number of the token under which this one hangs: where events are armed beside it, one that holds both."""
        holder = f"{new.name}+"
        if above != ROOT or holder not in there or isinstance(new, Attached):
            return above
        found.last += 1
        moved.append([found.last, ROOT, int(TaskState.COMPLETED), holder])
        return found.last

    def _rename(
        self, node: Any, new: Any, moved: Sequence[Sequence[Any]], above: int, there: Mapping[str, Any], found: _Luggage
    ) -> None:
        """Note where the token stands from now on. What is only armed does not stand there yet."""
        gateway = next((there[row[3]] for row in moved if row[0] == above), None) if above != ROOT else None
        if isinstance(gateway, EventGateway):
            if new not in gateway.outputs:
                found.misfits.append(Misfit(node.element.id, "在新版本里不再跟在同一个事件网关后面"))
        elif node.element.id != new.element.id and node.visible and not isinstance(node, BoundaryEvent):
            found.renamed.append((node.element.id, new.element.id))

    def _note(self, node: Any, new: Any, holder: int, found: _Luggage) -> None:
        """Note the events beside the token, or behind the gateway, that only the other version has."""
        before, after = node.boundary_events, new.boundary_events
        if isinstance(node, EventGateway):
            before, after = node.outputs, new.outputs
        known = {self._target(event.element.id) for event in before}
        found.armed += [(holder, event.name) for event in after if event.element.id not in known]

    def _via(self, node: Any, new: Any, kept: Mapping[str, Any], found: _Luggage) -> dict[str, Any]:
        """What the token keeps; of one that waits to be gathered, by which flow it has come."""
        if "via" not in kept:
            return dict(kept)
        ways = self._ways(node, new)
        if kept["via"] not in ways:
            found.misfits.append(Misfit(node.element.id, "汇聚的分支与新版本不一致，无法判断已到达的是哪一支"))
            return dict(kept)
        return {**kept, "via": ways[kept["via"]]}

    def _ways(self, node: Any, new: Any) -> dict[str, str]:
        """The flows into a join and their counterparts; the one that has no equal is taken for the one left over."""
        found = {name: self._target(name) for name in node._inputs if self._target(name) in new._inputs}
        left = [name for name in node._inputs if name not in found]
        free = [name for name in new._inputs if name not in found.values()]
        if len(left) == len(free) == 1:
            found[left[0]] = free[0]
        return found

    # sections

    def _compare(
        self, scope: str, rows: Sequence[Sequence[Any]], moved: Sequence[Sequence[Any]], found: _Luggage
    ) -> None:
        """Make sure that the tokens of the scope stand beside each other as they did."""
        spec, there = self.old.specs[scope], self.new.specs[self._scope(scope)]
        after = {row[0]: _place(row) for row in moved}
        # Where nothing is armed any more, the activity itself hangs where its holder hung.
        stands = {row[1]: row[0] for row in reversed(rows) if row[0] in after}
        units = [
            _Unit(spec.task_specs[row[3]].element.id, _place(row), after[number])
            for row in rows
            if row[1] == ROOT and (number := row[0] if row[0] in after else stands.get(row[0], ROOT)) in after
        ]
        was = [(self._fork_name(spec, fork), fork) for fork in chart(spec).forks]
        will = {fork.node: fork for fork in chart(there).forks}
        for unit in units:
            before = {name for name, fork in was if _branch(fork, unit.was)}
            if before != {name for name, fork in will.items() if _branch(fork, unit.will)}:
                found.misfits.append(Misfit(unit.element_id, "所在的并行分支与新版本不一致，迁移后会少一支或多一支"))
                return
        for name, fork in was:
            inside = [unit for unit in units if _branch(fork, unit.was)]
            if inside and not _alike(there, fork, will[name], self._join_name(spec, fork), inside):
                found.misfits.append(Misfit(inside[0].element_id, "所在的并行环节的分支或汇聚与新版本不一致"))

    def _fork_name(self, spec: Any, fork: Fork) -> str:
        node = spec.task_specs[fork.node]
        return self._name(node) if hasattr(node, "element") else fork.node

    def _join_name(self, spec: Any, fork: Fork) -> str | None:
        return self._name(spec.task_specs[fork.join]) if fork.join else None


def _rests(node: Any) -> bool:
    """Whether a token can wait at the node."""
    inner = getattr(node, "instance", node)
    if isinstance(node, BoundaryEvent) or not hasattr(node, "element"):
        return False
    waits = isinstance(inner, CatchEvent | EventGateway | ServiceTask | CallActivity) or inner.manual
    return bool(waits or getattr(inner, "spec", None) or getattr(node, "gathers", False))


def _unlike(node: Any, other: Any) -> str | None:
    """In what two nodes differ so much that the one cannot stand for the other."""
    one, two = node.element, getattr(other, "element", None)
    if two is None or type(node) is not type(other) or one.kind != two.kind:
        return "在新版本里是另一种元素"
    if isinstance(node, MultiInstance):
        same = (one.loop.collection, one.loop.sequential, one.loop.output_collection)
        if same != (two.loop.collection, two.loop.sequential, two.loop.output_collection):
            return "多人办理的名单、顺序或结果变量与新版本不同"
        return _unlike_inside(node.instance, other.instance)
    return _unlike_inside(node, other)


def _unlike_inside(node: Any, other: Any) -> str | None:
    one, two = node.element, other.element
    if type(node) is not type(other):
        return "在新版本里是另一种元素"
    if isinstance(node, ServiceTask) and one.task_type != two.task_type:
        return "在新版本里调用另一个系统"
    if isinstance(node, CallActivity) and one.called != two.called:
        return "在新版本里调用另一个流程"
    if one.event is not None and (two.event is None or one.event.kind != two.event.kind):
        return "在新版本里等待另一种事件"
    return None


def _place(row: Sequence[Any]) -> tuple[str, str | None]:
    """Where the token stands, and by which flow it has come if it waits to be gathered."""
    return row[3].removesuffix("+"), row[4].get("via") if len(row) > 4 else None


def _branch(fork: Fork, at: tuple[str, str | None]) -> frozenset[int]:
    """The branches of the fork on which a token stands, or by which it has come to the join; empty: on none."""
    place, flow = at
    if flow is not None and place == fork.join:
        return DIRECT if flow == fork.node else fork.branches.get(flow, frozenset())
    found = fork.branches.get(place, frozenset())
    return found - MAIN if fork.optional else found


def _alike(there: Any, was: Fork, will: Fork, join: str | None, inside: Sequence[_Unit]) -> bool:
    """Whether the section is gathered in the same way, and the tokens stand on the same or on other branches alike."""
    if not was.optional:
        if join != will.join:
            return False
        if join is not None and isinstance(there.task_specs[join], ParallelGateway) and was.count != will.count:
            return False
    return all(
        _branch(was, one.was).isdisjoint(_branch(was, two.was))
        == _branch(will, one.will).isdisjoint(_branch(will, two.will))
        for one, two in combinations(inside, 2)
    )
