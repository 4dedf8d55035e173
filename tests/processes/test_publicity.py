"""公示与异议: a masked notice hangs in the village and on the public page, and anybody may object [C4]."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engine.casework import deployments, execution, objections, timeline
from engine.casework.act_models import CaseAct
from engine.casework.models import Case, PublicNotice, PublicObjection
from engine.casework.objections import Published
from engine.db import reading, transaction
from engine.errors import Conflict, Invalid, NotAllowed, NotFound
from engine.oversight import replay
from engine.registry import actors
from engine.registry.actors import SYSTEM
from engine.settings import ROOT
from tests import factories
from tests.factories import JIANGNA
from tests.processes import published
from tests.processes.published import GROWN_UP, LINES, MINOR
from tests.processes.stage import Stage, at

PROCESS = "publicity"

OBJECTION = {"reason": "这家去年新买了一辆小轿车，没有申报", "anonymous": True}


@pytest.fixture
def publish(stage: Stage) -> Callable[..., Case]:
    """A case of its own that is published, as the items call it; afterwards the verbs of the stage speak about it."""
    with factories.committed():
        clerks = [factories.staff("town_civil_clerk", JIANGNA).id for _ in range(2)]
    with reading() as session:
        stage.people["town_civil_clerk"], stage.people["colleague"] = (actors.staff(session, one) for one in clerks)

    def begin(item: str = "dibao", kind: str = "初审公示", **more: Any) -> Case:
        stage.case_id = published.begin(item, kind, citizen_id=stage.people["citizen"].id, **more)
        return stage.case()

    return begin


def post(stage: Stage) -> None:
    photos = [stage.file("village_assistant")]
    stage.complete("village_assistant", "pb_post", publicPlace=["村务公开栏"], publicPhotos=photos)


def take_down(stage: Stage) -> None:
    stage.complete("village_assistant", "pb_down", publicDownPhotos=[stage.file("village_assistant")])


def notice(stage: Stage) -> PublicNotice:
    with reading() as session:
        return session.query(PublicNotice).filter_by(case_id=stage.case_id).order_by(PublicNotice.id).all()[-1]


def page(stage: Stage) -> Published:
    with reading() as session:
        return objections.get(session, notice(stage).id)


def object_(stage: Stage, key: str = "1", by: str | None = None, **values: Any) -> PublicObjection:
    with transaction() as session:
        return objections.raise_objection(
            session, notice(stage).id, values={**OBJECTION, **values}, key=key, actor=stage.people[by] if by else None
        )


def answered(code: str) -> PublicObjection:
    with reading() as session:
        return objections.by_code(session, code)


def accept(stage: Stage) -> None:
    stage.complete("town_civil_clerk", "pb_object", objectionRelated=True)


def check(stage: Stage, result: str, who: str = "town_civil_clerk") -> None:
    stage.complete(
        who, "pb_check", objectionResult=result, objectionFindings="到车管所查询，名下没有车辆登记",
        objectionAnswer="经向车管所查询，这户名下没有车辆",
    )  # fmt: skip


def result(stage: Stage) -> tuple[str, Any]:
    return stage.case().state, stage.case().variables.get("objection")


def test_the_notice_hangs_seven_days_from_the_day_after_it_was_posted(publish: Any, stage: Stage) -> None:
    publish()
    assert stage.task("pb_post").due_at == at("2026-11-17", "24:00")
    with pytest.raises(NotFound):
        page(stage)
    stage.let_pass(until=at("2026-11-17", "10:00"))
    post(stage)
    shown = page(stage)
    assert (shown.until_at, shown.checking) == (at("2026-11-24", "24:00"), False)
    assert shown.lines == (("姓名", "王秀英"), ("家庭人数", "4 人"), ("事项", "低保"), ("每月金额", "640.00 元"))
    assert (shown.places, stage.case().status) == (("村务公开栏",), "PUBLICITY")
    assert len(stage.told("citizen", "M06")) == 1
    assert stage.told("citizen", "M06")[0].endswith("公示至11月24日。")


def test_a_county_may_let_the_clocks_stand_still_while_the_notice_hangs(
    publish: Any, stage: Stage, tmp_path: Path
) -> None:
    publish()
    post(stage)
    assert stage.case().clock_stopped_at is None, "the days count, unless the table says otherwise"
    for below in ("processes", "forms", "rules"):
        shutil.copytree(ROOT / below, tmp_path / below)
    table = tmp_path / "rules" / "mask_rules.dmn"
    written = table.read_text()
    table.write_text(written.replace('terms_dibao_stops_to"><text>false', 'terms_dibao_stops_to"><text>true'))
    with transaction() as session:
        deployments.deploy_folder(session, tmp_path, actor=SYSTEM)
    publish()
    post(stage)
    assert stage.case().clock_stopped_at == stage.clock.moment
    stage.let_pass(until=at("2026-11-23", "24:00"))
    assert (stage.open_tasks(), stage.case().clock_stopped_at) == (["pb_down"], None)


def test_nobody_objects_and_the_village_confirms_it(publish: Any, stage: Stage) -> None:
    publish()
    post(stage)
    stage.let_pass(until=at("2026-11-23", "23:59"))
    assert stage.open_tasks() == []
    stage.let_pass(until=at("2026-11-23", "24:00"))
    with pytest.raises(NotFound):
        page(stage)
    assert stage.task("pb_down").due_at == at("2026-11-25", "24:00")
    assert stage.case().variables["publicFrom"] == "2026-11-17"
    take_down(stage)
    stage.complete("village_leader", "pb_down_2", villageObjection=False)
    assert result(stage) == ("ended", False)
    assert (notice(stage).state, notice(stage).listed_until_at) == ("ended", None)


@pytest.mark.parametrize(
    ("item", "kind", "last_day"),
    [
        ("dibao", "初审公示", "2026-11-23"),
        ("tekun", "初审公示", "2026-11-23"),
        ("linshi", "初审公示", "2026-11-19"),
        ("house", "评议公示", "2026-11-23"),
        ("med_aid", "初审公示", "2026-11-23"),
        ("gov_lift", "监测对象", "2026-11-21"),
        ("job", "公益岗位", "2026-11-21"),
        ("tekun", "终止公示", "2026-11-23"),
        ("water", "结果公布", "2026-11-23"),
    ],
)
def test_each_kind_hangs_as_long_as_the_table_says(
    publish: Any, stage: Stage, item: str, kind: str, last_day: str
) -> None:
    publish(item, kind)
    post(stage)
    assert page(stage).until_at == at(last_day, "24:00")


def test_days_of_publicity_are_calendar_days_over_a_holiday(publish: Any, stage: Stage) -> None:
    stage.let_pass(until=at("2026-12-30", "16:00"))
    publish("linshi")
    assert stage.task("pb_post").due_at == at("2026-12-31", "24:00")
    post(stage)
    assert page(stage).until_at == at("2027-01-02", "24:00")
    stage.let_pass(until=at("2027-01-02", "24:00"))
    assert stage.task("pb_down").due_at == at("2027-01-04", "24:00")


def test_posting_on_the_friday_before_a_make_up_saturday_may_wait_for_it(publish: Any, stage: Stage) -> None:
    stage.clock.move_to(at("2026-10-09", "16:00"))
    publish()
    assert stage.task("pb_post").due_at == at("2026-10-10", "24:00")


@pytest.mark.parametrize(("item", "checked"), [("dibao", "2026-10-20"), ("tekun", "2026-10-27")])
def test_over_the_national_day_the_notice_hangs_on_and_the_offices_count_working_days(
    publish: Any, stage: Stage, item: str, checked: str
) -> None:
    stage.clock.move_to(at("2026-09-30", "09:00"))
    publish(item)
    post(stage)
    assert page(stage).until_at == at("2026-10-07", "24:00")
    object_(stage)
    assert stage.task("pb_object").due_at == at("2026-10-08", "24:00")
    accept(stage)
    assert stage.task("pb_check").due_at == at(checked, "24:00")
    check(stage, "不成立")
    stage.let_pass(until=at("2026-10-07", "24:00"))
    assert stage.task("pb_down").due_at == at("2026-10-09", "24:00")
    stage.clock.move_to(at("2026-10-09", "10:00"))
    take_down(stage)
    assert stage.task("pb_down_2").due_at == at("2026-10-10", "24:00")


def test_who_takes_too_long_over_an_objection_is_reminded_and_recorded(publish: Any, stage: Stage) -> None:
    publish()
    post(stage)
    object_(stage)
    stage.let_pass(until=at("2026-11-18", "09:00"))
    assert [record.element_id for record in stage.overdue()] == ["pb_object"]


def test_an_objection_that_is_not_upheld_lets_the_rest_of_the_days_run(publish: Any, stage: Stage) -> None:
    publish()
    post(stage)
    stage.let_pass(until=at("2026-11-20", "15:00"))
    made = object_(stage)
    assert (page(stage).checking, stage.case().status) == (True, "OBJECTION")
    with reading() as session:
        assert "有人对公示提出异议" in [line.text for line in timeline.for_staff(session, stage.case())]
    assert stage.task("pb_object").due_at == at("2026-11-23", "24:00")
    stage.let_pass(until=at("2026-11-23", "10:00"))
    accept(stage)
    assert stage.task("pb_check").due_at == at("2026-12-07", "24:00")
    stage.let_pass(until=at("2026-11-26", "10:00"))
    check(stage, "不成立")
    assert page(stage).until_at == at("2026-11-29", "24:00")
    assert (answered(made.code).state, answered(made.code).answer) == ("rejected", "经向车管所查询，这户名下没有车辆")
    assert len(stage.told("citizen", "M06")) == 2
    stage.let_pass(until=at("2026-11-29", "24:00"))
    take_down(stage)
    stage.complete("village_leader", "pb_down_2", villageObjection=False)
    assert result(stage) == ("ended", False)


def test_at_least_one_day_is_left_after_an_objection_of_the_last_hour(publish: Any, stage: Stage) -> None:
    publish()
    post(stage)
    stage.let_pass(until=at("2026-11-23", "23:00"))
    object_(stage)
    accept(stage)
    stage.let_pass(until=at("2026-11-25", "09:00"))
    check(stage, "不成立")
    assert page(stage).until_at == at("2026-11-26", "24:00")


def test_for_tekun_an_objection_is_looked_into_within_fifteen_working_days(publish: Any, stage: Stage) -> None:
    publish("tekun")
    post(stage)
    object_(stage)
    accept(stage)
    assert stage.task("pb_check").due_at == at("2026-12-07", "24:00")


def test_an_objection_that_is_upheld_takes_the_notice_off_at_once(publish: Any, stage: Stage) -> None:
    publish()
    post(stage)
    first, second = object_(stage), object_(stage, "2", reason="他家在县城还有一套房子出租")
    accept(stage)
    check(stage, "成立")
    assert result(stage) == ("ended", True)
    assert notice(stage).state == "withdrawn"
    with pytest.raises(NotFound):
        page(stage)
    assert [answered(one.code).state for one in (first, second)] == ["upheld", "upheld"]
    assert [text.split("，")[-1] for text in stage.told("village_assistant", "T50")] == ["请撤下已张贴的公示。"]


def test_what_has_nothing_to_do_with_it_is_answered_and_not_looked_into(publish: Any, stage: Stage) -> None:
    publish()
    post(stage)
    made = object_(stage, reason="低价出售二手家电，电话联系")
    stage.complete("town_civil_clerk", "pb_object", objectionRelated=False, objectionAnswer="您写的与这条公示没有关系")
    assert answered(made.code).state == "unrelated"
    assert (stage.open_tasks(), page(stage).checking) == ([], False)


def test_objections_that_come_in_during_the_check_are_looked_into_next(publish: Any, stage: Stage) -> None:
    publish()
    post(stage)
    object_(stage)
    accept(stage)
    stage.let_pass(until=at("2026-11-25", "10:00"))  # the day after the seven would have been over
    later = object_(stage, "2", reason="户主的儿子在外地有固定工作")
    check(stage, "不成立")
    assert stage.open_tasks() == ["pb_object"]
    assert stage.case().variables["objectionText"] == "1. （匿名）户主的儿子在外地有固定工作"
    accept(stage)
    check(stage, "不成立")
    assert (answered(later.code).state, page(stage).checking) == ("rejected", False)


def test_what_was_said_to_the_village_by_mouth_is_looked_into_too(publish: Any, stage: Stage) -> None:
    publish()
    post(stage)
    stage.let_pass(until=at("2026-11-23", "24:00"))
    take_down(stage)
    told = "有村民说他家把田租出去了，没有申报"
    stage.complete("village_leader", "pb_down_2", villageObjection=True, villageObjectionText=told)
    assert stage.open_tasks() == ["pb_object"]
    assert told in stage.case().variables["objectionText"]
    accept(stage)
    check(stage, "不成立")
    assert page(stage).until_at == at("2026-11-25", "24:00")
    stage.let_pass(until=at("2026-11-25", "24:00"))
    take_down(stage)
    stage.complete("village_leader", "pb_down_2", villageObjection=False)
    assert result(stage) == ("ended", False)


def test_who_surveyed_the_household_may_not_look_into_the_objection(publish: Any, stage: Stage) -> None:
    publish()
    with transaction() as session:
        surveyor = stage.people["town_civil_clerk"].id
        done = {"task_id": stage.task("pb_post").id, "account_id": surveyor, "act": "入户调查"}
        session.add(CaseAct(case_id=stage.case_id, done_at=stage.case().started_at, **done))
    post(stage)
    object_(stage)
    accept(stage)
    with pytest.raises(NotAllowed) as refusal:
        check(stage, "不成立")
    assert refusal.value.notice == "您是本案的入户调查人员，异议应当由其他人核查"
    assert stage.open_tasks() == ["pb_check"]
    check(stage, "不成立", who="colleague")
    assert page(stage).checking is False


def test_a_result_stays_on_the_list_for_a_year_without_the_name(publish: Any, stage: Stage) -> None:
    publish(kind="长期公示")
    assert result(stage) == ("ended", False)
    shown = page(stage)
    assert (shown.listed, shown.lines[0]) == (True, ("姓名", "王*"))
    assert shown.until_at == at("2027-11-16", "09:00")
    stage.let_pass(until=at("2027-11-16", "09:00"))
    with pytest.raises(NotFound):
        page(stage)


def test_a_result_that_was_posted_goes_on_the_list_afterwards(publish: Any, stage: Stage) -> None:
    publish(kind="结果公布")
    post(stage)
    assert page(stage).lines[0] == ("姓名", "王秀英")
    stage.let_pass(until=at("2026-11-23", "24:00"))
    take_down(stage)
    stage.complete("village_leader", "pb_down_2", villageObjection=False)
    assert (page(stage).listed, page(stage).lines[0]) == (True, ("姓名", "王*"))


def test_nobody_under_age_is_named_or_listed(publish: Any, stage: Stage) -> None:
    publish("tekun", identity=MINOR)
    post(stage)
    assert [label for label, _ in page(stage).lines] == ["家庭人数", "事项", "每月金额"]
    publish("tekun", kind="长期公示", identity=MINOR)
    with pytest.raises(NotFound):
        page(stage)


def test_of_a_disease_only_the_item_is_told(publish: Any, stage: Stage) -> None:
    lines = [*LINES, {"field": "category", "value": "A类"}, {"field": "majorDisease", "value": "肺癌"}]
    publish("med_aid", contentLines=lines, itemName="大病救助")
    post(stage)
    shown = page(stage)
    assert [label for label, _ in shown.lines] == ["姓名", "家庭人数", "事项", "每月金额"]
    assert dict(shown.lines)["事项"] == "大病救助"


SECRETS = {
    "applicantIdNo": GROWN_UP,
    "applicantPhone": "13912345678",
    "accountNo": "6217001820012345678",
    "healthStatus": "大病",
    "majorDisease": "尿毒症",
    "disabilityGrade": "一级",
    "residenceAddress": "江那镇某村 3 组 12 号",
    "childName": "王小明",
}
"""Every kind of thing about a person that must never be published."""


@pytest.mark.parametrize(
    "field", ["applicantName", "memberCount", "monthlyAmount", "category", "supportForm", "postName"]
)
def test_a_secret_in_the_place_of_what_may_be_shown_is_not_shown(publish: Any, stage: Stage, field: str) -> None:
    numbers = [secret for secret in SECRETS.values() if any(digit in secret for digit in "0123456789")]
    for secret in numbers:
        publish("dibao", kind="公益岗位", contentLines=[{"field": field, "value": secret}])
        assert notice(stage).lines == [], secret


def test_a_field_without_a_row_is_never_shown(publish: Any, stage: Stage) -> None:
    lines = [{"field": field, "value": value} for field, value in SECRETS.items()]
    publish(contentLines=lines, **SECRETS)
    assert (notice(stage).lines, notice(stage).listed_lines) == ([], [])
    assert stage.case().variables["publicText"] == ""


def test_without_lines_the_name_and_the_item_are_published(publish: Any, stage: Stage) -> None:
    publish(contentLines=None)
    assert notice(stage).lines == [["姓名", "王秀英"], ["事项", "低保"]]


def test_the_objector_stands_in_no_variable_and_no_journal_of_the_case(publish: Any, stage: Stage) -> None:
    publish()
    post(stage)
    made = object_(stage, by="neighbour", anonymous=False, name="李大山", phone="13811112222")
    written = str(stage.case().variables) + str([(one.actor, one.actor_name, one.payload) for one in stage.journal()])
    assert not any(word in written for word in ("李大山", "13811112222", f"citizen:{stage.people['neighbour'].id}"))
    assert "（实名）" in stage.case().variables["objectionText"]
    assert (made.name, made.citizen_id) == ("李大山", stage.people["neighbour"].id)
    case = stage.case()
    seen = [who for who in ("town_civil_clerk", "village_assistant", "village_leader", "town_water_clerk", "citizen")
            if objections.may_know_objectors(stage.people[who], case)]  # fmt: skip
    assert seen == ["town_civil_clerk"]


def test_who_signs_in_and_gives_their_name_is_told_the_answer(publish: Any, stage: Stage) -> None:
    publish()
    post(stage)
    object_(stage, by="neighbour", anonymous=False, name="李大山", phone="13811112222")
    object_(stage, "2", by="stranger")
    accept(stage)
    check(stage, "不成立")
    assert len(stage.told("neighbour", "M80")) == 1 and "不成立" in stage.told("neighbour", "M80")[0]
    accept(stage)
    check(stage, "不成立")
    assert stage.told("stranger", "M80") == []


def test_an_objection_needs_words_and_a_name_or_none(publish: Any, stage: Stage) -> None:
    publish()
    post(stage)
    with pytest.raises(Invalid) as refusal:
        object_(stage, reason="不对", anonymous=False, phone="123")
    assert set(refusal.value.problems) == {"reason", "name", "phone"}
    with reading() as session:
        assert session.query(PublicObjection).count() == 0
    assert stage.case().status == "PUBLICITY"


def test_the_same_page_sent_twice_is_one_objection(publish: Any, stage: Stage) -> None:
    publish()
    post(stage)
    assert object_(stage, "same").code == object_(stage, "same").code
    assert stage.case().variables["objectionCount"] == 1


def test_after_the_period_nobody_can_object(publish: Any, stage: Stage) -> None:
    publish(kind="结果公布")
    post(stage)
    stage.clock.move_to(at("2026-11-23", "24:00"))  # and the worker has not come by yet
    with pytest.raises(NotFound):
        object_(stage)
    stage.let_pass(until=at("2026-11-24"))
    take_down(stage)
    stage.complete("village_leader", "pb_down_2", villageObjection=False)
    with pytest.raises(Conflict):
        object_(stage)


def test_publishing_again_closes_what_was_left_open(publish: Any, stage: Stage) -> None:
    publish()
    post(stage)
    first = notice(stage).id
    with transaction() as session, execution.open_case(session, stage.case_id, actor=SYSTEM) as running:
        element = running.plan.element("pb_make")
        running.perform(running, element)
    with reading() as session:
        assert session.get_one(PublicNotice, first).state == "ended"


CALLER = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
    id="caller_definitions" targetNamespace="http://bpmn.io/schema/bpmn">
  <bpmn:process id="caller" name="要公示的事项" isExecutable="true">
    <bpmn:startEvent id="ca_start" name="开始" />
    <bpmn:scriptTask id="ca_kind" name="公示类别"><bpmn:extensionElements>
      <zeebe:script expression='="监测对象"' resultVariable="publicKind" /></bpmn:extensionElements></bpmn:scriptTask>
    <bpmn:scriptTask id="ca_lines" name="公示内容"><bpmn:extensionElements>
      <zeebe:script expression='=[{field: "applicantName", value: "王秀英"}, {field: "memberCount", value: 3}]'
        resultVariable="contentLines" /></bpmn:extensionElements></bpmn:scriptTask>
    <bpmn:callActivity id="ca_public" name="公示"><bpmn:extensionElements>
      <zeebe:calledElement processId="publicity" /></bpmn:extensionElements></bpmn:callActivity>
    <bpmn:exclusiveGateway id="ca_objection" name="有异议？" default="ca_quiet" />
    <bpmn:endEvent id="ca_again" name="重新调查"><bpmn:extensionElements><zeebe:properties>
      <zeebe:property name="outcome" value="REJECTED" /></zeebe:properties></bpmn:extensionElements></bpmn:endEvent>
    <bpmn:endEvent id="ca_end" name="通过"><bpmn:extensionElements><zeebe:properties>
      <zeebe:property name="outcome" value="COMPLETED" /></zeebe:properties></bpmn:extensionElements></bpmn:endEvent>
    <bpmn:sequenceFlow id="ca_1" sourceRef="ca_start" targetRef="ca_kind" />
    <bpmn:sequenceFlow id="ca_2" sourceRef="ca_kind" targetRef="ca_lines" />
    <bpmn:sequenceFlow id="ca_3" sourceRef="ca_lines" targetRef="ca_public" />
    <bpmn:sequenceFlow id="ca_4" sourceRef="ca_public" targetRef="ca_objection" />
    <bpmn:sequenceFlow id="ca_upheld" name="有" sourceRef="ca_objection" targetRef="ca_again">
      <bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">=objection = true</bpmn:conditionExpression>
    </bpmn:sequenceFlow>
    <bpmn:sequenceFlow id="ca_quiet" name="没有" sourceRef="ca_objection" targetRef="ca_end" />
    <bpmn:subProcess id="ca_withdraw" name="群众撤回" triggeredByEvent="true">
      <bpmn:startEvent id="ca_withdrawn" name="群众撤回">
        <bpmn:messageEventDefinition id="ca_withdrawn_message" messageRef="ca_message" /></bpmn:startEvent>
      <bpmn:endEvent id="ca_gone" name="已撤回"><bpmn:extensionElements><zeebe:properties>
        <zeebe:property name="outcome" value="WITHDRAWN" /></zeebe:properties></bpmn:extensionElements></bpmn:endEvent>
      <bpmn:sequenceFlow id="ca_5" sourceRef="ca_withdrawn" targetRef="ca_gone" />
    </bpmn:subProcess>
  </bpmn:process>
  <bpmn:message id="ca_message" name="CITIZEN_WITHDRAW" />
</bpmn:definitions>
"""
"""An item as short as can be that calls it: kind and lines go in, `objection` comes out."""


@pytest.fixture
def call(publish: Any, stage: Stage, tmp_path: Path) -> Callable[[], None]:
    """A case of an item that calls the publicity; what it calls is the version that is deployed."""
    (tmp_path / "processes").mkdir()
    (tmp_path / "processes" / "caller.bpmn").write_text(CALLER, encoding="utf-8")
    shutil.copytree(ROOT / "rules", tmp_path / "rules")
    with transaction() as session:
        deployments.deploy_folder(session, tmp_path, actor=SYSTEM)

    def begin() -> None:
        person = stage.people["citizen"].id
        stage.case_id = published.begin("gov_lift", process="caller", citizen_id=person, contentLines=None)

    return begin


def test_an_item_that_calls_it_learns_that_nobody_objected(call: Callable[[], None], stage: Stage) -> None:
    call()
    assert stage.task("pb_post").due_at == at("2026-11-17", "24:00")
    post(stage)
    assert (page(stage).until_at, page(stage).kind) == (at("2026-11-21", "24:00"), "监测对象")
    assert page(stage).lines == (("姓名", "王秀英"), ("家庭人数", "3 人"))
    stage.let_pass(until=at("2026-11-21", "24:00"))
    take_down(stage)
    stage.complete("village_leader", "pb_down_2", villageObjection=False)
    assert (stage.case().outcome, stage.case().variables["objection"]) == ("COMPLETED", False)


def test_an_item_that_calls_it_learns_that_an_objection_was_upheld(call: Callable[[], None], stage: Stage) -> None:
    call()
    post(stage)
    object_(stage)
    accept(stage)
    check(stage, "成立")
    assert (stage.case().outcome, stage.case().variables["objection"]) == ("REJECTED", True)


def test_who_withdraws_is_off_the_page_at_once(call: Callable[[], None], stage: Stage) -> None:
    call()
    post(stage)
    assert page(stage).checking is False
    with transaction() as session:
        assert execution.deliver(session, stage.case_id, "CITIZEN_WITHDRAW", actor=SYSTEM)
    assert stage.case().outcome == "WITHDRAWN"
    with pytest.raises(NotFound):
        page(stage)


def test_a_publicity_is_replayed_to_the_same_state(publish: Any, stage: Stage) -> None:
    publish()
    post(stage)
    object_(stage)
    accept(stage)
    check(stage, "不成立")
    with reading() as session:
        assert replay.replay(session, stage.case().case_no).difference is None


def test_every_flow_is_taken(untaken: list[str]) -> None:
    assert untaken == []
