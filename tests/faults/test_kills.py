"""kill -9 of web, worker and PostgreSQL while people work: everything that was acknowledged is there, once.

Real processes: `jushou serve`, workers, a PostgreSQL with fsync. The clients send forms' keys again until somebody
answers, as a browser's 再提交一次 does.
"""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine, func, select

from engine import clock as engine_clock
from engine import db, settings
from engine.casework.models import Case, Submission, UserTask
from engine.registry import tokens
from tests import conftest, factories
from tests.casework.conftest import Office, office  # noqa: F401 - a fixture
from tests.factories import JIANGNA
from tests.faults import alone
from tests.faults.test_workers import fired, patient, worker
from tests.faults.whole import whole

pytestmark = [pytest.mark.long, pytest.mark.timeout(600)]
SERVE = "import sys; from webapp.command_line import main; sys.exit(main(['serve', '--processes', '2']))"
CASES, CLIENTS, PATIENCE = 80, 4, 90.0


@pytest.fixture
def clock() -> Iterator[None]:
    """Real processes live in real time."""
    yield


@pytest.fixture
def server() -> Iterator[alone.Cluster]:
    with alone.cluster() as found:
        yield found


@pytest.fixture
def reference(server: alone.Cluster) -> Iterator[Engine]:
    """The fixtures of the small office work on this server."""
    conftest._forget()
    engine = db.connect(server.url)
    conftest._create(engine)
    conftest._load_reference(engine)
    db.use(engine)
    yield engine
    engine.dispose()
    conftest._forget()


@dataclass
class Site:
    """The pages and the API under real processes, and what its clients were told."""

    address: str
    process: subprocess.Popen[bytes]
    clerk: str
    tasks: list[int]
    cases: list[int]
    answers: Counter[int | str] = field(default_factory=Counter)
    acknowledged: dict[str, int] = field(default_factory=dict)
    longest: float = 0.0

    def complete(self, task_id: int) -> None:
        """Send it until it is answered; the same key each time."""
        began, key = time.monotonic(), f"click-{task_id}"
        while time.monotonic() - began < PATIENCE:
            try:
                answer = httpx.post(
                    f"{self.address}/api/v1/tasks/{task_id}/complete",
                    json={"values": {"good": True}},
                    headers={"Authorization": f"Bearer {self.clerk}", "Idempotency-Key": key},
                    timeout=50,
                )
            except httpx.TransportError as lost:
                self.answers[type(lost).__name__] += 1
                time.sleep(0.2)
                continue
            self.answers[answer.status_code] += 1
            if answer.status_code == 200:
                self.acknowledged[key] = task_id
                self.longest = max(self.longest, time.monotonic() - began)
                return
            assert answer.status_code == 503, answer.text
            time.sleep(0.3)
        raise AssertionError(f"task {task_id} was never acknowledged")

    def wait_for_more(self, number: int) -> None:
        """Until so many more are acknowledged, or all."""
        wanted, until = min(len(self.acknowledged) + number, len(self.cases)), time.monotonic() + PATIENCE
        while len(self.acknowledged) < wanted and time.monotonic() < until:
            time.sleep(0.1)

    def work(self) -> None:
        """One client: tasks until there are none."""
        while self.tasks:
            try:
                task_id = self.tasks.pop()
            except IndexError:
                return
            self.complete(task_id)
            time.sleep(0.3)


@contextmanager
def serving(url: str, folder: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    surroundings = {
        **os.environ, "JUSHOU_DATABASE_URL": url, "JUSHOU_FOLDER": str(folder), "JUSHOU_PORT": str(port),
    }  # fmt: skip
    process = subprocess.Popen([sys.executable, "-c", SERVE], cwd=settings.ROOT, env=surroundings)
    try:
        address = f"http://127.0.0.1:{port}"
        until = time.monotonic() + 60
        while time.monotonic() < until:
            try:
                if httpx.get(f"{address}/", timeout=10).status_code == 200:
                    break
            except httpx.TransportError:
                time.sleep(0.2)
        yield address, process
    finally:
        process.terminate()
        process.wait(30)


@pytest.fixture
def site(server: alone.Cluster, office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:  # noqa: F811
    monkeypatch.setenv("JUSHOU_DATABASE_URL", server.url)
    monkeypatch.setenv("JUSHOU_FOLDER", str(tmp_path / "var"))
    with factories.committed():
        factories.staff("town_water_clerk", JIANGNA, login="bearer")
    with db.transaction() as session:
        token = tokens.issue_api_token(session, "bearer", days=10)
    long_ago = engine_clock.now() - timedelta(days=2)
    with engine_clock.pinned_at(long_ago):
        office.deploy(patient())
        cases = [office.raise_hand().id for _ in range(CASES)]
    with db.reading() as session:
        wanted = select(UserTask.id).where(UserTask.element_id == "sm_answer", UserTask.case_id.in_(cases))
        tasks = list(session.scalars(wanted))
    with serving(server.url, tmp_path / "var") as (address, process):
        yield Site(address, process, token, tasks, cases)


def under_load(site: Site, harm: Callable[[], Any]) -> None:
    """Clients work through their tasks while harm is done again and again."""
    clients = [threading.Thread(target=site.work) for _ in range(CLIENTS)]
    for client in clients:
        client.start()
    while any(client.is_alive() for client in clients):
        harm()
    for client in clients:
        client.join(PATIENCE)


def everything_once(site: Site) -> None:
    """What was acknowledged is there once; what is there is whole."""
    assert len(site.acknowledged) == len(site.cases)
    db.current().dispose()
    with db.reading() as session:
        for task_id in site.acknowledged.values():
            mine = select(func.count()).select_from(Submission).where(Submission.task_id == task_id)
            assert session.scalar(mine) == 1
        done = select(func.count()).select_from(UserTask).where(UserTask.element_id == "sm_answer")
        assert session.scalar(done.where(UserTask.state == "completed")) == len(site.cases)
        assert session.scalar(select(func.count()).select_from(Case)) == len(site.cases)
    for case_id in site.cases:
        whole(case_id)
    print(f"\nanswers {dict(site.answers)}, the longest wait {site.longest:.1f} s")


def test_a_web_process_that_is_killed_loses_nothing_that_it_acknowledged(site: Site) -> None:
    killed = []

    def harm() -> None:
        site.wait_for_more(8)  # or every process would be killed before it has started
        for pid in alone.children(site.process.pid)[:1]:
            with contextlib.suppress(ProcessLookupError):  # killed before, and only now taken away by its parent
                os.kill(pid, signal.SIGKILL)
                killed.append(pid)

    under_load(site, harm)
    everything_once(site)
    lost = {"RemoteProtocolError", "ReadError", "ConnectError", "ReadTimeout"}
    assert killed and set(site.answers) <= {200, 503} | lost


def test_a_postgresql_that_is_killed_loses_nothing_that_was_acknowledged(site: Site, server: alone.Cluster) -> None:
    kills = []

    def harm() -> None:
        time.sleep(2)
        server.kill()
        time.sleep(0.5)
        server.start()
        kills.append(1)

    under_load(site, harm)
    everything_once(site)
    assert len(kills) >= 2 and set(site.answers) <= {200, 503}


def test_while_postgresql_is_restarted_again_and_again_people_wait_and_read_no_errors(
    site: Site, server: alone.Cluster
) -> None:
    restarts = []

    def harm() -> None:
        time.sleep(2)
        server.stop()
        time.sleep(1)
        server.start()
        restarts.append(1)

    under_load(site, harm)
    everything_once(site)
    assert len(restarts) >= 2 and set(site.answers) <= {200, 503}


def test_workers_that_are_killed_and_whose_database_goes_away_fire_each_timer_once(
    site: Site, server: alone.Cluster
) -> None:
    site.tasks.clear()
    for _ in range(3):
        with worker() as first, worker():
            time.sleep(3)
            first.kill()
            server.kill()
            server.start()
            time.sleep(2)
    db.current().dispose()
    with worker():
        until = time.monotonic() + PATIENCE
        while len(fired()) < len(site.cases) and time.monotonic() < until:
            time.sleep(0.5)
    assert fired() == dict.fromkeys(site.cases, 1)
    for case_id in site.cases:
        whole(case_id)
