"""Who may see and do what: the one place that says so, for queries and for single rows alike.

It follows from three facts: level and region, department, post. A post sees and does the tasks of its role inside its
region; leaders, supervisors and auditors read the cases of their region, in a business department those of its items;
administrators see no case of a citizen's; a citizen sees what was filed by or for them, a guardian (监护人) what was
filed for the ward, as long as the office's confirmation holds. A case of a management process
is read by offices and auditors from the county upwards, and by whoever began it or has, or had, a task in it. Beyond
the posts, whoever was asked in person (委派, 加签) sees that task and its case, and whoever got a copy (抄送) reads the
case.

Casework stands above this package, so the few columns needed of its tables are named here and rows come in as they are.
"""

from typing import Any, Protocol

from sqlalchemy import ColumnElement, and_, column, false, literal_column, or_, select, table
from sqlalchemy.orm import Session, object_session

from engine.errors import NotAllowed
from engine.registry import regions
from engine.registry.actors import BUSINESS_DEPARTMENTS, Actor, Post

# How many digits of a region's code name the county.
_COUNTY = 6
# How an application reached the office, and how a case of a management process began, which is none.
CHANNELS = {"SELF": "群众举手", "PROXY": "他人代举", "GOV": "政府托举", "COUNTER": "线下窗口代录"}
MANAGEMENT = {"OFFICE": "工作人员发起", "VOICE": "群众提出", "TIMER": "定时启动"}
# 模拟办件: handled like an application, which it is not.
MOCK = "MOCK"
CHANNEL_NAMES = {**CHANNELS, **MANAGEMENT, MOCK: "模拟办事"}
CITIZEN_ROLES = ("citizen", "proxy", "guardian", "homeroom_teacher")

# Written out, because an index over some rows only is not used for a value that comes later.
_STEP: ColumnElement[str] = literal_column("'step'")
_TASKS = table(
    "user_task",
    *(column(name) for name in ("subject_id", "kind", "role_key", "region_code", "assignee_id", "owner_id")),
)
_COPIES = table("case_copy", column("case_id"), column("account_id"))


class TaskRow(Protocol):
    """What is asked of a user task, be it an object or a selected row."""

    kind: Any
    assignee_id: Any
    owner_id: Any
    role_key: Any
    region_code: Any
    item_code: Any


class CaseRow(Protocol):
    """What is asked of a case in order to know whose it is."""

    citizen_id: Any
    applicant_identity: Any


class PlacedCaseRow(CaseRow, Protocol):
    """A whole case, which has a place and an item."""

    region_code: Any
    item_code: Any


def task_condition(actor: Actor, tasks: Any) -> ColumnElement[bool]:
    """The user tasks that are for the actor, by post or in person; `tasks` is the table or its class."""
    return or_(_asks(actor, tasks), *post_ways(actor, tasks))


def post_ways(actor: Actor, tasks: Any) -> list[ColumnElement[bool]]:
    """The user tasks that are for the actor by post, one condition for each post."""
    return [_is_for(post, tasks) for post in actor.posts]


def worklist(actor: Actor, tasks: Any, scope: str = "all") -> ColumnElement[bool]:
    """The same, narrowed: `mine` are those the actor has claimed, `group` those that nobody has."""
    doable = task_condition(actor, tasks)
    if scope == "mine":
        return and_(doable, tasks.assignee_id == actor.id)
    return and_(doable, tasks.assignee_id.is_(None)) if scope == "group" else doable


def case_condition(actor: Actor, cases: Any) -> ColumnElement[bool]:
    """The cases that the actor may see, as a condition on `cases` (the class), companions left aside."""
    return or_(false(), *case_ways(actor, cases))


def case_ways(actor: Actor, cases: Any) -> list[ColumnElement[bool]]:
    """The same as the conditions of which any is enough. Lists ask for each by itself, because a database walks an
    index for each, but reads all cases when they are joined by OR."""
    return [*watched_ways(actor, cases), *personal_ways(actor, cases)]


def personal_ways(actor: Actor, cases: Any) -> list[ColumnElement[bool]]:
    """The cases that the actor sees without watching over them: a citizen's own, and those that staff began, do or did
    a task in, were asked about or got a copy of. There are only as many as one person or post has had."""
    if actor.is_citizen:
        named = [cases.applicant_identity == actor.identity_number] if actor.identity_number else []
        return [cases.citizen_id == actor.id, cases.proxy_citizen_id == actor.id, *named, *_of_wards(actor, cases)]
    if not actor.is_staff:
        return []
    begun = cases.proxy_account_id == actor.id
    asked = [cases.id.in_(at_hand) for at_hand in _cases_at_hand(actor)] if _may_be_asked(actor) else []
    if actor.is_("casework"):
        return [*asked, begun]
    own = [begun, *(cases.id.in_(with_task) for with_task in _cases_with_task(actor))]
    return [*asked, *(and_(cases.channel.in_(MANAGEMENT), way) for way in own)]


def watched_ways(actor: Actor, cases: Any) -> list[ColumnElement[bool]]:
    """The cases over which the actor watches: those that a post reads, and beside which it may open an order. Whoever
    was only asked about a case, got a copy of it, or does a task in it, sees it and does not watch over it."""
    return [way for post in actor.posts if post.reads for way in _may_be_read_by(post, cases)]


def _of_wards(actor: Actor, cases: Any) -> list[ColumnElement[bool]]:
    """As `speaks_for` says it of one case of a ward."""
    if not actor.wards:
        return []
    return [and_(cases.applicant_identity.in_(actor.wards), cases.channel.in_(tuple(CHANNELS)))]


def lies_within(cases: Any, prefix: str) -> ColumnElement[bool]:
    """The cases of the region, which are found by their county where there is one."""
    if len(prefix) < _COUNTY:
        return regions.within(cases.region_code, prefix)
    county: ColumnElement[bool] = cases.county_code == prefix[:_COUNTY]
    return county if len(prefix) == _COUNTY else and_(county, regions.within(cases.region_code, prefix))


def may_see(actor: Actor, case: Any) -> bool:
    """The same for one case, which is no companion; asks the database only when a task may be the reason."""
    if actor.is_citizen:
        return owns(actor, case)
    if any(_reads(post, case) and _may_read(post, case) for post in actor.posts):
        return True
    if not (_may_be_asked(actor) or _is_management(case)):
        return False
    if (actor.is_("casework") or _is_management(case)) and case.proxy_account_id == actor.id:
        return True
    session = object_session(case)
    return session is not None and _is_at_hand(session, actor, case)


def may_act(actor: Actor, task: TaskRow, case: CaseRow) -> bool:
    """Whether the actor may do this step: by post and region, or as the citizen of the case."""
    if actor.is_citizen:
        return task.role_key in CITIZEN_ROLES and owns(actor, case)
    if task.kind != "step":
        return False
    return any(post.role_key == task.role_key and post.covers(task.region_code) for post in actor.posts)


def is_asked(actor: Actor, task: TaskRow) -> bool:
    """Whether the task was given to the actor in person, to advise (委派) or to sign (加签)."""
    return _may_be_asked(actor) and task.owner_id is not None and task.assignee_id == actor.id


def may_see_task(actor: Actor, task: TaskRow, case: CaseRow) -> bool:
    """Whether the actor may look at this task: those who may do it, those who were asked or asked somebody else for it,
    and those who read the cases of its region."""
    if may_act(actor, task, case) or is_asked(actor, task) or (actor.is_staff and task.owner_id == actor.id):
        return True
    return any(_reads(post, task) and _may_read(post, case) for post in actor.posts)


def may_urge(actor: Actor, task: TaskRow) -> bool:
    """Whether the actor may urge (催办) whoever has the task: who asked for it, and who reads the cases of its region,
    auditors left aside, because they change nothing (A.2)."""
    if actor.is_staff and task.owner_id == actor.id:
        return True
    return any(post.role_kind != "auditor" and _reads(post, task) for post in actor.posts)


def owns(actor: Actor, case: CaseRow) -> bool:
    """Whether the citizen is the applicant of the case, or the one who filed it for another."""
    if not actor.is_citizen:
        return False
    # A row selected for one purpose need not carry the proxy; then only the applicant is recognised.
    filed_by = (case.citizen_id, getattr(case, "proxy_citizen_id", None))
    return actor.id in filed_by or speaks_for(actor, case)


def is_applicant(session: Session, actor: Actor, case: CaseRow) -> bool:
    """Whether the case is about this citizen in person, or about somebody whose guardian they are, whoever filed it:
    who may consent (C2)."""
    return actor.is_citizen and (case.citizen_id == actor.id or speaks_for(actor, case))


def speaks_for(actor: Actor, case: CaseRow) -> bool:
    """Whether the case is about the citizen in person or, as an application, about one of their wards. What a ward
    asks or complains of is the ward's own: it may be about the guardian."""
    if bool(actor.identity_number) and case.applicant_identity == actor.identity_number:
        return True
    return case.applicant_identity in actor.wards and getattr(case, "channel", None) in CHANNELS


def supervising_post(actor: Actor, case: PlacedCaseRow) -> Post:
    """The post by which the actor may open a supervision order on the case (C6). Raises NotAllowed without one."""
    for post in actor.posts:
        if _supervises(post) and _reads(post, case):
            return post
    raise NotAllowed(
        f"Expected {actor.ref} to supervise the case, but no post does", notice="您的岗位不能对该办件发起督办"
    )


def is_mock(case: Any) -> bool:
    """Whether the case is a mock (模拟办件); a row selected for one purpose need not say so."""
    return getattr(case, "channel", None) == MOCK


def mocking_post(actor: Actor) -> Post:
    """The post by which the actor may send a mock through the whole flow: that of an office or a department's
    supervisor from the county upwards. Raises NotAllowed without one."""
    if may_mock(actor):
        return next(post for post in actor.posts if _sends_mocks(post))
    raise NotAllowed(
        f"Expected {actor.ref} to supervise from the county upwards, but no post does",
        notice="只有县级以上的督查岗位可以提交模拟办件",
    )


def may_mock(actor: Actor) -> bool:
    """The same as a question."""
    return any(_sends_mocks(post) for post in actor.posts)


def may_suspend(actor: Actor, case: PlacedCaseRow) -> bool:
    """Whether the actor may stop a case (挂起) and let it go on: the county's reviewer and approver of its department,
    and the county's office, which watches over all departments and orders procedure, not results (A.2)."""
    return any(post.role_key == "county_office" and _reads(post, case) for post in actor.posts) or may_terminate(
        actor, case
    )


def may_transfer(actor: Actor, case: PlacedCaseRow) -> bool:
    """Whether the actor may order that another town or village handles a case (移交): who may suspend one."""
    return may_suspend(actor, case)


def may_terminate(actor: Actor, case: PlacedCaseRow) -> bool:
    """Whether the actor may end a case without a decision on what was asked (终止): the county's reviewer and approver
    of its department. Not the county's office, because ending a case decides it (A.2); whoever began a mock ends it."""
    if is_mock(case) and actor.is_staff and getattr(case, "proxy_account_id", None) == actor.id:
        return True
    return any(_decides(post) and _reads(post, case) for post in actor.posts)


def may_reopen(actor: Actor, case: PlacedCaseRow) -> bool:
    """Whether the actor may order that an ended case be done again (撤销重办, C8): who may end one, and the
    department's supervisors above the county."""
    above = any(
        post.role_kind == "supervisor" and post.item_codes is not None and _reads(post, case) for post in actor.posts
    )
    return above or may_terminate(actor, case)


def ledger_ways(actor: Actor, lines: Any, payments: Any) -> list[ColumnElement[bool]]:
    """资金台账: the ways in which the actor may read what was paid to whom. Finance, offices and auditors all of their
    region; a business department its own payments; the bank those that go by its cards."""
    ways = []
    for post in actor.posts:
        place = regions.within(lines.region_code, post.region_prefix)
        if post.department_code == "bank":
            ways.append(and_(place, payments.channel == "ONE_CARD"))
        elif post.department_code in BUSINESS_DEPARTMENTS and post.role_kind in ("casework", "leader", "supervisor"):
            ways.append(and_(place, payments.department == post.department_code))
        elif post.department_code == "finance" or post.role_kind in ("supervisor", "auditor"):
            ways.append(place)
    return ways


def benefit_ways(actor: Actor, benefits: Any) -> list[ColumnElement[bool]]:
    """在享待遇: as the ledger, but for the bank, which knows only what it pays."""
    ways = []
    for post in actor.posts:
        place = regions.within(benefits.region_code, post.region_prefix)
        if post.department_code in BUSINESS_DEPARTMENTS and post.role_kind in ("casework", "leader", "supervisor"):
            ways.append(and_(place, benefits.department == post.department_code))
        elif post.department_code == "finance" or post.role_kind in ("supervisor", "auditor"):
            ways.append(place)
    return ways


def may_read_ledger(actor: Actor) -> bool:
    """Whether there is anything in the ledger that the actor may read."""
    kinds = ("casework", "leader", "supervisor", "auditor")
    money = ("finance", "bank", *BUSINESS_DEPARTMENTS)
    return any(
        post.role_kind in kinds and (post.department_code in money or post.role_kind in ("supervisor", "auditor"))
        for post in actor.posts
    )


def require(actor: Actor, *names: str) -> None:
    """Raise NotAllowed unless the actor holds a role of one of these keys or kinds. The platform itself may do all."""
    if actor.kind == "system" or any(actor.holds(name) or actor.is_(name) for name in names):
        return
    raise NotAllowed(f"Expected {actor.ref} to hold one of {', '.join(names)}, but it holds none")


def _is_for(post: Post, tasks: Any) -> ColumnElement[bool]:
    of_role = and_(tasks.role_key == post.role_key, tasks.kind == _STEP)
    return and_(of_role, regions.within(tasks.region_code, post.region_prefix))


def _asks(actor: Actor, tasks: Any) -> ColumnElement[bool]:
    """As `is_asked` says it of one task."""
    return and_(tasks.owner_id.is_not(None), tasks.assignee_id == actor.id) if _may_be_asked(actor) else false()


def _may_be_asked(actor: Actor) -> bool:
    """Whoever lost all posts loses with them what they were asked and what was copied to them."""
    return any(post.role_kind in ("casework", "leader", "supervisor") for post in actor.posts)


def _may_be_read_by(post: Post, cases: Any) -> list[ColumnElement[bool]]:
    place = lies_within(cases, post.region_prefix)
    if post.item_codes is None:
        return [place if _oversees(post) else and_(place, cases.channel.not_in(MANAGEMENT))]
    return [and_(place, cases.item_code == code) for code in sorted(post.item_codes)]


def _reads(post: Post, row: Any) -> bool:
    return post.reads and post.covers(row.region_code) and post.concerns(row.item_code)


def _oversees(post: Post) -> bool:
    """Whether the post also reads the cases of management processes. A complaint must not come before the eyes of the
    leader whom it may be about, so this begins at the county's office."""
    return post.role_kind in ("supervisor", "auditor") and post.level not in ("town", "village")


def _sends_mocks(post: Post) -> bool:
    return post.role_kind == "supervisor" and _oversees(post)


def _may_read(post: Post, case: Any) -> bool:
    return _oversees(post) or not _is_management(case)


def _is_management(case: Any) -> bool:
    """Whether the case is one of a management process; a row selected for one purpose need not say so."""
    return getattr(case, "channel", None) in MANAGEMENT


def _supervises(post: Post) -> bool:
    """County and above: offices, departments' supervisors, and the reviewers of the county's departments."""
    if post.level not in ("county", "prefecture", "province"):
        return False
    return post.role_kind == "supervisor" or (post.role_kind == "leader" and post.role_key.endswith("_reviewer"))


def _decides(post: Post) -> bool:
    """The two posts of a department at the county that may decide a case."""
    ends = post.role_key.endswith(("_reviewer", "_approver"))
    return post.level == "county" and post.role_kind == "leader" and post.item_codes is not None and ends


def _cases_at_hand(actor: Actor) -> list[Any]:
    """The cases that have, or had, a task for the actor, themselves or in a companion, and those that were copied."""
    asked = select(_TASKS.c.subject_id).where(_asks(actor, _TASKS.c))
    with_task = _cases_with_task(actor) if actor.is_("casework") else []
    return [asked, *with_task, select(_COPIES.c.case_id).where(_COPIES.c.account_id == actor.id)]


def _cases_with_task(actor: Actor) -> list[Any]:
    """The cases that have, or had, a task for one of the actor's posts."""
    return [select(_TASKS.c.subject_id).where(way) for way in post_ways(actor, _TASKS.c)]


def _is_at_hand(session: Session, actor: Actor, case: Any) -> bool:
    ways = _cases_at_hand(actor) if _may_be_asked(actor) else []
    if _is_management(case):
        ways += _cases_with_task(actor)
    found = [at_hand.where(at_hand.selected_columns[0] == case.id) for at_hand in ways]
    if not found:
        return False
    return session.scalar(select(or_(*(one.exists() for one in found)))) is True
