"""The tokens of a running case and the scopes they stand in; only living tokens are kept.

A token that has passed is dropped and its successors hang directly under the root, so the tree stays flat and the state
does not grow, however often a loop is walked. Numbers come from the case's own counter: the same acts give the same
tokens, with or without saving in between.
"""

from collections import deque
from collections.abc import Iterator
from typing import Any

from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.specs.base import TaskSpec
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.errors import ExecutionFailed

from .joins import settle_inclusive_joins

ROOT = 0
LIVE = TaskState.NOT_FINISHED_MASK
MAX_DEPTH = 20


class Token(Task):
    """One token. Carries no case data, keeps no time, writes no log."""

    def __init__(
        self,
        workflow: Any,
        task_spec: TaskSpec,
        parent: "Token | None" = None,
        state: int = TaskState.FUTURE,
        id: int | None = None,
    ) -> None:
        self.id = workflow.top_workflow.next_number() if id is None else id
        self.workflow = workflow
        self.task_spec = task_spec
        self.triggered = False
        self.thread_id = 0
        self.data: dict[str, Any] = {}
        self.internal_data: dict[str, Any] = {}
        self.last_state_change = 0
        self._state = state
        self._children: list[int] = []
        self._parent = None if parent is None else parent.id
        workflow.tasks[self.id] = self
        if parent is not None:
            parent._children.append(self.id)

    @property
    def index(self) -> int | None:
        """The number of this instance of a multi-instance activity, from 0; None for all other tokens."""
        return self.internal_data.get("index")

    @property
    def host(self) -> "Token | None":
        """The token of the sub-process or call activity around this one."""
        above = self.workflow.parent_task_id
        return None if above is None else self.workflow.top_workflow.get_task_from_id(above)

    def around(self) -> Iterator["Token"]:
        """This token, the one of the activity around it, and so on outwards."""
        token: Token | None = self
        while token is not None:
            yield token
            token = token.host

    @property
    def path(self) -> tuple[str, ...]:
        """The ids of the activities around it, outermost first."""
        hosts = [host.task_spec for host in list(self.around())[1:]]
        return tuple(host.element.id for host in reversed(hosts) if host.visible)

    def _add_child(self, task_spec: TaskSpec, state: int = TaskState.FUTURE) -> "Token":
        child = Token(self.workflow, task_spec, self, state)
        if getattr(task_spec, "gathers", False):
            child.internal_data["via"] = self.task_spec.name
        return child

    def _set_state(self, value: int) -> None:
        self._state = value
        if value == TaskState.READY and not self.task_spec.manual:
            self.workflow.top_workflow.ready.append(self)

    def _inherit_data(self) -> None:
        """There is none to inherit: all data lives in the case's one scope."""

    def cancel(self) -> None:
        """Take the token away, and with it its instances, the events armed beside it and everything inside it."""
        for child in self.children:
            child.cancel()
        if self.has_state(LIVE):
            if self.task_spec.reached(self):
                self.workflow.script_engine.record("canceled", self)
            self._state = TaskState.CANCELLED
            self.task_spec._on_cancel(self)
        self.drop()

    def drop(self) -> None:
        """Remove the token from the tree; a split whose last branch is gone goes with it."""
        parent = self.parent
        if self.workflow.tasks.pop(self.id, None) is None or parent is None:
            return
        parent._children.remove(self.id)
        if not parent._children and parent.id != ROOT and parent.has_state(TaskState.COMPLETED):
            parent.drop()

    def prune(self) -> None:
        """After completing: hand the successors to the root and leave, unless branches still hang together here."""
        if getattr(self.task_spec, "holds_branches", False) and self._children:
            return
        root = self.workflow.task_tree
        for child in self.children:
            child._parent = ROOT
            root._children.append(child.id)
        self._children = []
        self.drop()


class _Scope:
    """What the whole case and each sub-process in it have in common."""

    tasks: dict[int, Token]
    completed: bool
    spec: Any
    top_workflow: Any
    task_tree: Token

    def plant(self) -> None:
        """Give the scope its root, which is never saved."""
        self.task_tree = Token(self, self.spec.start, None, TaskState.COMPLETED, id=ROOT)

    def begin(self) -> None:
        """Put the first token on the start event, or where a case that is reopened enters this scope."""
        first = self.task_tree._add_child(self.top_workflow.entrances.pop(self.spec.name, self.spec.start.outputs[0]))
        first.task_spec._update(first)

    def living(self) -> list[Token]:
        return [token for token in self.tasks.values() if token.has_state(LIVE)]

    def _task_completed_notify(self, token: Token) -> None:
        token.prune()
        self.look_again()

    def look_again(self) -> None:
        """After any change: may a waiting join go on, is this scope done?"""
        settle_inclusive_joins(self)
        if not self.completed and not self.living():
            self.completed = True
            self.finished()

    def finished(self) -> None:
        """The last token has left."""

    def cancel_all(self) -> list[Any]:
        self.completed = True
        for token in sorted(self.task_tree.children, key=lambda token: token.id):
            token.cancel()
        return []


class Inside(_Scope, BpmnSubWorkflow):
    """The inside of an embedded sub-process or of a called process."""

    def __init__(self, spec: Any, host: Token, top: "Case") -> None:
        super().__init__(spec, parent_task_id=host.id, top_workflow=top, deserializing=True)
        if self.depth > MAX_DEPTH:
            raise ExecutionFailed(
                f"Expected at most {MAX_DEPTH} processes inside each other, but {spec.name} would be one more",
                element_id=host.task_spec.element.id,
            )
        self.plant()

    def finished(self) -> None:
        self.top_workflow.get_task_from_id(self.parent_task_id)._set_state(TaskState.READY)

    def cancel(self, success: bool = False) -> list[Any]:
        return self.cancel_all()


class Case(_Scope, BpmnWorkflow):
    """The whole running case: the top scope, the counter of tokens, the queue of what can go on by itself."""

    def __init__(self, spec: Any, specs: dict[str, Any], engine: Any) -> None:
        self.last_number = ROOT
        self.ready: deque[Token] = deque()
        self.entrances: dict[str, Any] = {}
        super().__init__(spec, specs, script_engine=engine, deserializing=True)
        self.plant()

    def next_number(self) -> int:
        self.last_number += 1
        return self.last_number

    def create_subprocess(self, my_task: Token, spec_name: str) -> Inside:
        inside = self.subprocesses[my_task.id] = Inside(self.subprocess_specs[spec_name], my_task, self)
        return inside

    def scopes(self) -> list[Any]:
        return [self, *self.subprocesses.values()]

    def tokens(self) -> list[Token]:
        """All living tokens of all scopes, oldest first."""
        return sorted((token for scope in self.scopes() for token in scope.living()), key=lambda token: token.id)

    def get_task_from_id(self, task_id: int) -> Token:
        for scope in self.scopes():
            if task_id in scope.tasks and task_id != ROOT:
                return scope.tasks[task_id]
        raise KeyError(task_id)

    def cancel(self, workflow: Any = None) -> list[Any]:
        return self.cancel_all()
