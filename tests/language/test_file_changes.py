"""What changed inside a form or a table is told in sentences."""

from typing import Any

from engine.language import file_changes
from engine.settings import ROOT
from tests.casework import content

DEADLINES = (ROOT / "rules" / "deadlines.dmn").read_text("utf-8")
SPACE = "https://www.omg.org/spec/DMN/20191111/MODEL/"


def forms(pair: tuple[list[dict[str, Any]], list[dict[str, Any]]]) -> tuple[str, ...]:
    old, new = pair
    return file_changes.details("forms/x.form", content.form("x", *old), content.form("x", *new))


def tables(old: str, new: str) -> tuple[str, ...]:
    return file_changes.details("rules/x.dmn", old.encode(), new.encode())


def dmn(logic: str) -> str:
    return f'<definitions xmlns="{SPACE}" id="d"><decision id="fee" name="费用">{logic}</decision></definitions>'


def test_a_field_that_came_one_that_went_and_one_that_is_asked_otherwise():
    reason, note = content.text("reason", "理由", minLength=10), content.text("note", "备注")
    asked = {**reason, "label": "拒绝理由", "validate": {"required": True, "minLength": 20}}
    found = forms(([reason, note], [asked, content.yes_no("good", "行不行")]))
    assert found == (
        "字段“拒绝理由”：标签 理由 → 拒绝理由，校验 required 是、minLength 10 → required 是、minLength 20",
        "新增字段“行不行”：类型 radio，标签 行不行，选项 是、否，校验 required 是",
        "删除字段“备注”",
    )


def test_fields_in_groups_are_told_by_themselves():
    inner = content.text("reason", "理由")
    group = {"type": "group", "key": "g", "label": "一组"}
    found = forms(([{**group, "components": [inner]}], [{**group, "components": [{**inner, "label": "原因"}]}]))
    assert found == ("字段“原因”：标签 理由 → 原因",)


def test_where_a_field_stands_is_other_content():
    field = content.text("reason", "理由")
    assert forms(([field], [{**field, "layout": {"row": "Row_2"}}])) == (file_changes.OTHER,)


def test_a_row_of_a_table_is_told_by_what_it_is_about():
    row = '<outputEntry id="limit_water_wt_take_unit"><text>"h"</text>'
    (line,) = tables(DEADLINES, DEADLINES.replace(row, row.replace('"h"<', '"wh"<')))
    assert line.startswith("“办理时限”第 ")
    assert line.endswith('行（"water.wt_take"）：单位 "h" → "wh"')


def test_rows_that_came_and_went():
    start = DEADLINES.index('<rule id="limit_water_wt_take">')
    rule = DEADLINES[start : DEADLINES.index("</rule>", start) + len("</rule>")]
    (gone,) = tables(DEADLINES, DEADLINES.replace(rule, ""))
    assert gone.startswith("删除“办理时限”第 ")
    (come,) = tables(DEADLINES.replace(rule, ""), DEADLINES)
    assert come.startswith("新增“办理时限”第 ")
    assert '时限 24，单位 "h"' in come


def test_columns_and_formulas_are_told_too():
    table = (
        '<decisionTable hitPolicy="{policy}"><input label="级别"><inputExpression><text>level</text></inputExpression>'
        '</input><output name="fee"/></decisionTable>'
    )
    policy = tables(dmn(table.format(policy="UNIQUE")), dmn(table.format(policy="FIRST")))
    assert policy == ("“费用”：命中策略 UNIQUE → FIRST",)
    formula = "<literalExpression><text>{text}</text></literalExpression>"
    assert tables(dmn(formula.format(text="a + 1")), dmn(formula.format(text="a + 2"))) == (
        "“费用”：计算式 a + 1 → a + 2",
    )


def test_a_diagram_is_compared_by_its_elements():
    assert file_changes.details("processes/x.bpmn", b"<a/>", b"<b/>") == ()


def test_a_long_list_ends_with_how_much_more_there_is():
    many = [content.text(f"f{number}", f"第{number}项") for number in range(file_changes.MOST + 5)]
    found = forms(([many[0]], many))
    assert (len(found), found[-1]) == (file_changes.MOST + 1, "另有 4 处")
