"""One process of PostgreSQL stands still under the site: whoever waits for it is answered in time with what they typed,
and everybody else goes on.

Real processes: `jushou serve` with two of its own, and a PostgreSQL of its own whose processes are stopped (SIGSTOP),
as when a disk or a machine hangs. Nothing of the server's own limits works in a process that stands still.
"""

import os
import re
import signal
import statistics
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from html import unescape
from pathlib import Path

import httpx
import pytest
from sqlalchemy import func, select, text

from engine import clock as engine_clock
from engine import db, postgresql
from engine.casework.models import Case, Submission, UserTask
from tests import factories
from tests.casework.conftest import Office, office  # noqa: F401 - a fixture
from tests.factories import JIANGNA
from tests.faults import alone
from tests.faults.test_kills import clock, reference, server, serving  # noqa: F401 - fixtures among them
from tests.faults.test_workers import patient
from tests.faults.whole import whole

pytestmark = [pytest.mark.long, pytest.mark.timeout(300)]
TYPED = "水源在山那边，接管要等到下个月"
WAITING = text("SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND pid <> pg_backend_pid()")
IDLE = text(
    "SELECT pid FROM pg_stat_activity WHERE state = 'idle' AND backend_type = 'client backend' AND pid <> :mine"
)


@dataclass
class Browser:
    """A clerk's browser, signed in."""

    client: httpx.Client

    def get(self, path: str) -> httpx.Response:
        return self.client.get(path)

    def fields(self, page: str, form: str) -> dict[str, str]:
        """The hidden fields of the page's form with that address."""
        inside = next(part for part in page.split("<form")[1:] if f'action="{form}"' in part.split(">")[0])
        found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', inside.split("</form>")[0])
        return {name: unescape(value) for name, value in found}


@contextmanager
def signed_in(address: str, login: str) -> Iterator[Browser]:
    with httpx.Client(base_url=address, timeout=60, follow_redirects=True) as client:
        token = re.findall(r'name="csrf_token" value="([^"]+)"', client.get("/staff/sign-in").text)[0]
        sent = {"csrf_token": token, "login": login, "password": factories.PASSWORD}
        assert client.post("/staff/sign-in", data=sent).status_code == 200
        yield Browser(client)


@contextmanager
def standing_still(*pids: int) -> Iterator[None]:
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


@pytest.fixture
def steps(
    server: alone.Cluster, office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch  # noqa: F811
) -> list[UserTask]:  # fmt: skip
    """Two cases that wait for the clerk."""
    monkeypatch.setenv("JUSHOU_DATABASE_URL", server.url)
    monkeypatch.setenv("JUSHOU_FOLDER", str(tmp_path / "var"))
    with factories.committed():
        factories.staff("town_water_clerk", JIANGNA, login="clerk")
    with engine_clock.pinned_at(engine_clock.now() - timedelta(hours=1)):
        office.deploy(patient())
        return [office.task(office.raise_hand(), "sm_answer") for _ in range(2)]


def waiting_for_a_lock() -> int:
    """The server process in which somebody's statement waits."""
    until = time.monotonic() + 20
    while time.monotonic() < until:
        with db.reading() as session:
            pid = session.scalar(WAITING)
        if pid is not None:
            return int(pid)
        time.sleep(0.02)
    raise AssertionError("Expected the request to wait for the case, but it did not")


def frozen_under(browser: Browser, step: UserTask) -> tuple[int, threading.Thread, list[tuple[httpx.Response, float]]]:
    """The clerk completes the step, and the server process that does it is stopped in the middle."""
    page, answers = browser.get(f"/tasks/{step.id}").text, []
    sent = {**browser.fields(page, f"/tasks/{step.id}/complete"), "good": "false", "opinion": TYPED}

    def send() -> None:
        began = time.monotonic()
        answer = browser.client.post(f"/tasks/{step.id}/complete", data=sent)
        answers.append((answer, time.monotonic() - began))

    with db.transaction() as keeper:
        keeper.execute(select(Case.id).where(Case.id == step.case_id).with_for_update())
        sending = threading.Thread(target=send)
        sending.start()
        pid = waiting_for_a_lock()
        os.kill(pid, signal.SIGSTOP)
    return pid, sending, answers


def idle(but: int) -> list[int]:
    """Two server processes that the site keeps at hand and that do nothing now."""
    with db.reading() as session:
        mine = session.scalar(text("SELECT pg_backend_pid()"))
        return [int(pid) for pid in session.scalars(IDLE, {"mine": mine}) if pid != but][:2]


def test_who_meets_a_frozen_server_process_is_told_in_time_and_all_others_go_on(
    server: alone.Cluster, steps: list[UserTask], tmp_path: Path  # noqa: F811
) -> None:  # fmt: skip
    first, second = steps
    with (
        serving(server.url, tmp_path / "var") as (address, _),
        signed_in(address, "clerk") as clerk,
        signed_in(address, "clerk") as other,
    ):
        pid, sending, answers = frozen_under(clerk, first)
        db.current().dispose()  # the connections that are left are the site's
        took: list[float] = []
        with standing_still(pid, *idle(but=pid)):
            while sending.is_alive():
                began = time.monotonic()
                shown = other.get("/inbox" if len(took) % 2 else f"/tasks/{second.id}")
                took.append(time.monotonic() - began)
                assert shown.status_code == 200, shown.text
                sending.join(0.2)
            completed = other.fields(other.get(f"/tasks/{second.id}").text, f"/tasks/{second.id}/complete")
            done = other.client.post(f"/tasks/{second.id}/complete", data={**completed, "good": "true"})
            assert done.status_code == 200 and "办结" in done.text
        ((answer, seconds),) = answers
        assert answer.status_code == 503 and "什么都没有改变" in answer.text and TYPED in answer.text
        assert seconds < postgresql.ANSWER_SECONDS + 8
        # Each of three frozen processes costs somebody a greeting at most, and only once.
        assert max(took) < 3 * postgresql.GREETING_SECONDS + 2 and statistics.median(took) < 3
        kept = clerk.fields(answer.text, f"/tasks/{first.id}/complete")
        assert kept["opinion"] == TYPED
        assert clerk.client.post(f"/tasks/{first.id}/complete", data=kept).status_code == 200
    print(f"\nthe frozen request {seconds:.1f} s; {len(took)} others, median {statistics.median(took) * 1000:.0f} ms, "
          f"longest {max(took):.1f} s")  # fmt: skip
    for step in steps:
        with db.reading() as session:
            assert session.scalar(select(func.count()).where(Submission.task_id == step.id)) == 1
        whole(step.case_id)
