"""Access, against an oracle that says the same rules the slow way: every post × every case and task."""

from dataclasses import replace
from itertools import product

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.casework.models import Case, UserTask
from engine.errors import NotAllowed
from engine.registry import access, actors
from engine.registry.actors import SYSTEM, Actor
from tests.factories import AccountFactory, CaseFactory, CitizenFactory, UserTaskFactory, identity_number, staff

pytestmark = pytest.mark.usefixtures("reference")

VILLAGES = ("532622101201", "532622102201", "532601104201")
ITEMS = {"water": "water", "dibao": "civil", "chronic": "health"}
TASK_ROLES = ("county_water_clerk", "town_water_clerk", "county_civil_reviewer", "village_assistant", "town_leader")
POSTS = (
    ("county_water_clerk", "532622"),
    ("county_water_reviewer", "532622"),
    ("county_civil_approver", "532601"),
    ("county_health_clerk", "532622"),
    ("county_finance", "532622"),
    ("county_office", "532622"),
    ("county_water_admin", "532622"),
    ("town_water_clerk", "532622101"),
    ("town_civil_clerk", "532601104"),
    ("town_leader", "532622102"),
    ("town_office", "532622101"),
    ("village_assistant", "532622101201"),
    ("village_leader", "532622101201"),
    ("pref_civil_supervisor", "532600"),
    ("pref_office", "532600"),
    ("prov_health_supervisor", "530000"),
    ("auditor", "532622"),
    ("discipline", "530000"),
    ("policy_admin", "530000"),
    ("platform_ops", "530000"),
)
READS = {"leader", "supervisor", "auditor"}
LENGTHS = {"town": 9, "county": 6, "village": 12}


def _is_inside(place: str, region: str) -> bool:
    """The oracle's own way of knowing: walk up from the place, level by level."""
    around = {place, place[:9], place[:6], place[:4] + "00", place[:2] + "0000"}
    return region in around


def _oracle_may_act(role_key: str, region: str, task: UserTask) -> bool:
    return task.role_key == role_key and _is_inside(task.region_code, region)


def _oracle_reads(role_key: str, kind: str, region: str, place: str, item: str) -> bool:
    clerk_of_county = role_key in ("county_water_clerk", "county_health_clerk")
    if kind not in READS and not clerk_of_county:
        return False
    departments = [dept for dept in ITEMS.values() if dept in role_key.split("_")]
    return _is_inside(place, region) and (not departments or ITEMS[item] in departments)


def _level_place(role_key: str, village: str) -> str:
    return village[: LENGTHS[role_key.split("_", maxsplit=1)[0]]]


@pytest.fixture
def world(session: Session) -> tuple[list[Case], list[UserTask]]:
    """A case of every item in every village; the first item's also have a task for each role, one in a companion."""
    cases, tasks = [], []
    for village, item in product(VILLAGES, ITEMS):
        case = CaseFactory(region_code=village, item_code=item, process_key=item)
        cases.append(case)
        if item != "water":
            continue
        beside = CaseFactory(region_code=village, item_code=item, process_key="supervise", subject_id=case.id)
        for role_key in TASK_ROLES:
            holder = beside if role_key == "town_leader" else case
            place = _level_place(role_key, village)
            tasks.append(UserTaskFactory(case=holder, role_key=role_key, region_code=place))
    return cases, tasks


@pytest.mark.parametrize(("role_key", "region"), POSTS)
def test_a_post_sees_what_the_oracle_says(
    session: Session, world: tuple[list[Case], list[UserTask]], role_key: str, region: str
) -> None:
    cases, tasks = world
    actor = actors.staff(session, staff(role_key, region).id)
    kind = actor.posts[0].role_kind
    doable = {task.id for task in tasks if _oracle_may_act(role_key, region, task)}
    with_task = {task.case.subject_id or task.case_id for task in tasks if task.id in doable}
    visible = {
        case.id
        for case in cases
        if _oracle_reads(role_key, kind, region, case.region_code, case.item_code)
        or (kind == "casework" and case.id in with_task)
    }
    listed = select(UserTask.id).where(access.task_condition(actor, UserTask))
    assert set(session.scalars(listed)) == doable
    assert {task.id for task in tasks if access.may_act(actor, task, task.case)} == doable
    found = select(Case.id).where(Case.subject_id.is_(None), access.case_condition(actor, Case))
    assert set(session.scalars(found)) == visible
    assert {case.id for case in cases if access.may_see(actor, case)} == visible


def test_two_posts_see_what_either_sees(session: Session, world: tuple[list[Case], list[UserTask]]) -> None:
    account = AccountFactory(posts=[("town_water_clerk", "532622101"), ("town_leader", "532601104")])
    actor = actors.staff(session, account.id)
    found = session.scalars(select(Case).where(Case.subject_id.is_(None), access.case_condition(actor, Case)))
    assert {(case.region_code, case.item_code) for case in found} == {
        ("532622101201", "water"),
        *(("532601104201", item) for item in ITEMS),
    }


def test_a_leader_looks_at_a_task_without_being_able_to_do_it(session: Session) -> None:
    task = UserTaskFactory(role_key="county_water_clerk")
    reviewer = actors.staff(session, staff("county_water_reviewer").id)
    stranger = actors.staff(session, staff("county_civil_reviewer").id)
    assert access.may_see_task(reviewer, task, task.case) and not access.may_act(reviewer, task, task.case)
    assert not access.may_see_task(stranger, task, task.case)


def test_the_worklist_is_split_into_mine_and_the_groups(session: Session) -> None:
    account = staff("county_water_clerk")
    actor = actors.staff(session, account.id)
    mine, free, others = UserTaskFactory(), UserTaskFactory(), UserTaskFactory()
    mine.assignee_id, others.assignee_id = account.id, staff("county_water_clerk").id
    session.flush()

    def listed(scope: str) -> set[int]:
        return set(session.scalars(select(UserTask.id).where(access.worklist(actor, UserTask, scope))))

    assert listed("mine") == {mine.id}
    assert listed("group") == {free.id}
    assert listed("all") == {mine.id, free.id, others.id}


def test_whoever_filed_a_case_at_the_counter_sees_it(session: Session) -> None:
    account = staff("counter_clerk", "532622101")
    actor = actors.staff(session, account.id)
    filed, other = CaseFactory(proxy_account_id=account.id), CaseFactory()
    assert access.may_see(actor, filed) and not access.may_see(actor, other)
    assert list(session.scalars(select(Case.id).where(access.case_condition(actor, Case)))) == [filed.id]


def test_a_citizen_sees_cases_filed_by_and_for_them_only(session: Session) -> None:
    person, other = CitizenFactory(identity_number=identity_number(501)), CitizenFactory()
    actor = actors.citizen(session, person.id)
    own = CaseFactory(citizen_id=person.id)
    filed = CaseFactory(proxy_citizen_id=person.id, applicant_identity=identity_number(777))
    about = CaseFactory(proxy_citizen_id=other.id, applicant_identity=person.identity_number)
    CaseFactory(citizen_id=other.id)
    CaseFactory(applicant_identity="")
    seen = set(session.scalars(select(Case.id).where(access.case_condition(actor, Case))))
    assert seen == {own.id, filed.id, about.id}
    assert all(access.may_see(actor, case) and access.owns(actor, case) for case in (own, filed, about))
    assert [access.is_applicant(session, actor, case) for case in (own, filed, about)] == [True, False, True]


def test_a_citizen_without_a_known_number_does_not_see_cases_without_one(session: Session) -> None:
    CaseFactory(applicant_identity="")
    actor = Actor("citizen", 4711, "群众")
    assert session.scalars(select(Case.id).where(access.case_condition(actor, Case))).all() == []


def test_a_citizen_does_the_citizens_tasks_of_own_cases(session: Session) -> None:
    person = CitizenFactory()
    actor = actors.citizen(session, person.id)
    own = CaseFactory(citizen_id=person.id)
    supplement = UserTaskFactory(case=own, role_key="citizen", region_code=own.region_code)
    official = UserTaskFactory(case=own)
    foreign = UserTaskFactory(role_key="citizen")
    tasks = (supplement, official, foreign)
    assert [access.may_act(actor, task, task.case) for task in tasks] == [True, False, False]


def test_the_platform_and_strangers_see_no_case(session: Session) -> None:
    CaseFactory()
    nobody = actors.staff(session, AccountFactory().id)
    for actor in (SYSTEM, nobody):
        assert session.scalars(select(Case.id).where(access.case_condition(actor, Case))).all() == []


@pytest.mark.parametrize(
    ("role_key", "region", "may"),
    [
        ("county_office", "532622", True),
        ("county_water_reviewer", "532622", True),
        ("pref_water_supervisor", "532600", True),
        ("prov_office", "530000", True),
        ("county_civil_reviewer", "532622", False),
        ("county_office", "532601", False),
        ("county_water_clerk", "532622", False),
        ("county_water_approver", "532622", False),
        ("town_office", "532622101", False),
        ("town_leader", "532622101", False),
        ("auditor", "532622", False),
    ],
)
def test_supervision_is_opened_by_offices_supervisors_and_reviewers(
    session: Session, role_key: str, region: str, may: bool
) -> None:
    actor = actors.staff(session, staff(role_key, region).id)
    case = CaseFactory()
    if may:
        assert access.supervising_post(actor, case).role_key == role_key
    else:
        with pytest.raises(NotAllowed):
            access.supervising_post(actor, case)


def test_requirements_are_met_by_key_or_kind(session: Session) -> None:
    actor = actors.staff(session, staff("auditor", "532622").id)
    access.require(actor, "policy_admin", "auditor")
    access.require(SYSTEM, "policy_admin")
    with pytest.raises(NotAllowed, match="policy_admin, leader"):
        access.require(actor, "policy_admin", "leader")
    with pytest.raises(NotAllowed):
        access.require(replace(actor, posts=()), "auditor")
