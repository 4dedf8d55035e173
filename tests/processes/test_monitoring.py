"""电子监察: each indicator finds what it is there for, and nothing below its numbers; nothing is told twice."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.casework import recurring
from engine.casework.act_models import Document, DocumentReading
from engine.casework.models import Case, ListExport, Notice, OverdueRecord, Payment, PaymentLine, ProcessVersion
from engine.db import reading
from engine.oversight import replay
from tests import factories
from tests.factories import JIANGNA, YANSHAN
from tests.processes.stage import PINGYUAN, Stage, at, begin_due

ITEM = PROCESS = "monitoring"
# The stage's day is Monday 16 November 2026; the week before it is looked through.
FRIDAY = "2026-11-13"


class Rows:
    """What happened in the county, written as rows."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.version = session.scalars(select(ProcessVersion.id).limit(1)).one()
        self.jiangna, self.pingyuan = (factories.RegionFactory(code=f"{town}001").code for town in (JIANGNA, PINGYUAN))

    def case(self, place: str | None = None, **fields: Any) -> Case:
        begun = {"version_id": self.version, "region_code": place or self.jiangna, "started_at": at("2026-11-10")}
        made: Case = factories.CaseFactory(**{**begun, **fields})
        self.session.flush()
        return made

    def refused(self, reason: str, place: str | None = None) -> Case:
        ended = {"state": "ended", "outcome": "NOT_ACCEPTED", "ended_at": at(FRIDAY)}
        made = self.case(place, variables={"rejectReason": reason}, **ended)
        self.step(made, "town_water_clerk", (place or self.jiangna)[:9])
        return made

    def step(self, case: Case, role: str, place: str, seconds: int = 600, ended_at: datetime | None = None) -> Any:
        who = factories.staff(role, place)
        end = ended_at or at(FRIDAY)
        done = {"state": "completed", "completed_by": who.id, "ended_at": end}
        begun = {"claimed_at": end - timedelta(seconds=seconds), "role_key": role, "region_code": place}
        return factories.UserTaskFactory(case=case, **done, **begun)

    def corrected(self, times: int) -> Case:
        citizen = factories.CitizenFactory()
        self.session.flush()
        made = self.case(citizen_id=citizen.id)
        for _ in range(times):
            told = {"case_id": made.id, "citizen_id": citizen.id, "created_at": at(FRIDAY)}
            self.session.add(Notice(message_key="M03", text="请补正", **told))
        return made

    def decided(self, count: int, seconds: int) -> None:
        who = factories.staff("county_water_approver", YANSHAN)
        self.session.flush()
        for _ in range(count):
            task = self.step(self.case(), "county_water_approver", YANSHAN, seconds)
            task.completed_by = who.id

    def read(self, times: int, moment: datetime) -> Case:
        made, reader = self.case(), factories.staff("county_civil_clerk", YANSHAN)
        about = {"case_id": made.id, "element_id": "ec_report", "region_code": YANSHAN, "made_at": at("2026-11-09")}
        report = Document(number=f"HD-{made.id}", title="核对报告", content={}, readers="", digest="0" * 64, **about)
        self.session.add(report)
        self.session.flush()
        for _ in range(times):
            row = {"document_id": report.id, "account_id": reader.id, "post": "民政局经办", "read_at": moment}
            self.session.add(DocumentReading(**row))
        return made

    def exported(self, row_count: int, *moments: datetime) -> int:
        who = factories.staff("county_civil_clerk", YANSHAN)
        self.session.flush()
        about = {"post": "县民政局经办", "region_code": YANSHAN, "list_name": "在享待遇", "filters": [], "form": "xlsx"}
        for moment in moments:
            given = {"account_id": who.id, "row_count": row_count, "purpose": "报月报", "made_at": moment}
            self.session.add(ListExport(**about, **given))
        return who.id

    def paid(self, payees: int, account_no: str = "6222000012348901") -> Payment:
        made = self.case()
        about = {"item_code": "dibao", "purpose": "低保", "department": "civil", "fund": "", "channel": "ONE_CARD"}
        of = {"county_code": YANSHAN, "case_id": made.id, "status": "PAID", "made_at": at(FRIDAY)}
        payment = Payment(number=f"BF-{made.id}", **about, **of)
        self.session.add(payment)
        self.session.flush()
        for at_line in range(payees):
            person = {"payee_name": "群众甲", "payee_identity": factories.identity_number(900 + at_line)}
            bank = {"bank_name": "农村信用社", "account_holder": "群众甲", "account_no": account_no}
            line = {"payment_id": payment.id, "line_no": at_line + 1, "case_id": made.id, "region_code": self.jiangna}
            self.session.add(
                PaymentLine(month="2026-11", amount=100, state="paid", holder_relation="本人", **line, **person, **bank)
            )
        return payment

    def late(self, element_id: str, role: str, recorded_at: datetime) -> Case:
        subject = self.case()
        beside = self.case(process_key="supervise", subject_id=subject.id)
        place = subject.region_code[:9] if role.startswith("town") else YANSHAN
        task = factories.UserTaskFactory(case=beside, element_id=element_id, role_key=role, region_code=place)
        self.session.flush()
        due = {"due_at": at(FRIDAY), "due_on": date(2026, 11, 13), "recorded_at": recorded_at}
        whose = {"case_id": beside.id, "task_id": task.id, "role_key": role, "region_code": place}
        self.session.add(OverdueRecord(element_id=element_id, **whose, **due))
        return subject


@contextmanager
def happened() -> Iterator[Rows]:
    """What is written in the block has happened in the county."""
    with factories.committed() as session:
        yield Rows(session)


@pytest.fixture
def watching(stage: Stage) -> Stage:
    stage.hire("discipline", "discipline", YANSHAN)
    return stage


def watched(stage: Stage) -> list[dict[str, Any]]:
    """What is found when the discipline inspection looks."""
    found = stage.begin("discipline").variables["monitorCards"]
    assert isinstance(found, list)
    return found


def answering(found: list[dict[str, Any]]) -> dict[str, tuple[str, str, str]]:
    """By indicator: who has to answer, where, and about which case."""
    return {one["indicator"]: (one["unitRole"], one["problemRegion"], one["aboutNo"]) for one in found}


def test_whatever_the_table_asks_for_is_found_and_goes_to_the_unit_whose_work_it_was(watching: Stage) -> None:
    with happened() as rows:
        same = [rows.refused("不在本辖区，请向户籍所在地申请", rows.pingyuan) for _ in range(5)]
        short = rows.refused("不符合", rows.pingyuan)
        corrected = rows.corrected(3)
        rows.decided(5, seconds=59)
        read = rows.read(4, at(FRIDAY, "10:00"))
        payment = rows.paid(2)
        late = rows.late("sm_sign", "county_water_reviewer", at("2026-11-12"))
        bad = rows.late("rt_rectify", "town_water_clerk", at("2026-11-12"))
        numbers = [one.case_no for one in (short, corrected, read, late, bad)]
        alike, batch = [one.case_no for one in same], payment.number
    found = watched(watching)
    assert [one["indicator"] for one in found] == ["EM04", "EM04", "EM06", "EM09", "EM10", "EM11", "EM13", "EM14"]
    brief, repeated = found[0], found[1]
    assert (brief["aboutNo"], brief["cardColor"]) == (numbers[0], "黄")
    assert all(number in repeated["cardFacts"] for number in alike)
    assert (repeated["unitRole"], repeated["problemRegion"]) == ("town_office", PINGYUAN)
    units = answering(found)
    assert units["EM06"] == ("town_office", JIANGNA, numbers[1])
    assert units["EM09"] == ("county_water_reviewer", YANSHAN, "")
    assert units["EM10"] == ("county_civil_reviewer", YANSHAN, numbers[2])
    assert units["EM11"][:2] == ("county_civil_reviewer", YANSHAN)
    assert units["EM13"] == ("county_water_reviewer", YANSHAN, numbers[3])
    assert units["EM14"] == ("town_office", JIANGNA, numbers[4])
    facts = {one["indicator"]: one["cardFacts"] for one in found}
    assert batch in facts["EM11"] and "尾号 8901" in facts["EM11"]
    assert facts["EM13"].endswith("督办单逾期没有签收或反馈，11月13日 周五 09:00到期")
    assert watching.case().outcome_text == "发现异常 8 件，已请责任单位说明"
    assert "8 件" in watching.told("discipline", "T230")[0]
    with reading() as session:
        cards = session.scalars(select(Case).where(Case.process_key == "monitoring_card").order_by(Case.id)).all()
        assert [one.variables["cardKey"] for one in cards] == [one["cardKey"] for one in found]
        assert {(one.applicant_name, one.applicant_identity) for one in cards} == {("", "")}
        assert replay.replay(session, watching.case().case_no).equal
    assert watched(watching) == []
    assert watching.case().outcome_text == "本周没有发现异常"


def test_below_its_numbers_and_outside_the_week_nothing_is_found(watching: Stage) -> None:
    with happened() as rows:
        for _ in range(4):
            rows.refused("不在本辖区，请向户籍所在地申请")
        rows.refused("不在本辖区，请向户籍所在地申请", rows.pingyuan)
        rows.corrected(2)
        rows.decided(5, seconds=60)
        rows.decided(4, seconds=5)
        rows.read(3, at(FRIDAY, "10:00"))
        rows.paid(1)
        # Cash is paid to nobody's account.
        rows.paid(2, account_no="")
        rows.late("sm_sign", "county_water_reviewer", at("2026-11-08", "23:00"))
        rows.late("wt_take", "town_water_clerk", at("2026-11-12"))
    assert watched(watching) == []


def test_a_town_that_refuses_far_more_than_the_others_is_asked_why(watching: Stage) -> None:
    with happened() as rows:
        for number in range(6):
            place = factories.RegionFactory(code=f"{JIANGNA[:6]}2{number:02d}001").code
            for _ in range(10):
                rows.case(place, accepted_at=at("2026-11-11"))
        for _ in range(10):
            rows.refused("理由各不相同，这里写明了具体的情况" + "。" * len(rows.session.new), rows.pingyuan)
    found = [one for one in watched(watching) if one["indicator"] == "EM05"]
    assert [(one["unitRole"], one["problemRegion"]) for one in found] == [("town_office", PINGYUAN)]
    assert "近 30 天收到 10 件，不予受理 10 件（100%）" in found[0]["cardFacts"]


def test_reports_are_not_read_at_night_or_on_a_day_off(watching: Stage) -> None:
    with happened() as rows:
        rows.read(1, at(FRIDAY, "22:30"))
        rows.read(1, at("2026-11-14", "10:00"))
        rows.read(1, at("2026-11-12", "21:59"))
    found = watched(watching)
    assert [one["cardFacts"][:10] for one in found] == [FRIDAY, "2026-11-14"]
    assert {one["cardColor"] for one in found} == {"红"}


def test_the_clock_looks_every_monday(watching: Stage) -> None:
    watching.clock.move_to(at("2026-11-23", "06:00"))
    recurring.plan_all()
    with happened() as rows:
        rows.late("sm_report", "county_water_reviewer", at("2026-11-20"))
    watching.clock.move_to(at("2026-11-23", "07:00"))
    begin_due()
    with reading() as session:
        wanted = select(Case).where(Case.process_key == PROCESS, Case.region_code == YANSHAN)
        case = session.scalars(wanted).one()
    assert [one["indicator"] for one in case.variables["monitorCards"]] == ["EM13"]
    assert case.outcome == "COMPLETED"


def test_every_flow_was_taken(untaken: list[str]) -> None:
    assert untaken == []


def test_lists_taken_out_in_bulk_or_at_night_ask_for_an_explanation(watching: Stage) -> None:
    with happened() as rows:
        rows.exported(2600, at("2026-11-11", "10:00"), at(FRIDAY, "15:00"))
        rows.exported(2500, at("2026-11-11", "10:00"), at(FRIDAY, "15:00"))
        rows.exported(3, at(FRIDAY, "23:10"))
    found = [one for one in watched(watching) if one["indicator"] == "EM10E"]
    assert [one["cardColor"] for one in found] == ["红", "红"]
    assert "5200 行" in found[0]["cardFacts"]
    assert "2026-11-13，非工作时间导出列表 1 次" in found[1]["cardFacts"]
    assert {(one["unitRole"], one["problemRegion"]) for one in found} == {("county_civil_reviewer", YANSHAN)}
