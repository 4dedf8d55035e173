"""Gateways that gather branches, after the letter of BPMN: exactly one token is taken from each incoming flow.

SpiffWorkflow decides by the finished part of the tree and fires too early from the second round of a loop on; here only
the tokens that wait at the gateway count, each knowing the flow it came by.
"""

from abc import ABC, abstractmethod
from collections import Counter
from typing import Any

from SpiffWorkflow.bpmn.specs import defaults
from SpiffWorkflow.util.task import TaskState

from engine.errors import ExecutionFailed

from .nodes import Node


def _waiting(scope: Any, gateway: Any) -> list[Any]:
    """The tokens that wait at the gateway, in the order in which they came."""
    return [token for token in scope.tasks.values() if token.task_spec is gateway and token.state == TaskState.WAITING]


class _Gathering(Node, ABC):
    """One token per arrival waits; on the diagram the gateway is entered when it fires."""

    _inputs: list[str]

    @property
    def gathers(self) -> bool:
        return len(self._inputs) > 1

    def _update(self, token: Any) -> None:
        if not self.gathers:
            super()._update(token)
        elif self._gathered(token):
            token.workflow.script_engine.record("entered", token)
            token._ready()

    def reached(self, token: Any) -> bool:
        return not self.gathers or token.state != TaskState.WAITING

    @abstractmethod
    def _gathered(self, token: Any) -> bool:
        """Whether the token that has come may go on, with those that waited for it."""


class ParallelGateway(_Gathering, defaults.ParallelGateway):
    """Fires when a token has come by every flow; what is left over waits for the next round."""

    def _gathered(self, token: Any) -> bool:
        token._set_state(TaskState.WAITING)
        missing, taken = Counter(self._inputs), []
        for arrival in _waiting(token.workflow, self):
            if missing[arrival.internal_data["via"]] > 0:
                missing[arrival.internal_data["via"]] -= 1
                taken.append(arrival)
        if missing.total():
            return False
        for arrival in taken:
            if arrival is not token:
                arrival.drop()
        return True

    def _run_hook(self, token: Any) -> bool:
        return True


class InclusiveGateway(_Gathering, defaults.InclusiveGateway):
    """Fires when no other token can still come by a flow that is empty; leaves by every flow whose condition holds."""

    def _gathered(self, token: Any) -> bool:
        token._set_state(TaskState.WAITING)
        return False  # decided in settle_inclusive_joins, when every token stands where it belongs

    def _run_hook(self, token: Any) -> bool:
        matches, defaults_ = self._get_matching_outputs(token)
        if not matches and not defaults_:
            raise ExecutionFailed(
                "Expected a condition to hold or a default flow, but there is neither", element_id=self.element.id
            )
        token._sync_children(matches or defaults_, TaskState.FUTURE)
        return True

    def ways_in(self, spec: Any) -> frozenset[str]:
        """By which of its flows a token that stands at `spec` can reach this gateway."""
        known: dict[str, frozenset[str]] = self.__dict__.setdefault("_ways_in", {})
        if spec.name not in known:
            known[spec.name] = frozenset(self._search(spec))
        return known[spec.name]

    def _search(self, start: Any) -> set[str]:
        ways, seen, ahead = set(), {start.name}, [start]
        while ahead:
            spec = ahead.pop()
            for following in (*spec.outputs, *spec.boundary_events):
                if following is self:
                    ways.add(spec.name)
                elif following.name not in seen:
                    seen.add(following.name)
                    ahead.append(following)
        return ways


def settle_inclusive_joins(scope: Any) -> None:
    """Let every inclusive gateway fire that has nothing more to wait for."""
    gateways = {
        token.task_spec.name: token.task_spec
        for token in scope.tasks.values()
        if token.state == TaskState.WAITING and isinstance(token.task_spec, InclusiveGateway)
    }
    for gateway in gateways.values():
        arrivals = _waiting(scope, gateway)
        by_way = {token.internal_data["via"]: token for token in reversed(arrivals)}
        if any(_blocks(gateway, by_way.keys(), token) for token in scope.living() if token not in arrivals):
            continue
        first, *others = sorted(by_way.values(), key=lambda token: token.id)
        for token in others:
            token.drop()
        scope.script_engine.record("entered", first)
        first._ready()


def _blocks(gateway: InclusiveGateway, arrived: Any, token: Any) -> bool:
    """A token that can come by an empty flow, and by none that has a token already, must be waited for."""
    is_boundary_event = hasattr(token.task_spec, "cancel_activity")
    if is_boundary_event and token.state == TaskState.WAITING:
        return False  # only armed: the activity it is attached to counts
    ways = gateway.ways_in(token.task_spec)
    return bool(ways - arrived) and not ways & arrived
