"""流程图: each open item shows its usual way as a picture that says the same as the steps in words."""

import re
from itertools import pairwise

import pytest
from flask.testing import FlaskClient
from lxml import etree

from engine import db
from engine.registry import items
from webapp.public import flow_picture, introduction

pytestmark = pytest.mark.usefixtures("content")


def picture(page: str) -> etree._Element:
    """The drawing on the page, which is well-formed by itself."""
    found = re.search(r"<svg viewBox=[^>]*role=\"img\".*?</svg>", page, re.DOTALL)
    assert found is not None
    return etree.fromstring(found[0])


def test_each_open_item_shows_its_steps_as_a_picture_in_their_order(client: FlaskClient) -> None:
    with db.reading() as session:
        listed = [one for one in items.listing(session) if introduction.is_open(session, one) and not one.directory]
        guides = {one.code: introduction.guide(session, one) for one in listed}
    assert len(guides) == 15
    for code, guide in guides.items():
        drawn = picture(client.get(f"/items/{code}").text)
        said = "".join(str(text.text) for text in drawn.iter("text"))
        told = "".join(f"{step.who}{step.text}{step.limit + '内' if step.limit else ''}" for step in guide.steps)
        assert said == f"{flow_picture.BEGINS}{told}{flow_picture.ENDS}", code
        assert len(list(drawn.iter("rect"))) == len(guide.steps) + 2, code
        assert f"共 {len(guide.steps)} 步" in drawn.get("aria-label", ""), code


def test_boxes_lie_below_each_other_inside_the_picture_with_their_lines_in_them(client: FlaskClient) -> None:
    for code in ("water", "dibao", "reimburse"):
        with db.reading() as session:
            drawn = flow_picture.draw(introduction.guide(session, items.get(session, code)))
        for above, below in pairwise(drawn.boxes):
            assert above.y + above.height + 24 < below.y
        assert drawn.boxes[-1].y + drawn.boxes[-1].height < drawn.height
        assert all(box.y < line.y < box.y + box.height for box in drawn.boxes for line in box.lines)


def test_long_words_are_wrapped_and_no_line_begins_with_a_comma() -> None:
    lines = list(flow_picture.wrapped("县人社局按培训计划安排课程；没有对应课程的，乡镇社保所推荐其他课程，由您选择"))
    assert "".join(lines) == "县人社局按培训计划安排课程；没有对应课程的，乡镇社保所推荐其他课程，由您选择"
    assert len(lines) > 1 and all(len(line) <= 20 and line[0] not in "，；。" for line in lines)
    assert list(flow_picture.wrapped("")) == []
