"""A file together with those that it imports, found among other files by their namespaces.

The rule: what cannot be found or read, or imports in a circle, is left out; the file that wants it says so.
"""

from collections.abc import Callable, Iterable, Mapping

from lxml import etree

from engine.errors import Refusal
from engine.language import xml
from engine.language.decisions.model import Model
from engine.language.decisions.reading import checked


def linked(file: bytes, others: Iterable[bytes], *, read: Callable[..., Model] = checked) -> Model:
    """The model of `file`; `read` reads it and all that it imports. Raises as that does."""
    return _linked(
        file, {root.get("namespace", ""): each for each in others if (root := _root(each)) is not None}, read
    )


def _linked(file: bytes, others: Mapping[str, bytes], read: Callable[..., Model]) -> Model:
    root, imports = _root(file), []
    for namespace in () if root is None else {each.get("namespace", "") for each in root.iter("{*}import")}:
        if namespace in others:
            rest = {key: each for key, each in others.items() if key != namespace}
            imports.append(_linked(others[namespace], rest, read))
    return read(file, imports=imports)


def _root(file: bytes) -> etree._Element | None:
    try:
        return xml.parse(file)
    except Refusal:
        return None
