"""What the simulated registers hold, and how each of them behaves: one JSON file that anyone can read and change.

{"records": {"vehicles": {"5326…": [{"kind": "小型汽车", "price": 80000}]}},
 "manners": {"bank_deposits": {"delayHours": 20}, "ships": {"silent": true}},
 "slots": {"某医院": {"capacity": {"上午": 12, "下午": 8}, "full": ["2026-11-20"]}}}
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

Records = Mapping[str, Mapping[str, list[dict[str, Any]]]]
"""Register → ID number → what it holds about that person."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How a register behaves. `delayHours`: it answers so long after it was first asked; `silent`: it takes the
    question and never answers; `down`: it cannot be reached; `silentFor`: it never answers about these ID numbers."""

    delayHours: float = 0
    silent: bool = False
    down: bool = False
    silentFor: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Content:
    """The whole file."""

    records: Records = field(default_factory=dict)
    manners: Mapping[str, Manner] = field(default_factory=dict)
    slots: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


def load(path: Path) -> Content:
    """The content of the file."""
    said = json.loads(path.read_text(encoding="utf-8"))
    manners = {
        name: Manner(**{**manner, "silentFor": tuple(manner.get("silentFor", ()))})
        for name, manner in said.get("manners", {}).items()
    }
    return Content(said.get("records", {}), manners, said.get("slots", {}))


def store(path: Path, content: Content) -> None:
    """Write the file, in one move so that the server never reads half of it."""
    manners = {name: asdict(manner) for name, manner in content.manners.items()}
    said = {"records": content.records, "manners": manners, "slots": content.slots}
    text = json.dumps(said, ensure_ascii=False, indent=1)
    fresh = path.with_suffix(".new")
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh.touch(mode=0o600)
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(path)
