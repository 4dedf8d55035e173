"""找工作, the close after three rounds (domain B4 #12) and the word to the civil office [暂行§45; 57号§34]."""

from typing import Any

import pytest

from tests.processes import sentences
from tests.processes.stage import Stage, at

ITEM, PROCESS = "job", "job_close"
REFUSED = {"visitResult": "无正当理由拒绝", "visitWhy": "嫌远，没有别的理由"}


def three_rounds(stage: Stage, visits: list[dict[str, Any]], dibao: bool = False) -> None:
    stage.raise_hand()
    stage.do("jb_accept", dibaoMember=dibao)
    for visit in visits:
        stage.do("jb_push")
        stage.do("jb_choose")
        stage.do("jb_visit", **visit)


def test_the_reviewer_explains_and_suggests_training(stage: Stage) -> None:
    three_rounds(stage, [{}, {}, {}])
    task = stage.task("jb_close")
    assert (task.role_key, task.due_at) == ("county_hr_reviewer", at("2026-11-18", "24:00"))
    stage.do("jb_close")
    assert stage.told("citizen", "M98") == [sentences.said("M98", ITEM, text="建议先参加技能培训，再找工作")]


def test_three_refusals_in_a_row_by_one_of_a_dibao_household_are_told_to_the_civil_office(stage: Stage) -> None:
    three_rounds(stage, [REFUSED] * 3, dibao=True)
    task = stage.task("jb_civil")
    assert (stage.open_tasks(), task.role_key) == (["jb_civil"], "county_civil_clerk")
    stage.do("jb_civil")
    assert stage.open_tasks() == ["jb_close"]


@pytest.mark.parametrize(("visits", "dibao"), [([REFUSED, {}, REFUSED], True), ([REFUSED] * 3, False)])
def test_fewer_refusals_or_another_household_are_not(stage: Stage, visits: list[dict[str, Any]], dibao: bool) -> None:
    three_rounds(stage, visits, dibao)
    assert stage.open_tasks() == ["jb_close"]


def test_every_flow_is_taken(untaken: list[str]) -> None:
    assert untaken == []
