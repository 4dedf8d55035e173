"""Run the bench. PostgreSQL takes part when JUSHOU_TEST_DATABASE_URL names a database for tests."""

import argparse
import json
import os
import platform
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, create_engine, make_url, text

from bench_arms import backlog, content, due, growing, measure, memory, million, ours, rules, stock
from bench_arms.measure import Arm
from bench_arms.ours import Office

ROUNDS = 12
CASES_TO_WEIGH = 40
BACKLOG = 5_000


def main() -> None:
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print everything as JSON")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="how often each arm runs a case")
    parser.add_argument("--weigh", type=int, default=CASES_TO_WEIGH, help="how many cases are weighed in bytes")
    parser.add_argument(
        "--quick", action="store_true", help="without warming up, what must not grow, the worker and the memory"
    )
    parser.add_argument("--million", action="store_true", help="a million cases beside ten thousand, in PostgreSQL")
    drain = f"people's work while so many deadlines (default {BACKLOG}) that were missed are drained"
    parser.add_argument("--backlog", type=int, nargs="?", const=BACKLOG, help=drain)
    chosen = parser.parse_args()
    if chosen.million:
        with tempfile.TemporaryDirectory() as folder, beside(f"bench_{million.FEW}", f"bench_{million.MANY}") as urls:
            sizes = dict(zip((million.FEW, million.MANY), urls.values(), strict=True))
            found = million.results(sizes, Path(folder), chosen.rounds)
        print(json.dumps(found, indent=2, ensure_ascii=False) if chosen.json else million.table(found))
        return
    if chosen.backlog:
        found = drained(chosen.backlog)
        print(json.dumps(found, indent=2) if chosen.json else backlog.table(found))
        return
    with tempfile.TemporaryDirectory() as folder, databases(Path(folder)) as urls:
        offices = {name: ours.office(url, Path(folder)) for name, url in urls.items()}
        found = results(offices, chosen.rounds, chosen.weigh, warm_up=0 if chosen.quick else measure.WARM_UP)
        if not chosen.quick:
            add_what_must_not_grow(found, offices, chosen.rounds)
            found["web_worker_megabytes"] = memory.resident_megabytes(Path(folder))
        for office in offices.values():
            office.engine.dispose()
    print(json.dumps(found, indent=2) if chosen.json else table(found))


def drained(many: int) -> dict[str, Any]:
    """On SQLite, where one writes at a time, by one worker; on PostgreSQL by two."""
    with tempfile.TemporaryDirectory() as folder, databases(Path(folder)) as urls:
        workers = {name: 2 if name == "postgresql" else 1 for name in urls}
        return {name: backlog.results(url, Path(folder) / name, many, workers[name]) for name, url in urls.items()}


@contextmanager
def databases(folder: Path) -> Iterator[dict[str, str]]:
    """Empty databases: a SQLite file, and beside the PostgreSQL database for tests one that is dropped again."""
    found = {"sqlite": f"sqlite:///{folder / 'bench.sqlite'}"}
    if "JUSHOU_TEST_DATABASE_URL" not in os.environ:
        yield found
        return
    with beside("bench") as made:
        yield {**found, "postgresql": made["bench"]}


@contextmanager
def beside(*words: str) -> Iterator[dict[str, str]]:
    """Databases beside the PostgreSQL database for tests, by word; dropped again."""
    url = make_url(os.environ["JUSHOU_TEST_DATABASE_URL"])
    if "test" not in (url.database or ""):
        raise SystemExit("Expected a database with 'test' in its name, but this one may hold something of value")
    names = {word: f"{url.database}_{word}" for word in words}
    for name in names.values():
        _on_server(url, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)', f'CREATE DATABASE "{name}"')
    try:
        yield {word: url.set(database=name).render_as_string(hide_password=False) for word, name in names.items()}
    finally:
        for name in names.values():
            _on_server(url, f'DROP DATABASE "{name}" WITH (FORCE)')


def _on_server(url: URL, *statements: str) -> None:
    server = create_engine(url, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    server.dispose()


def arms_of(offices: dict[str, Office]) -> dict[str, Arm]:
    """Name → arm: memory/plain, naive/sqlite/timed, engine/postgresql/plain …"""
    found: dict[str, Arm] = {}
    for deadlines, word in ((False, "plain"), (True, "timed")):
        found[f"memory/{word}"] = stock.InMemory(deadlines)
        for name, office in offices.items():
            found[f"naive/{name}/{word}"] = stock.naive(deadlines, office.engine)
            found[f"engine/{name}/{word}"] = ours.Ours(deadlines, office)
            found[f"http/{name}/{word}"] = ours.OursByHttp(deadlines, office)
            found[f"api/{name}/{word}"] = ours.OursByApi(deadlines, office)
            found[f"http_and_page/{name}/{word}"] = ours.OursByHttp(deadlines, office, follow=True)
    return found


def results(offices: dict[str, Office], count: int, weighed: int, *, warm_up: int) -> dict[str, Any]:
    """Everything that was measured, and the ratios that matter."""
    arms = arms_of(offices)
    times = measure.rounds(arms, [office.engine for office in offices.values()], count, warm_up=warm_up)
    summaries: dict[str, dict[str, float]] = {name: found.summary() for name, found in times.items()}
    for name in arms:
        kind, _, rest = name.partition("/")
        if kind in ("naive", "engine"):
            engine = offices[rest.split("/")[0]].engine
            summaries[name]["bytes_per_case"] = measure.stored(arms[name], engine, weighed)
    chosen = "postgresql" if "postgresql" in offices else "sqlite"
    ruled = rules.results(count)
    return {
        "python": platform.python_version(),
        "rounds": count,
        "tasks_per_case": len(content.STEPS),
        "database_of_ratios": chosen,
        "arms": summaries,
        "rules": ruled,
        "ratios": {**ratios(summaries, chosen), **rules.ratios(ruled)},
        "ratios_of_all": {name: ratios(summaries, name) for name in offices},
    }


def add_what_must_not_grow(found: dict[str, Any], offices: dict[str, Office], count: int) -> None:
    """Loops and long rows, and what the worker does."""
    found["growing"] = {name: growing.results(office, count) for name, office in offices.items()}
    found["due"] = {name: due.results(office, count) for name, office in offices.items()}
    for name, figures in found["growing"].items():
        found["ratios_of_all"][name] |= growing.ratios(figures)
    found["ratios"] |= growing.ratios(found["growing"][found["database_of_ratios"]])


def ratios(summaries: dict[str, dict[str, float]], database: str) -> dict[str, float]:
    """Ours by naive, for the process with deadlines on this database."""
    base = summaries[f"naive/{database}/timed"]
    found = {
        "completion_cpu_vs_naive": summaries[f"engine/{database}/timed"]["cpu_ms"] / base["cpu_ms"],
        "completion_wall_vs_naive": summaries[f"engine/{database}/timed"]["wall_ms"] / base["wall_ms"],
        "http_cpu_vs_naive": summaries[f"http/{database}/timed"]["cpu_ms"] / base["cpu_ms"],
        "api_cpu_vs_naive": summaries[f"api/{database}/timed"]["cpu_ms"] / base["cpu_ms"],
        "http_and_page_cpu_vs_naive": summaries[f"http_and_page/{database}/timed"]["cpu_ms"] / base["cpu_ms"],
        "bytes_vs_naive": summaries[f"engine/{database}/timed"]["bytes_per_case"] / base["bytes_per_case"],
    }
    return {key: round(value, 3) for key, value in found.items()}


def table(found: dict[str, Any]) -> str:
    """The same for people."""
    lines = [f"{'arm':<32}{'CPU ms':>9}{'wall ms':>9}{'SQL':>7}{'bytes':>9}   per completed task; bytes per case"]
    for name, row in found["arms"].items():
        counted, weighed = row.get("statements", ""), row.get("bytes_per_case", "")
        lines.append(f"{name:<32}{row['cpu_ms']:>9.2f}{row['wall_ms']:>9.2f}{counted:>7}{weighed:>9}")
    for kind in ("rules", "growing", "due"):
        lines += [f"{kind} {name}: {figures}" for name, figures in found.get(kind, {}).items()]
    if "web_worker_megabytes" in found:
        lines.append(f"web worker: {found['web_worker_megabytes']} MB resident")
    lines += [f"{name:<32}{value:>9.2f}" for name, value in found["ratios"].items()]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
