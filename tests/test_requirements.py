"""`docs/requirements.csv` is honest: what it calls done or begun is shown by a test of this suite or by a page."""

import ast
import csv
from functools import cache
from pathlib import Path

from engine.settings import Settings
from webapp import create_app

ROOT = Path(__file__).parent.parent
COLUMNS = ["id", "source", "requirement", "priority", "state", "shown by", "remark"]
with (ROOT / "docs" / "requirements.csv").open(encoding="utf-8", newline="") as _table:
    HEAD, *ROWS = list(csv.reader(_table))


@cache
def running_in(path: str) -> frozenset[str]:
    """The tests of a file that run whenever the suite runs."""
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    functions = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))
    left_out = ("mark.long", "mark.skip")
    return frozenset(
        function.name
        for function in functions
        if not any(sign in ast.unparse(mark) for mark in function.decorator_list for sign in left_out)
    )


def test_all_327_requirements_are_listed_in_order() -> None:
    assert HEAD == COLUMNS
    assert [row[0] for row in ROWS] == [f"R{number:03d}" for number in range(1, 328)]
    assert {row[3] for row in ROWS} == {"A", "B", "C"}
    assert all(row[2] for row in ROWS)


def test_a_requirement_is_done_begun_or_missing_and_only_what_is_there_is_shown() -> None:
    assert {row[4] for row in ROWS} <= {"done", "partly", "not"}
    assert [row[0] for row in ROWS if bool(row[5]) is (row[4] == "not")] == []


def test_what_is_said_of_a_requirement_can_be_seen(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'unused.sqlite'}"
    app = create_app(Settings(tmp_path, url, ROOT, demo=False, port=0), testing=True)
    pages = {str(rule) for rule in app.url_map.iter_rules()}
    places = [(row[0], place) for row in ROWS for place in row[5].split()]
    assert [found for found in places if not is_there(found[1], pages)] == []


def is_there(place: str, pages: set[str]) -> bool:
    """A page of this site, or a test of this suite."""
    path, _, name = place.partition("::")
    return place in pages if place.startswith("/") else (ROOT / path).is_file() and name in running_in(path)
