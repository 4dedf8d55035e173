"""找工作, one round (domain B4 #4 to #8): fifteen posts never pushed before, the citizen's choice, a visit."""

import pytest

from engine.errors import Invalid
from tests.processes import sentences
from tests.processes.stage import Stage, at

ITEM, PROCESS = "job", "job_round"


def test_the_best_fifteen_posts_of_the_library_come_first(stage: Stage) -> None:
    stage.bring_to("jb_push")
    task = stage.task("jb_push")
    assert (task.role_key, task.due_at) == ("county_hr_clerk", at("2026-11-18", "24:00"))
    posts = stage.case().variables["matchedPosts"]
    assert len(posts) == 30
    # Welding and housekeeping near by come first: kind 4, area 2, wage 1.
    assert [(post["kind"], post["area"]) for post in posts[:4]] == [
        ("电焊", "本县"), ("家政", "本县"), ("电焊", "州内"), ("家政", "州内")
    ]  # fmt: skip
    stage.do("jb_push")
    assert [post["postNo"] for post in stage.case().variables["roundPosts"]] == [p["postNo"] for p in posts[:15]]
    assert stage.told("citizen", "M12") == [sentences.said("M12", ITEM, n="1")]


def test_the_clerk_swaps_posts_and_the_next_best_take_their_place(stage: Stage) -> None:
    stage.bring_to("jb_push")
    posts = [post["postNo"] for post in stage.case().variables["matchedPosts"]]
    stage.do("jb_push", swapOut=posts[:2])
    assert [post["postNo"] for post in stage.case().variables["roundPosts"]] == posts[2:17]


def test_no_post_is_pushed_twice(stage: Stage) -> None:
    stage.bring_to("jb_visit")
    first = stage.case().variables["pushedPosts"]
    stage.do("jb_visit")
    stage.do("jb_push")
    both = stage.case().variables["pushedPosts"]
    assert (len(first), len(both), len(set(both))) == (15, 30, 30)


def test_who_chooses_is_brought_together_with_the_employer(stage: Stage) -> None:
    stage.bring_to("jb_choose")
    with pytest.raises(Invalid) as refusal:
        stage.do("jb_choose", postChoice="选择岗位", unfitReason=None, chosenPosts=["GW-999"])
    assert set(refusal.value.problems) == {"chosenPosts"}
    stage.do("jb_choose", postChoice="选择岗位", unfitReason=None, chosenPosts=["GW-014"])
    task = stage.task("jb_link")
    assert (task.role_key, task.due_at) == ("county_hr_clerk", at("2026-11-23", "24:00"))
    stage.do("jb_link")
    assert stage.open_tasks() == ["jb_visit"]


def test_five_days_without_a_word_lead_to_the_visit(stage: Stage) -> None:
    stage.bring_to("jb_choose")
    assert stage.task("jb_choose").due_at == at("2026-11-21", "24:00")
    stage.let_pass(until=at("2026-11-21", "24:00"))
    assert (stage.open_tasks(), stage.overdue()) == (["jb_visit"], [])
    # From Saturday night five working days: to Friday.
    assert stage.task("jb_visit").due_at == at("2026-11-27", "24:00")


def test_who_is_still_being_interviewed_is_visited_once_more(stage: Stage) -> None:
    stage.bring_to("jb_visit")
    stage.do("jb_visit", visitResult="面试中", visitWhy=None)
    assert stage.open_tasks() == []
    stage.let_pass(until=at("2026-11-23", "24:00"))
    with pytest.raises(Invalid) as refusal:
        stage.do("jb_visit_2", visitAgain="面试中")
    assert set(refusal.value.problems) == {"visitAgain"}
    stage.do("jb_visit_2")
    assert stage.open_tasks() == ["jb_done"]


def test_nobody_is_out_of_reach_before_the_third_call(stage: Stage) -> None:
    stage.bring_to("jb_visit")
    with pytest.raises(Invalid) as refusal:
        stage.do("jb_visit", visitResult="联系不上", visitWhy=None, visitTries=2)
    assert set(refusal.value.problems) == {"visitTries"}
    stage.do("jb_visit", visitResult="联系不上", visitWhy=None, visitTries=3)
    assert stage.open_tasks() == ["jb_push"]


def test_who_gives_up_at_once_is_not_visited(stage: Stage) -> None:
    stage.bring_to("jb_choose")
    stage.do("jb_choose", postChoice="放弃求职", unfitReason=None, giveUpReason="要照顾老人")
    assert stage.case().outcome == "TERMINATED"


def test_every_flow_is_taken(untaken: list[str]) -> None:
    assert untaken == []
