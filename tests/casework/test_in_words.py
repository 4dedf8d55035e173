"""Answers as people read them: no code of the machine."""

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.orm import Session

from engine.casework import in_words
from engine.language.forms import MASKS, Option
from engine.registry import masks
from tests.factories import JIANGNA
from tests.language.forms.writing import choice, field, form, yes_no

pytestmark = pytest.mark.usefixtures("reference", "clock")


MONEY = field("a", "number", properties={"format": "money"})
CHILDREN = {
    "type": "dynamiclist",
    "path": "a",
    "label": "子女",
    "components": [field("name", label="姓名"), field("born", "datetime", label="出生日期")],
}


@pytest.mark.parametrize(
    ("component", "value", "words"),
    [
        (field("a", "datetime"), "2026-11-15", "11月15日 周日"),
        (field("a", "datetime", subtype="datetime"), "2026-11-22T13:10:00+08:00", "11月22日 周日 13:10"),
        (yes_no("a"), False, "否"),
        (yes_no("a"), "false", "否"),
        (field("a", "checkbox"), True, "是"),
        (choice("a", "checklist", "停水", "浑浊"), ["停水", "浑浊"], "停水、浑浊"),
        (MONEY, Decimal("1280.5"), "¥1,280.50"),
        (MONEY, "很多", "很多"),
        (field("a", "number"), 3, "3"),
        (
            CHILDREN,
            [{"name": "大孩", "born": "2026-01-05"}, {"name": "小"}],
            "姓名：大孩，出生日期：1月5日 周一\n姓名：小",
        ),
    ],
)
def test_an_answer_reads_in_words(session: Session, component: dict[str, Any], value: Any, words: str) -> None:
    assert in_words.answer(session, form(component).field("a"), value) == words


def test_a_region_reads_by_its_full_name(session: Session) -> None:
    asked = form(field("a", properties={"format": "region"})).field("a")
    assert in_words.answer(session, asked, JIANGNA).endswith("砚山县江那镇")
    assert in_words.answer(session, asked, "x") == "x"


def test_options_that_were_worked_out_are_given_with_the_question(session: Session) -> None:
    asked = form(field("a", "select", valuesExpression="=towns")).field("a")
    assert in_words.answer(session, asked, "7", offered=[Option("7", "第七组")]) == "第七组"


def test_an_option_that_an_expression_made_reads_by_its_label_in_rows_too(session: Session) -> None:
    posts = {"valuesExpression": "=for p in posts[place = town] return {label: p.title, value: p.no}"}
    known = {"town": "101", "posts": [{"no": "P1", "title": "保洁员", "place": "101"}]}
    asked = form(field("a", "select", **posts)).field("a")
    assert in_words.answer(session, asked, "P1", known=known) == "保洁员"
    assert in_words.answer(session, asked, "P2", known=known) == "P2"
    rows = {"type": "dynamiclist", "path": "a", "label": "推荐", "components": [field("post", "select", **posts)]}
    listed = form({**rows, "components": [{**rows["components"][0], "label": "岗位"}]}).field("a")
    assert in_words.answer(session, listed, [{"post": "P1"}], known=known) == "岗位：保洁员"


def test_names_numbers_and_telephones_are_masked_on_demand(session: Session) -> None:
    asked = form(field("a", properties={"format": "phone_or_landline"})).field("a")
    assert in_words.answer(session, asked, "13900001234", masked=True) == "139****1234"
    assert in_words.answer(session, asked, "13900001234") == "13900001234"


@pytest.mark.parametrize(
    ("properties", "told", "masked"),
    [
        ({"mask": "address"}, "三组 12 号", "三组****"),
        ({"mask": "account"}, "53000012345678", "****5678"),
        ({"mask": "account"}, "20261101", "********"),
        ({"format": "bankcard"}, "6222000000001234567", "****4567"),
        ({"mask": "name"}, "张三", "张*"),
        ({}, "三组 12 号", "三组 12 号"),
    ],
)
def test_a_field_is_masked_as_its_property_says(
    session: Session, properties: dict[str, str], told: str, masked: str
) -> None:
    asked = form(field("a", properties=properties)).field("a")
    assert in_words.answer(session, asked, told, masked=True) == masked
    assert in_words.answer(session, asked, told) == told


def test_every_way_of_masking_that_a_form_may_name_is_there() -> None:
    assert masks.KINDS.keys() == MASKS


def test_an_answer_about_ones_health_is_not_told_at_all_to_those_who_see_the_case_masked(session: Session) -> None:
    asked = form(choice("illness", "checklist", "肺结核", "其他", properties={"sensitive": "health"})).fields[0]
    assert in_words.answer(session, asked, ["肺结核"]) == "肺结核"
    assert in_words.answer(session, asked, ["肺结核"], masked=True) == in_words.SENSITIVE
