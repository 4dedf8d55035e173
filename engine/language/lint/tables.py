"""The decision tables of a bundle, each file looked at once: the same rules go with every process."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from engine.language import decisions
from engine.language.bundle import Bundle
from engine.language.decisions import analysis
from engine.language.decisions.analysis import Flaw, Use

_REMEMBERED = 8


@dataclass(frozen=True, slots=True)
class Tables:
    """What is wrong with the tables of a file, and the cells that name variables."""

    flaws: Sequence[Flaw]
    uses: Sequence[Use]


def files(bundle: Bundle) -> list[str]:
    """The paths of the decision files."""
    return [path for path in bundle.files if path.endswith(".dmn")]


@lru_cache(maxsize=_REMEMBERED)
def read(data: bytes) -> Tables:
    """The tables of a file that can be read."""
    model = decisions.read(data)
    return Tables(analysis.find(data, model), analysis.uses(data, model))
