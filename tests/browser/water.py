"""The water service as people go through it in the browser: what each writes at which step.

The rule: whoever acts starts from their own list and finds the case there by its number.
"""

import io
from pathlib import Path

from PIL import Image

from tests.browser.person import Person

REASON = "该小区由城市供水公司供水，不属于农村饮水"
BASIS = "《云南省政府救助平台运行管理办法》第四条"


def photo(folder: Path, name: str, colour: str = "steelblue") -> Path:
    """A picture file."""
    file = io.BytesIO()
    Image.new("RGB", (640, 480), colour).save(file, "JPEG")
    path = folder / name
    path.write_bytes(file.getvalue())
    return path


def raises_hand(citizen: Person) -> str:
    """The shortest way from the introduction to the number of a fresh case."""
    citizen.open("/apply/water")
    citizen.press("我自己举手")
    citizen.tick("我已认真阅读以上内容")
    citizen.press("下一步")
    citizen.press("下一步")
    citizen.press("下一步")
    describes(citizen)
    citizen.press("下一步")
    citizen.press("下一步")
    citizen.press("提交")
    return number_on(citizen)


def describes(citizen: Person) -> None:
    citizen.choose("饮水安全问题", "停水")
    citizen.write("具体问题描述", "水管断了三天，全组没有水喝")


def number_on(citizen: Person) -> str:
    """The case number of the confirmation."""
    assert citizen.heading == "已提交"
    return citizen.page.locator(".number").first.inner_text()


def finds(person: Person, case_no: str, *, scope: str = "本组待认领") -> None:
    """Opens the task of that case from the list."""
    person.open("/inbox")
    person.press(scope)
    row = person.page.get_by_role("row").filter(has_text=case_no)
    person.press("", within=row.get_by_role("rowheader"))


def claims(person: Person, case_no: str) -> None:
    finds(person, case_no)
    person.press("认领")


def hands_in(person: Person) -> None:
    """提交 of the task that is open."""
    person.press("提交：")


def takes(clerk: Person, case_no: str) -> None:
    """是否接单: the county accepts and sends it to the town."""
    claims(clerk, case_no)
    clerk.choose("是否属于受理范围", "是：受理，并向乡镇派单")
    clerk.choose("紧急程度", "一般")
    hands_in(clerk)


def town_takes(clerk: Person, case_no: str) -> None:
    """乡镇接单."""
    claims(clerk, case_no)
    clerk.choose("是否接单", "接单：2 个工作日内到现场核实")
    hands_in(clerk)


def verifies(clerk: Person, case_no: str) -> None:
    """现场核实: it is true, and the town can solve it."""
    claims(clerk, case_no)
    clerk.write("核实时间", "2026-11-16T08:30")
    clerk.write("核实人员", "乡镇水务站两名工作人员")
    clerk.choose("反映的问题是否属实", "属实")
    clerk.choose("问题原因", "管网破损")
    clerk.write("影响户数（户）", "36")
    clerk.write("水量（升/人·天）", "20")
    clerk.choose("水质", "达标")
    clerk.choose("水质判断方法", "感官")
    clerk.write("取水往返时间（分钟）", "25")
    clerk.write("供水保证率（%）", "60")
    clerk.choose("是否需要较大工程措施", "否：乡镇在 5 个工作日内采取措施解决")
    hands_in(clerk)


def solves(clerk: Person, case_no: str) -> None:
    """采取措施解决: the water is back."""
    claims(clerk, case_no)
    answers_how_it_was_solved(clerk)
    hands_in(clerk)


def answers_how_it_was_solved(clerk: Person) -> None:
    clerk.choose("采取的措施", "维修供水设施", "更换管道")
    clerk.write("完成日期", "2026-11-16")
    clerk.choose("是否恢复正常供水", "是：已恢复，由县水务局回访确认")


def confirms(clerk: Person, case_no: str) -> None:
    """群众回访: the citizen says on the telephone that it is solved."""
    claims(clerk, case_no)
    clerk.choose("群众回访结果", "已解决：办结，请群众评价")
    hands_in(clerk)
