"""Worklists: only one's own post and place, the same under every heading, filter and count."""

from typing import Any

import pytest

from engine.casework import user_tasks, worklists
from engine.db import reading, transaction
from engine.errors import Invalid
from engine.registry.actors import Actor
from tests.casework.conftest import Office
from tests.processes.stage import PINGYUAN, Stage, at


def elements(actor: Actor, **filters: Any) -> list[str]:
    with reading() as session:
        return [row.task.element_id for row in worklists.listing(session, actor, **filters).rows]


def cases_of(actor: Actor) -> list[str]:
    with reading() as session:
        return [row.case.case_no for row in worklists.listing(session, actor).rows]


def numbers(actor: Actor) -> dict[str, int]:
    with reading() as session:
        found = worklists.counts(session, actor)
        for scope, count in found.items():
            assert worklists.listing(session, actor, scope=scope).total == count, scope
        return found


def test_a_task_stands_with_its_group_and_place_and_nowhere_else(stage: Stage) -> None:
    stage.bring_to("wt_town_take")
    for name, actor in stage.people.items():
        assert elements(actor) == (["wt_town_take"] if name == "town_water_clerk" else []), name


def test_counts_equal_the_lists_under_each_heading(stage: Stage) -> None:
    clerk = stage.people["town_water_clerk"]
    stage.bring_to("wt_town_take")
    assert numbers(clerk) == {"mine": 0, "group": 1, "overdue": 0, "supervised": 0, "waiting": 0, "finished": 0}
    stage.claim("town_water_clerk", "wt_town_take")
    assert numbers(clerk)["mine"] == 1 and numbers(clerk)["group"] == 0
    stage.let_pass(until=at("2026-11-17", "09:00"))
    assert numbers(clerk)["overdue"] == 1
    stage.supervise()
    assert numbers(clerk)["supervised"] == 1
    stage.do("wt_town_take")
    found = numbers(clerk)
    assert (found["mine"], found["group"], found["finished"]) == (0, 1, 1)
    assert numbers(stage.people["county_water_clerk"])["waiting"] == 1
    assert set(numbers(stage.people["citizen"]).values()) == {0}


def test_what_is_under_supervision_comes_first_until_the_order_is_closed(stage: Stage) -> None:
    clerk = stage.people["county_water_clerk"]
    earlier = stage.raise_hand().case_no
    neighbour = stage.people["neighbour"]
    asking = {"applicantName": neighbour.name, "applicantIdNo": neighbour.identity_number}
    later = stage.raise_hand("neighbour", **asking).case_no
    assert cases_of(clerk) == [earlier, later]
    stage.supervise()
    assert cases_of(clerk) == [later, earlier]
    stage.claim("county_water_clerk", "wt_take")
    stage.do("wt_take")
    assert not stage.task("wt_town_take").in_turn, "the next step is as urgent"
    for step in ("sm_sign", "sm_do", "sm_report", "sm_check"):
        stage.do(step)
    assert stage.task("wt_town_take").in_turn


def test_filters_narrow_the_list(stage: Stage) -> None:
    case = stage.raise_hand()
    clerk = stage.people["county_water_clerk"]
    for found, filters in (
        (1, {"item": "water"}), (0, {"item": "dibao"}), (1, {"region": "532622"}), (0, {"region": PINGYUAN}),
        (1, {"text": case.case_no[-5:]}), (1, {"text": case.applicant_name[:1]}), (0, {"text": "不存在的人"}),
        (0, {"text": "%"}), (0, {"text": "_"}), (1, {"case_no": case.case_no}), (0, {"case_no": "water-1"}),
        (0, {"due": "overdue"}), (0, {"due": "soon"}), (0, {"due": "today"}),
    ):  # fmt: skip
        assert len(elements(clerk, **filters)) == found, filters
    stage.clock.move_to(at("2026-11-17", "07:00"))
    assert elements(clerk, due="today") == ["wt_take"] == elements(clerk, due="soon")
    stage.clock.move_to(at("2026-11-17", "09:01"))
    assert elements(clerk, due="overdue") == ["wt_take"]


@pytest.mark.parametrize("filters", [{"scope": "everything"}, {"due": "never"}])
def test_unknown_headings_and_filters_are_refused(office: Office, filters: dict[str, str]) -> None:
    with pytest.raises(Invalid):
        elements(office.town, **filters)


@pytest.mark.parametrize("sort", [*worklists.SORTS, "nonsense"])
def test_every_order_shows_every_task_page_by_page(office: Office, sort: str) -> None:
    first = office.raise_hand()
    office.citizen = office.other_citizen
    second = office.raise_hand()
    with reading() as session:
        pages = [worklists.listing(session, office.town, page=n, size=1, sort=sort) for n in (1, 2, 99)]
        seen = {page.rows[0].case.id for page in pages[:2]}
        assert seen == {first.id, second.id}
        assert pages[0].total == 2 and pages[2].page == 2


def test_a_row_tells_place_holder_and_clock(office: Office, clock: Any) -> None:
    case = office.raise_hand()
    task = office.task(case, "sm_answer")
    with transaction() as session:
        user_tasks.claim(session, task.id, actor=office.town)
    with reading() as session:
        (row,) = worklists.listing(session, office.town, scope="mine").rows
        assert (row.region_name, row.assignee_name, row.chip.kind) == ("江那镇", office.town.name, "in_time")
        clock.move_to(task.due_at)
        (late,) = worklists.listing(session, office.town, scope="mine").rows
        assert late.chip.kind == "overdue"


def test_who_has_left_the_post_no_longer_finds_its_tasks(office: Office) -> None:
    case = office.raise_hand()
    task = office.task(case, "sm_answer")
    with transaction() as session:
        user_tasks.claim(session, task.id, actor=office.town)
    without = Actor(kind="staff", id=office.town.id, name=office.town.name, posts=())
    with reading() as session:
        assert worklists.listing(session, without, scope="mine").total == 0
