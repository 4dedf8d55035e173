"""Activities with something inside: embedded sub-processes, called processes, and multi-instance.

A called process shares the case's one scope of variables. Of a multi-instance activity the state keeps indexes only;
items are looked up by their index, outputs are written in the order of the inputs.
"""

from decimal import Decimal
from typing import Any

from SpiffWorkflow.bpmn.specs import defaults
from SpiffWorkflow.bpmn.specs.mixins.bpmn_spec_mixin import BpmnSpecMixin
from SpiffWorkflow.util.task import TaskState

from engine.language.diagram import Loop

from .conditions import naming, to_json
from .nodes import Node


class _Containing(Node):
    """Runs a scope of its own inside and goes on when that is done."""

    spec: str

    def start_workflow(self, token: Any) -> None:
        token.workflow.top_workflow.create_subprocess(token, self.inside(token)).begin()

    def inside(self, token: Any) -> str:
        return self.spec

    def _on_complete_hook(self, token: Any) -> None:
        super()._on_complete_hook(token)
        token.workflow.top_workflow.subprocesses.pop(token.id, None)

    def _on_cancel(self, token: Any) -> None:
        inside = token.workflow.top_workflow.subprocesses.get(token.id)
        if inside is not None:
            inside.cancel()
            del token.workflow.top_workflow.subprocesses[token.id]


class SubProcess(_Containing, defaults.SubWorkflowTask):
    """An embedded sub-process."""


class CallActivity(_Containing, defaults.CallActivity):
    """Calls another process: by its id, or by the id that an expression gives."""

    def inside(self, token: Any) -> str:
        called = self.spec
        if not called.startswith("="):
            return called
        engine = token.workflow.script_engine
        called = engine.evaluate(token, called[1:])
        known = token.workflow.top_workflow.subprocess_specs
        if not isinstance(called, str) or called not in known or "/" in called:  # a slash: embedded in another process
            raise engine.failure(
                token, f'Expected "{self.spec}" to name a process of this version, but it was {called!r}'
            )
        return called


class MultiInstance(Node, BpmnSpecMixin):
    """One token per item of a collection, beside each other or one after the other."""

    loop: Loop
    instance: Any

    def _update_hook(self, token: Any) -> bool:
        engine = token.workflow.script_engine
        count = len(engine.collection(token, self.loop.collection))
        token.internal_data.update(count=count, begun=0)
        if self.loop.output_collection is not None:
            engine.write({self.loop.output_collection: [None] * count})
        if count == 0:
            return True
        token._set_state(TaskState.STARTED)
        for _ in range(1 if self.loop.sequential else count):
            self._begin_next(token)
        return False

    def _begin_next(self, token: Any) -> None:
        child = token._add_child(self.instance)
        child.internal_data["index"] = token.internal_data["begun"]
        token.internal_data["begun"] += 1
        child.task_spec._update(child)

    def instance_done(self, token: Any, child: Any) -> None:
        self._write_output(token, child)
        running = [other for other in token.children if other is not child]
        begun, count = token.internal_data["begun"], token.internal_data["count"]
        if self._enough(child, begun, count, len(running)):
            for other in running:
                other.cancel()
            token._set_state(TaskState.READY)
        elif begun < count:
            self._begin_next(token)
        elif not running:
            token._set_state(TaskState.READY)

    def _write_output(self, token: Any, child: Any) -> None:
        if self.loop.output_collection is None or self.loop.output_element is None:
            return
        engine, count = token.workflow.script_engine, token.internal_data["count"]
        outputs = engine.world.variables.get(self.loop.output_collection)
        outputs = list(outputs) if isinstance(outputs, list) and len(outputs) == count else [None] * count
        with naming(self.element):
            outputs[child.index] = to_json(engine.evaluate(child, self.loop.output_element))
        engine.write({self.loop.output_collection: outputs})

    def _enough(self, child: Any, begun: int, count: int, running: int) -> bool:
        """Whether the completion condition holds; it may ask how many instances there are (the names of BPMN)."""
        if self.loop.completion is None:
            return False
        counts = {
            "numberOfInstances": count,
            "numberOfActiveInstances": running,
            "numberOfCompletedInstances": begun - running,
            "numberOfTerminatedInstances": 0,
        }
        named = {name: Decimal(number) for name, number in counts.items()}
        return child.workflow.script_engine.judge(child, self.loop.completion, named)
