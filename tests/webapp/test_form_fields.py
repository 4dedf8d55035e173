"""Fields on pages: what is read back from a post, and what a page shows."""

import json
from typing import Any

import pytest
from flask import Flask, render_template_string
from sqlalchemy import Engine
from werkzeug.datastructures import MultiDict

from engine import db
from engine.clock import Clock
from engine.language import forms
from engine.language.forms import Form, Shown
from tests.language.forms.writing import field, yes_no
from webapp import form_fields


def form(*components: dict[str, Any]) -> Form:
    listed = [{"id": one.get("key", one.get("path", f"c{n}")), **one} for n, one in enumerate(components)]
    return forms.read(json.dumps({"type": "default", "id": "f", "components": listed}).encode())


def shown(made: Form, **context: Any) -> list[Shown]:
    return [item for page in made.visible(context) for item in page.items]


MEMBERS = {
    "type": "dynamiclist",
    "path": "members",
    "label": "家庭成员",
    "components": [{"type": "textfield", "id": "m1", "key": "name", "label": "姓名"}],
}
KINDS: tuple[dict[str, Any], ...] = (
    {"type": "textfield", "key": "text", "label": "一句话", "description": "写短一点", "validate": {"required": True}},
    {"type": "number", "key": "amount", "label": "金额", "properties": {"format": "money"}},
    {"type": "textarea", "key": "story", "label": "说明"},
    {"type": "datetime", "key": "day", "dateLabel": "日期", "subtype": "date"},
    {"type": "checkbox", "key": "agreed", "label": "同意"},
    {
        "type": "radio",
        "key": "one",
        "label": "选一个",
        "values": [{"label": "甲", "value": "a"}, {"label": "乙", "value": "b"}],
    },
    {"type": "select", "key": "pick", "label": "挑一个", "values": [{"label": "甲", "value": "a"}]},
    {"type": "checklist", "key": "many", "label": "选几个", "values": [{"label": "甲", "value": "a"}]},
    {"type": "filepicker", "key": "photos", "label": "图片", "multiple": True},
    {"type": "textfield", "key": "place", "label": "地区", "properties": {"format": "region"}},
    MEMBERS,
    {"type": "text", "text": "请先读这一段"},
)


def test_a_post_is_read_as_it_was_typed() -> None:
    post = MultiDict(
        [("text", " 你好 "), ("amount", "abc"), ("agreed", "true"), ("many", "a"), ("many", "x"), ("other", "?")]
    )
    values = form_fields.read(shown(form(*KINDS))[:8], post)
    assert values["text"] == " 你好 "
    assert values["amount"] == "abc"
    assert values["agreed"] is True
    assert values["many"] == ["a", "x"]
    assert "other" not in values


def test_a_region_is_the_deepest_level_that_lies_in_the_one_above() -> None:
    asked = shown(form(KINDS[9]))
    post = MultiDict({"place.province": "530000", "place.prefecture": "532600", "place.county": "530100"})
    assert form_fields.read(asked, post) == {"place": "532600"}
    assert form_fields.read(asked, MultiDict({"place.province": "<x>"})) == {"place": ""}


def test_rows_are_added_and_removed_by_buttons() -> None:
    asked = shown(form(MEMBERS))
    post = MultiDict({"members-0-name": "甲", "members-1-name": "乙"})
    assert form_fields.read(asked, post) == {"members": [{"name": "甲"}, {"name": "乙"}]}
    assert form_fields.read(asked, MultiDict({**post, "add-row": "members"}))["members"][2:] == [{}]
    assert form_fields.read(asked, MultiDict({**post, "remove-row": "members-0"})) == {"members": [{"name": "乙"}]}


@pytest.mark.parametrize("look", ["weui", "bootstrap"])
def test_every_kind_of_field_has_a_label_and_keeps_its_value(app: Flask, reference: Engine, look: str) -> None:
    values = {"text": "<b>", "amount": "12.5", "story": "长", "agreed": True, "one": "b", "pick": "a", "many": ["a"],
              "place": "532622101", "members": [{"name": "甲"}], "photos": ["0123"]}  # fmt: skip
    problems = {"text": ["请填写一句话"], "members-0-name": ["太短"], "": ["整体有误"]}
    template = '{% from "form_fields/LOOK.html" import fields, summary %}{{ summary(lines) }}{{ fields(controls) }}'
    with app.test_request_context(), db.reading() as session:
        made = form_fields.controls(session, shown(form(*KINDS), **values), values, problems)
        lines = form_fields.summary(made, problems)
        page = render_template_string(template.replace("LOOK", look), controls=made, lines=lines)
    assert 'value="&lt;b&gt;"' in page
    for key in ("text", "amount", "story", "day", "agreed", "pick", "photos", "members-0-name"):
        assert f'for="f-{key}"' in page
        assert f'id="f-{key}"' in page
    assert 'aria-describedby="f-text-hint f-text-problem"' in page
    assert 'href="#f-text"' in page and 'href="#f-members-0-name"' in page and "整体有误" in page
    assert 'value="b" checked' in page
    assert '<option value="532622101" selected>江那镇</option>' in page
    assert 'value="0123"' in page


def test_answers_read_in_words(reference: Engine) -> None:
    values = {"one": "b", "many": ["a"], "agreed": True, "place": "532622101", "photos": ["x", "y"]}
    with db.reading() as session:
        inputs = [item for item in shown(form(*KINDS)) if item.field.is_input]
        found = {answer.key: answer.text for answer in form_fields.answers(session, inputs, values)}
    assert found["one"] == "乙"
    assert found["many"] == "甲"
    assert found["place"] == "云南省文山壮族苗族自治州砚山县江那镇"
    assert found["story"] == "没有填写"
    assert found["photos"] == "2 个文件"


@pytest.mark.parametrize("look", ["weui", "bootstrap"])
def test_what_cannot_be_changed_reads_in_words(app: Flask, reference: Engine, clock: Clock, look: str) -> None:
    values = {
        "seenAt": "2026-11-22T13:10:00+08:00",
        "found": True,
        "place": "532622101",
        "kept": None,
        "many": ["a", "b"],
    }
    options = [{"label": "甲", "value": "a"}, {"label": "乙", "value": "b"}]
    fixed = form(
        field("seenAt", "datetime", subtype="datetime", readonly=True),
        yes_no("found", readonly=True),
        field("place", properties={"format": "region"}, readonly=True),
        field("kept", readonly=True),
        field("many", "checklist", values=options, readonly=True),
    )
    template = '{% from "form_fields/LOOK.html" import fields %}{{ fields(controls) }}'
    with app.test_request_context(), db.reading() as session:
        made = form_fields.controls(session, shown(fixed, **values), values)
        page = render_template_string(template.replace("LOOK", look), controls=made)
    told = [control.words for control in made]
    assert told == ["11月22日 周日 13:10", "是", "云南省文山壮族苗族自治州砚山县江那镇", "没有填写", "甲、乙"]
    assert all(words in page for words in told)
    assert "<input" not in page


@pytest.mark.parametrize("look", ["weui", "bootstrap"])
def test_where_a_position_is_asked_a_button_waits_for_script_to_show_it(app: Flask, look: str) -> None:
    asked = form(field("address", properties={"locate": "true"}), field("other"))
    template = '{% from "form_fields/LOOK.html" import fields %}{{ fields(controls) }}'
    with app.test_request_context(), db.reading() as session:
        page = render_template_string(
            template.replace("LOOK", look), controls=form_fields.controls(session, shown(asked), {})
        )
    assert page.count("使用当前位置") == 1
    assert 'data-position="f-address" hidden' in page
