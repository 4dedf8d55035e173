"""A file together with those that it imports, found among other files by their namespaces.

The rule: what cannot be found or read, or imports in a circle, is left out; the file that wants it says so.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache

from engine.errors import Refusal
from engine.language import xml
from engine.language.decisions.model import Model
from engine.language.decisions.reading import checked


def linked(file: bytes, others: Iterable[bytes], *, read: Callable[..., Model] = checked) -> Model:
    """The model of `file`; `read` reads it and all that it imports. Raises as that does."""
    return _linked(file, {_namespace(each): each for each in others} if _wanted(file) else {}, read)


def imported(file: bytes, others: Mapping[str, bytes]) -> list[str]:
    """The paths of those of the `others` that a file imports, and that these import in their turn."""
    paths = {_namespace(each): path for path, each in others.items()} if _wanted(file) else {}
    found: list[str] = []
    waiting = [file]
    while waiting:
        new = [paths[each] for each in _wanted(waiting.pop()) if each in paths and paths[each] not in found]
        found += new
        waiting += [others[path] for path in new]
    return found


def _linked(file: bytes, others: Mapping[str, bytes], read: Callable[..., Model]) -> Model:
    imports = []
    for namespace in _wanted(file):
        if namespace in others:
            rest = {key: each for key, each in others.items() if key != namespace}
            imports.append(_linked(others[namespace], rest, read))
    return read(file, imports=imports)


def _wanted(file: bytes) -> Sequence[str]:
    return _names(file)[1]


def _namespace(file: bytes) -> str:
    return _names(file)[0]


@lru_cache(maxsize=64)
def _names(file: bytes) -> tuple[str, Sequence[str]]:
    """The namespace of a file, and those that it imports, each once; nothing for a file that cannot be read."""
    try:
        root = xml.parse(file)
    except Refusal:
        return "", ()
    imported = (each.get("namespace", "") for each in root.iter("{*}import"))
    return root.get("namespace", ""), tuple(dict.fromkeys(imported))
