"""抄送: whoever works on a step lets others read the case; they are told, and may do nothing with it.

The rule: a copy goes only to people whose own post is responsible for the case's place, and can be taken back.
"""

from collections.abc import Iterable

from sqlalchemy import delete, false, select
from sqlalchemy.orm import Session

from engine.casework import asking, cases, telling
from engine.casework.locked_tasks import Locked, locked
from engine.casework.models import Case, CaseCopy, UserTask
from engine.casework.paging import Page, page_of
from engine.errors import Invalid, NotAllowed, NotFound
from engine.registry import access, people
from engine.registry.actors import Actor

READERS = ("casework", "leader", "supervisor")
MOST = 50
LONGEST_NOTE = 200


def listing(session: Session, case: Case) -> list[CaseCopy]:
    """Who got a copy of the case, in the order they got it; a companion's copies are those of its case."""
    wanted = select(CaseCopy).where(CaseCopy.case_id == cases.root_of(session, case).id)
    return list(session.scalars(wanted.order_by(CaseCopy.id)))


def mine(session: Session, actor: Actor, *, page: int = 1, size: int = 30) -> Page[CaseCopy]:
    """抄送给我: the copies that the actor got and may still read, the newest first."""
    reads = any(post.role_kind in READERS for post in actor.posts)
    have = CaseCopy.account_id == actor.id if reads else false()
    return page_of(session, select(CaseCopy).where(have).order_by(CaseCopy.id.desc()), page=page, size=size)


def candidates(session: Session, task: UserTask, actor: Actor) -> asking.Candidates:
    """Who may still get a copy: everybody responsible for the place who has none."""
    have = {copy.account_id for copy in listing(session, task.case)} | {actor.id}
    found = people.responsible(session, task.case.region_code, kinds=READERS)
    return [one for one in found if one[0].id not in have]


def copy(
    session: Session, task_id: int, *, actor: Actor, account_ids: Iterable[int], note: str = "", key: str | None = None
) -> list[CaseCopy]:
    """Let these people read the case. Who has a copy already keeps it and is told nothing again."""
    numbers, words = sorted(set(account_ids)), note.strip()
    if not 0 < len(numbers) <= MOST:
        raise Invalid(
            f"Expected 1 to {MOST} readers, but got {len(numbers)}", problems={"account_id": ["请选择抄送给谁"]}
        )
    if len(words) > LONGEST_NOTE:
        raise Invalid("Expected a shorter note", problems={"note": [f"说明不能超过 {LONGEST_NOTE} 个字"]})
    with locked(session, task_id, actor, key, "copy", task_id, numbers, words) as at:
        if at.first:
            _require_worker(actor, at.task)
            _copy(session, at, numbers, words)
        return listing(session, at.task.case)


def _require_worker(actor: Actor, task: UserTask) -> None:
    if not actor.is_staff or not (access.may_act(actor, task, task.case) or access.is_asked(actor, task)):
        raise NotAllowed(
            f"Expected {actor.ref} to work on task {task.id}, but it does not", notice="只有办理该步骤的人可以抄送"
        )


def _copy(session: Session, at: Locked, numbers: list[int], note: str) -> None:
    running, task = at.running, at.task
    have = {one.account_id for one in listing(session, task.case)}
    fresh = [number for number in numbers if number not in have]
    allowed = candidates(session, task, running.actor)
    for number in fresh:
        if number not in {account.id for account, _ in allowed}:
            raise Invalid(
                f"Expected account {number} to be one that may read the case, but it is not",
                problems={"account_id": ["名单中有人不能查看该办件，请重新选择"]},
            )
    case_id = cases.root_of(session, task.case).id
    session.add_all(
        CaseCopy(
            case_id=case_id, account_id=number, task_id=task.id, copied_by=running.actor.id, note=note,
            copied_at=running.now,
        )
        for number in fresh
    )  # fmt: skip
    if fresh:
        running.journal(
            "case_copied", element_id=task.element_id, payload={"task": task.id, "to": fresh, "reason": note}
        )
        telling.tell(running, "T23", fresh, task, otherwise="抄送给您", text=note)


def take_back(session: Session, copy_id: int, *, actor: Actor) -> None:
    """取消抄送 by whoever gave the copy, or works on its step now."""
    found = session.get(CaseCopy, copy_id)
    if found is None:
        raise NotFound(f"Expected copy {copy_id}, but there is none", notice="没有找到这条抄送，可能已经取消")
    with locked(session, found.task_id, actor) as at:
        if found.copied_by != actor.id:
            _require_worker(actor, at.task)
        gone = session.execute(
            delete(CaseCopy).where(CaseCopy.id == copy_id).returning(CaseCopy.account_id)
        ).scalar_one_or_none()
        if gone is not None:
            at.running.journal(
                "copy_taken_back", element_id=at.task.element_id, payload={"task": at.task.id, "to": gone}
            )
