"""A decision table with mistakes is refused: the page draws it, with each mistake at its cell and in words below."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Arrives
from tests.language.decisions.sheet_writing import Column, number, text, truth, written

pytestmark = pytest.mark.browser

COLUMNS = [
    number("人均月收入"),
    text("家庭困难等级", '"A","B","C"'),
    truth("有重病"),
    Column("申请日期", "date"),
]
RESULTS = [Column("补助", "number", label="每月补助（元）"), Column("依据", "string")]
ROWS = [
    ["< 660", "-", "-", "-", "300", '"S1 §12"'],
    ["[660..990)", '"A"', "true", '>= date("2026-01-01")', "200", '"S1 §13"'],
    ["[600..900)", '"A","B"', "-", "-", "一百", '"S1 §14"'],
    ["[990..900]", '"D"', "false", '"2026-01-01"', '"100"', '"K"'],
    *[[f"{1000 + each}", '"C"', "-", "-", str(each), '"K"'] for each in range(20)],
]


def test_each_mistake_is_marked_at_its_cell(staff: Arrives, tmp_path: Path) -> None:
    admin = staff("policy_admin")
    path = tmp_path / "supervise_threshold.dmn"
    path.write_bytes(written(COLUMNS, RESULTS, *ROWS))
    admin.open("/versions/upload")
    admin.attach("改动过的文件：流程图（.bpmn）、表单（.form）、决策表（.dmn）", path)
    admin.select("属于哪个流程", "农村饮水安全（water）")
    admin.press("检查，看看改了什么")
    assert admin.status == 422
    admin.reads("决策表“档次”", '应为日期，写的却是文字 "2026-01-01"', "行没有列出")
    table = admin.page.get_by_role("region", name="决策表“档次”")
    cell = table.get_by_role("cell", name='"2026-01-01" 错误')
    expect(cell).to_have_accessible_description(re.compile("应为日期，写的却是文字"))
    badge = cell.get_by_role("link", name="错误")
    badge.click()
    told = admin.page.get_by_role("listitem").filter(has_text="应为日期，写的却是文字")
    expect(told).to_be_in_viewport()
