"""form-js files are read into forms; what cannot be shown or checked is refused at its component."""

import json
from decimal import Decimal
from typing import Any

import pytest

from engine.errors import Invalid, TooLarge
from engine.language import forms
from engine.language.forms import Feel, Option
from tests.language.forms.writing import choice, field, form, written, yes_no


def problems_of(data: bytes) -> dict[str, list[str]]:
    with pytest.raises(Invalid) as refusal:
        forms.read(data)
    return refusal.value.problems


def test_a_file_without_groups_has_one_page() -> None:
    asked = form(field("name"), field("phone"))
    assert (asked.id, asked.keys) == ("ask", {"name", "phone"})
    assert [[item.key for item in page.items] for page in asked.pages] == [["name", "phone"]]


def test_each_top_level_group_is_a_page_and_what_stands_beside_them_too() -> None:
    asked = form(
        {"type": "text", "id": "intro", "text": "请如实填写"},
        {"type": "group", "id": "who", "label": "您是谁", "components": [field("name")]},
        {"type": "group", "id": "what", "label": "什么问题", "components": [field("problem"), field("since")]},
        {"type": "button", "label": "提交", "action": "submit"},
    )
    assert [(page.id, page.title) for page in asked.pages] == [("page1", ""), ("who", "您是谁"), ("what", "什么问题")]
    assert [found.key for found in asked.fields] == ["name", "problem", "since"]
    assert asked.pages[0].items[0].text == "请如实填写"
    assert asked.page("what").items[0].key == "problem"


def test_the_settings_of_a_field_are_read() -> None:
    asked = form(
        field(
            "amount",
            "number",
            "金额",
            description="按月",
            decimalDigits=2,
            min=0,
            max="=ceiling * 2",
            required="=urgent",
            readonly="=locked",
            properties={"format": "money", "mask": "amount", "legalBasis": "暂行办法第九条"},
        )
    ).field("amount")
    assert (asked.label, asked.description, asked.decimal_digits) == ("金额", "按月", 2)
    assert (asked.minimum, asked.maximum) == (Decimal(0), Feel("ceiling * 2"))
    assert (asked.required, asked.read_only) == (Feel("urgent"), Feel("locked"))
    assert (asked.format, asked.properties["legalBasis"]) == ("money", "暂行办法第九条")


def test_options_carry_their_explanations() -> None:
    asked = form(choice("w", "checklist", "停水", "浑浊", properties={"explanations": '{"停水": "完全没有水"}'}))
    assert asked.field("w").options == (Option("停水", "停水", "完全没有水"), Option("浑浊", "浑浊"))


def test_a_choice_between_true_and_false_is_a_yes_or_no() -> None:
    assert [option.value for option in form(yes_no("inScope")).field("inScope").options] == [True, False]
    assert [option.value for option in form(choice("x", "radio", True, False)).field("x").options] == [True, False]


def test_options_may_come_from_an_expression_or_a_variable() -> None:
    assert form(field("a", "select", valuesExpression="=towns")).field("a").options_from == Feel("towns")
    assert form(field("a", "select", valuesKey="towns")).field("a").options_from == Feel("towns")


def test_the_condition_of_a_group_holds_for_all_within() -> None:
    group = {
        "type": "group",
        "id": "g",
        "conditional": {"hide": "=a"},
        "components": [field("x", hide="=b"), field("y")],
    }
    asked = form(group)
    assert (asked.field("x").hide, asked.field("y").hide) == (Feel("(a) or (b)"), Feel("(a)"))


def test_a_dynamic_list_is_one_field_with_fields_in_it() -> None:
    rows = {"type": "dynamiclist", "path": "members", "label": "家庭成员", "components": [field("name"), field("age")]}
    asked = form(field("name"), rows)
    assert asked.keys == {"name", "members"}
    assert [found.key for found in asked.field("members").fields] == ["name", "age"]


def test_files_dates_and_form_js_own_formats_are_read() -> None:
    asked = form(
        field("photos", "filepicker", multiple=True, accept=".jpg,.png", properties={"maxFiles": "6"}),
        {"type": "datetime", "key": "on", "dateLabel": "日期", "disallowPassedDates": True},
        field("mail", validationType="email"),
    )
    assert (asked.field("photos").max_files, asked.field("photos").accept) == (6, ".jpg,.png")
    assert (asked.field("on").label, asked.field("on").subtype, asked.field("on").not_before) == (
        "日期",
        "date",
        "today",
    )
    assert asked.field("mail").format == "email"


@pytest.mark.parametrize(
    ("component", "where", "sentence"),
    [
        ({"type": "html", "id": "h", "content": "<b>"}, "h", "不支持的组件：html"),
        ({"type": "iframe", "id": "i", "url": "x"}, "i", "不支持的组件：iframe"),
        ({"id": "n"}, "n", "不支持的组件：（没有类型）"),
        ({"type": {}, "id": "n"}, "n", "不支持的组件："),
        (field("a b"), "a b", "组件的字段名只能由字母、数字和下划线组成：a b"),
        (field("a.b"), "a.b", "组件的字段名只能由字母、数字和下划线组成：a.b"),
        (field("a", "select"), "a", "没有可选项"),
        (field("a", min="three"), "a", "限制应当是数字：three"),
        (field("a", pattern="(?=x)"), "a", "不支持的格式表达式：(?=x)"),
        (field("a", properties={"maxRows": "many"}), "a", "属性 maxRows 应当是整数：many"),
        (choice("a", "radio", 1, 1), "a", "可选项的值重复"),
        (
            choice("a", "radio", 1, properties={"explanations": "x"}),
            "a",
            "属性 explanations 应当是 JSON 对象：选项 → 说明",
        ),
        ({"type": "group", "id": "g", "path": "p", "components": []}, "g", "分组不能设置路径"),
    ],
)
def test_a_component_that_cannot_be_shown_or_checked_is_refused(
    component: dict[str, Any], where: str, sentence: str
) -> None:
    found = problems_of(written(component))
    key = where if where in found else component.get("id", component.get("key", ""))
    assert found[key][0].startswith(sentence)


def test_a_key_used_twice_is_refused() -> None:
    assert problems_of(written(field("a"), field("a"))) == {"a": ["字段名重复：a"]}


def test_rows_have_keys_of_their_own() -> None:
    rows = {"type": "dynamiclist", "path": "members", "components": [field("name")]}
    assert form(field("name"), rows).keys == {"name", "members"}


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b'{"components": 1}', b"\xff\xfe", b'{"components": [], "n": NaN}'])
def test_what_is_no_form_is_refused(data: bytes) -> None:
    assert list(problems_of(data)) == [""]


def test_json_nested_beyond_reason_is_refused_not_crashed_on() -> None:
    assert problems_of(b"[" * 100_000) == {"": ["表单文件不是格式正确的 JSON"]}


def test_a_form_without_an_id_is_refused() -> None:
    assert list(problems_of(json.dumps({"components": []}).encode())) == [""]


def test_huge_and_overfull_forms_are_refused() -> None:
    with pytest.raises(TooLarge):
        forms.read(b" " * (1024 * 1024 + 1))
    assert problems_of(written(*(field(f"f{n}") for n in range(301)))) == {"": ["表单组件太多：最多 300 个"]}
    nested: dict[str, Any] = field("deep")
    for level in range(7):
        nested = {"type": "group", "id": f"g{level}", "components": [nested]}
    assert problems_of(written(nested)) == {"": ["分组嵌套太深：最多 6 层"]}
