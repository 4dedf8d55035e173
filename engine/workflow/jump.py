"""Sending a token to another element of its process: 退回 and other moves that no flow draws.

One token goes and one comes, so joins still add up. The target stands in the same process or sub-process, or in one
around it, which ends the sub-process. While other branches are under way the target must lie in the same branch: the
way between the two may not pass a parallel or inclusive gateway.
"""

from dataclasses import dataclass
from typing import Any

from engine.errors import Invalid

from .joins import InclusiveGateway, ParallelGateway
from .nodes import Attached, EventGateway, Node
from .tokens import Token


@dataclass(frozen=True)
class Landing:
    """Where a jump leads: the token that leaves and the spec that is entered, both in the same scope."""

    leaving: Token
    entry: Any


def landing(token: Token, target_element_id: str) -> Landing:
    """Where the jump would land. Raises Invalid when the target cannot be reached by a jump."""
    for around in token.around():
        specs = around.workflow.spec.task_specs
        target = specs.get(target_element_id)
        if target is None:
            continue
        leaving = around.parent if around.index is not None else around
        if not _may_be_entered(target) or not _same_branch(leaving, target):
            break
        return Landing(leaving, specs.get(f"{target_element_id}+", target))
    raise Invalid(
        f"Expected a target that a jump from {token.task_spec.element.id} may reach, but got {target_element_id}",
        notice="不能退回或跳转到这一步",
    )


def _may_be_entered(target: Any) -> bool:
    """Drawn, and neither an event armed beside an activity nor one behind an event-based gateway."""
    if not isinstance(target, Node) or not target.visible or hasattr(target, "cancel_activity"):
        return False
    return target.name == target.element.id and not any(isinstance(spec, EventGateway) for spec in target.inputs)


def jump(target: Landing, token: Token) -> None:
    """Cancel what leaves (with its instances, its armed events and all inside) and enter the target."""
    leaving, scope = target.leaving, target.leaving.workflow
    whole = leaving.parent if isinstance(leaving.parent.task_spec, Attached) else leaving
    new = scope.task_tree._add_child(target.entry)
    whole.cancel()
    new.task_spec._update(new)
    scope.look_again()


def _same_branch(leaving: Token, target: Any) -> bool:
    own = {leaving.id} | ({leaving._parent} if isinstance(leaving.parent.task_spec, Attached) else set())
    if all(token.id in own or token._parent in own for token in leaving.workflow.living()):
        return True
    here = leaving.task_spec
    return _reaches(target, here) or _reaches(here, target)


def _reaches(start: Any, goal: Any) -> bool:
    """Whether a way leads from one node to the other that neither splits nor joins branches."""
    seen, ahead = {start.name}, [start]
    while ahead:
        spec: Node = ahead.pop()
        if spec is goal:
            return True
        if isinstance(spec, ParallelGateway | InclusiveGateway):
            continue
        for following in (*spec.outputs, *spec.boundary_events):
            if following.name not in seen:
                seen.add(following.name)
                ahead.append(following)
    return False
