"""How a message reads when something that it would say is not known."""

import pytest

from engine.casework import notifications


@pytest.mark.parametrize(
    ("template", "values", "told"),
    [
        ("由{unit}办理，电话{tel}。", {"unit": "水务局", "tel": "12345"}, "由水务局办理，电话12345。"),
        ("已受理，由{unit}办理，电话{tel}。", {"unit": "砚山县水务局"}, "已受理，由砚山县水务局办理。"),
        ("已受理，由{unit}办理，电话{tel}。", {"tel": ""}, "已受理。"),
        ("不予受理：{reason}。可以申诉。", {"reason": None}, "不予受理。可以申诉。"),
        ("已转{unit}办理，编号{no}。", {"no": "water-1"}, "编号water-1。"),
        ("已采取措施：{measure}。", {"measure": ["清洗消毒", "更换管道"]}, "已采取措施：清洗消毒、更换管道。"),
        ("剩{h}小时。", {"h": 0}, "剩0小时。"),
    ],
)
def test_a_clause_without_its_value_is_left_out(template: str, values: dict[str, object], told: str) -> None:
    assert notifications.fill(template, values) == told


def test_what_somebody_wrote_is_told_whole_whatever_stops_it_holds() -> None:
    told = notifications.fill("不予受理：{reason}。", {"reason": "企业用水，不属于"})
    assert told == "不予受理：企业用水，不属于。"


def test_a_full_stop_that_somebody_wrote_is_not_told_twice() -> None:
    told = notifications.fill("不予受理：{reason}。可以申诉。", {"reason": "不属于本事项。"})
    assert told == "不予受理：不属于本事项。可以申诉。"


def test_a_value_that_must_be_looked_up_is_looked_up_only_when_asked_for() -> None:
    asked: list[str] = []

    def step() -> str:
        asked.append("step")
        return "现场核实"

    assert notifications.fill("已办结。", {"step": step}) == "已办结。"
    assert asked == []
    assert notifications.fill("{step}，请尽快办理。", {"step": step}) == "现场核实，请尽快办理。"
    assert asked == ["step"]
