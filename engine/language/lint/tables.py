"""The decision tables of a bundle, each file looked at once: the same rules go with every process."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from engine.language import decisions
from engine.language.bundle import Bundle
from engine.language.decisions import analysis
from engine.language.decisions.analysis import Flaw, Use

_REMEMBERED = 256


@dataclass(frozen=True, slots=True)
class Tables:
    """What is wrong with the tables of a file, and the cells that name variables."""

    flaws: Sequence[Flaw]
    uses: Sequence[Use]


def files(bundle: Bundle) -> list[str]:
    """The paths of the decision files."""
    return [path for path in bundle.files if path.endswith(".dmn")]


def read(bundle: Bundle, path: str) -> Tables:
    """The tables of a file of the bundle, which may import others of them."""
    others = {other: bundle.files[other] for other in files(bundle) if other != path}
    wanted = decisions.imported(bundle.files[path], others)
    return _read(bundle.files[path], tuple(others[other] for other in wanted))


@lru_cache(maxsize=_REMEMBERED)
def _read(data: bytes, others: tuple[bytes, ...]) -> Tables:
    model = decisions.linked(data, others, read=decisions.read)
    return Tables(analysis.find(data, model), analysis.uses(data, model))
