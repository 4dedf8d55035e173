"""Rules of this house that no other tool watches over."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.settings import ROOT, Settings
from webapp import BLUEPRINTS, create_app

CODE = sorted(path for folder in ("engine", "webapp") for path in (ROOT / folder).rglob("*.py"))
TEMPLATES = sorted((ROOT / "webapp" / "templates").rglob("*.html"))
SCRIPTS = sorted(path for path in (ROOT / "scripts").iterdir() if path.is_file())
PYTHON = [path for path in CODE if "node_modules" not in path.parts and "versions" not in path.parts]
BANNED = {
    "utils",
    "helpers",
    "common",
    "misc",
    "base",
    "manager",
    "handler",
    "service",
    "processor",
    "data",
    "info",
    "core",
}


def lines(path: Path) -> Iterator[tuple[int, str]]:
    return enumerate(path.read_text("utf-8").splitlines(), start=1)


def places(paths: list[Path], pattern: str, *allowed: str) -> list[str]:
    """Where the pattern stands in these files, those allowed left out."""
    wanted = re.compile(pattern)
    return [
        f"{path.relative_to(ROOT)}:{number}"
        for path in paths
        if str(path.relative_to(ROOT)) not in allowed
        for number, line in lines(path)
        if wanted.search(line)
    ]


def test_only_one_place_commits() -> None:
    assert places(PYTHON, r"\.commit\(", "engine/db.py") == []


def test_only_the_clock_asks_what_time_it_is() -> None:
    assert places(PYTHON, r"datetime\.(now|utcnow|today)\(|date\.today\(", "engine/clock.py") == []


def test_pages_have_no_inline_script_or_style() -> None:
    assert (
        places(TEMPLATES, r"<style|\sstyle=|\son[a-z]+=\"|javascript:|<script(?![^>]*(\ssrc=|application/json))[^>]*>")
        == []
    )


def test_pages_load_from_this_site_only() -> None:
    assert places(TEMPLATES, r"(src|href|action)=[\"']?(https?:)?//") == []


def test_nothing_is_rendered_from_text_that_people_wrote() -> None:
    assert places(PYTHON, r"render_template_string|\|\s*safe\b") == []
    assert places(TEMPLATES, r"\|\s*safe\b") == []


def test_the_web_takes_no_more_of_sqlalchemy_than_its_session() -> None:
    allowed = r"^(from|import) sqlalchemy(?!\.orm import Session$)"
    web = [path for path in PYTHON if "webapp" in path.parts]
    assert places(web, allowed, "webapp/public/views.py", "webapp/case_lines.py") == []


@pytest.mark.parametrize("blueprint", BLUEPRINTS, ids=lambda blueprint: blueprint.name)
def test_every_blueprint_has_a_guard(blueprint: object) -> None:
    assert getattr(blueprint, "before_request_funcs", {}).get(None), (
        "Expected a before_request guard, but there is none"
    )


def test_addresses_are_kebab_case(tmp_path: Path) -> None:
    app = create_app(
        Settings(tmp_path, f"sqlite:///{tmp_path / 'unused.sqlite'}", ROOT, demo=False, port=0), testing=True
    )
    rules = [rule.rule for rule in app.url_map.iter_rules() if not rule.rule.startswith("/static")]
    words = [word for rule in rules for word in re.sub(r"<[^>]+>", "", rule).split("/") if word]
    assert [word for word in words if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*(\.json)?", word)] == []


def test_every_file_says_first_what_it_is_about() -> None:
    silent = [path for path in PYTHON if not path.read_text("utf-8").lstrip().startswith(('"""', 'r"""'))]
    assert [str(path.relative_to(ROOT)) for path in silent] == []


def test_modules_are_short_and_named_for_what_they_hold() -> None:
    long = [str(path.relative_to(ROOT)) for path in PYTHON if sum(1 for _ in lines(path)) > 400]
    assert long == []
    assert [str(path.relative_to(ROOT)) for path in PYTHON if path.stem in BANNED] == []


def test_scripts_fit_on_a_card() -> None:
    assert [path.name for path in SCRIPTS if sum(1 for _ in lines(path)) > 25] == []
    assert [path.name for path in SCRIPTS if path.suffix] == []


def test_every_page_that_sends_carries_the_token() -> None:
    forms = [
        f"{path.relative_to(ROOT)}"
        for path in TEMPLATES
        for form in re.findall(r"<form\b[^>]*method=\"post\".*?</form>", path.read_text("utf-8"), flags=re.S)
        if "csrf()" not in form
    ]
    assert forms == []
