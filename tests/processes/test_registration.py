"""实名注册与监护人绑定: names checked against the household register, guardians confirmed by village and town."""

from typing import Any

import pytest

from engine.casework import cases
from engine.casework.models import Case
from engine.db import reading, transaction
from engine.demo.registers.content import Manner
from engine.errors import Invalid
from engine.oversight import replay
from engine.registry import actors, guardians
from engine.registry.actors import SYSTEM
from engine.registry.models import Citizen
from tests.demo.registers import Simulator
from tests.factories import JIANGNA, identity_number
from tests.processes.stage import Stage, at

ITEM = PROCESS = "registration"
CHILD = identity_number(7, born="20121123")
SEEN = "当面核对身份证和户口簿，与登记的信息一致"
NOON = at("2026-11-16", "12:00")


@pytest.fixture
def town(stage: Stage) -> Stage:
    """The stage with a clerk of the town's civil affairs, who confirms."""
    stage.hire("town_civil_clerk", "town_civil_clerk", JIANGNA)
    return stage


def verify(stage: Stage) -> Case:
    made = stage.begin("citizen", registrationKind="实名核验")
    stage.let_pass(until=NOON)
    return made


def bind(stage: Stage, who: str = "citizen", **values: Any) -> None:
    told = {
        "registrationKind": "绑定被监护人",
        "wardName": "群众小",
        "wardIdNo": CHILD,
        "wardGrounds": "minor",
        "guardianRelation": "父亲",
        "guardianFiles": [stage.file(who)],
    }
    stage.begin(who, **{**told, **values})
    stage.let_pass(until=NOON)


def visit(stage: Stage, result: str = "属实") -> None:
    stage.complete("village_assistant", "rg_visit", visitResult=result, visitNote=SEEN)


def ended(stage: Stage) -> tuple[str | None, str | None]:
    case = stage.case()
    with reading() as session:
        assert replay.replay(session, case.case_no).difference is None
    return case.outcome, case.outcome_text


def wards(stage: Stage, who: str = "citizen") -> tuple[str, ...]:
    with reading() as session:
        return actors.citizen(session, stage.people[who].id or 0).wards


def confirm(stage: Stage, agreed: bool = True) -> None:
    why = {} if agreed else {"confirmReason": "法院已经指定孩子的祖父为监护人"}
    stage.complete("town_civil_clerk", "rg_confirm", confirmAgreed=agreed, **why)


def test_who_is_registered_by_that_name_is_verified_at_once(town: Stage, registers: Simulator) -> None:
    citizen = town.people["citizen"]
    registers.hold({"household_register": {citizen.identity_number: [{"name": citizen.name}]}})
    verify(town)
    assert ended(town) == ("COMPLETED", "实名信息已经核验")
    assert len(town.told("citizen", "M224")) == 1
    with reading() as session:
        assert session.get_one(Citizen, citizen.id).verified_at is not None


def test_where_the_register_says_otherwise_the_village_looks(town: Stage, registers: Simulator) -> None:
    registers.hold({"household_register": {town.people["citizen"].identity_number: [{"name": "别人"}]}})
    verify(town)
    visit(town)
    assert ended(town) == ("COMPLETED", "实名信息已经核验")
    verify(town)
    visit(town, "不属实")
    assert ended(town) == ("REJECTED", SEEN)
    assert len(town.told("citizen", "M225")) == 1


def test_a_register_that_says_nothing_for_a_working_day_is_not_waited_for(town: Stage, registers: Simulator) -> None:
    registers.hold({}, household_register=Manner(silent=True))
    verify(town)
    assert town.open_tasks() == []
    town.let_pass(until=at("2026-11-17", "24:00"))
    assert town.open_tasks() == ["rg_visit"]


def test_a_guardian_is_bound_when_village_and_town_have_confirmed(town: Stage) -> None:
    bind(town)
    visit(town)
    assert wards(town) == ()
    confirm(town)
    assert ended(town) == ("COMPLETED", "已经绑定，您可以替被监护人申请、查询和答复")
    assert wards(town) == (CHILD,) and len(town.told("citizen", "M226")) == 1
    with pytest.raises(Invalid) as refusal:
        bind(town)
    assert set(refusal.value.problems) == {"wardIdNo"}
    bind(town, "neighbour", guardianRelation="母亲")
    visit(town)
    confirm(town, agreed=False)
    assert ended(town) == ("REJECTED", "法院已经指定孩子的祖父为监护人")
    assert wards(town, "neighbour") == ()


def test_who_cannot_be_bound_is_refused_at_its_field_and_nothing_begins(town: Stage) -> None:
    wrong = {
        "wardIdNo": {"wardIdNo": town.people["citizen"].identity_number},
        "wardGrounds": {"wardIdNo": identity_number(9, born="19500101")},
        "wardName": {"wardIdNo": town.people["neighbour"].identity_number, "wardGrounds": "incapable"},
    }
    for field, values in wrong.items():
        with pytest.raises(Invalid) as refusal:
            bind(town, **values)
        assert set(refusal.value.problems) == {field}
    with reading() as session:
        assert cases.mine(session, town.people["citizen"], ended=False) == []


def test_it_is_ended_by_the_guardian_or_by_the_town(town: Stage) -> None:
    citizen = town.people["citizen"]
    ending = {"registrationKind": "解除绑定", "wardIdNo": CHILD, "endReason": "孩子改由母亲监护"}
    with pytest.raises(Invalid) as refusal:
        town.begin("citizen", **ending)
    assert set(refusal.value.problems) == {"wardIdNo"}
    named = {"applicantName": citizen.name, "applicantIdNo": citizen.identity_number}
    for who, about in (("citizen", {}), ("town_civil_clerk", named)):
        with transaction() as session:
            guardians.bind(
                session, citizen.id or 0, ward_name="群众小", ward_identity=CHILD, relation="父亲", grounds="minor",
                case_no="registration-1", by=SYSTEM,
            )  # fmt: skip
        town.begin(who, **ending, **about)
        assert ended(town) == ("COMPLETED", "监护绑定已经解除：孩子改由母亲监护")
        assert wards(town) == ()
    assert len(town.told("citizen", "M227")) == 2


def test_it_may_be_urged_supervised_and_withdrawn(town: Stage) -> None:
    bind(town)
    town.urge()
    town.supervise()
    town.withdraw(reason="材料还没有备齐")
    assert town.case().outcome == "WITHDRAWN"


def test_every_flow_was_taken(untaken: list[str]) -> None:
    assert untaken == []
