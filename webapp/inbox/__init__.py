"""待办与办件: the worklist, the task page, the case page, messages."""

from webapp.inbox import (
    archives,
    asking,
    beginning,
    bulletins,
    cases,
    completing,
    copied,
    holding,
    moving,
    notices,
    objections,
    person,
    phoning,
    returning,
    stopping,
    taking_out,
    worklist,
)
from webapp.inbox.blueprint import blueprint

__all__ = [
    "archives", "asking", "beginning", "blueprint", "bulletins", "cases", "completing", "copied", "holding",
    "moving", "notices", "objections", "person", "phoning", "returning", "stopping", "taking_out",
    "worklist",
]  # fmt: skip
