"""按月发放 by real workers of which some are killed: each month is paid once, and nobody is listed in it twice."""

import signal
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from engine.casework import recurring
from engine.casework.models import PaymentLine, RecurringStart, UserTask
from engine.db import current, reading, transaction
from tests.faults.test_recurring_workers import until
from tests.faults.test_workers import worker
from tests.processes import paying
from tests.processes.conftest import stage  # noqa: F401 - a fixture
from tests.processes.stage import Stage, at

pytestmark = [pytest.mark.long, pytest.mark.timeout(600)]
ITEM, PROCESS = paying.ITEM, "monthly_pay"
SINCE, OTHERS = at("2026-06-01"), 30


def waiting() -> int:
    """How many payments have come to the department's clerk."""
    with reading() as session:
        return session.scalar(select(func.count()).where(UserTask.element_id == "py_dept")) or 0


def test_no_month_is_paid_twice_whoever_is_killed(
    stage: Stage,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setenv("JUSHOU_DATABASE_URL", current().url.render_as_string(hide_password=False))
    with paying.content(stage, tmp_path, monkeypatch):
        paying.running_benefits(stage, *(f"53262219900101{number:04d}" for number in range(OTHERS)), start="2026-06")
        recurring.plan_all()
        with transaction() as session:
            session.execute(update(RecurringStart).values(since_at=SINCE, due_at=SINCE))
        for done in (1, 3):
            with worker() as killed, worker():
                until(lambda done=done: waiting() >= done)  # type: ignore[misc]
                killed.send_signal(signal.SIGKILL)
                killed.wait()
        with worker(), worker():
            until(lambda: waiting() >= 6)
    months = [f"2026-{number:02d}" for number in range(6, 12)]
    assert [(one.month, one.round_no) for one in sorted(paying.payments(), key=lambda one: str(one.month))][:6] == [
        (month, 1) for month in months
    ]
    with reading() as session:
        listed = Counter((line.benefit_id, line.month) for line in session.scalars(select(PaymentLine)))
    assert set(listed.values()) == {1}
    assert {month for _, month in listed} >= set(months)
    assert len({benefit for benefit, _ in listed}) == OTHERS + 1
