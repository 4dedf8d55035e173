"""What people's work costs while very many deadlines that came at once are drained, beside the same work without.

The rule: real processes, `jushou serve` with two of its own and `jushou worker`; one person does the same round again
and again before the drain, during it and after it: the worklist, a task's page, a completion by the API.
"""

import statistics
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import func, select, update

from bench_arms import content, copying, ours, site
from bench_arms.measure import MILLISECONDS
from engine import clock, db
from engine.casework import deployments, vocabulary
from engine.casework.models import Case, UserTask
from engine.language import bundle as bundles
from engine.registry.actors import SYSTEM
from engine.settings import ROOT

WARM_UP, ROUNDS, EVERY_SECONDS = 10, 40, 0.1
BESIDE = select(Case.subject_id, Case.variables).where(Case.process_key == "deadline")


@dataclass
class Person:
    """Somebody at work: what each act took, in milliseconds, and what the web's processes spent on a round."""

    browser: httpx.Client
    work: ours.Ours
    web: list[int]
    took: dict[str, list[float]] = field(default_factory=dict)
    cpu_ms: float = 0.0
    rounds: int = 0

    def round(self) -> None:
        """One round, which counts."""
        if self.work.case is None or self.work.ended():
            self.work.begin()
        self.work.prepare()
        before = site.cpu_seconds(self.web)
        self._ask("worklist", "GET", "/inbox?scope=group")
        self._ask("task", "GET", f"/tasks/{self.work.task_id}")
        self._ask(
            "completion",
            "POST",
            f"/api/v1/tasks/{self.work.task_id}/complete",
            json={"values": content.answers(self.work.step)},
            headers={"Authorization": f"Bearer {self.work.place.bearer}", "Idempotency-Key": self.work.key},
        )
        self.cpu_ms += (site.cpu_seconds(self.web) - before) * MILLISECONDS
        self.rounds += 1
        time.sleep(EVERY_SECONDS)

    def _ask(self, act: str, method: str, path: str, **sent: Any) -> None:
        began = time.perf_counter()
        answer = self.browser.request(method, path, **sent)
        if answer.status_code != 200:
            raise RuntimeError(f"Expected {path} to be answered, but got {answer.status_code}: {answer.text[:400]}")
        self.took.setdefault(act, []).append((time.perf_counter() - began) * MILLISECONDS)

    def told(self) -> dict[str, float]:
        """The figures since the last time, and begin anew."""
        found = {"web_cpu_ms": self.cpu_ms / self.rounds}
        for act, taken in self.took.items():
            found |= {
                f"{act}_median_ms": statistics.median(taken),
                f"{act}_p95_ms": statistics.quantiles(taken, n=20)[-1],
            }
        self.took, self.cpu_ms, self.rounds = {}, 0.0, 0
        return found


def results(url: str, folder: Path, many: int, workers: int) -> dict[str, Any]:
    """So many deadlines drained by so many workers, and a person's rounds meanwhile beside those in peace."""
    place = ours.office(url, folder)
    legal = _missed(place, many)
    environment = site.surroundings(folder, url)
    with site.serving(environment, processes=2) as (address, web), _signed_in(address) as browser:
        person = Person(browser, ours.Ours(True, place), web)
        _rounds(person, WARM_UP)
        person.told()
        _rounds(person, ROUNDS)
        before = person.told()
        with ExitStack() as stack:
            pids = [stack.enter_context(site.working(environment)) for _ in range(workers)]
            while (waiting := _left()) == many:
                time.sleep(EVERY_SECONDS)
            began, spent = time.monotonic(), site.cpu_seconds(pids)
            while _left():
                _rounds(person, 5)
            seconds, spent = time.monotonic() - began, site.cpu_seconds(pids) - spent
        during = person.told()
        _rounds(person, ROUNDS)
        after = person.told()
    _require_each_once(legal)
    place.engine.dispose()
    idle = {name: (before[name] + after[name]) / 2 for name in before}
    return {
        "deadlines": many,
        "workers": workers,
        "drained_per_second": round(waiting / seconds, 1),
        "drained_per_worker_cpu_second": round(waiting / spent, 1),
        "idle": {name: round(value, 1) for name, value in idle.items()},
        "draining": {name: round(value, 1) for name, value in during.items()},
        "ratios": {name: round(during[name] / idle[name], 2) for name in idle},
    }


def _rounds(person: Person, number: int) -> None:
    for _ in range(number):
        person.round()


def _missed(place: ours.Office, many: int) -> dict[int, datetime]:
    """So many cases whose step was to be reminded of yesterday, while nobody worked; when each step is due by law."""
    shipped = bundles.from_folder(ROOT)
    with db.transaction() as session:
        beside = vocabulary.in_folder(shipped)
        version = deployments.upload(session, bundles.collect("deadline", shipped), actor=SYSTEM, beside=beside)
        version.state = "approved"
        deployments.activate(session, version.id, actor=SYSTEM)
    first = ours.Ours(True, place)
    first.begin()
    assert first.case is not None
    copying.copies(first.case.id, many - 1)
    with db.transaction() as session:
        session.execute(update(UserTask).values(companion_at=clock.now() - timedelta(days=1)))
        return dict(session.execute(select(UserTask.case_id, UserTask.due_at)).all())  # type: ignore[arg-type]


@contextmanager
def _signed_in(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address, timeout=site.PATIENCE) as browser:
        token = ours.token_of(browser.get("/staff/sign-in").text)
        sent = {"csrf_token": token, "login": content.ROLE, "password": ours.PASSWORD}
        answer = browser.post("/staff/sign-in", data=sent)
        if answer.status_code != 303:
            raise RuntimeError(f"Expected to be signed in, but got {answer.status_code}")
        yield browser


def _left() -> int:
    with db.reading() as session:
        return session.scalar(select(func.count()).where(UserTask.companion_at <= clock.now())) or 0


def _require_each_once(legal: dict[int, datetime]) -> None:
    """Beside each case stands one companion, and it knows when the step is due by law."""
    with db.reading() as session:
        found = [(subject, variables["taskDueAt"]) for subject, variables in session.execute(BESIDE)]
    if len(found) != len(legal) or {case: datetime.fromisoformat(due) for case, due in found} != legal:
        raise RuntimeError("Expected one reminder for each deadline, with its legal moment, but it is not so")


def table(found: dict[str, dict[str, Any]]) -> str:
    """The same for people."""
    lines = []
    for name, row in found.items():
        lines.append(
            f"{name}: {row['deadlines']} deadlines by {row['workers']} workers, {row['drained_per_second']}/s, "
            f"{row['drained_per_worker_cpu_second']} for each CPU second of a worker"
        )
        lines.append(f"{'':<28}{'idle':>9}{'draining':>10}{'ratio':>7}")
        lines += [
            f"{figure:<28}{row['idle'][figure]:>9.1f}{row['draining'][figure]:>10.1f}{ratio:>7.2f}"
            for figure, ratio in row["ratios"].items()
        ]
    return "\n".join(lines)
