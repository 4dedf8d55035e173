"""Prediction, cut down to one level: a token knows where it goes when it leaves, and not earlier.

SpiffWorkflow draws the whole future of every token at each load, so that a step costs more the longer the process is.
Here the tokens that follow come into being when their predecessor completes; a step costs the same in a process of six
or of six hundred tasks.
"""

from typing import Any

from SpiffWorkflow.specs.base import TaskSpec
from SpiffWorkflow.util.task import TaskState


class OneLevel(TaskSpec):
    """A spec whose tokens look ahead only at the moment they complete."""

    def test(self) -> None:
        """Nothing to look at: the compiler has checked every spec once, stock checks at each step."""

    def _predict(self, token: Any, seen: Any = None, looked_ahead: int = 0, mask: int = 0) -> None:
        """No future is drawn."""

    def _on_complete_hook(self, token: Any) -> None:
        super()._on_complete_hook(token)
        if not token._children:  # a gateway has already chosen its ways
            token._sync_children(self.outputs, TaskState.FUTURE)
