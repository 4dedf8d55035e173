"""The shipped diagrams as drawings: readable by people who never see code, and free of everything lint objects to."""

import itertools
from pathlib import Path

import pytest
from sqlalchemy import Engine

from engine import settings
from engine.casework import vocabulary
from engine.db import reading
from engine.language import bundle as bundles
from engine.language import lint
from tests.processes import drawing
from tests.processes.drawing import Box, Drawing, thin_boxes

CONTENT = bundles.from_folder(settings.ROOT)
BESIDE = vocabulary.in_folder(CONTENT)
PROCESSES = sorted(Path(path).stem for path in CONTENT if path.startswith("processes/"))
LEVELS = [
    "citizen",
    "proxy",
    "guardian",
    "village",
    "school",
    "unit_contact",
    "town",
    "unit_head",
    "inspector",
    "county",
    "discipline",
    "legal",
    "bank",
    "third",
    "policy",
    "opener",
    "pref",
    "prov",
    "platform",
    "system",
]
"""From the citizen upwards; who opens an order may be of any level above those who answer it; the platform is last."""


@pytest.fixture(params=PROCESSES)
def drawn(request: pytest.FixtureRequest) -> Drawing:
    return drawing.read(CONTENT[f"processes/{request.param}.bpmn"])


def test_every_element_and_every_flow_is_drawn(drawn: Drawing) -> None:
    pools = [key for key, one in drawn.elements.items() if str(one.tag).endswith("participant")]
    assert len(pools) == 1
    assert {*drawn.nodes, *drawn.lanes, *pools} == set(drawn.shapes)
    assert set(drawn.flows) == set(drawn.lines)
    assert all(len(line) > 1 for line in drawn.lines.values())


def test_lanes_go_from_the_citizen_up_to_the_county_one_below_the_other(drawn: Drawing) -> None:
    ranks = [next(n for n, level in enumerate(LEVELS) if lane.startswith(level)) for lane in drawn.lanes]
    assert ranks == sorted(ranks)
    bands = [drawn.shapes[lane] for lane in drawn.lanes]
    assert all(above.bottom <= below.top + 1 for above, below in itertools.pairwise(bands))
    assert len({(band.left, band.width) for band in bands}) == 1


def test_every_element_lies_in_its_lane(drawn: Drawing) -> None:
    strays = [
        (element, lane)
        for lane in drawn.lanes
        for element in drawn.members(lane)
        if not drawn.shapes[lane].top <= drawn.shapes[element].middle <= drawn.shapes[lane].bottom
    ]
    assert strays == []
    listed = [element for lane in drawn.lanes for element in drawn.members(lane)]
    outermost = {key for key in drawn.nodes if drawn.elements[key].getparent().tag.endswith("process")}
    assert (len(listed), set(listed)) == (len(set(listed)), outermost)


def test_no_two_shapes_overlap(drawn: Drawing) -> None:
    assert overlapping(drawn) == []


def overlapping(drawn: Drawing) -> list[tuple[str, str]]:
    return [
        (one, other)
        for one, other in itertools.combinations(drawn.nodes, 2)
        if not {one, other} & {*drawn.around(one), *drawn.around(other), drawn.host(one), drawn.host(other)}
        and drawn.shapes[one].meets(drawn.shapes[other])
    ]


def test_what_belongs_to_a_sub_process_is_drawn_within_it(drawn: Drawing) -> None:
    pairs = [(element, around) for element in drawn.nodes for around in drawn.around(element)]
    assert [pair for pair in pairs if not drawn.shapes[pair[1]].holds(drawn.shapes[pair[0]])] == []


def test_lines_go_straight_from_shape_to_shape_and_through_no_other(drawn: Drawing) -> None:
    for flow, line in drawn.lines.items():
        assert all(x1 == x2 or y1 == y2 for (x1, y1), (x2, y2) in itertools.pairwise(line)), flow
        source, target = drawn.flows[flow]
        assert _touches(drawn, source, line[0]) and _touches(drawn, target, line[-1]), flow
    assert run_through(drawn) == []


def run_through(drawn: Drawing) -> list[tuple[str, str]]:
    """Lines that pass through a shape which is neither their end nor the sub-process that holds them."""
    return [
        (flow, other)
        for flow, (source, target) in drawn.flows.items()
        for other in drawn.nodes
        if other not in {source, target} | drawn.around(source)
        and any(piece.meets(drawn.shapes[other], by=1.5) for piece in thin_boxes(drawn.lines[flow]))
    ]


def _touches(drawn: Drawing, element_id: str, point: tuple[float, float]) -> bool:
    box, (x, y) = drawn.shapes[element_id], point
    return box.left - 1 <= x <= box.right + 1 and box.top - 1 <= y <= box.bottom + 1


def test_labels_lie_on_no_shape_no_line_and_no_other_label(drawn: Drawing) -> None:
    labels = dict(drawn.labelled())
    for key, label in labels.items():
        shapes = [other for other in drawn.nodes if other not in drawn.around(key)]
        assert [other for other in shapes if label.meets(drawn.shapes[other], by=3)] == [], key
        assert [other for other in labels if other != key and label.meets(labels[other])] == [], key
        pieces = [(flow, piece) for flow, line in drawn.lines.items() for piece in thin_boxes(line)]
        assert [flow for flow, piece in pieces if label.meets(piece, by=1.5)] == [], key


def test_the_measure_sees_a_shape_that_was_pushed_over_its_neighbour() -> None:
    drawn = drawing.read(CONTENT["processes/deadline.bpmn"])
    record, tell = drawn.shapes["dl_record"], drawn.shapes["dl_tell"]
    drawn.shapes["dl_record"] = Box(tell.left - 20, record.top, record.width, record.height)
    assert overlapping(drawn) == [("dl_record", "dl_tell")]
    drawn.shapes["dl_remind"] = Box(record.left - 20, record.top, 10, record.height)
    assert ("dl_due__dl_record", "dl_remind") in run_through(drawn)


def test_every_decision_says_what_it_asks_and_what_was_answered(drawn: Drawing) -> None:
    for key in drawn.nodes:
        if not str(drawn.elements[key].tag).endswith("exclusiveGateway"):
            continue
        answers = [flow for flow, (source, _) in drawn.flows.items() if source == key]
        if len(answers) > 1:
            assert drawn.name(key).endswith("？"), key
            assert all(drawn.name(flow) for flow in answers), key


def test_every_step_has_a_short_chinese_name(drawn: Drawing) -> None:
    named = [key for key in drawn.nodes if drawn.elements[key].tag.endswith("Task")]
    assert [key for key in named if not 2 <= len(drawn.name(key)) <= 14] == []


@pytest.mark.parametrize("process_key", PROCESSES)
def test_lint_finds_nothing(reference: Engine, process_key: str) -> None:
    bundle = bundles.read(bundles.collect(process_key, CONTENT))
    with reading() as session:
        known = vocabulary.known(session, bundle, BESIDE)
    assert [(found.element_id, found.message) for found in lint.check(bundle, known=known)] == []
