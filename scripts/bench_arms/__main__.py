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

from bench_arms import content, measure, ours, rules, stock
from bench_arms.measure import Arm
from bench_arms.ours import Office

ROUNDS = 12
CASES_TO_WEIGH = 40


def main() -> None:
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print everything as JSON")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="how often each arm runs a case")
    parser.add_argument("--weigh", type=int, default=CASES_TO_WEIGH, help="how many cases are weighed in bytes")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, databases(Path(folder)) as urls:
        offices = {name: ours.office(url, Path(folder)) for name, url in urls.items()}
        found = results(offices, chosen.rounds, chosen.weigh)
        for office in offices.values():
            office.engine.dispose()
    print(json.dumps(found, indent=2) if chosen.json else table(found))


@contextmanager
def databases(folder: Path) -> Iterator[dict[str, str]]:
    """Empty databases: a SQLite file, and beside the PostgreSQL database for tests one that is dropped again."""
    found = {"sqlite": f"sqlite:///{folder / 'bench.sqlite'}"}
    given = os.environ.get("JUSHOU_TEST_DATABASE_URL")
    if given is None:
        yield found
        return
    url = make_url(given)
    if "test" not in (url.database or ""):
        raise SystemExit("Expected a database with 'test' in its name, but this one may hold something of value")
    name = f"{url.database}_bench"
    _on_server(url, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)', f'CREATE DATABASE "{name}"')
    try:
        yield {**found, "postgresql": url.set(database=name).render_as_string(hide_password=False)}
    finally:
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
            found[f"http_and_page/{name}/{word}"] = ours.OursByHttp(deadlines, office, follow=True)
    return found


def results(offices: dict[str, Office], count: int, weighed: int) -> dict[str, Any]:
    """Everything that was measured, and the ratios that matter."""
    arms = arms_of(offices)
    times = measure.rounds(arms, [office.engine for office in offices.values()], count)
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


def ratios(summaries: dict[str, dict[str, float]], database: str) -> dict[str, float]:
    """Ours by naive, for the process with deadlines on this database."""
    base = summaries[f"naive/{database}/timed"]
    found = {
        "completion_cpu_vs_naive": summaries[f"engine/{database}/timed"]["cpu_ms"] / base["cpu_ms"],
        "completion_wall_vs_naive": summaries[f"engine/{database}/timed"]["wall_ms"] / base["wall_ms"],
        "http_cpu_vs_naive": summaries[f"http/{database}/timed"]["cpu_ms"] / base["cpu_ms"],
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
    lines += [f"{name}: {figures}" for name, figures in found["rules"].items()]
    lines += [f"{name:<32}{value:>9.2f}" for name, value in found["ratios"].items()]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
