"""A family of three that asks for 低保: who they are, what the registers hold about them, who looks after their case.

The verbs do whole chapters with the usual answers; what a test is about it does by itself.
"""

from typing import Any

from engine import clock as engine_clock
from engine.casework import objections
from engine.casework.models import PublicNotice
from engine.db import reading, transaction
from engine.registry import actors
from engine.registry.models import Appointment
from tests import factories
from tests.demo.registers import Simulator
from tests.factories import JIANGNA, YANSHAN
from tests.processes.stage import VILLAGE, Stage

WIFE, SON = "532622198002020025", "532622201801010012"
POSTS = {
    "town_civil_clerk": JIANGNA,
    "colleague": JIANGNA,
    "county_check_clerk": YANSHAN,
    "county_check_reviewer": YANSHAN,
    "second_reviewer": YANSHAN,
    "county_civil_reviewer": YANSHAN,
    "county_civil_approver": YANSHAN,
}
ROLES = {"colleague": "town_civil_clerk", "second_reviewer": "county_check_reviewer"}
"""Those who are two in their post, because the first may not do it."""

REGIONS = {"town_leader": JIANGNA, "county_civil_approver": YANSHAN}

MEMBER: dict[str, Any] = {
    "isCoResident": True,
    "sameHukou": True,
    "maritalStatus": "已婚",
    "education": "初中",
    "studentStage": "非在校",
    "healthStatus": "健康",
    "laborCapacity": "普通劳动力",
    "employment": "务农",
    "excludeReason": "无",
}
CARS: dict[str, dict[str, list[dict[str, Any]]]] = {"vehicles": {WIFE: [{"kind": "小型汽车"}] * 2}}


DENIED: dict[str, Any] = {
    "approveDecision": "不同意",
    **dict.fromkeys(["category", "perPersonAmount", "householdAmount", "startMonth", "validUntil"]),
    "approveCode": "DB01",
    "approveOpinion": "人均收入高于标准，不同意纳入",
}
"""What the approver answers who does not agree."""

UNDECIDED: dict[str, Any] = dict.fromkeys(
    ["category", "perPersonAmount", "householdAmount", "startMonth", "validUntil", "approveCode"]
)
"""What the approver leaves empty who sends it back."""


def employ(stage: Stage) -> None:
    """People for the posts of a 低保 case that the stage does not have."""
    with factories.committed():
        numbers = {key: factories.staff(ROLES.get(key, key), region).id for key, region in POSTS.items()}
    with reading() as session:
        stage.people |= {key: actors.staff(session, number) for key, number in numbers.items()}


def answers(stage: Stage) -> dict[str, Any]:
    """What depends on who asks: the family, who has signed, whose account it is."""
    citizen = stage.people["citizen"]
    persons = [(citizen.name, citizen.identity_number, "本人"), ("群众之妻", WIFE, "配偶"), ("群众之子", SON, "子")]
    members = [{"name": name, "idNo": number, "relation": relation, **MEMBER} for name, number, relation in persons]
    signed = [{"name": name, "idNo": number} for name, number, _ in persons[:2]]
    return {"members": members, "authPersons": signed, "accountHolder": citizen.name}


def truth(stage: Stage) -> dict[str, dict[str, list[dict[str, Any]]]]:
    """What the police's register holds about them when they have told the truth."""
    listed = [{"name": one["name"], "idNo": one["idNo"]} for one in answers(stage)["members"]]
    return {
        "household_register": {
            str(one["idNo"]): [{"name": one["name"], "region": VILLAGE, "members": listed}] for one in listed
        }
    }


def accepted(stage: Stage, **asked: Any) -> None:
    """They ask, and the town accepts."""
    stage.raise_hand(**asked)
    stage.do("db_accept")


def checked(stage: Stage, reviewer: str = "county_check_reviewer") -> None:
    """The county's centre asks the registers, and reports."""
    stage.complete("county_check_clerk", "ec_accept", authSigned=True, authFits=True, authInDate=True)
    stage.let_pass(until=engine_clock.now())
    stage.complete(reviewer, "ec_review", reviewDecision="同意", reviewOpinion="核对程序和结论无误，同意出具核对报告")


def visited(stage: Stage, **found: Any) -> None:
    stage.do("db_plan")
    stage.do("db_visit", **found)


def surveyed(stage: Stage, registers: Simulator, *, cars: bool = False, **asked: Any) -> None:
    """Accepted, visited and checked; with two cars they fail."""
    registers.hold(truth(stage) | (CARS if cars else {}))
    accepted(stage, **asked)
    visited(stage)
    checked(stage)


def posted(stage: Stage, registers: Simulator, **asked: Any) -> None:
    """The town agrees, and the notice hangs in the village."""
    surveyed(stage, registers, **asked)
    stage.do("db_draft")
    stage.do("db_prelim")
    stage.do("pb_post")


def unopposed(stage: Stage, registers: Simulator, **asked: Any) -> None:
    """Nobody objected for seven days; the case is with the county."""
    posted(stage, registers, **asked)
    stage.let_pass(until=notice(stage).until_at)
    taken_down(stage)


def taken_down(stage: Stage) -> None:
    stage.do("pb_down")
    stage.complete("village_leader", "pb_down_2", villageObjection=False)


def objected(stage: Stage) -> None:
    """Somebody objects, and whoever did not visit the family finds it right."""
    with transaction() as session:
        values = {"reason": "这家去年新买了一辆小轿车，没有申报", "anonymous": True}
        number = notice(stage).id
        objections.raise_objection(session, number, values=values, key=str(number), actor=None)
    stage.complete("colleague", "pb_object", objectionRelated=True)
    stage.complete(
        "colleague", "pb_check", objectionResult="成立", objectionFindings="到车管所查询，确有一辆小轿车",
        objectionAnswer="经核实，反映的情况属实",
    )  # fmt: skip


def notice(stage: Stage) -> PublicNotice:
    with reading() as session:
        return session.query(PublicNotice).filter_by(case_id=stage.case_id).order_by(PublicNotice.id).all()[-1]


def visited_alone(stage: Stage, photo: str) -> None:
    """A visit by one person, by telephone, who asked one neighbour and took one picture."""
    stage.do(
        "db_visit", visitors=[{"visitorName": "经办甲", "visitorPost": "镇社会事务办"}], visitMode="电话视频",
        neighboursAsked=[{"neighbourName": "邻居甲", "neighbourOpinion": "困难"}], visitPhotos=[photo],
    )  # fmt: skip


def also(stage: Stage, who: str, role: str) -> None:
    """That person holds this post, too."""
    account = stage.people[who].id
    with factories.committed() as session:
        session.add(Appointment(account_id=account, role_key=role, region_code=REGIONS[role]))
    with reading() as session:
        found = actors.staff(session, account)
    assert found is not None
    stage.people[who] = found
