"""统计指标: a handful of cases, and each figure compared with what one counts on the fingers."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from engine import clock as engine_clock
from engine.casework import measure_counts, measures
from engine.casework.act_models import Document
from engine.casework.measures import Months
from engine.casework.models import Case, Notice, OverdueRecord, Payment, PaymentLine
from engine.clock import Clock
from engine.errors import Invalid
from tests import factories
from tests.factories import JIANGNA, YANSHAN
from tests.processes.stage import PINGYUAN, PREFECTURE, at

pytestmark = pytest.mark.usefixtures("reference", "clock")
OCTOBER = Months.until("2026-10")


def case(raised: str, *, ended: str | None = None, outcome: str | None = "COMPLETED", **fields: Any) -> Case:
    done = {"state": "ended", "ended_at": at(ended, "17:00"), "outcome": outcome} if ended else {}
    made: Case = factories.CaseFactory(started_at=at(raised), **{"accepted_at": at(raised, "15:00"), **done, **fields})
    return made


def late(session: Session, about: Case, due: str, ended: str | None = None, role: str = "town_water_clerk") -> None:
    place = about.region_code[:9] if role.startswith("town") else YANSHAN
    factories.RoleFactory(key=role)
    fields = {"state": "completed", "ended_at": at(ended)} if ended else {}
    task = factories.UserTaskFactory(case=about, role_key=role, region_code=place, due_at=at(due), **fields)
    session.flush()
    about.overdue_count += 1
    session.add(
        OverdueRecord(
            case_id=about.id, task_id=task.id, element_id="wt_take", role_key=role, region_code=place, due_at=at(due),
            recorded_at=at(due), due_on=date.fromisoformat(due),
        )
    )  # fmt: skip
    session.flush()


def village(town: str) -> str:
    return str(factories.RegionFactory(code=f"{town}001").code)


@pytest.fixture
def october(session: Session) -> Session:
    """Six applications of October in two towns, one from before, one after; what else is no application."""
    jiangna, pingyuan = village(JIANGNA), village(PINGYUAN)
    case("2026-10-08", ended="2026-10-10", stars=5, region_code=jiangna, stopped_seconds=86_400)
    case("2026-10-09", ended="2026-10-20", outcome="REJECTED", stars=2, region_code=jiangna)
    slow = case("2026-10-09", ended="2026-10-30", process_key="dibao", region_code=jiangna, channel="PROXY")
    late(session, slow, "2026-10-12", ended="2026-10-13")
    late(session, slow, "2026-10-15", ended="2026-10-23", role="county_civil_reviewer")
    case("2026-10-12", ended="2026-10-12", outcome="NOT_ACCEPTED", accepted_at=None, region_code=pingyuan)
    case("2026-10-31", region_code=pingyuan, channel="GOV")
    late(session, case("2026-10-14", accepted_at=at("2026-10-19"), region_code=pingyuan), "2026-10-16")
    case("2026-09-30", ended="2026-10-01", outcome="WITHDRAWN", accepted_at=None, region_code=jiangna)
    case("2026-11-01", region_code=jiangna)
    session.flush()
    case("2026-10-12", process_key="supervise", subject_id=slow.id, variables={"kind": "MANUAL"}, state="ended")
    case("2026-10-12", process_key="supervise", subject_id=slow.id, variables={"kind": "AUTO"})
    complaint = {"department": "water", "complaintTrue": "属实"}
    case("2026-10-12", process_key="complaint", channel="VOICE", region_code=pingyuan, variables=complaint)
    session.flush()
    return session


def figures(session: Session, region: str = YANSHAN, **more: Any) -> dict[str, Any]:
    return measures.figures(session, region, OCTOBER, engine_clock.now(), **more)


def row(found: dict[str, Any], group: str, code: str) -> dict[str, Any]:
    return next(one for one in found[group] if one["code"] == code)


def test_the_whole_is_what_one_counts(october: Session) -> None:
    whole = figures(october)["whole"]
    counted = {
        "applied": 6, "accepted": 5, "acceptedInTime": 4, "completed": 4, "approved": 2, "rejected": 1,
        "notAccepted": 1, "openAtStart": 1, "openAtEnd": 2, "overdueCases": 2, "overdueNodes": 3, "redCards": 2,
        "yellowCards": 1, "overdueNow": 1, "complaints": 1, "upheld": 1, "supervised": 1, "supClosedOnTime": 1,
        "rated": 2,
    }  # fmt: skip
    assert {name: whole[name] for name in counted} == counted
    assert whole["onTimeRate"] == Decimal("0.75")
    assert whole["completionRate"] == Decimal("0.6667")
    assert (whole["satisfaction"], whole["ratingRate"]) == (Decimal("0.5"), Decimal("0.5"))
    assert whole["rejectRate"] == Decimal("0.3333")
    # 15:00 to 17:00: 2 days and 2 hours less a day, 11 days and 2 hours, 21 days and 2 hours.
    assert whole["avgDays"] == Decimal("11.1")
    assert whole["acceptHours"] == Decimal("28.8")


def test_a_unit_has_its_own_cases_and_what_its_own_posts_were_late_with(october: Session) -> None:
    found = figures(october)
    jiangna, pingyuan = (row(found, "towns", code) for code in (JIANGNA, PINGYUAN))
    assert (jiangna["applied"], jiangna["overdueCases"], jiangna["yellowCards"], jiangna["redCards"]) == (3, 1, 1, 0)
    assert (pingyuan["applied"], pingyuan["complaints"], pingyuan["redCards"]) == (3, 1, 1)
    water, civil = (row(found, "departments", code) for code in ("water", "civil"))
    assert (water["applied"], civil["applied"], civil["redCards"]) == (5, 1, 1)
    assert (water["complaints"], water["supervised"], civil["supervised"]) == (1, 0, 1)
    assert row(found, "items", "dibao")["applied"] == 1
    assert [one["applied"] for one in found["channels"]] == [4, 1, 1, 0]


def test_questions_and_complaints_answered_in_time_are_a_rate_of_those_answered(october: Session) -> None:
    voiced = {"channel": "VOICE", "region_code": village(PINGYUAN), "variables": {"department": "water"}}
    case("2026-10-12", ended="2026-10-13", process_key="consult", **voiced)
    case("2026-09-12", ended="2026-10-13", process_key="complaint", overdue_count=1, **voiced)
    case("2026-10-12", ended="2026-10-13", process_key="appeal", outcome="NOT_ACCEPTED", **voiced)
    # Withdrawn is not answered, nor is what was answered in another month.
    case("2026-10-12", ended="2026-10-13", process_key="consult", outcome="WITHDRAWN", **voiced)
    case("2026-10-12", ended="2026-11-01", process_key="consult", **voiced)
    found = figures(october)
    for one in (found["whole"], row(found, "towns", PINGYUAN), row(found, "departments", "water")):
        assert (one["answered"], one["answerRate"]) == (3, Decimal("0.6667"))
    assert (row(found, "towns", JIANGNA)["answered"], row(found, "towns", JIANGNA)["answerRate"]) == (0, None)


def test_there_is_no_rate_of_nothing(october: Session) -> None:
    hr = row(figures(october), "departments", "hr")
    assert (hr["applied"], hr["onTimeRate"], hr["avgDays"]) == (0, None, None)
    assert measures.share(1, 3) == Decimal("0.3333")


def test_what_grew_is_told_against_the_months_before_and_a_year_ago(october: Session) -> None:
    for _ in range(4):
        case("2025-10-20", ended="2025-10-21", region_code=village(JIANGNA))
    october.flush()
    change = figures(october)["whole"]["change"]
    assert (change["last"]["applied"], change["last"]["completed"]) == (Decimal(5), None)
    assert (change["year"]["applied"], change["year"]["completed"]) == (Decimal("0.5"), Decimal(0))


def test_above_the_county_figures_are_those_of_its_counties(october: Session) -> None:
    case("2026-10-20", region_code=factories.RegionFactory(code="532601").code)
    october.flush()
    found = figures(october, PREFECTURE, compare=False)
    assert found["whole"]["applied"] == 7
    assert (row(found, "counties", YANSHAN)["applied"], row(found, "counties", "532601")["applied"]) == (6, 1)


def test_corrections_and_payments_count_on_their_day(october: Session) -> None:
    about = october.query(Case).filter(Case.process_key == "dibao").one()
    citizen = factories.CitizenFactory()
    for day in ("2026-10-12", "2026-10-13", "2026-11-02"):
        told = {"message_key": "M03", "text": "材料需补充", "created_at": at(day)}
        october.add(Notice(case_id=about.id, citizen_id=citizen.id, **told))
    paid = Payment(
        number="p", case_id=about.id, item_code="dibao", purpose="低保金", department="civil", county_code=YANSHAN,
        month="2026-10", fund="省级资金", channel="ONE_CARD", status="待银行代发", made_at=at("2026-10-08"),
    )  # fmt: skip
    october.add(paid)
    october.flush()
    for number, (state, day) in enumerate((("paid", "2026-10-31"), ("paid", "2026-11-01"), ("failed", None))):
        october.add(
            PaymentLine(
                payment_id=paid.id, line_no=number, case_id=about.id, payee_name="群众甲", payee_identity="1",
                region_code=about.region_code, month="2026-10", amount=32_050, bank_name="", account_holder="",
                account_no="", holder_relation="", state=state, paid_on=date.fromisoformat(day) if day else None,
            )
        )  # fmt: skip
    october.flush()
    civil = row(figures(october), "departments", "civil")
    assert (civil["corrected"], civil["correctionRate"]) == (2, Decimal(1))
    assert (civil["payOk"], civil["payAmount"], civil["payReturnRate"]) == (1, Decimal("320.5"), Decimal("0.3333"))


def test_what_came_back_counts_also_when_it_was_given_up_and_what_was_recovered_was_paid(october: Session) -> None:
    about = october.query(Case).filter(Case.process_key == "dibao").one()
    paid = Payment(
        number="p", case_id=about.id, item_code="dibao", purpose="低保金", department="civil", county_code=YANSHAN,
        month="2026-10", fund="省级资金", channel="ONE_CARD", status="待银行代发", made_at=at("2026-10-08"),
    )  # fmt: skip
    october.add(paid)
    october.flush()
    back = date(2026, 10, 20)
    lines = (
        ("paid", None),
        ("recovered", None),
        ("removed", back),
        ("failed", back),
        ("removed", None),
        ("open", None),
    )
    for number, (state, returned) in enumerate(lines):
        october.add(
            PaymentLine(
                payment_id=paid.id, line_no=number, case_id=about.id, payee_name="群众甲", payee_identity="1",
                region_code=about.region_code, month="2026-10", amount=32_050, bank_name="", account_holder="",
                account_no="", holder_relation="", state=state, returned_on=returned,
            )
        )  # fmt: skip
    october.flush()
    assert row(figures(october), "departments", "civil")["payReturnRate"] == Decimal("0.5")


def test_a_bad_review_counts_as_put_right_when_that_was_in_time(october: Session) -> None:
    about = october.query(Case).filter(Case.process_key == "dibao").one()
    beside = case("2026-10-20", process_key="rating", subject_id=about.id)
    october.flush()
    for overdue in (None, at("2026-10-28")):
        factories.UserTaskFactory(
            case=beside, element_id="rt_rectify", state="completed", overdue_at=overdue, created_at=at("2026-10-21")
        )
    october.flush()
    civil = row(figures(october), "departments", "civil")
    assert (civil["badReviews"], civil["badFixed"], civil["badFixedRate"]) == (2, 1, Decimal("0.5"))


def test_inspections_count_when_there_is_a_result(october: Session) -> None:
    about = {"process_key": "inspection_case", "channel": "OFFICE", "region_code": village(JIANGNA)}
    faulty = {"department": "water", "ticketKind": "派单整改"}
    case("2026-10-20", variables={"department": "water"}, **about)
    case("2026-10-20", variables=faulty, **about)
    for said in (faulty, {"department": "water", "ticketKind": "不构成问题"}, {"department": "civil"}):
        case("2026-10-20", ended="2026-10-28", variables=said, **about)
    october.flush()
    found = figures(october)
    water, civil = (row(found, "departments", code) for code in ("water", "civil"))
    assert (water["inspected"], water["inspectionRate"]) == (3, Decimal("0.3333"))
    assert (civil["inspected"], civil["inspectionRate"]) == (1, Decimal(1))
    assert row(found, "towns", JIANGNA)["inspectionRate"] == Decimal("0.5")
    assert row(found, "towns", PINGYUAN)["inspectionRate"] is None
    assert found["whole"]["applied"] == 6


def test_clues_count_that_a_town_verified_in_time(october: Session) -> None:
    for ended, overdue in (("2026-10-20", None), ("2026-10-27", "2026-10-24"), (None, "2026-10-24"), (None, None)):
        clue = case("2026-10-19", process_key="gov_lift", channel="OFFICE", region_code=village(JIANGNA))
        october.flush()
        done = {"state": "completed", "ended_at": at(ended)} if ended else {}
        late_since = at(overdue) if overdue else None
        factories.UserTaskFactory(case=clue, element_id="gl_verify", overdue_at=late_since, **done)
    october.flush()
    town = row(figures(october), "towns", JIANGNA)
    # The last has still time.
    assert (town["liftFound"], town["liftDispatched"], town["liftRate"]) == (4, 3, Decimal("0.3333"))


def test_water_is_in_time_when_all_three_stretches_were(october: Session) -> None:
    # Of October four are done already, all but those of another item in time.
    before = figures(october)["whole"]
    assert (before["waterDone"], before["waterOnTime"]) == (3, Decimal(1))
    late(october, case("2026-10-20", ended="2026-10-28"), "2026-10-21", ended="2026-10-22")
    whole = figures(october)["whole"]
    assert (whole["waterDone"], whole["waterOnTime"]) == (4, Decimal("0.75"))


def test_economic_checks_count_what_they_found_and_visits_whether_they_were_made(october: Session) -> None:
    for result in ("PASS", "FAIL", "DOUBT", "REFUSED"):
        checked = case("2026-10-20", process_key="dibao", variables={"checkResult": result})
        october.flush()
        if result != "REFUSED":
            october.add(
                Document(
                    number=f"核对{result}", case_id=checked.id, element_id="ec_report", title="核对报告", content={},
                    readers="county_civil_clerk", region_code=YANSHAN, made_at=at("2026-10-28"), digest="0" * 64,
                )
            )  # fmt: skip
    for state, due in (
        ("completed", "2026-10-28"),
        ("open", "2026-10-30"),
        ("canceled", "2026-10-30"),
        ("open", "2026-11-02"),
    ):
        factories.UserTaskFactory(case=checked, name="电话回访", state=state, due_at=at(due))
    october.flush()
    civil = row(figures(october), "items", "dibao")
    assert (civil["reports"], civil["checkHit"]) == (3, Decimal("0.6667"))
    assert (civil["revisitsDue"], civil["revisitRate"]) == (2, Decimal("0.5"))


def test_each_register_is_counted_by_whether_it_answered_and_what_came_of_it(october: Session) -> None:
    cars, money = {"code": "vehicles", "name": "车辆"}, {"code": "bank_deposits", "name": "银行存款"}
    knew, nothing, silent = (
        {"answered": True, "records": [{"idNo": "X", "kind": "轿车"}]},
        {"answered": True, "records": []},
        {"answered": False, "records": []},
    )
    report(october, "FAIL", [{**cars, **knew}, {**money, **nothing}])
    report(october, "PASS", [{**cars, **knew}, {**money, **silent}])
    report(october, "DOUBT", [{**cars, **nothing}, {**money, **knew}], region_code=village(PINGYUAN))
    # Of another month, of another county, and one that rests on no register.
    report(october, "FAIL", [{**cars, **knew}], made="2026-11-02")
    report(october, "FAIL", [{**cars, **knew}], region_code=factories.RegionFactory(code="532623101001").code)
    report(october, "PASS", None)
    assert figures(october)["registers"] == [
        {"code": "vehicles", "name": "车辆", "asked": 3, "answered": 3, "found": 2, "hits": 1},
        {"code": "bank_deposits", "name": "银行存款", "asked": 3, "answered": 2, "found": 1, "hits": 1},
    ]


def report(
    session: Session, result: str, answers: list[dict[str, Any]] | None, made: str = "2026-10-28", **at_: Any
) -> None:
    """A report of an economic check, and the answers it rests on."""
    told = {"checkResult": result, **({"checkAnswers": answers} if answers is not None else {})}
    checked = case("2026-10-20", process_key="dibao", variables=told, **at_)
    session.flush()
    about = {"case_id": checked.id, "element_id": "ec_report", "title": "核对报告", "content": {}, "digest": "0" * 64}
    row = {"number": f"核对{checked.id}", "readers": "", "region_code": checked.region_code, "made_at": at(made)}
    session.add(Document(**about, **row))
    session.flush()


def test_the_trend_is_told_month_by_month(october: Session) -> None:
    periods = [one.period for one in Months.until("2026-11", 3).each()]
    assert measure_counts.trend(october, YANSHAN, periods) == [
        {"applied": 1, "completed": 0},
        {"applied": 6, "completed": 4},
        {"applied": 1, "completed": 0},
    ]


def test_months_are_named_as_people_say_them() -> None:
    assert (Months.until("2026-11").name, Months.until("2026-11", 3).name) == ("2026年11月", "2026年9月至11月")
    assert Months.until("2027-01", 3).name == "2026年11月至2027年1月"
    assert Months.until("2027-01", 3).period.start_at == at("2026-11-01", "00:00")
    for wrong in ("2026-13", "2026年1", "11-2026", ""):
        with pytest.raises(Invalid):
            Months.until(wrong)


def test_the_database_groups_however_many_cases_and_units_there_are(october: Session, clock: Clock) -> None:
    figures(october)
    with counting(october) as few:
        figures(october)
    for day in range(1, 20):
        case(f"2026-10-{day:02d}", region_code=village(f"5326221{day % 7 + 1:02d}"))
    october.flush()
    with counting(october) as many:
        figures(october)
    assert many == few
    # Eleven statements, four of each of the periods compared with, and the names of what they speak of.
    assert len(few) < 32


@contextmanager
def counting(session: Session) -> Iterator[list[str]]:
    said: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        said.append(statement)

    bound = session.get_bind()
    event.listen(bound, "before_cursor_execute", note)
    yield said
    event.remove(bound, "before_cursor_execute", note)
