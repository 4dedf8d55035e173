"""A running process in our words; the only package that knows SpiffWorkflow.

`definition(…)` compiles a process version once, `start` and `load` give a `Machine` that moves its tokens. The rule:
tokens carry no case data, and nothing an author wrote is executed but FEEL.
"""

from .compile import Definition, definition
from .machine import Machine, arrive, load, reopen, start
from .passage import Misfit, Moved, Passage
from .reopening import entrances
from .state import checksum
from .timers import occurrence
from .world import Refused, Step, Timer, Waiting, World

__all__ = [
    "Definition", "Machine", "Misfit", "Moved", "Passage", "Refused", "Step", "Timer", "Waiting", "World", "arrive",
    "checksum", "definition", "entrances", "load", "occurrence", "reopen", "start",
]  # fmt: skip
