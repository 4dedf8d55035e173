"""What a page shows: the visible components with their options, texts and limits worked out for the case."""

from decimal import Decimal

from engine.language.forms import Option
from tests.language.forms.writing import choice, field, form, yes_no


def test_only_what_is_visible_is_shown() -> None:
    asked = form(yes_no("inScope"), field("town", hide="=inScope = false"), field("why", hide="=inScope != false"))
    assert [shown.key for shown in asked.visible({"inScope": False})[0].items] == ["inScope", "why"]
    assert [shown.key for shown in asked.visible({"inScope": True})[0].items] == ["inScope", "town"]


def test_a_page_of_which_nothing_depends_on_anything_is_shown_as_it_stands() -> None:
    asked = form(yes_no("inScope"), field("why"), {"type": "group", "id": "empty", "label": "空", "components": []})
    (page,) = asked.visible({"inScope": False})
    assert [shown.key for shown in page.items] == ["inScope", "why"]
    assert asked.visible({"inScope": True})[0] is page, "worked out once"


def test_a_telephone_is_a_landline_too_where_one_comes_to_the_counter() -> None:
    asked = form(field("phone", properties={"format": "phone"}))
    found = [asked.visible({"channel": channel})[0].items[0].format for channel in ("SELF", "COUNTER")]
    assert found == ["phone", "phone_or_landline"]


def test_options_and_requirements_are_worked_out() -> None:
    asked = form(field("town", "select", valuesExpression="=towns", required="=urgent"), field("n", "number", max="=m"))
    context = {"towns": [{"value": "1", "label": "江那镇", "explanation": "县城"}, "平远镇"], "urgent": True, "m": 3}
    town, number = asked.visible(context)[0].items
    assert town.options == (Option("1", "江那镇", "县城"), Option("平远镇", "平远镇"))
    assert town.required
    assert number.maximum == Decimal(3)


def test_texts_may_be_computed() -> None:
    asked = form({"type": "text", "id": "t", "text": '="编号 " + caseNo'}, {"type": "separator", "id": "s"})
    assert [shown.text for shown in asked.visible({"caseNo": "water-1"})[0].items] == ["编号 water-1", ""]


def test_groups_inside_a_page_hold_their_fields_and_vanish_when_empty() -> None:
    inner = {"type": "group", "id": "inner", "label": "照片", "components": [field("photo", hide="=far")]}
    asked = form({"type": "group", "id": "page", "label": "页", "components": [field("far", "checkbox"), inner]})
    page = asked.visible({"far": False})[0]
    assert page.page.title == "页"
    assert [shown.key for shown in page.items] == ["far", "inner"]
    assert [shown.key for shown in page.inputs()] == ["far", "photo"]
    assert [shown.key for shown in asked.visible({"far": True})[0].items] == ["far"]


def test_a_dynamic_list_shows_an_empty_row_and_one_for_each_that_is_there() -> None:
    rows = {
        "type": "dynamiclist",
        "path": "members",
        "components": [choice("relation", "select", "本人", "子女"), field("school", hide='=relation != "子女"')],
    }
    shown = form(rows).visible({"members": [{"relation": "本人"}, {"relation": "子女"}]})[0].items[0]
    assert [item.key for item in shown.items] == ["relation"]
    assert [[item.key for item in row] for row in shown.rows] == [["relation"], ["relation", "school"]]


def test_a_read_only_field_is_shown_as_such() -> None:
    asked = form(field("a", readonly="=locked"))
    assert asked.visible({"locked": True})[0].items[0].read_only
    assert not asked.visible({"locked": False})[0].items[0].read_only
