"""公示 as villagers meet it on a phone: the list, one notice, an objection without signing in, and its answer."""

import os
from pathlib import Path

import pytest

from engine.db import reading
from engine.registry import actors
from tests import factories
from tests.browser.conftest import Arrives
from tests.browser.person import SCREENS, Person
from tests.factories import JIANGNA
from tests.processes import published
from tests.processes.stage import Stage

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("screen", SCREENS, ids=lambda one: str(one.width)),
]


def keep(person: Person, name: str) -> None:
    """A picture for whoever wants to look: JUSHOU_PICTURES names the folder."""
    folder = os.environ.get("JUSHOU_PICTURES")
    if folder:
        width = (person.page.viewport_size or {"width": 0})["width"]
        person.page.screenshot(path=Path(folder) / f"{name}-{width}.png", full_page=True)


def hangs(stage: Stage) -> None:
    """One notice hangs in the village and another stands on the long-term list."""
    with factories.committed():
        clerk = factories.staff("town_civil_clerk", JIANGNA).id
    with reading() as session:
        stage.people["town_civil_clerk"] = actors.staff(session, clerk)
    published.begin(kind="长期公示")
    stage.case_id = published.begin()
    photos = [stage.file("village_assistant")]
    stage.complete("village_assistant", "pb_post", publicPlace=["村务公开栏", "活动场所"], publicPhotos=photos)


def test_a_villager_reads_a_notice_and_objects(stage: Stage, visitor: Arrives, staff: Arrives) -> None:
    hangs(stage)
    villager = visitor()
    villager.open("/")
    villager.press("公示")
    keep(villager, "publicity")
    villager.press("低保 初审公示")
    villager.reads("王秀英", "4 人", "11月23日")
    keep(villager, "notice")
    villager.press("我要提异议")
    villager.write("哪一点不符合事实", "不对")
    villager.press("提交异议")
    villager.is_told_what_is_wrong("请写清楚哪一点不符合事实，至少 10 个字")
    keep(villager, "objection-wrong")
    villager.write("哪一点不符合事实", "这家去年新买了一辆小轿车，没有申报")
    villager.choose("怎样提出", "实名")
    villager.write("姓名", "李大山")
    villager.write("电话", "13811112222")
    villager.press("提交异议")
    villager.reads("正在核查", "查询码")
    keep(villager, "objection-received")
    receipt = villager.page.url
    villager.open("/publicity")
    villager.reads("核查异议")
    keep(villager, "publicity-checking")
    look_into_it(stage, staff)
    villager.open(receipt)
    villager.reads("异议不成立", "名下没有车辆")
    keep(villager, "objection-answered")
    villager.open("/publicity?tab=listed")
    keep(villager, "publicity-listed")


def look_into_it(stage: Stage, staff: Arrives) -> None:
    clerk = staff("town_civil_clerk", JIANGNA)
    clerk.open(f"/cases/{stage.case().case_no}/objections")
    clerk.reads("李大山，13811112222")
    keep(clerk, "objections")
    clerk.open(f"/tasks/{stage.task('pb_object').id}")
    keep(clerk, "pb_object")
    stage.complete("town_civil_clerk", "pb_object", objectionRelated=True)
    clerk.open(f"/tasks/{stage.task('pb_check').id}")
    keep(clerk, "pb_check")
    stage.complete(
        "town_civil_clerk", "pb_check", objectionResult="不成立", objectionFindings="到车管所查询，名下没有车辆登记",
        objectionAnswer="经向车管所查询，这户名下没有车辆",
    )  # fmt: skip


def test_the_village_posts_and_takes_down_on_a_phone(stage: Stage, staff: Arrives) -> None:
    stage.case_id = published.begin()
    assistant = staff("village_assistant")
    assistant.open(f"/tasks/{stage.task('pb_post').id}")
    assistant.reads("姓名：王秀英", "从张贴的次日起公示 7 天")
    keep(assistant, "pb_post")
