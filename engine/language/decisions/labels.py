"""What people call the result columns of tables; read when somebody looks at a decision, not when it is made."""

from collections.abc import Mapping
from functools import lru_cache

from engine.language import xml


@lru_cache(maxsize=64)
def output_labels(file: bytes) -> Mapping[str, Mapping[str, str]]:
    """Of each decision of the file that is a table, by its id: the names of its result columns and their labels."""
    found: dict[str, dict[str, str]] = {}
    for decision in xml.parse(file, what="规则文件"):
        tables = [each for each in decision if xml.local_name(each) == "decisionTable"]
        if xml.local_name(decision) != "decision" or not tables:
            continue
        columns = [each for each in tables[0] if xml.local_name(each) == "output"]
        names = [column.get("name") or column.get("label") or "" for column in columns]
        labels = [column.get("label") or name for column, name in zip(columns, names, strict=True)]
        found[decision.get("id", "")] = dict(zip(names, labels, strict=True))
    return found
