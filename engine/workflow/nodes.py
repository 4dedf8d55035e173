"""What the nodes of a diagram do when a token comes to them: tasks that wait, work, decide, and the splits.

Every node is SpiffWorkflow's own spec with our prediction, and tells the trail what happens to its tokens.
"""

from typing import Any

from SpiffWorkflow.bpmn.specs import defaults
from SpiffWorkflow.bpmn.specs.control import SimpleBpmnTask
from SpiffWorkflow.bpmn.specs.mixins.bpmn_spec_mixin import BpmnSpecMixin
from SpiffWorkflow.exceptions import WorkflowException
from SpiffWorkflow.util.task import TaskState

from engine.errors import ExecutionFailed
from engine.language.diagram import Element, Loop

from .conditions import naming, to_json
from .predict import OneLevel


class Node(OneLevel):
    """An element of the diagram. `instance_of` is its loop when the node is one instance of a multi-instance."""

    element: Element
    instance_of: Loop | None = None
    boundary_events: tuple[Any, ...] = ()
    visible = True

    def _update(self, token: Any) -> None:
        if token.state == TaskState.FUTURE and self.reached(token):
            token.workflow.script_engine.record("entered", token)
        super()._update(token)

    def reached(self, token: Any) -> bool:
        """Whether the diagram shows the token here: not what is only armed, nor what waits to be gathered."""
        return True

    def _on_complete_hook(self, token: Any) -> None:
        token.workflow.script_engine.record("completed", token)
        super()._on_complete_hook(token)
        self._release(token)

    def _release(self, token: Any) -> None:
        """The activity is over: what its boundary events waited for cannot happen any more; what has fired, goes on."""
        if self.instance_of is not None:
            token.parent.task_spec.instance_done(token.parent, token)
        elif isinstance(token.parent.task_spec, Attached):
            for sibling in token.parent.children:
                spec = sibling.task_spec
                if sibling is not token and (sibling.state == TaskState.WAITING or spec.cancel_activity):
                    sibling.cancel()


class Attached(Node, SimpleBpmnTask):
    """Stands before an activity with boundary events; its branches are the activity and the armed events."""

    visible = False
    holds_branches = True


class UserTask(Node, defaults.UserTask):
    """Waits for a person; manual tasks too."""


class PassingTask(Node, BpmnSpecMixin):
    """A task without a type: it documents, and does nothing."""


class ServiceTask(Node, BpmnSpecMixin):
    """Asks the world to perform something; waits when that becomes a job."""

    def _run_hook(self, token: Any) -> bool | None:
        engine = token.workflow.script_engine
        with naming(self.element):
            values = engine.world.perform(self.element, engine.variables(token))
        if values is None:
            return None
        engine.write(values)
        return True


class RuleTask(Node, BpmnSpecMixin):
    """Writes the value of a decision."""

    def _run_hook(self, token: Any) -> bool:
        engine, decision = token.workflow.script_engine, self.element.decision or ""
        if decision.startswith("="):
            decision = engine.evaluate(token, decision[1:])
            if not isinstance(decision, str):
                raise engine.failure(
                    token, f'Expected "{self.element.decision}" to name a decision, but it was {decision!r}'
                )
        with naming(self.element):
            value = to_json(engine.world.decide(self.element, decision, engine.variables(token)))
        engine.write({self.element.result_variable: value})
        return True


class ScriptTask(Node, BpmnSpecMixin):
    """Writes the value of a FEEL expression; nothing else can be a script."""

    def _run_hook(self, token: Any) -> bool:
        engine = token.workflow.script_engine
        with naming(self.element):
            value = to_json(engine.evaluate(token, (self.element.script or "").removeprefix("=")))
        engine.write({self.element.result_variable: value})
        return True


class ExclusiveGateway(Node, defaults.ExclusiveGateway):
    """Takes the first flow, in the order of the document, whose condition is true."""

    def _run_hook(self, token: Any) -> bool:
        try:
            return super()._run_hook(token)
        except WorkflowException as nothing_holds:
            raise ExecutionFailed(
                "Expected a condition to hold or a default flow, but there is neither", element_id=self.element.id
            ) from nothing_holds


class EventGateway(Node, BpmnSpecMixin):
    """Arms the events behind it; the first that happens disarms the others."""

    holds_branches = True
