"""电子监察: each indicator finds what it is there for, and nothing below its numbers; nothing is told twice."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.casework import recurring
from engine.casework.act_models import CaseAct, Document, DocumentReading, NearRelative
from engine.casework.models import (
    Case,
    ListExport,
    Notice,
    OutsideCall,
    OverdueRecord,
    Payment,
    PaymentLine,
    ProcessVersion,
    PublicNotice,
    Submission,
)
from engine.db import reading
from engine.oversight import replay
from engine.registry.models import Account
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

    def corrected(self, times: int, demand: str = "请补交授权书（民发〔2021〕57号第十条）", basis: str = "") -> Case:
        citizen = factories.CitizenFactory()
        self.session.flush()
        said = {"correctionList": demand, "correctionBasis": basis}
        made = self.case(citizen_id=citizen.id, variables=said)
        for _ in range(times):
            told = {"case_id": made.id, "citizen_id": citizen.id, "created_at": at(FRIDAY)}
            self.session.add(Notice(message_key="M03", text="请补正", **told))
        return made

    def demanded(self, *demands: str) -> Case:
        """Corrections were asked for in several rounds."""
        made = self.corrected(len(demands), demands[-1])
        for number, demand in enumerate(demands):
            told = {"element_id": "ac_check", "actor": "staff:1", "submitted_at": at(FRIDAY), "digest": "00" * 32}
            key, values = f"{made.id}-{number}", {"correctionList": demand}
            self.session.add(Submission(case_id=made.id, values=values, idempotency_key=key, **told))
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

    def acted(self, case: Case, act: str, role: str, who: Any = None, moment: datetime | None = None) -> Any:
        """Somebody did an act on the case; gives who."""
        task = self.step(case, role, case.region_code[:9] if role.startswith("town") else YANSHAN, ended_at=moment)
        self.session.flush()
        task.completed_by = who.id if who else task.completed_by
        done = {"account_id": task.completed_by, "done_at": task.ended_at}
        self.session.add(CaseAct(case_id=case.id, task_id=task.id, act=act, **done))
        return who or self.session.get(Account, task.completed_by)

    def published(self, posted: datetime, until: datetime, photos: int = 1, item: str = "dibao", **row: Any) -> Case:
        variables = {"publicPhotos": [f"{number:032x}" for number in range(photos)]} if photos else {}
        made = self.case(process_key=item, item_code=item, variables=variables)
        about = {"kind": "初审公示", "item_code": item, "item_name": "低保", "basis": "", "contact": ""}
        text = {"lines": [], "region_code": made.region_code, "made_at": posted, "posted_at": posted}
        fields = {"state": "posted", **about, **text, **row}
        self.session.add(PublicNotice(case_id=made.id, until_at=until, **fields))
        return made

    def called(self, heard: int, unheard: int, moment: datetime, system: str = "births") -> None:
        for number in range(heard + unheard):
            call = {"county_code": YANSHAN, "system": system, "called_at": moment}
            self.session.add(OutsideCall(heard=number < heard, **call))

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


def test_what_was_demanded_once_is_not_demanded_again_in_a_later_round(watching: Stage) -> None:
    first = "1. 请补交授权书（57号第十条）；2. 请补充住址。"
    with happened() as rows:
        again = rows.demanded(first, "请补充住址\n请补交住院发票（57号第十条）").case_no
        rows.demanded(first, "请补交住院发票（57号第十条）")
        rows.demanded(first)
    (found,) = watched(watching)
    assert (found["indicator"], found["aboutNo"], found["cardColor"]) == ("EM06", again, "黄")
    assert found["cardFacts"] == f"办件 {again} 两次要求补正同一内容：“请补充住址”"


def test_a_demand_without_a_basis_is_a_red_card(watching: Stage) -> None:
    with happened() as rows:
        bare = rows.corrected(1, "请补交无犯罪记录证明").case_no
        rows.corrected(1, "请补交授权书", basis="57号第十条")
        rows.corrected(1, "请补交授权书（《最低生活保障审核确认办法》）")
    found = watched(watching)
    assert [(one["indicator"], one["aboutNo"], one["cardColor"]) for one in found] == [("EM07", bare, "红")]


def test_a_publicity_hangs_as_long_as_its_item_asks_for_and_nobody_decides_meanwhile(watching: Stage) -> None:
    monday, thursday = at("2026-11-09", "10:00"), at("2026-11-12", "10:00")
    with happened() as rows:
        short = rows.published(monday, at("2026-11-15", "10:00"))
        # Of relief in an emergency three days are enough, of those watched five.
        rows.published(monday, at("2026-11-12", "24:00"), item="linshi")
        watched_over = rows.published(monday, at("2026-11-13", "24:00"), item="gov_lift")
        good = rows.published(at("2026-11-04"), at("2026-11-11", "24:00"))
        rows.acted(good, "县级审核", "county_civil_reviewer", moment=thursday)
        early = rows.published(at("2026-11-06"), at("2026-11-13", "24:00"))
        rows.acted(early, "县级审批", "county_civil_approver", moment=thursday)
        # A result is published after it was decided, and what was objected to with reason no longer hangs.
        result = rows.published(at("2026-11-06"), at("2026-11-13", "24:00"), kind="结果公布")
        rows.acted(result, "县级审批", "county_civil_approver", moment=thursday)
        upheld = rows.published(at("2026-11-06"), at("2026-11-13", "24:00"), state="withdrawn")
        rows.acted(upheld, "县级审核", "county_civil_reviewer", moment=thursday)
        numbers = [one.case_no for one in (short, watched_over, early)]
    found = watched(watching)
    assert [(one["indicator"], one["aboutNo"]) for one in found] == [
        ("EM08", numbers[0]), ("EM08", numbers[2]), ("EM08", numbers[1]),
    ]  # fmt: skip
    facts = {one["aboutNo"]: one["cardFacts"] for one in found}
    assert "初审公示11月9日 周一张贴" in facts[numbers[0]] and facts[numbers[0]].endswith("不足 7 日")
    assert facts[numbers[1]].endswith("不足 5 日")
    assert facts[numbers[2]].endswith("11月12日 周四已经县级审批")
    assert answering(found)["EM08"][:2] == ("town_office", JIANGNA)
    assert {one["unitRole"] for one in found if one["aboutNo"] == numbers[2]} == {"county_civil_reviewer"}


def test_one_person_does_not_hold_two_posts_of_a_case(watching: Stage) -> None:
    with happened() as rows:
        twice, apart = rows.case(), rows.case()
        who = rows.acted(twice, "县级审核", "county_water_reviewer", moment=at("2026-11-02"))
        rows.acted(twice, "县级审批", "county_water_approver", who)
        rows.acted(apart, "县级审核", "county_water_reviewer")
        rows.acted(apart, "县级审批", "county_water_approver")
        # To visit a household and to draft is no conflict.
        both = rows.acted(apart, "入户调查", "town_water_clerk")
        rows.acted(apart, "初审起草", "town_water_clerk", both)
        number = twice.case_no
    (found,) = watched(watching)
    assert (found["indicator"], found["aboutNo"]) == ("EM08", number)
    assert found["cardFacts"] == f"办件 {number}：县级审核和县级审批是同一个人办的"


def test_a_publicity_without_a_photo_or_taken_down_early_is_asked_about(watching: Stage) -> None:
    wednesday, long_after = at("2026-11-11", "10:00"), at("2026-11-18", "24:00")
    with happened() as rows:
        bare = rows.published(wednesday, long_after, photos=0)
        down = rows.published(wednesday, long_after, state="ended", closed_at=at(FRIDAY))
        rows.published(wednesday, long_after)
        rows.published(at("2026-11-05"), at("2026-11-12", "24:00"), state="ended", closed_at=at("2026-11-12", "24:00"))
        rows.published(wednesday, long_after, state="withdrawn", closed_at=at(FRIDAY))
        numbers = [one.case_no for one in (bare, down)]
    found = watched(watching)
    assert [(one["indicator"], one["aboutNo"]) for one in found] == [("EM12", number) for number in numbers]
    assert "张贴照片 0 张，应有 1 张" in found[0]["cardFacts"]
    assert found[1]["cardFacts"].endswith("11月13日 周五已经撤下")
    assert {(one["unitRole"], one["problemRegion"], one["cardColor"]) for one in found} == {
        ("town_office", JIANGNA, "黄")
    }


def test_who_decides_on_their_own_household_or_on_a_named_relative_has_to_have_said_so(watching: Stage) -> None:
    with happened() as rows:
        home = factories.CitizenFactory(name="李山", phone="13900001234")
        at_home = rows.case(variables={"members": [{"idNo": home.identity_number}]})
        one = rows.acted(at_home, "县级审核", "county_water_reviewer")
        one.name, one.phone = home.name, home.phone
        named = rows.case(variables={"nearRelative": True, "relativeName": "王水 水务局"})
        rows.acted(named, "县级审核", "county_water_reviewer").name = "王水"
        told = rows.case(variables={"nearRelative": True, "relativeName": "赵田 水务局"}, applicant_identity="X1")
        open_about_it = rows.acted(told, "县级审核", "county_water_reviewer")
        open_about_it.name = "赵田"
        said = {"relation": "兄弟姐妹", "declared_at": at("2026-11-01"), "declared_by": "-"}
        rows.session.add(NearRelative(account_id=open_about_it.id, identity_number="X1", **said))
        numbers = [at_home.case_no, named.case_no]
    found = watched(watching)
    assert [(one["indicator"], one["aboutNo"], one["cardColor"]) for one in found] == [
        ("EM15", number, "黄") for number in numbers
    ]
    assert "家庭成员" in found[0]["cardFacts"] and "申请人申报的近亲属" in found[1]["cardFacts"]
    assert not any(name in str(found) for name in ("李山", "王水", home.identity_number))


def test_five_applicants_of_ones_own_family_name_in_a_week_are_asked_about(watching: Stage) -> None:
    with happened() as rows:
        for surname, alike, others in (("欧阳", 5, 4), ("李", 5, 5), ("王", 4, 0)):
            who = None
            for number in range(alike + others):
                name = f"{surname if number < alike else '张'}某"
                who = rows.acted(rows.case(applicant_name=name), "县级审核", "county_water_reviewer", who)
            assert who is not None
            who.name = f"{surname}水"
    (found,) = watched(watching)
    assert found["indicator"] == "EM15"
    assert found["cardFacts"].startswith("一周内同一人经办 9 件，5 件的申请人与他同姓")
    assert found["unitRole"] == "county_water_reviewer"


def test_a_system_that_is_silent_too_often_goes_to_those_who_run_the_platform(watching: Stage) -> None:
    watching.hire("platform_ops", "platform_ops", "530000")
    with happened() as rows:
        rows.called(heard=6, unheard=4, moment=at(FRIDAY))
        rows.called(heard=7, unheard=3, moment=at("2026-11-12"))
        rows.called(heard=0, unheard=4, moment=at("2026-11-11"))
        rows.called(heard=0, unheard=9, moment=at("2026-11-08"), system="vehicles")
    (found,) = watched(watching)
    assert (found["indicator"], found["unitRole"]) == ("EM16", "platform_ops")
    assert found["cardFacts"] == f"{FRIDAY}，接口 births 调用 10 次，4 次没有回应（40%）"
    watching.case_id = card_of("EM16")
    watching.complete("platform_ops", "mc_explain", explanation="对方当天升级，已经恢复，并且补问了当天的查询")


def card_of(indicator: str) -> int:
    with reading() as session:
        cards = session.scalars(select(Case).where(Case.process_key == "monitoring_card").order_by(Case.id))
        return next(one.id for one in cards if one.variables["indicator"] == indicator)


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


def test_every_flow_was_taken(untaken: list[str]) -> None:
    assert untaken == []
