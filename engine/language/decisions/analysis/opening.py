"""A file of decisions opened once more, to look at its tables as they are written."""

from engine.language import xml
from engine.language.decisions.model import Model
from engine.language.decisions.source import Source


def opened(file: bytes, model: Model) -> Source:
    """The file with the names and types that its model knows."""
    source = Source(
        xml.parse(file, what="决策文件"),
        known_names=[variable.name for each in model.imports if not each.name for variable in each.model.variables],
        known_keys=[key for each in model.imports for key in each.model.known_names],
    )
    source.types = model.types
    return source
