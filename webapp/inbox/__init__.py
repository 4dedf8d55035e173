"""待办与办件: the worklist, the task page, the case page, messages."""

from webapp.inbox import cases, completing, holding, notices, worklist
from webapp.inbox.blueprint import blueprint

__all__ = ["blueprint", "cases", "completing", "holding", "notices", "worklist"]
