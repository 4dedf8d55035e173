"""Which branches of a process run beside each other: where they part, where they are gathered, what lies on which.

Found from the flows alone, by dominators and post-dominators, loops included; once per process version. The rule: a
token is only sent where the tokens beside it still add up to a state that the drawn flows can reach.
"""

from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from .dominators import dominators
from .events import BoundaryEvent
from .nodes import Attached, EventGateway, ExclusiveGateway

EXIT = ""  # behind every node without a way on; no node has this name
MAIN = frozenset({0})


@dataclass(frozen=True)
class Fork:
    """A node behind which branches run beside each other, until `join` gathers them; None: until they end.

    `branches`: for each node that only this fork leads to, the numbers of the branches it lies on. `beyond`: the
    branches a token has come by when it is past all that. `clean`: branches meet only where they are gathered.
    `count`: how many branches there are. `optional`: all but the first are started by an event beside an activity,
    which may never happen.
    """

    node: str
    join: str | None
    branches: Mapping[str, frozenset[int]]
    beyond: frozenset[int]
    clean: bool
    count: int
    optional: bool

    @cached_property
    def nodes(self) -> frozenset[str]:
        """All that lies between the fork and where it ends, the join included."""
        return frozenset(self.branches) | ({self.join} if self.join else frozenset())

    @cached_property
    def aside(self) -> frozenset[str]:
        """What only an event leads to that may never happen: nothing waits for a token there."""
        return frozenset(node for node, numbers in self.branches.items() if self.optional and 0 not in numbers)

    def at(self, node: str) -> frozenset[int]:
        """By which branches a token has come that stands at the node."""
        return self.branches.get(node, self.beyond)

    def may_begin_at(self, branches: frozenset[int]) -> bool:
        """Whether one token on these branches is all that the fork needs."""
        return (self.optional and branches == MAIN) or (self.clean and len(branches) == self.count)


@dataclass(frozen=True)
class Move:
    """What it means for the tokens beside it when a token is sent from one node to another.

    `crossed`: forks whose branches all end, to be walked again. `joined`: forks whose other branches have done all
    they had to. `gathers`: (join, flow) by which such branches have come, or would have to come, on the way.
    """

    crossed: tuple[Fork, ...] = ()
    joined: tuple[Fork, ...] = ()
    gathers: frozenset[tuple[str, str]] = frozenset()


class Chart:
    """The flows of one process. `splits`: the branches of each node that starts several at once, as groups of nodes of
    which a token takes one; `optional`: those splits of which all groups but the first may never start."""

    def __init__(
        self,
        start: str,
        flows: Mapping[str, Sequence[str]],
        splits: Mapping[str, Sequence[Sequence[str]]],
        *,
        gathering: Collection[str] = (),
        optional: Collection[str] = (),
    ) -> None:
        self.start = start
        self.after = {node: tuple(flows.get(node, ())) for node in _walk(start, flows)}
        self.before: dict[str, list[str]] = {node: [] for node in self.after}
        for node, following in self.after.items():
            for other in following:
                self.before[other].append(node)
        self.gathering = frozenset(gathering) & self.after.keys()
        self._dominated: dict[str, list[str]] = {}
        for node, nearest in dominators(start, self.after).items():
            self._dominated.setdefault(nearest, []).append(node)
        # What an event beside an activity starts is no way on: the activity goes on all the same.
        lasting = {node: splits[node][0] if node in optional else way for node, way in self.after.items()}
        self._post_dominators = dominators(EXIT, _backwards(lasting))
        self.forks = tuple(
            self._fork(node, groups, node in optional) for node, groups in splits.items() if node in self.after
        )

    # structure

    def dominated(self, node: str) -> set[str]:
        """The nodes to which no way leads from the start but through this one, itself included."""
        found, ahead = {node}, [node]
        while ahead:
            inner = self._dominated.get(ahead.pop(), ())
            found.update(inner)
            ahead += inner
        return found

    @cached_property
    def aside(self) -> frozenset[str]:
        return frozenset().union(*(fork.aside for fork in self.forks))

    def _fork(self, node: str, groups: Sequence[Sequence[str]], optional: bool) -> Fork:
        join = self._post_dominators.get(node)
        if join not in self.gathering or optional:
            join = None
        branches = self._branches(node, groups, join)
        everything = frozenset(range(len(groups)))
        return Fork(
            node,
            join,
            branches,
            beyond=everything if join else self._leaving(node, branches),
            clean=self._is_clean(branches),
            count=len(groups),
            optional=optional,
        )

    def _branches(self, fork: str, groups: Sequence[Sequence[str]], join: str | None) -> dict[str, frozenset[int]]:
        own = self.dominated(fork) - {fork, join}
        found: dict[str, set[int]] = {}
        for number, group in enumerate(groups):
            ahead = [node for node in group if node in own]
            while ahead:
                node = ahead.pop()
                if number not in found.setdefault(node, set()):
                    found[node].add(number)
                    ahead += own.intersection(self.after[node])
        return {node: frozenset(numbers) for node, numbers in found.items()}

    def _leaving(self, fork: str, branches: Mapping[str, frozenset[int]]) -> frozenset[int]:
        """The branches from which a flow leads out to where other ways lead too."""
        out = [
            numbers
            for node, numbers in branches.items()
            if any(other not in branches and other != fork for other in self.after[node])
        ]
        return frozenset().union(*out)

    def _is_clean(self, branches: Mapping[str, frozenset[int]]) -> bool:
        return all(
            node in self.gathering or branches.get(before, numbers) == numbers
            for node, numbers in branches.items()
            for before in self.before[node]
        )

    # ways

    def reach(self, node: str, avoiding: Collection[str] = ()) -> set[str]:
        """Where flows lead from the node, which belongs to it only when a loop leads back."""
        return _spread(node, self.after, avoiding)

    def between(self, first: str, last: str) -> set[str]:
        """What may be passed on the way from one node to the other, without them."""
        return _spread(first, self.after, {first, last}) & _spread(last, self.before, {first, last})

    # moves

    def back(self, here: str, target: str, entry: str) -> Move | None:
        """Send the token that stands at `here` back to `target`, which is entered at `entry`; None: it may not go."""
        if here == target or here not in self.reach(entry):
            return None
        crossed, joined, beside = [], [], self._beside(target, entry)
        gathers: set[tuple[str, str]] = set()
        for fork in self.forks:
            if target not in fork.branches or entry == fork.node:
                if fork.node not in beside and self._passed_since(fork.node, entry, target, here):
                    crossed.append(fork)
                continue
            there, now = fork.branches[target], fork.at(here)
            if there == now:
                continue
            if fork.clean and there < now:
                joined.append(fork)
                gathers.update(self._gathers(fork, there, now))
            elif fork.clean and len(there) == fork.count:
                crossed.append(fork)  # a loop has led back before the fork since
            else:
                return None
        return Move(tuple(crossed), tuple(joined), frozenset(gathers))

    def on(self, here: str, target: str, entry: str) -> Move | None:
        """Send the token that stands at `here` on to `target` without walking the way; None: it may not go.

        The other branches of all `joined` forks must be through.
        """
        if here == target or target not in self.reach(here):
            return None
        joined: list[Fork] = []
        gathers: set[tuple[str, str]] = set()
        for fork in self.forks:
            inside = target in fork.branches and entry != fork.node
            there = fork.branches[target] if inside else fork.beyond
            if here not in fork.branches:
                if inside and not fork.may_begin_at(there):
                    return None
                continue
            now = fork.branches[here]
            if now == there:
                continue
            if not (fork.clean and now < there):
                return None
            joined.append(fork)
            gathers.update(self._gathers(fork, now, there))
        return Move((), tuple(joined), frozenset(gathers))

    def _beside(self, target: str, entry: str) -> set[str]:
        """What lies on other branches than the target."""
        around = [fork for fork in self.forks if target in fork.branches and fork.node != entry]
        return {node for fork in around for node, by in fork.branches.items() if not by & fork.branches[target]}

    def _passed_since(self, fork: str, entry: str, target: str, here: str) -> bool:
        """Whether the token may have come through the fork since it left the target."""
        if fork == entry:
            return True
        return fork in self.reach(entry) and here in self.reach(fork, {entry, target})

    def _gathers(self, fork: Fork, first: frozenset[int], last: frozenset[int]) -> Iterator[tuple[str, str]]:
        """Where the other branches of the fork are gathered between these, and by which flows they come."""
        for join in self.gathering & fork.nodes:
            if not first < fork.at(join) <= last:
                continue
            for flow in self.before[join]:
                by = frozenset() if flow == fork.node else fork.branches.get(flow, first)
                if not first <= by:
                    yield join, flow

    def walked_again(self, here: str, target: str, entry: str, move: Move) -> set[str]:
        """What lies on the way from the target to here, and on the branches that end; not on those that are kept."""
        way = {target, *self.between(target, here)} - self._beside(target, entry)
        return way.union(*(fork.branches for fork in move.crossed))


def _spread(node: str, flows: Mapping[str, Sequence[str]], avoiding: Collection[str]) -> set[str]:
    found: set[str] = set()
    ahead = [node]
    while ahead:
        for following in flows[ahead.pop()]:
            if following not in found and following not in avoiding:
                found.add(following)
                ahead.append(following)
    return found


def _walk(start: str, flows: Mapping[str, Sequence[str]]) -> Iterable[str]:
    """All that the start leads to, nearest first."""
    found, ahead = {start: None}, deque([start])
    while ahead:
        for following in flows.get(ahead.popleft(), ()):
            if following not in found:
                found[following] = None
                ahead.append(following)
    return found


def _backwards(flows: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """The same flows from their ends; nodes without a way on hang together at EXIT."""
    found: dict[str, list[str]] = {EXIT: [node for node, following in flows.items() if not following]}
    for node, following in flows.items():
        for other in following:
            found.setdefault(other, []).append(node)
    return found


def chart(spec: Any) -> Chart:
    """The chart of a compiled process, drawn once."""
    drawn: Chart | None = spec.__dict__.get("_chart")
    if drawn is None:
        nodes = spec.task_specs.values()
        drawn = spec.__dict__["_chart"] = Chart(
            spec.start.name,
            {node.name: [following.name for following in node.outputs] for node in nodes},
            {node.name: groups for node in nodes if len(groups := _groups(node)) > 1},
            gathering=[node.name for node in nodes if getattr(node, "gathers", False)],
            optional=[node.name for node in nodes if isinstance(node, Attached) and len(_groups(node)) > 1],
        )
    return drawn


def _groups(node: Any) -> list[list[str]]:
    """What a token starts when it leaves the node: one node of each group."""
    if isinstance(node, ExclusiveGateway | EventGateway):
        return [[following.name for following in node.outputs]]
    if not isinstance(node, Attached):
        return [[following.name] for following in node.outputs]
    beside = [spec for spec in node.outputs if isinstance(spec, BoundaryEvent) and not spec.cancel_activity]
    instead = [spec.name for spec in node.outputs if spec not in beside]
    return [instead, *([spec.name] for spec in beside)]
