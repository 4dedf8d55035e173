"""月通报: begun by the clock, drafted from locked figures, written by the office, signed by a leader, sent to all."""

from typing import Any

import pytest
from sqlalchemy import select

from engine.casework import documents, recurring
from engine.casework.act_models import Document
from engine.casework.models import Case, ProcessVersion
from engine.db import reading, transaction
from engine.errors import Invalid
from engine.oversight import replay
from tests import factories
from tests.factories import YANSHAN
from tests.processes.stage import Stage, at, begin_due

PROCESS = "bulletin"
WRITTEN = {
    "bulletinFindings": "超时集中在乡镇核实环节，已交乡镇分析原因",
    "bulletinProblems": "个别乡镇人员不足，建议充实窗口人员",
    "bulletinNext": "下月开展一次抽查，督促限期整改",
}


@pytest.fixture
def month(stage: Stage) -> Stage:
    """It is the first of December; in November one application came in and was done, another waits."""
    stage.hire("leader", "county_leading_group", YANSHAN)
    done = {"accepted_at": at("2026-11-04"), "ended_at": at("2026-11-09"), "state": "ended", "outcome": "COMPLETED"}
    raised(started_at=at("2026-11-03"), stars=5, **done)
    raised(started_at=at("2026-11-05"), process_key="dibao", variables={"department": "civil"})
    begin(stage)
    return stage


def raised(**fields: Any) -> None:
    """The row of an application."""
    with factories.committed() as session:
        version = session.scalars(select(ProcessVersion.id).limit(1)).one()
        factories.CaseFactory(version_id=version, **fields)


def begin(stage: Stage, day: str = "2026-12-01") -> None:
    """The clock begins the bulletin in the county."""
    stage.clock.move_to(at(day, "01:00"))
    recurring.plan_all()
    stage.clock.move_to(at(day, "02:00"))
    begin_due()
    with reading() as session:
        begun = session.scalars(select(Case).where(Case.process_key == PROCESS, Case.region_code == YANSHAN))
        stage.case_id = max(case.id for case in begun)


def edit(stage: Stage, **changes: Any) -> None:
    stage.complete("county_office", "bl_edit", **{**WRITTEN, **changes})


def issued(stage: Stage) -> list[Document]:
    with reading() as session:
        return list(session.scalars(select(Document).where(Document.case_id == stage.case_id).order_by(Document.id)))


def table(document: Document, title: str) -> dict[str, list[str]]:
    """The rows of one table by their first cell."""
    found = next(one for one in document.content["tables"] if one["title"] == title)
    return {row[0]: row[1:] for row in found["rows"]}


def test_a_bulletin_is_drafted_edited_signed_published_and_sent(month: Stage) -> None:
    figures = month.case().variables["figures"]
    assert (figures["name"], figures["whole"]["applied"], figures["whole"]["completed"]) == ("2026年11月", 2, 1)
    edit(month)
    month.complete("leader", "bl_sign", signAgreed=False, signReason="请补充超时原因的分析")
    edit(month, bulletinFindings="超时两件，都在乡镇核实环节，原因是人手不足")
    month.supervise()
    month.complete("leader", "bl_sign", signAgreed=True)
    draft, bulletin = issued(month)
    assert (draft.published, bulletin.published, bulletin.title) == (False, True, "2026年11月通报")
    assert "人手不足" in bulletin.content["lines"][1]["text"]
    assert table(bulletin, "一、总体情况")["申请量"] == ["2", "–", "–"]
    assert table(bulletin, "二、各乡镇")["江那镇"] == ["2", "1", "1", "100%", "0", "0", "0", "100%"]
    assert table(bulletin, "三、各部门")["民政局"][0] == "1"
    assert table(bulletin, "十、人员缺口")["江那镇"] == ["9", "2"]
    assert table(bulletin, "十一、没有受理和不符合条件的原因") == {}
    assert list(table(bulletin, "五、在办时间最长的办件").values()) == [["江那镇", "砚山县民政局", "25"]]
    assert month.case().outcome == "COMPLETED"
    for who in ("town_office", "county_water_reviewer", "pref_office"):
        assert bulletin.number in month.told(who, "T160")[0]
    with transaction() as session:
        assert documents.read(session, bulletin.number, month.people["town_water_clerk"]).genuine
    with reading() as session:
        assert replay.replay(session, month.case().case_no).equal


def test_it_lists_the_orders_of_the_month_and_how_far_they_are(stage: Stage) -> None:
    stage.hire("leader", "county_leading_group", YANSHAN)
    orders = {
        "done": ordered("2026-11-03", "查清停水原因", state="ended", overdue_count=1),
        "waiting": ordered("2026-11-20", "三日内恢复供水"),
        "before": ordered("2026-10-30", "上月的要求", state="ended"),
        "ladder": ordered("2026-11-04", "逐级督办", kind="AUTO"),
    }
    begin(stage)
    edit(stage)
    stage.complete("leader", "bl_sign", signAgreed=True)
    listed = table(issued(stage)[-1], "十二、本月督办清单")
    assert listed == {
        orders["done"]: ["查清停水原因", "江那镇", "砚山县水务局", "11月3日 周二 09:00", "已销号", "是"],
        orders["waiting"]: ["三日内恢复供水", "江那镇", "砚山县水务局", "11月20日 周五 09:00", "签收", "否"],
    }
    assert list(table(issued(stage)[-1], "七、督办台账（未销号）")) == [orders["waiting"]]


def ordered(day: str, demand: str, *, kind: str = "MANUAL", state: str = "active", **fields: Any) -> str:
    """The number of an order beside an application, which waits to be signed for unless it has ended."""
    with factories.committed() as session:
        version = session.scalars(select(ProcessVersion.id).limit(1)).one()
        subject = factories.CaseFactory(version_id=version)
        session.flush()
        said = {"kind": kind, "orderDemand": demand, "department": "water"}
        order = factories.CaseFactory(
            version_id=version, process_key="supervise", subject_id=subject.id, started_at=at(day), state=state,
            variables=said, **fields,
        )  # fmt: skip
        if state == "active":
            factories.UserTaskFactory(case=order, element_id="sm_sign", name="签收")
        session.flush()
        return str(order.case_no)


def test_what_citizens_ask_has_its_rate_of_answers_in_time(stage: Stage) -> None:
    stage.hire("leader", "county_leading_group", YANSHAN)
    done = {"ended_at": at("2026-11-09"), "state": "ended", "outcome": "COMPLETED", "channel": "VOICE"}
    for process_key, late in (("consult", 0), ("complaint", 1), ("appeal", 0)):
        raised(process_key=process_key, variables={"department": "water"}, overdue_count=late, **done)
    begin(stage)
    draft = issued(stage)[-1]
    assert table(draft, "一、总体情况")["咨询、投诉、申诉按时答复率"][0] == "66.7%"
    assert table(draft, "八、投诉和申诉")["水务局"][-2:] == ["3", "66.7%"]
    assert table(draft, "八、投诉和申诉")["民政局"][-2:] == ["0", "–"]


def test_it_tells_what_checks_learned_from_each_register(stage: Stage) -> None:
    stage.hire("leader", "county_leading_group", YANSHAN)
    answers = [{"code": "vehicles", "name": "车辆", "answered": True, "records": [{"kind": "轿车"}]}]
    raised(process_key="dibao", variables={"department": "civil", "checkResult": "FAIL", "checkAnswers": answers})
    with factories.committed() as session:
        [checked] = session.scalars(select(Case.id).where(Case.process_key == "dibao")).all()
        about = {"case_id": checked, "element_id": "ec_report", "title": "核对报告", "content": {}, "readers": ""}
        made = {"number": "HD-1", "region_code": YANSHAN, "made_at": at("2026-11-10"), "digest": "0" * 64}
        session.add(Document(**about, **made))
    begin(stage)
    assert table(issued(stage)[-1], "十三、经济状况核对（按部门信息）") == {"车辆": ["1", "1", "1", "1"]}


def test_figures_are_locked(month: Stage) -> None:
    locked = month.case().variables["figures"]
    with pytest.raises(Invalid):
        edit(month, figures={"whole": {"applied": 99}})
    raised(started_at=at("2026-11-20"))
    edit(month)
    month.complete("leader", "bl_sign", signAgreed=False, signReason="请补充超时原因的分析")
    assert month.case().variables["figures"] == locked


@pytest.mark.parametrize(
    ("first", "edited", "signed"),
    [
        ("2026-12-01", "2026-12-03", "2026-12-05"),
        # Across a weekend, the National Day and worked Saturday: the 5th is the 5th, whoever works on it.
        ("2026-10-01", "2026-10-03", "2026-10-05"),
        ("2026-08-01", "2026-08-03", "2026-08-05"),
    ],
)
def test_the_office_has_until_the_third_and_the_leader_until_the_fifth(
    stage: Stage, first: str, edited: str, signed: str
) -> None:
    stage.hire("leader", "county_leading_group", YANSHAN)
    stage.clock.move_to(at("2026-07-31"))
    begin(stage, first)
    assert stage.task("bl_edit").due_at == at(edited, "24:00")
    edit(stage)
    assert stage.task("bl_sign").due_at == at(signed, "24:00")


def test_the_clock_begins_it_once_a_month(month: Stage) -> None:
    begin_due()
    with reading() as session:
        begun = session.scalars(select(Case.region_code).where(Case.process_key == PROCESS)).all()
    assert begun == [YANSHAN]


def test_every_flow_was_taken(untaken: list[str]) -> None:
    assert untaken == []
