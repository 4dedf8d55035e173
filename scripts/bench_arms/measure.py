"""Measuring: wall and CPU time of each completion, statements, bytes; medians over interleaved rounds.

CPU is that of this process alone; what a database server spends is not in it.
"""

import gc
import statistics
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

from sqlalchemy import Engine, NullPool, create_engine, event, text

from bench_arms import content

WARM_UP = 3
MILLISECONDS = 1000


class Arm(Protocol):
    """One way to run the process."""

    def begin(self) -> None:
        """Begin a case."""

    def prepare(self) -> None:
        """Find what is completed next; not measured."""

    def complete(self) -> None:
        """Complete one task; measured."""

    def ended(self) -> bool:
        """Whether the case has come to its end."""


@dataclass
class Times:
    """Per round: mean milliseconds for each completed task, and statements."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    statements: list[float] = field(default_factory=list)

    def summary(self) -> dict[str, float]:
        found = {"wall_ms": statistics.median(self.wall), "cpu_ms": statistics.median(self.cpu)}
        if any(self.statements):
            found["statements"] = statistics.median(self.statements)
        return {key: round(value, 3) for key, value in found.items()}


def rounds(arms: Mapping[str, Arm], engines: list[Engine], count: int, *, warm_up: int = WARM_UP) -> dict[str, Times]:
    """Run every arm once a round, in an order that moves on by one each time; the first rounds do not count."""
    times = {name: Times() for name in arms}
    names = list(arms)
    with counting(engines) as counter:
        for number in range(-warm_up, count):
            shift = number % len(names)
            for name in names[shift:] + names[:shift]:
                measured = one_case(arms[name], counter)
                if number >= 0:
                    times[name].wall.append(measured[0])
                    times[name].cpu.append(measured[1])
                    times[name].statements.append(measured[2])
    return times


def one_case(arm: Arm, counter: list[int]) -> tuple[float, float, float]:
    """Milliseconds wall, milliseconds CPU and statements for each completed task of one whole case."""
    arm.begin()
    # What another arm left behind is not collected on this one's time.
    gc.collect()
    wall = cpu = statements = 0.0
    for _ in content.STEPS:
        arm.prepare()
        counter[0] = 0
        began_wall, began_cpu = time.perf_counter(), time.process_time()
        arm.complete()
        cpu += time.process_time() - began_cpu
        wall += time.perf_counter() - began_wall
        statements += counter[0]
    if not arm.ended():
        raise RuntimeError("Expected the case to have ended, but it has not")
    share = 1 / len(content.STEPS)
    return wall * share * MILLISECONDS, cpu * share * MILLISECONDS, statements * share


@contextmanager
def counting(engines: list[Engine]) -> Iterator[list[int]]:
    """Counts statements while the block runs, without BEGIN and COMMIT."""
    counter = [0]

    def count(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        counter[0] += not statement.startswith("BEGIN")

    for engine in engines:
        event.listen(engine, "before_cursor_execute", count)
    try:
        yield counter
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", count)


def stored(arm: Arm, engine: Engine, count: int) -> int:
    """Bytes by which the database has grown for each finished case, indexes included, dead rows left out."""
    before = size(engine)
    for _ in range(count):
        arm.begin()
        for _step in content.STEPS:
            arm.prepare()
            arm.complete()
    return (size(engine) - before) // count


def size(engine: Engine) -> int:
    """Bytes in use after tidying up."""
    if engine.dialect.name == "postgresql":
        tidying = create_engine(engine.url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
        with tidying.connect() as connection:
            connection.execute(text("VACUUM FULL"))
            tables = "SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relkind = 'r' AND relnamespace = "
            return int(connection.execute(text(f"{tables} 'public'::regnamespace")).scalar_one())
    raw = engine.raw_connection()
    try:
        cursor = raw.cursor()
        cursor.execute("VACUUM")
        pages, page = (cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "page_size"))
        return int(pages * page)
    finally:
        raw.close()
