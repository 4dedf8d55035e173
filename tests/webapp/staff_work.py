"""Water cases for the tests of the staff's pages: filed and worked on through the engine, looked up in the database."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from engine.casework import cases, user_tasks
from engine.casework.models import Case, TaskDraft, UserTask
from engine.db import transaction
from engine.registry import actors
from tests import factories
from tests.factories import JIANGNA

VILLAGE = f"{JIANGNA}001"
ELSEWHERE = "532623"
TAKE = {"inScope": "true", "town": JIANGNA, "urgency": "一般"}
REFUSE = {
    "inScope": "false",
    "rejectReasonCode": "NR01",
    "rejectReason": "该问题属于城市供水，不归农村饮水",
    "rejectBasis": "《运行管理办法》第四条",
}


def raise_hand(region_code: str = VILLAGE, **answers: Any) -> str:
    """The number of a fresh water case, which waits at 是否接单."""
    with factories.committed() as session:
        citizen = factories.CitizenFactory(region_code=region_code)
        session.flush()
        values = {
            "noticeAccepted": True,
            "applicantName": citizen.name,
            "applicantIdNo": citizen.identity_number,
            "applicantPhone": citizen.phone,
            "residenceAddress": "三组 12 号",
            "problemRegion": region_code,
            "waterProblems": ["停水"],
            "problemText": "水管断了三天，全组没有水喝",
        }
        actor = actors.citizen(session, citizen.id)
        return cases.start(session, "water", actor=actor, channel="SELF", values={**values, **answers}).case_no


def case(case_no: str) -> Case:
    """The row of a case as it is now."""
    with transaction() as session:
        return session.scalars(select(Case).where(Case.case_no == case_no)).one()


def task(case_no: str) -> UserTask:
    """The latest task of a case as it is now."""
    with transaction() as session:
        wanted = select(UserTask).join(Case, Case.id == UserTask.case_id).where(Case.case_no == case_no)
        wanted = wanted.options(joinedload(UserTask.case)).order_by(UserTask.id.desc()).limit(1)
        return session.scalars(wanted).one()


def complete(task_id: int, account_id: int, values: dict[str, Any]) -> None:
    """What another browser would do."""
    with transaction() as session:
        actor = actors.staff(session, account_id)
        user_tasks.complete(session, task_id, actor=actor, values=values, key=f"other-{task_id}")


def claim(task_id: int, account_id: int) -> None:
    with transaction() as session:
        user_tasks.claim(session, task_id, actor=actors.staff(session, account_id))


def drafts() -> list[TaskDraft]:
    with transaction() as session:
        return list(session.scalars(select(TaskDraft)))


def account(role_key: str, region_code: str = factories.YANSHAN, **fields: Any) -> int:
    """The id of a member of staff without a browser."""
    with factories.committed() as session:
        made = factories.staff(role_key, region_code, **fields)
        session.flush()
        return made.id
