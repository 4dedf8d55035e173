"""The fault loop: whatever fails, at whichever point, the old state stands or the new one, and once more is enough.

Each statement, commit and file operation of each act fails in turn: it never got there, or it was done and the answer
was lost. The suite tries some points of some acts; with --long all points of all.
"""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from engine.casework.models import Case
from engine.db import reading
from engine.errors import Conflict, Unavailable
from tests.casework.conftest import Office, office  # noqa: F401 - a fixture
from tests.casework.test_jobs import Other, other  # noqa: F401 - a fixture
from tests.faults.failing import LOST, UNANSWERED, WAYS, failing
from tests.faults.scenes import PEOPLE, WORKER, Scene, shape
from tests.faults.whole import whole

FOR_GOOD = 100_000
FEW = ("start", "complete", "send back", "transfer", "activate")


@pytest.fixture(autouse=True)
def _around(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Files go to a folder of the test. SQLite calls a lost answer a broken disk; here it passes, as a lost connection
    does."""
    monkeypatch.setenv("JUSHOU_FOLDER", str(tmp_path / "var"))
    monkeypatch.setattr("engine.outages._SQLITE_PASSING", (5, 6, 10))
    yield


def everything_whole(scene: Scene) -> None:
    case_id = scene.case()
    if case_id is None:
        return
    with reading() as session:
        beside = session.scalars(select(Case.id).where(Case.subject_id == case_id)).all()
    for number in (case_id, *beside):
        whole(number)


def what_it_does(office: Office, act: str) -> tuple[object, list[str]]:  # noqa: F811
    """What the act leads to when nothing fails, and its operations once everything that is kept in mind is known."""
    {**PEOPLE, **WORKER}[act](office, f"first {act}").deed()
    scene = {**PEOPLE, **WORKER}[act](office, f"clean {act}")
    with failing(FOR_GOOD) as counted:
        scene.deed()
    everything_whole(scene)
    return shape(scene.case()), counted.done


def fail_at(office: Office, act: str, way: str, number: int, after: object) -> None:  # noqa: F811
    """One fault in an act of a person: nothing is half done, and the same act once more has one effect."""
    scene = PEOPLE[act](office, f"{act} {way} {number}")
    before, refused = shape(scene.case()) if scene.case() or "start" not in act else None, None
    with failing(number, way) as fault:
        try:
            scene.deed()
        except (Unavailable, OSError) as error:
            refused = error
    certain = refused is not None and not getattr(refused, "uncertain", False)
    assert certain or fault.at_commit or refused is None
    found = shape(scene.case()) if scene.case() or before is not None else None
    assert found == before or (found == after and not certain), f"{act}: half-saved at {fault.done[number - 1]}"
    everything_whole(scene)
    try:
        scene.deed()
    except Conflict:
        assert not scene.again and found == after
    assert shape(scene.case()) == after
    everything_whole(scene)


def every(act: str, done: list[str], step: int) -> list[int]:
    commits = [number for number, what in enumerate(done, start=1) if what in ("COMMIT", "replace")]
    return sorted({*range(1, len(done) + 1, step), *commits})


@pytest.mark.parametrize("act", FEW)
def test_an_act_that_fails_at_some_points_leaves_nothing_half_done(office: Office, act: str) -> None:  # noqa: F811
    after, done = what_it_does(office, act)
    for number in every(act, done, 7):
        fail_at(office, act, UNANSWERED if number % 2 else LOST, number, after)


@pytest.mark.long
@pytest.mark.timeout(900)
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("act", PEOPLE)
def test_an_act_that_fails_at_any_point_leaves_nothing_half_done(office: Office, act: str, way: str) -> None:  # noqa: F811
    after, done = what_it_does(office, act)
    for number in every(act, done, 1):
        fail_at(office, act, way, number, after)
    print(f"{act}, {way}: {len(done)} operations failed in turn")


def fail_in_worker(office: Office, act: str, way: str, number: int, after: object) -> None:  # noqa: F811
    """One fault in the worker's round: it goes on by itself, now or in the next round."""
    scene = WORKER[act](office, f"{act} {way} {number}")
    with failing(number, way), contextlib.suppress(Unavailable):
        scene.deed()
    everything_whole(scene)
    scene.deed()
    assert shape(scene.case()) == after, f"{act}, {way} at {number}"
    everything_whole(scene)


@pytest.mark.parametrize("act", ["timer", "reminder"])
def test_due_work_that_fails_at_some_points_is_done_once(office: Office, other: Other, act: str) -> None:  # noqa: F811
    after, done = what_it_does(office, act)
    for number in every(act, done, 9):
        fail_in_worker(office, act, UNANSWERED if number % 2 else LOST, number, after)


@pytest.mark.long
@pytest.mark.timeout(900)
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("act", WORKER)
def test_due_work_that_fails_at_any_point_is_done_once(office: Office, other: Other, act: str, way: str) -> None:  # noqa: F811
    after, done = what_it_does(office, act)
    for number in every(act, done, 1):
        fail_in_worker(office, act, way, number, after)
    keys: list[Any] = [asked.headers.get("idempotency-key") for asked in other.asked]
    if act == "letter":  # two were sent without a fault
        assert len(set(keys)) == len(done) + 2, "each letter has arrived, under its own key"
    print(f"{act}, {way}: {len(done)} operations failed in turn")
