"""What must not grow: the hundredth completion of a loop beside the first, a step in a long row beside one in a short.

The rule: both sides of a ratio are measured in the same rounds, on the same database.
"""

import gc
import statistics
import time
from dataclasses import replace

from sqlalchemy import event

from bench_arms import content
from bench_arms.measure import MILLISECONDS
from bench_arms.ours import Office, Ours
from engine import db
from engine.casework import cases, deployments
from engine.language.diagram import reading
from engine.registry.actors import SYSTEM

TIMES_ROUND = 100
# A single completion is at the mercy of the machine; so many beside it belong to the first and to the hundredth.
BESIDE = 3
SHORT, LONG, STEPS_OF_ROW = 6, 600, 5


def results(place: Office, rounds: int) -> dict[str, float]:
    """Milliseconds CPU of one completion, and commits."""
    db.use(place.engine)
    # No diagram of so many elements may be uploaded; this one is here to see whether length alone costs anything.
    reading.MAX_ELEMENTS = max(reading.MAX_ELEMENTS, 2 * LONG)
    for key, files in {"bench_loop": content.loop(), **{_row(n): content.row_of(n) for n in (SHORT, LONG)}}.items():
        with db.transaction() as session:
            version = deployments.upload(session, files, actor=SYSTEM, process=key)
            version.state = "approved"
            deployments.activate(session, version.id, actor=SYSTEM)
    first, last = zip(*(_loop(place) for _ in range(max(2, rounds // 4))), strict=True)
    short, long = zip(*((_steps(place, SHORT), _steps(place, LONG)) for _ in range(rounds + 1)), strict=True)
    found = {
        "loop_1st_cpu_ms": statistics.median(first[1:]),
        "loop_100th_cpu_ms": statistics.median(last[1:]),
        "row_of_6_cpu_ms": statistics.median(short[1:]),
        "row_of_600_cpu_ms": statistics.median(long[1:]),
        "commits_per_completion": _commits(place),
    }
    return {key: round(value, 3) for key, value in found.items()}


def ratios(found: dict[str, float]) -> dict[str, float]:
    """1 = it costs the same."""
    return {
        "loop_100th_vs_1st": round(found["loop_100th_cpu_ms"] / found["loop_1st_cpu_ms"], 3),
        "row_of_600_vs_6": round(found["row_of_600_cpu_ms"] / found["row_of_6_cpu_ms"], 3),
    }


def _row(length: int) -> str:
    return f"bench_row_{length}"


def _loop(place: Office) -> tuple[float, float]:
    """The first and the last completions of a case that comes back to its step a hundred times."""
    arm = _begun(place, "bench_loop")
    taken = [_one(arm) for _ in range(TIMES_ROUND)]
    return statistics.median(taken[:BESIDE]), statistics.median(taken[-BESIDE:])


def _steps(place: Office, length: int) -> float:
    arm = _begun(place, _row(length))
    return statistics.median(_one(arm) for _ in range(STEPS_OF_ROW))


def _begun(place: Office, key: str) -> Ours:
    arm = Ours(False, place)
    with db.transaction() as session:
        arm.case = cases.start(session, key, actor=place.actor, channel="GOV", values={})
    gc.collect()
    return arm


def _one(arm: Ours) -> float:
    arm.prepare()
    began = time.process_time()
    arm.complete()
    return (time.process_time() - began) * MILLISECONDS


def _commits(place: Office) -> float:
    """How many commits one completion takes."""
    arm, counted = _begun(replace(place), _row(SHORT)), [0]

    def count(_connection: object) -> None:
        counted[0] += 1

    arm.prepare()
    event.listen(place.engine, "commit", count)
    try:
        arm.complete()
    finally:
        event.remove(place.engine, "commit", count)
    return counted[0]
