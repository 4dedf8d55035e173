"""Deadlines on the calendar of 2026, checked by hand: weekends, National Day, and Saturdays that are worked."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest

from engine.clock import LOCAL
from engine.errors import ExecutionFailed, Invalid
from engine.language import schedule
from engine.language.schedule import Calendar, Limit, Moments


def day(text: str) -> date:
    return date.fromisoformat(f"2026-{text}")


def at(text: str) -> datetime:
    """ "10-05 08:30" in Beijing, 2026; 24:00 is written as the next day's 00:00."""
    return datetime.strptime(f"2026-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=LOCAL)


def limit(amount: float, unit: str, warn: float | None = None) -> Limit:
    return Limit(Decimal(str(amount)), unit, None if warn is None else Decimal(str(warn)))


# The State Council's arrangement of 2026: 1–7 October off, worked on Sunday 20 September and Saturday 10 October.
NATIONAL_DAY = Calendar(
    rest=frozenset(date(2026, 10, d) for d in range(1, 8)) | {day("09-25")},
    work=frozenset({day("09-20"), day("10-10")}),
)
PLAIN = Calendar()


class TestWorkingDays:
    @pytest.mark.parametrize(
        ("text", "works"),
        [("09-30", True), ("10-01", False), ("10-07", False), ("10-08", True), ("10-10", True), ("10-11", False)],
    )
    def test_holidays_rest_and_make_up_saturdays_work(self, text: str, works: bool) -> None:
        assert NATIONAL_DAY.is_working_day(day(text)) is works

    def test_the_day_of_arrival_is_day_zero(self) -> None:
        assert PLAIN.add_working_days(at("11-02 08:30"), 1) == at("11-04 00:00")
        assert PLAIN.add_working_days(at("11-02 23:59"), 1) == at("11-04 00:00")

    def test_a_day_begins_at_local_midnight_not_at_utc_midnight(self) -> None:
        assert PLAIN.add_working_days(at("11-03 00:30"), 1) == at("11-05 00:00")

    def test_what_arrives_on_a_weekend_is_due_like_what_arrives_on_friday(self) -> None:
        friday, sunday = at("11-06 10:00"), at("11-08 22:00")
        assert PLAIN.add_working_days(friday, 2) == PLAIN.add_working_days(sunday, 2) == at("11-11 00:00")

    def test_national_day_is_skipped_and_the_make_up_saturday_counts(self) -> None:
        assert NATIONAL_DAY.add_working_days(at("09-30 10:00"), 3) == at("10-11 00:00")

    def test_make_up_days_win_over_days_off(self) -> None:
        both = Calendar(rest=frozenset({day("10-10")}), work=frozenset({day("10-10")}))
        assert both.is_working_day(day("10-10"))

    def test_moments_are_aware_and_in_utc(self) -> None:
        assert PLAIN.add_working_days(at("11-02 08:30"), 1).tzinfo is UTC
        assert PLAIN.add_working_time(at("11-02 08:30"), timedelta(hours=1)).tzinfo is UTC


class TestWorkingTime:
    def test_the_lunch_break_does_not_count(self) -> None:
        assert PLAIN.add_working_time(at("11-02 11:00"), timedelta(hours=2)) == at("11-02 15:30")

    def test_time_that_ends_with_the_morning_ends_at_noon(self) -> None:
        assert PLAIN.add_working_time(at("11-02 08:30"), timedelta(hours=3.5)) == at("11-02 12:00")

    def test_time_goes_over_the_weekend(self) -> None:
        assert PLAIN.add_working_time(at("11-06 17:00"), timedelta(hours=4)) == at("11-09 11:30")

    def test_time_goes_over_national_day(self) -> None:
        assert NATIONAL_DAY.add_working_time(at("09-30 16:00"), timedelta(hours=4)) == at("10-08 10:30")

    def test_subtracting_undoes_adding(self) -> None:
        start = at("11-06 17:00")
        for hours in (0.5, 1, 3, 7, 20):
            span = timedelta(hours=hours)
            assert PLAIN.subtract_working_time(PLAIN.add_working_time(start, span), span) == start

    def test_between_two_moments_only_open_office_counts(self) -> None:
        assert PLAIN.working_time_between(at("11-06 17:00"), at("11-09 09:30")) == timedelta(hours=2)
        assert PLAIN.working_time_between(at("11-02 12:30"), at("11-02 14:00")) == timedelta()
        assert PLAIN.working_time_between(at("11-03 09:00"), at("11-02 09:00")) == timedelta()

    def test_the_office_opens_next_on_monday_after_a_sunday_night(self) -> None:
        assert PLAIN.next_opening(at("11-08 21:00")) == at("11-09 08:30")
        assert PLAIN.next_opening(at("11-09 10:00")) == at("11-09 10:00")

    def test_other_office_hours_can_be_kept(self) -> None:
        early = Calendar(hours=((time(8), time(12)), (time(13), time(17))))
        assert early.add_working_time(at("11-02 11:00"), timedelta(hours=2)) == at("11-02 14:00")

    @pytest.mark.parametrize("hours", [(), ((time(12), time(8)),), ((time(8), time(12)), (time(11), time(18)))])
    def test_office_hours_that_overlap_or_are_missing_are_refused(self, hours: tuple[tuple[time, time], ...]) -> None:
        with pytest.raises(Invalid) as refused:
            Calendar(hours=hours)
        assert "hours" in refused.value.problems


class TestWaterDeadlines:
    """The rows of the water case, by the wall clock."""

    def test_pushed_saturday_night_taken_sunday_night_is_in_time_and_the_town_starts_on_monday(self) -> None:
        pushed, taken = at("11-07 22:00"), at("11-08 21:00")
        take = schedule.moments(limit(24, "h"), pushed, PLAIN)
        assert taken < take.due_at == at("11-08 22:00")
        assert take.remind_at == at("11-08 18:00")
        town = schedule.moments(limit(4, "wh"), taken, PLAIN)
        assert PLAIN.next_opening(taken) == at("11-09 08:30")
        assert town == Moments(due_at=at("11-09 15:00"), remind_at=at("11-09 11:30"))

    def test_hour_clocks_run_through_national_day(self) -> None:
        assert schedule.moments(limit(24, "h"), at("10-02 20:00"), NATIONAL_DAY).due_at == at("10-03 20:00")

    def test_the_town_has_four_working_hours_after_national_day(self) -> None:
        assert schedule.moments(limit(4, "wh"), at("10-03 20:00"), NATIONAL_DAY).due_at == at("10-08 15:00")

    def test_two_working_days_to_verify(self) -> None:
        found = schedule.moments(limit(2, "wd"), at("11-02 10:00"), PLAIN)
        assert found == Moments(due_at=at("11-05 00:00"), remind_at=at("11-04 08:30"))

    def test_verifying_before_national_day_is_due_on_the_day_after_the_first_day_back(self) -> None:
        found = schedule.moments(limit(2, "wd"), at("09-30 10:00"), NATIONAL_DAY)
        assert found == Moments(due_at=at("10-10 00:00"), remind_at=at("10-09 08:30"))

    def test_verified_on_tuesday_and_mended_next_monday_is_in_time(self) -> None:
        found = schedule.moments(limit(5, "wd"), at("11-03 10:00"), PLAIN)
        assert at("11-09 16:00") < found.due_at == at("11-11 00:00")
        assert found.remind_at < at("11-10 08:30")

    def test_five_working_days_use_the_make_up_saturday(self) -> None:
        assert schedule.moments(limit(5, "wd"), at("09-29 10:00"), NATIONAL_DAY).due_at == at("10-13 00:00")

    def test_thirty_calendar_days_of_works_end_at_midnight(self) -> None:
        assert schedule.moments(limit(30, "cd"), at("09-15 09:00"), NATIONAL_DAY).due_at == at("10-16 00:00")


class TestReminders:
    def test_long_limits_are_reminded_of_at_four_fifths(self) -> None:
        found = schedule.moments(limit(10, "wd"), at("11-02 08:30"), PLAIN)
        assert found == Moments(due_at=at("11-17 00:00"), remind_at=at("11-12 16:36"))

    def test_calendar_days_are_reminded_of_in_office_hours_on_a_working_day_that_still_helps(self) -> None:
        # Due on Sunday at 24:00: Friday is the last working day before.
        assert schedule.moments(limit(3, "cd"), at("11-05 20:00"), PLAIN).remind_at == at("11-06 08:30")

    def test_a_reminder_never_lies_before_the_start(self) -> None:
        start = at("11-07 10:00")
        found = schedule.moments(limit(1, "cd"), start, PLAIN)
        assert start < found.remind_at < found.due_at

    @pytest.mark.parametrize(("amount", "unit"), [(1, "h"), (2, "h"), (0.5, "wh"), (1, "wh"), (1, "wd"), (1, "cd")])
    @pytest.mark.parametrize("start", ["11-06 23:30", "11-07 12:00", "11-09 08:30", "11-09 11:59", "09-30 17:59"])
    def test_short_limits_too_are_reminded_of_between_start_and_deadline(
        self, amount: float, unit: str, start: str
    ) -> None:
        found = schedule.moments(limit(amount, unit), at(start), NATIONAL_DAY)
        assert at(start) < found.remind_at < found.due_at

    @pytest.mark.parametrize(
        ("given", "remind_at"),
        [
            (limit(24, "h", 2), "11-03 07:00"),
            (limit(4, "wh", 2), "11-02 11:00"),
            (limit(5, "wd", 2), "11-06 08:30"),
            (limit(10, "cd", 3), "11-10 08:30"),
        ],
    )
    def test_the_table_may_say_when_to_remind(self, given: Limit, remind_at: str) -> None:
        assert schedule.moments(given, at("11-02 09:00"), PLAIN).remind_at == at(remind_at)

    @pytest.mark.parametrize("unit", ["h", "wh", "cd", "wd"])
    def test_a_warning_of_zero_means_no_reminder_before_the_deadline(self, unit: str) -> None:
        found = schedule.moments(limit(5, unit, 0), at("11-02 09:00"), PLAIN)
        assert found.remind_at == found.due_at

    def test_a_deadline_that_somebody_set_is_reminded_of_before_it(self) -> None:
        start, due = at("11-16 09:00"), at("11-20 00:00")
        assert schedule.until(due, start, PLAIN) == Moments(due, at("11-19 08:30"))
        assert schedule.until(start, due, PLAIN) == Moments(start, start)


class TestStoppedClocks:
    def resume(self, given: Limit, start: str, stopped: str, resumed: str) -> Moments:
        before = schedule.moments(given, at(start), PLAIN)
        return schedule.resume(before, given, stopped_at=at(stopped), resumed_at=at(resumed), calendar=PLAIN)

    def test_shifting_moves_both_moments_by_clock_time(self) -> None:
        before = schedule.moments(limit(24, "h"), at("11-02 09:00"), PLAIN)
        assert schedule.shift(before, timedelta(hours=3)) == Moments(at("11-03 12:00"), at("11-03 08:00"))

    def test_an_hour_clock_gets_back_the_hours_it_stood(self) -> None:
        assert self.resume(limit(24, "h"), "11-02 09:00", "11-02 10:00", "11-02 16:00").due_at == at("11-03 15:00")

    def test_a_clock_of_working_hours_gets_back_open_office_only(self) -> None:
        resumed = self.resume(limit(4, "wh"), "11-06 14:30", "11-06 17:00", "11-08 12:00")
        assert resumed.due_at == at("11-09 10:00")

    def test_working_days_come_back_as_whole_days_and_end_at_midnight(self) -> None:
        resumed = self.resume(limit(2, "wd"), "11-03 10:00", "11-04 10:00", "11-06 02:00")
        assert resumed == Moments(due_at=at("11-10 00:00"), remind_at=at("11-09 08:30"))

    def test_a_stop_over_the_weekend_costs_no_working_day(self) -> None:
        assert self.resume(limit(2, "wd"), "11-06 10:00", "11-06 17:00", "11-08 20:00").due_at == at("11-11 00:00")

    def test_calendar_days_come_back_as_calendar_days(self) -> None:
        assert self.resume(limit(7, "cd"), "11-02 10:00", "11-03 10:00", "11-06 12:00").due_at == at("11-13 00:00")

    def test_a_reminder_that_was_given_is_not_given_again(self) -> None:
        resumed = self.resume(limit(24, "h"), "11-02 09:00", "11-03 06:00", "11-03 16:00")
        assert resumed == Moments(due_at=at("11-03 19:00"), remind_at=at("11-03 05:00"))


class TestSpokenTime:
    @pytest.mark.parametrize(
        ("now", "due", "unit", "words"),
        [
            ("11-03 15:00", "11-05 00:00", None, "还剩 1 个工作日 3 小时"),
            ("11-06 20:00", "11-10 00:00", None, "还剩 1 个工作日"),
            ("11-04 09:00", "11-05 00:00", None, "还剩 6 个工作小时"),
            ("11-04 19:00", "11-05 00:00", None, "还剩 5 小时"),
            ("11-04 23:30", "11-05 00:00", None, "还剩不足 1 小时"),
            ("11-07 22:00", "11-08 21:00", None, "还剩 23 小时"),
            ("11-07 12:00", "11-09 13:00", "h", "还剩 2 天 1 小时"),
            ("11-08 21:00", "11-09 15:00", "wh", "还剩 4 个工作小时"),
            ("11-01 00:00", "11-22 00:00", "cd", "还剩 21 天"),
            ("11-05 00:00", "11-05 00:00", "wd", "还剩不足 1 小时"),
            ("11-05 00:20", "11-05 00:00", None, "已超时不足 1 小时"),
            ("11-05 09:00", "11-05 00:00", None, "已超时 9 小时"),
            ("11-07 10:00", "11-05 00:00", "wd", "已超时 2 天"),
        ],
    )
    def test_what_is_left_is_said_in_plain_words(self, now: str, due: str, unit: str | None, words: str) -> None:
        assert schedule.spoken(schedule.remaining(at(now), at(due), PLAIN, unit)) == words

    def test_holidays_are_no_working_days_left(self) -> None:
        left = schedule.remaining(at("09-30 18:00"), at("10-09 00:00"), NATIONAL_DAY)
        assert (left.overdue, left.days, left.hours, left.working) == (False, 1, 0, True)


class Rows:
    """A table that answers with one row and remembers what it was asked."""

    def __init__(self, row: object) -> None:
        self.row = row
        self.asked: object = None

    def decide(self, name_or_id: str, inputs: object) -> object:
        self.asked = (name_or_id, inputs)
        return self.row


class TestLimits:
    def ask(self, table: Rows, sla_key: str | None = None) -> Limit | None:
        return schedule.limit(table, item="water", element="wt_take", region="532622104001", sla_key=sla_key)

    def test_the_key_is_the_process_and_the_element_and_the_county_is_cut_from_the_region(self) -> None:
        table = Rows({"limit": Decimal(24), "unit": "h", "warn": None, "basis": "S3"})
        found = self.ask(table)
        assert table.asked == ("deadlines", {"slaKey": "water.wt_take", "county": "532622"})
        assert found == Limit(Decimal(24), "h", None, "S3")
        assert str(found) == "24 小时"

    def test_an_element_may_name_its_own_key(self) -> None:
        table = Rows(None)
        assert self.ask(table, "rating.bad_review") is None
        assert table.asked == ("deadlines", {"slaKey": "rating.bad_review", "county": "532622"})

    @pytest.mark.parametrize(
        "row",
        [
            "24",
            {"limit": Decimal(0), "unit": "h"},
            {"limit": Decimal(2), "unit": "weeks"},
            {"limit": Decimal("1.5"), "unit": "wd"},
            {"limit": Decimal(2), "unit": "wd", "warn": Decimal(3)},
            {"limit": Decimal(2), "unit": "wd", "warn": "1"},
            {"limit": Decimal(99999), "unit": "cd"},
            {"limit": "2", "unit": "wd"},
            {"limit": Decimal(2), "unit": ["wd"]},
        ],
    )
    def test_a_row_that_makes_no_sense_stops_the_case_with_an_incident_at_the_step(self, row: object) -> None:
        with pytest.raises(ExecutionFailed) as failed:
            self.ask(Rows(row))
        assert failed.value.element_id == "wt_take"
