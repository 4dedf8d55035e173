"""What must not grow: the hundredth completion of a loop beside the first, a step in a long row beside one in a short.

The rule: both sides of a ratio are measured in turn, one completion each, and who begins changes; the machine is never
the same for long.
"""

import gc
import statistics
import time
from collections.abc import Iterator
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
# A single completion is at the mercy of the machine: so many pairs for each round that was asked for.
PAIRS = 5
SHORT, LONG = 6, 600
STEPS_OF_ROW = SHORT - 1


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
    first, last = _in_turn(_firsts_and_hundredths(place, rounds * PAIRS))
    short, long = _in_turn(_steps_of_short_and_long(place, rounds))
    found = {
        "loop_1st_cpu_ms": first,
        "loop_100th_cpu_ms": last,
        "row_of_6_cpu_ms": short,
        "row_of_600_cpu_ms": long,
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


def _in_turn(pairs: Iterator[tuple[Ours, Ours]]) -> tuple[float, float]:
    """The medians of one completion of either side."""
    taken: tuple[list[float], list[float]] = ([], [])
    for number, pair in enumerate(pairs):
        for side in (0, 1) if number % 2 else (1, 0):
            taken[side].append(_one(pair[side]))
    return statistics.median(taken[0]), statistics.median(taken[1])


def _firsts_and_hundredths(place: Office, count: int) -> Iterator[tuple[Ours, Ours]]:
    """New cases at their first step, and one that has come back to it ninety-nine times and more."""
    old = _begun(place, "bench_loop")
    for _ in range(TIMES_ROUND - 1):
        _one(old)
    for _ in range(count):
        yield _begun(place, "bench_loop"), old


def _steps_of_short_and_long(place: Office, rounds: int) -> Iterator[tuple[Ours, Ours]]:
    for _ in range(rounds):
        pair = _begun(place, _row(SHORT)), _begun(place, _row(LONG))
        for _step in range(STEPS_OF_ROW):
            yield pair


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
