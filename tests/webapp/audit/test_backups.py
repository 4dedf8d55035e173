"""Operators and auditors see which backups there are, and are told when there is none."""

import pytest

from engine import clock
from engine.clock import Clock
from engine.db import transaction
from engine.oversight.backup_models import BackupRun
from tests.webapp.conftest import SignsIn

pytestmark = pytest.mark.usefixtures("content")


def note(**values: object) -> None:
    with transaction() as session:
        session.add(BackupRun(made_at=clock.now(), **values))


def test_whoever_looks_after_the_platform_sees_what_was_backed_up_and_what_failed(staff: SignsIn, clock: Clock):
    operator = staff("platform_ops", "530000")
    assert "还没有做过备份" in operator.get("/audit/backups").text
    note(name="jushou-1", cases=1504, events=29, heads="a" * 64, files=7, size=108_000_000)
    page = operator.get("/audit/backups").text
    assert "1504 件" in page
    assert "108.0 MB" in page
    assert "没有成功" not in page
    clock.advance(hours=1)
    note(trouble="no space left on device")
    assert "no space left on device" in staff("auditor", "530000").get("/audit/backups").text


def test_two_nights_without_a_backup_are_told(staff: SignsIn, clock: Clock):
    note(name="jushou-1")
    clock.advance(hours=47)
    note(trouble="no space left on device")
    operator = staff("platform_ops", "530000")
    assert "最近两天没有成功的备份" not in operator.get("/audit/backups").text
    clock.advance(minutes=61)
    operator = staff("platform_ops", "530000")
    assert "最近两天没有成功的备份" in operator.get("/audit/backups").text


def test_others_do_not_see_it(staff: SignsIn):
    assert staff("county_water_clerk", "532622").get("/audit/backups").status_code == 403


def test_the_page_tells_the_grade_of_each_backup_and_what_the_last_check_found(staff: SignsIn, clock: Clock):
    now = clock.moment
    note(name="jushou-1", removed_at=now)
    note(name="jushou-2", kept_as="monthly", checked_at=now)
    operator = staff("platform_ops", "530000")
    page = operator.get("/audit/backups").text
    for told in ("最近 30 天每天一份", "最近 8 周每周一份", "月备", "已清理", "备份 jushou-2 完整"):
        assert told in page
    clock.advance(days=1)
    note(name="jushou-3", kept_as="weekly", checked_at=clock.moment, damage="Expected the files of the manifest")
    page = staff("auditor", "530000").get("/audit/backups").text
    for told in ("周备", "备份 jushou-3 已经损坏", "Expected the files of the manifest", "已损坏"):
        assert told in page
