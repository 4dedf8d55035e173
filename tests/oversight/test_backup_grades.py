"""Of each day, week and month the last backup stays, as many as the plan says."""

from datetime import datetime, timedelta

from engine import clock
from engine.oversight import backup_grades
from engine.oversight.backup_grades import Plan

FIRST = datetime(2026, 1, 1, 2, tzinfo=clock.LOCAL)


def of_days(count: int, every: timedelta = timedelta(days=1)) -> dict[str, datetime]:
    """A backup every day (or so) at two in the night, named by the day in Beijing."""
    moments = [FIRST + every * number for number in range(count)]
    return {f"{moment:%m-%d %H}": moment for moment in moments}


def test_dailies_weeklies_and_monthlies_stay_as_many_as_planned() -> None:
    found = backup_grades.kept(of_days(120), Plan(daily=7, weekly=4, monthly=3))
    assert sorted(found) == [
        "02-28 02", "03-31 02", "04-12 02", "04-19 02",
        *(f"04-{day} 02" for day in range(24, 31)),
    ]  # fmt: skip
    assert found["02-28 02"] == found["03-31 02"] == found["04-30 02"] == "monthly"
    assert found["04-12 02"] == found["04-26 02"] == "weekly"
    assert found["04-29 02"] == "daily"


def test_nothing_that_is_kept_longer_goes_early_when_each_day_removes_what_no_grade_keeps() -> None:
    plan, everything = Plan(daily=2, weekly=2, monthly=3), of_days(100)
    there: dict[str, datetime] = {}
    for name, moment in everything.items():
        there[name] = moment
        there = {kept: there[kept] for kept in backup_grades.kept(there, plan)}
    assert there.keys() == backup_grades.kept(everything, plan).keys()


def test_of_several_in_a_day_the_last_stays() -> None:
    assert list(backup_grades.kept(of_days(4, timedelta(hours=6)), Plan(daily=5))) == ["01-01 20"]


def test_days_without_a_backup_do_not_count() -> None:
    sparse = of_days(3, timedelta(days=40))
    assert backup_grades.kept(sparse, Plan(daily=3)).keys() == sparse.keys()


def test_the_newest_always_stays() -> None:
    assert list(backup_grades.kept(of_days(2), Plan(daily=0))) == ["01-02 02"]
    assert backup_grades.kept({}, Plan(daily=3)) == {}
