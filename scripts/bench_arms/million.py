"""Worklist, counts, search and supervision with a million cases in PostgreSQL beside ten thousand: a clerk, a county's
office, the province's office, each through the pages.

The rule: like is compared with like. Both databases hold the real tables, filled by the server itself; the county that
is asked about holds the very same cases in both, as many as a county has of a million, so that the clerk's and the
county's pages show the same rows, and the province's are full in both: what is measured is what all the other cases
cost. The same people ask both in turn, and who comes first changes with each turn.
"""

import re
import statistics
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import Engine, create_engine, text

from bench_arms import content
from bench_arms.measure import MILLISECONDS
from bench_arms.ours import PASSWORD, sign_in
from engine import clock, db, schema
from engine.casework import deployments, jobs
from engine.registry import accounts, reference
from engine.registry.actors import SYSTEM
from engine.settings import ROOT, Settings
from webapp import create_app

FEW, MANY = 10_000, 1_000_000
COUNTIES = 129
PEOPLE: Mapping[str, tuple[str, str]] = {
    "clerk": ("county_water_clerk", "532622"),
    "county office": ("county_office", "532622"),
    "province office": ("prov_office", "530000"),
}
PAGES = {
    "worklist": "/inbox?scope=group",
    "counts": "/inbox",
    "in my hands": "/inbox?scope=mine",
    "waiting for others": "/inbox?scope=waiting",
    "overdue": "/inbox?scope=overdue",
    "supervised": "/inbox?scope=supervised",
    "finished": "/inbox?scope=finished",
    "name in the worklist": "/inbox?scope=group&text={name[0]}",
    "cases": "/cases",
    "suspended": "/cases?state=suspended",
    "search by first letter": "/cases?text={name[0]}",
    "search by name": "/cases?text={name}",
    "search by number": "/cases?text={number}",
    "search by end of number": "/cases?text={end}",
}
# The numbers that somebody watches, and the list behind one of them.
SUPERVISION = {
    "watched, overdue": "/supervision?show=overdue",
    "watched, for ten days": "/supervision?show=ten",
    "watched, orders": "/supervision?show=orders",
}
# Whom the clerk is asked about: the clerk's own item in the clerk's own county.
ASKED = (
    'SELECT case_no, applicant_name FROM "case"'
    " WHERE county_code = :county AND item_code = 'water' ORDER BY id DESC LIMIT 90"
)
SWEEPS = 40

_FILL = Path(__file__).with_name("million.sql")


def results(urls: Mapping[int, str], folder: Path, rounds: int) -> dict[str, object]:
    """Per page and person: p95 wall and median CPU with few and with many; the sweep with nothing due."""
    began = time.monotonic()
    places = {cases: _filled(url, folder / str(cases), cases) for cases, url in urls.items()}
    filled = time.monotonic() - began
    lists = {
        f"{person}, {page}": _page(places, person, address, rounds)
        for person in PEOPLE
        for page, address in PAGES.items()
    }
    watched = {
        f"{person}, {page}": _page(places, person, address, rounds)
        for person in PEOPLE
        if person != "clerk"
        for page, address in SUPERVISION.items()
    }
    sweeps = {cases: _sweep(engine) for cases, (engine, _) in places.items()}
    for engine, _ in places.values():
        engine.dispose()
    few, many = urls
    return {
        "seconds_to_fill": round(filled, 1),
        "lists": lists,
        "supervision": watched,
        "sweep_wall_ms": {str(cases): taken for cases, taken in sweeps.items()},
        "ratios": {
            **_worst("lists", lists, many),
            **_worst("supervision", watched, many),
            "sweep_many_vs_few": round(sweeps[many] / sweeps[few], 3),
        },
    }


def _worst(word: str, pages: Mapping[str, Mapping[str, float]], many: int) -> dict[str, float]:
    return {
        f"{word}_{figure}": max(page[key] for page in pages.values())
        for figure, key in {
            "p95_vs_few": "p95_ratio", "median_vs_few": "median_ratio", "page_cpu_ms": f"cpu_ms_{many}",
        }.items()
    }  # fmt: skip


def table(found: Mapping[str, Any]) -> str:
    """The same for people."""
    lines = [f"{'page':<44}{'rows':>5}{'p95 ms':>9}{'ratio':>7}{'median':>8}{'CPU ms':>8}   many; ratios many by few"]
    for name, page in {**found["lists"], **found["supervision"]}.items():
        shown = (page[f"p95_ms_{MANY}"], page["p95_ratio"], page["median_ratio"], page[f"cpu_ms_{MANY}"])
        lines.append("{:<44}{:>5}{:>9.1f}{:>7.2f}{:>8.2f}{:>8.1f}".format(name, page[f"rows_{MANY}"], *shown))
    return "\n".join([*lines, *(f"{name:<32}{value:>9.2f}" for name, value in found["ratios"].items())])


def _filled(url: str, folder: Path, cases: int) -> tuple[Engine, dict[str, FlaskClient]]:
    """A database with so many cases, a fifth of them running, and the browsers of the people who ask."""
    app = create_app(Settings(folder, url, ROOT, demo=False, port=0))
    engine = db.current()
    schema.migrate(engine)
    with db.transaction() as session:
        reference.load(session)
    with db.transaction() as session:
        version = deployments.upload(session, content.files(deadlines=False), actor=SYSTEM)
        version.state = "approved"
        deployments.activate(session, version.id, actor=SYSTEM)
        for role, region in PEOPLE.values():
            accounts.create(session, login=role, name="经办", password=PASSWORD, posts=[(role, region)], by=SYSTEM)
        role, county = PEOPLE["clerk"]
        given = {
            "now": clock.now(), "cases": cases, "counties": COUNTIES, "same": MANY // COUNTIES,
            "process": version.process_key, "version": version.id, "role": role, "county": county,
        }  # fmt: skip
    patient = create_engine(url)  # one that waits as long as it takes
    with patient.begin() as connection:
        for statement in _FILL.read_text().split(";"):
            if not statement.strip():
                continue
            connection.execute(text(statement), {key: given[key] for key in re.findall(r"(?<!:):(\w+)", statement)})
    with patient.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))
    patient.dispose()
    browsers = {}
    for person, (role, _) in PEOPLE.items():
        browsers[person] = app.test_client()
        sign_in(browsers[person], role)
    return engine, browsers


def _page(
    places: Mapping[int, tuple[Engine, dict[str, FlaskClient]]], person: str, address: str, rounds: int
) -> dict[str, float]:
    wall: dict[int, list[float]] = {cases: [] for cases in places}
    cpu: dict[int, list[float]] = {cases: [] for cases in places}
    words = {cases: _words(engine) for cases, (engine, _) in places.items()}
    rows = {}
    for turn in range(-3, 4 * rounds):
        for cases, (engine, browsers) in sorted(places.items(), reverse=bool(turn % 2)):
            db.use(engine)
            asked = address.format(**words[cases][turn % len(words[cases])])
            began_wall, began_cpu = time.perf_counter(), time.process_time()
            answer = browsers[person].get(asked)
            if answer.status_code != 200:
                raise RuntimeError(f"Expected {asked} to be shown, but it answered {answer.status_code}")
            if turn >= 0:
                cpu[cases].append((time.process_time() - began_cpu) * MILLISECONDS)
                wall[cases].append((time.perf_counter() - began_wall) * MILLISECONDS)
            rows[cases] = answer.text.count("<tr data-row")
    few, many = places
    late = {cases: statistics.quantiles(taken, n=20)[-1] for cases, taken in wall.items()}
    found = {f"p95_ms_{cases}": taken for cases, taken in late.items()}
    found |= {f"cpu_ms_{cases}": statistics.median(taken) for cases, taken in cpu.items()}
    found |= {f"rows_{cases}": shown for cases, shown in rows.items()}
    median = {cases: statistics.median(taken) for cases, taken in wall.items()}
    found |= {"p95_ratio": late[many] / late[few], "median_ratio": median[many] / median[few]}
    return {key: round(value, 3) for key, value in found.items()}


def _words(engine: Engine) -> list[dict[str, str]]:
    """What people look for: number, its end, and name of cases that there are."""
    with engine.connect() as connection:
        found = connection.execute(text(ASKED), {"county": PEOPLE["clerk"][1]}).all()
    return [{"number": number, "end": number[-5:], "name": name} for number, name in found]


def _sweep(engine: Engine) -> float:
    """Milliseconds of a sweep that finds nothing due."""
    db.use(engine)
    taken = []
    for _ in range(SWEEPS):
        began = time.perf_counter()
        if jobs.sweep():
            raise RuntimeError("Expected nothing to be due, but something was")
        taken.append((time.perf_counter() - began) * MILLISECONDS)
    return round(statistics.median(taken), 3)
