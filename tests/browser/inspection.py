"""What may be wrong with any page: barriers that axe-core finds, no title, no or many h1, scrolling sideways.

The rule: each state of a page is inspected once on the phone's and once on the desk's width, whoever meets it first;
`share` makes that true of all workers of a run.
With JUSHOU_SCREENSHOTS set to a folder, a picture of each state is left there.
"""

import os
import re
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Page

from engine.settings import ROOT

AXE = ROOT / "webapp" / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# The shapes of a diagram are hundreds of nodes for the eye only; what they say stands in the list below the drawing.
# They are taken out while axe-core looks, which would else spend its time on leaving them alone.
# axe-core leaves empty style attributes behind, which the page's own script could stumble over later.
RUN = """async (tags) => {
    const drawings = [...document.querySelectorAll('.djs-container > svg')];
    const places = drawings.map((drawing) => document.createComment('a drawing'));
    drawings.forEach((drawing, index) => drawing.replaceWith(places[index]));
    const answer = await axe.run({runOnly: tags, resultTypes: ['violations'], preload: false});
    places.forEach((place, index) => place.replaceWith(drawings[index]));
    document.querySelectorAll('[style=""]').forEach((element) => element.removeAttribute('style'));
    return answer;
}"""
WIDTHS = (390, 1280)
FACTS = """() => ({
    lang: document.documentElement.lang,
    title: document.title,
    headings: document.querySelectorAll('h1').length,
    width: document.documentElement.scrollWidth,
})"""
DRAWN = """() => [...document.querySelectorAll('figure[data-diagram]')].every((figure) =>
    figure.closest('details:not([open])') || figure.matches('.diagram-ready, .diagram-failed'))"""

_inspected: set[str] = set()
_shared: list[Path] = []


def share(folder: Path) -> None:
    """From now on a state is also left to those who noted it in this folder."""
    folder.mkdir(exist_ok=True)
    _shared[:] = [folder]


@cache
def _axe() -> str:
    return AXE.read_text("utf-8")


def faults(page: Page, *, script: bool = True) -> list[str]:
    """What is wrong with the page in this state, at both widths; nothing if the same state has been seen."""
    state = _state(page)
    if not script or not _is_first(state):
        return []
    page.wait_for_function(DRAWN)
    size = page.viewport_size or {"width": WIDTHS[1], "height": 900}
    found = [f"{state} at {width} px: {fault}" for width in WIDTHS for fault in _at_width(page, width, state)]
    page.set_viewport_size(size)
    return found


def _is_first(state: str) -> bool:
    """Whether nobody else looks at this state; from now on somebody does."""
    if state in _inspected:
        return False
    _inspected.add(state)
    try:
        for folder in _shared:
            (folder / sha256(state.encode()).hexdigest()).touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


def _state(page: Page) -> str:
    """The same page with other numbers is the same state; another title is another."""
    path = re.sub(r"[0-9a-f]{8,}|\d+", "#", urlsplit(page.url).path)
    large = " in large type" if page.locator("html.large").count() else ""
    title = re.sub(r"[-a-z]*\d[-\d]*", "#", page.title())
    return f"{path} [{title}]{large}"


def _at_width(page: Page, width: int, state: str) -> Iterator[str]:
    page.set_viewport_size({"width": width, "height": 844})
    _picture(page, width, state)
    facts = page.evaluate(FACTS)
    if facts["lang"] != "zh-CN":
        yield f"lang is {facts['lang']!r}"
    if "举手" not in facts["title"]:
        yield f"title is {facts['title']!r}"
    if facts["headings"] != 1:
        yield f"{facts['headings']} h1"
    if facts["width"] > width:
        yield f"scrolls sideways, {facts['width']} px wide"
    if page.evaluate("typeof axe === 'undefined'"):
        page.evaluate(_axe())
    answer: dict[str, Any] = page.evaluate(RUN, LEVELS)
    for violation in answer["violations"]:
        for node in violation["nodes"]:
            yield f"{violation['id']}: {node['html'][:200]} — {node['failureSummary']}"


def _picture(page: Page, width: int, state: str) -> None:
    folder = os.environ.get("JUSHOU_SCREENSHOTS")
    if folder:
        name = re.sub(r"[^\w]+", "-", state).strip("-")
        page.screenshot(path=Path(folder) / f"{name}-{width}.png", full_page=True)
