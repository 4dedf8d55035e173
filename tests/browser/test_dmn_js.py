"""The editor of policy staff: dmn-js opens the tables that come with the platform, and what it saves is decided here.

The rule: the editor is bpmn.io's own, unchanged. With JUSHOU_SCREENSHOTS set to a folder, pictures are left there.
"""

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from playwright.sync_api import Browser, Page, Route

from engine.language import decisions, feel
from engine.language.feel.notices import FeelSyntaxError
from engine.settings import ROOT
from tests.language.decisions.written import context, decision, file, formula, function, input_data, service, table

pytestmark = pytest.mark.browser

BOXES = ("decisionTable", "literalExpression", "context", "relation", "list", "invocation", "functionDefinition")
# The kinds of which it has a view of their own.
VIEWED = ("decisionTable", "literalExpression")
# What these ask is what other decisions answered, or made of what was given, so no plain values can be given.
NOT_PLAINLY_ASKED = ("check_findings", "dibao_breaches", "tekun_breaches")
RULES = sorted((ROOT / "rules").glob("*.dmn"))
DIST = ROOT / "webapp" / "frontend" / "node_modules" / "dmn-js" / "dist"
STYLES = (*(f"assets/{path.name}" for path in sorted((DIST / "assets").glob("*.css"))), "assets/dmn-font/css/dmn.css")
HTML = (
    "<!doctype html><meta charset='utf-8'><title>dmn-js</title>"
    + "".join(f"<link rel='stylesheet' href='/{style}'>" for style in STYLES)
    + "<style>html, body, #canvas { height: 100%; margin: 0 }</style><div id='canvas'></div>"
    + "<script src='/dmn-modeler.production.min.js'></script>"
)
# It tells so of its own build.
ITS_OWN = re.compile(r"minified copy of the development build of Inferno")


class Editor:
    """dmn-js in a browser, with one file open at a time."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.faults: list[str] = []
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", lambda said: self._heard(said.type, said.text))
        page.route("**/*", _answer)
        page.goto("http://dmn-js.test/")
        page.evaluate("() => { window.modeler = new DmnJS({container: '#canvas'}) }")

    def _heard(self, kind: str, text: str) -> None:
        if kind in ("error", "warning") and not ITS_OWN.search(text):
            self.faults.append(text)

    def opens(self, xml: bytes) -> list[str]:
        """What it warns of."""
        warnings: list[str] = self.page.evaluate(
            "async (xml) => (await modeler.importXML(xml)).warnings.map(({message}) => message)", xml.decode()
        )
        return warnings

    def views(self) -> list[tuple[str, str]]:
        """The kinds of views and the ids of what they show; the overview of the file is a "drd"."""
        found = self.page.evaluate("() => modeler.getViews().map((view) => [view.type, view.element.id])")
        return [(kind, element_id) for kind, element_id in found]

    def shows(self, element_id: str) -> None:
        self.page.evaluate(
            "(id) => modeler.open(modeler.getViews().find((view) => view.element.id === id))", element_id
        )

    def edits(self, deed: str, **given: Any) -> None:
        """Do something with the view's registry of `elements` and with `modeling`, as its own buttons do."""
        self.page.evaluate(
            f"""(given) => {{
                const view = modeler.getActiveViewer(), modeling = view.get('modeling');
                const elements = view.get('elementRegistry');
                {deed}
            }}""",
            given,
        )

    def writes(self, cell_id: str, text: str) -> None:
        deed = "modeling.editCell(elements.get(given.id).businessObject, given.text)"
        self.edits(deed, id=cell_id, text=text)

    def saves(self) -> bytes:
        xml: str = self.page.evaluate("async () => (await modeler.saveXML({format: true})).xml")
        return xml.encode()

    def drawn(self) -> list[dict[str, float]]:
        """The boxes of decisions in the overview."""
        boxes: list[dict[str, float]] = self.page.evaluate(
            """() => modeler.getActiveViewer().get('elementRegistry').filter(({type}) => type === 'dmn:Decision')
                .map(({id, x, y, width, height}) => ({id, x, y, width, height}))"""
        )
        return boxes

    def photographs(self, name: str) -> None:
        if folder := os.environ.get("JUSHOU_SCREENSHOTS"):
            self.page.wait_for_function("() => document.fonts.status === 'loaded'")
            self.page.screenshot(path=Path(folder) / f"dmn-js-{name}.png", full_page=True)


def _answer(route: Route) -> None:
    """The page stands nowhere: it gets the files of dmn-js, and nothing else."""
    name = route.request.url.partition(".test/")[2].partition("?")[0]
    if not name:
        route.fulfill(body=HTML, content_type="text/html; charset=utf-8")
    elif (DIST / name).is_file():
        route.fulfill(path=DIST / name)
    else:
        route.fulfill(status=404)


@pytest.fixture(scope="module")
def started(browser: Browser) -> Iterator[Editor]:
    """Starting it takes longer than all that is done with it."""
    context = browser.new_context(viewport={"width": 1900, "height": 1000})
    yield Editor(context.new_page())
    context.close()


@pytest.fixture
def editor(started: Editor) -> Iterator[Editor]:
    started.faults.clear()
    yield started
    assert not started.faults, "\n".join(started.faults)


def logic(decided: etree._Element) -> str:
    """What kind of box a decision is written in."""
    return next(kind for part in decided if (kind := etree.QName(part).localname) in BOXES)


def boxes_of(xml: bytes) -> dict[str, str]:
    """The decisions of a file, each with the kind of its box."""
    return {found.get("id", ""): logic(found) for found in etree.fromstring(xml).iterfind("{*}decision")}


def table_of(xml: bytes, table_id: str) -> etree._Element:
    found = etree.fromstring(xml).find(f"{{*}}decision[@id='{table_id}']/{{*}}decisionTable")
    assert found is not None
    return found


LITERAL = re.compile(r'"([^"]*)"|(\d+(?:\.\d+)?)')


def plain(cell: str) -> list[object]:
    """Values at which the cell applies: those it lists; of a comparison the one above, of a function its literal."""
    if cell.strip() in ("", "-"):
        return []
    if "?" in cell or ">" in cell:
        return [text or float(number) + 1 for text, number in LITERAL.findall(cell)]
    try:
        listed = feel.evaluate(f"[{cell}]")
    except FeelSyntaxError:
        return []
    return listed if isinstance(listed, list) else []


def asked(xml: bytes, table_id: str) -> list[dict[str, object]]:
    """For each row of the table, values at which it applies by its plain cells."""
    drawn = table_of(xml, table_id)
    names = [text.text or "" for text in drawn.iterfind(".//{*}inputExpression/{*}text")]
    rows = []
    for rule in drawn.iterfind("{*}rule"):
        cells = [plain(cell.findtext("{*}text") or "") for cell in rule.iterfind("{*}inputEntry")]
        rows.append({name: cell[0] for name, cell in zip(names, cells, strict=True) if cell})
    return rows


def answers(xml: bytes, table_id: str, given: list[dict[str, object]]) -> list[list[feel.Value]]:
    """The rows that the table answers with, to each question."""
    found = [decided.value for decided in decided_by(xml, table_id, given)]
    return [answer if isinstance(answer, list) else [answer] for answer in found]


def decided_by(xml: bytes, table_id: str, given: list[dict[str, object]]) -> list[decisions.Decided]:
    model = decisions.checked(xml)
    return [model.evaluate(table_id, each) for each in given]


TABLES = [
    pytest.param(path, table_id, id=table_id)
    for path in RULES
    for table_id, kind in boxes_of(path.read_bytes()).items()
    if kind == "decisionTable"
]


@pytest.mark.parametrize("path", RULES, ids=lambda path: path.stem)
def test_a_shipped_file_opens_without_a_warning_and_its_overview_is_drawn(editor: Editor, path: Path) -> None:
    xml = path.read_bytes()
    assert editor.opens(xml) == []
    definitions, boxes = etree.fromstring(xml).get("id", ""), boxes_of(xml)
    shown = [(kind, key) for key, kind in boxes.items() if kind in VIEWED]
    assert [view for view in editor.views() if view[0] in VIEWED] == shown
    editor.shows(definitions)
    drawn = editor.drawn()
    assert {box["id"] for box in drawn} == boxes.keys()
    assert all(box["width"] >= 180 and box["height"] >= 80 for box in drawn)
    editor.photographs(f"{path.stem}-overview")


@pytest.mark.parametrize(("path", "table_id"), TABLES)
class TestShippedTables:
    def test_all_rows_of_a_table_are_shown(self, editor: Editor, path: Path, table_id: str) -> None:
        xml = path.read_bytes()
        editor.opens(xml)
        editor.shows(table_id)
        rows = editor.page.locator("#canvas tbody tr .rule-index")
        assert rows.count() == len(asked(xml, table_id))
        editor.photographs(f"{table_id}-table")

    def test_what_it_saves_unchanged_answers_the_same(self, editor: Editor, path: Path, table_id: str) -> None:
        xml = path.read_bytes()
        editor.opens(xml)
        saved = editor.saves()
        given = asked(xml, table_id)
        assert given
        assert answers(saved, table_id, given) == answers(xml, table_id, given)
        assert drawn_at(saved) == drawn_at(xml)

    def test_a_broken_cell_is_told_at_its_place(self, editor: Editor, path: Path, table_id: str) -> None:
        xml = path.read_bytes()
        editor.opens(xml)
        editor.shows(table_id)
        cell = next(table_of(xml, table_id).iterfind("{*}rule/{*}inputEntry")).get("id", "")
        editor.writes(cell, "< <")
        assert cell in decisions.read(editor.saves()).problems


@pytest.mark.parametrize(("path", "table_id"), [table for table in TABLES if table.id not in NOT_PLAINLY_ASKED])
def test_a_changed_cell_changes_its_row_only(editor: Editor, path: Path, table_id: str) -> None:
    xml = path.read_bytes()
    given = asked(xml, table_id)
    before = decided_by(xml, table_id, given)
    row = next(decided.hits[0].rule_id for decided in before if decided.hits)
    editor.opens(xml)
    editor.shows(table_id)
    drawn = table_of(xml, table_id)
    cell = drawn.find(f"{{*}}rule[@id='{row}']/{{*}}outputEntry")
    assert cell is not None
    number = next(drawn.iterfind("{*}output")).get("typeRef") == "number"
    editor.writes(cell.get("id", ""), "4711" if number else '"ELAPSED, 改"')
    after = decided_by(editor.saves(), table_id, given)
    for old, new in zip(before, after, strict=True):
        assert [hit.rule_id for hit in new.hits] == [hit.rule_id for hit in old.hits]
        for was, now in zip(old.hits, new.hits, strict=True):
            changed = {name for name, value in now.outputs.items() if value != was.outputs[name]}
            assert len(changed) == (now.rule_id == row), "one cell of that row, none of the others"


def drawn_at(xml: bytes) -> list[Mapping[str, str]]:
    return [dict(bounds.attrib) for bounds in etree.fromstring(xml).iter("{*}Bounds")]


class TestEditing:
    """What people do beside writing in cells."""

    TABLE = file(decision("d", table(["x"], ["y"], ["< 10", "1"], [">= 10", "2"])))

    @pytest.fixture
    def opened(self, editor: Editor) -> Editor:
        assert editor.opens(self.TABLE) == []
        editor.shows("d")
        return editor

    def decide(self, editor: Editor, **given: object) -> feel.Value:
        return decisions.checked(editor.saves()).decide("d", given)

    def test_a_row_is_added_and_written(self, opened: Editor) -> None:
        opened.edits("modeling.addRow({type: 'dmn:DecisionRule'})")
        opened.edits(
            """const cells = elements.getAll().filter(({row, col}) => row && col).slice(-2);
            ['= 50', '5'].forEach((text, index) => modeling.editCell(cells[index].businessObject, text));
            modeling.editHitPolicy('COLLECT', 'MAX');"""
        )
        assert [self.decide(opened, x=each) for each in (1, 20, 50)] == [1, 2, 5]

    def test_a_column_is_added_and_asked(self, opened: Editor) -> None:
        opened.edits("modeling.addCol({type: 'dmn:InputClause'}, 1)")
        opened.edits(
            """const column = elements.getAll().find(({businessObject}) =>
                businessObject && businessObject.$type === 'dmn:InputClause' && businessObject.id !== 'input_1');
            modeling.editInputExpression(column.businessObject.inputExpression, {text: 'kind'});
            const cell = column.cells.find(({businessObject}) => businessObject.$type === 'dmn:UnaryTests');
            modeling.editCell(cell.businessObject, '"a"');"""
        )
        assert [self.decide(opened, x=1, kind=each) for each in ("a", "b")] == [1, None]
        assert self.decide(opened, x=20, kind="b") == 2

    def test_a_remark_is_part_of_the_trace(self, opened: Editor) -> None:
        opened.edits("modeling.editAnnotation(elements.get('r1').businessObject, '依据 S2 §17')")
        assert decisions.checked(opened.saves()).evaluate("d", {"x": 1}).hits[0].note == "依据 S2 §17"

    @pytest.mark.parametrize(
        ("policy", "aggregation", "answer"),
        [("FIRST", None, 1), ("COLLECT", "SUM", 1), ("RULE ORDER", None, [1]), ("ANY", None, 1), ("UNIQUE", None, 1)],
    )
    def test_every_hit_policy_it_offers_is_understood(
        self, opened: Editor, policy: str, aggregation: str | None, answer: object
    ) -> None:
        opened.edits(
            "modeling.editHitPolicy(given.policy, given.aggregation || undefined)",
            policy=policy,
            aggregation=aggregation,
        )
        assert self.decide(opened, x=1) == answer

    def test_allowed_values_that_it_writes_rank_results(self, opened: Editor) -> None:
        opened.edits(
            """modeling.editHitPolicy('OUTPUT ORDER');
            modeling.editAllowedValues(elements.get('output_0').businessObject, ['2', '1']);"""
        )
        opened.writes("r1_1", "-")
        assert self.decide(opened, x=20) == [2, 1]


def test_other_boxes_and_functions_survive_the_editor(editor: Editor) -> None:
    """It shows some of them and must lose none."""
    steps = context(("h", formula("half(income)")), ("", formula("h + 1")))
    parts = (
        input_data("in_income", "income", "number"),
        function("half", "n: number", formula("n / 2")),
        decision("d_steps", steps, requires=["in_income"], knows=["half"]),
        decision("d", formula("d_steps * 10"), requires=["d_steps"]),
        service("whole", answers=["d"], data=["in_income"]),
    )
    assert editor.opens(file(*parts).replace(b" id='formula'", b"")) == []
    saved = decisions.checked(editor.saves())
    assert saved.decide("d", {"income": 6}) == saved.call("whole", {"income": 6}) == 40
    assert saved.call("half", {"n": 6}) == 3
