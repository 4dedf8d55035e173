"""A real server and a real browser: one Chromium for the tests of this folder, one browsing context for each person.

The rule: people see and press what stands on the page; only time and the worker are moved from outside. The server runs
in a thread of this process, so it keeps the time of the standing clock and works on the test's own database.
"""

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Playwright, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from engine.clock import Clock
from engine.settings import ROOT, Settings
from tests import factories, shipped
from tests.browser import inspection
from tests.browser.person import DESKTOP, LIMIT, Person, Screen
from tests.processes.stage import Stage
from tests.webapp.conftest import client, content, web_folder  # noqa: F401
from webapp import create_app

MISSING = (
    "Browser tests are left out: no Chromium "
    "(apt-get install chromium-headless-shell fonts-noto-cjk, or set JUSHOU_CHROMIUM)"
)
PATIENCE = 600
ARGUMENTS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    "--no-first-run",
    "--force-color-profile=srgb",
)


def chromium() -> str | None:
    """The program to start, or None; the one without windows is the lighter one."""
    return os.environ.get("JUSHOU_CHROMIUM") or shutil.which("chromium-headless-shell") or shutil.which("chromium")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    ours = [item for item in items if item.get_closest_marker("browser")]
    if chromium():
        for item in ours:
            item.add_marker(pytest.mark.timeout(PATIENCE))
        return
    config.hook.pytest_deselected(items=ours)
    items[:] = [item for item in items if item not in ours]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if not chromium():
        terminalreporter.write_line(MISSING)


class _Silent(WSGIRequestHandler):
    """Says nothing of requests; failures are logged by the application."""

    def log(self, type: str, message: str, *args: object) -> None:
        """Nothing."""


@pytest.fixture(scope="session")
def app(web_folder: Path) -> Flask:  # noqa: F811
    """The application as people meet it, tokens included; only the limits of tries are off."""
    url = f"sqlite:///{web_folder / 'unused.sqlite'}"
    made = create_app(Settings(web_folder, url, ROOT, demo=False, port=0), testing=True)
    made.config.update(TESTING=False, WTF_CSRF_ENABLED=True)
    return made


@pytest.fixture(scope="session")
def served_at(app: Flask) -> Iterator[str]:
    """The address of the server, on a free port."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Silent)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    """Of this folder only: while it runs, the main thread has an event loop, which other tests do not expect."""
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="package", autouse=True)
def shared_inspection(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> None:
    """Two workers do not inspect the same page."""
    if worker_id != "master":
        inspection.share(tmp_path_factory.getbasetemp().parent / "inspected")


@pytest.fixture(scope="package")
def browser(playwright: Playwright) -> Iterator[Browser]:
    rootless = ("--no-sandbox",) if os.geteuid() == 0 else ()
    started = playwright.chromium.launch(executable_path=chromium(), args=[*ARGUMENTS, *rootless])
    yield started
    started.close()


@pytest.fixture
def screen() -> Screen:
    """The screen on which a test's people look at pages; a test names another by parametrising it."""
    return DESKTOP


Arrives = Callable[..., Person]


@pytest.fixture
def visitor(browser: Browser, served_at: str, screen: Screen, content: None) -> Iterator[Arrives]:  # noqa: F811
    """visitor() opens a browser in which nobody is signed in. Afterwards no page may have had a fault."""
    arrived: list[Person] = []

    def arrives(*, script: bool = True) -> Person:
        context = browser.new_context(
            base_url=served_at,
            viewport={"width": screen.width, "height": screen.height},
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            java_script_enabled=script,
        )
        context.set_default_timeout(LIMIT)
        arrived.append(Person(context.new_page(), script))
        return arrived[-1]

    yield arrives
    for person in arrived:
        person.page.context.close()
    faults = [fault for person in arrived for fault in person.faults]
    assert not faults, "\n".join(faults)


@pytest.fixture
def citizen(visitor: Arrives) -> Arrives:
    """citizen(name=…) is registered and signs in on the page."""

    def arrives(*, script: bool = True, **fields: str) -> Person:
        with factories.committed() as session:
            made = factories.CitizenFactory(**fields)
            session.flush()
            login = made.phone
        person = visitor(script=script)
        person.signs_in_as_citizen(login)
        return person

    return arrives


@pytest.fixture
def staff(visitor: Arrives) -> Arrives:
    """staff("county_water_clerk", "532622") gets an account with that post and signs in on the page."""

    def arrives(role_key: str, region_code: str = factories.YANSHAN, *, script: bool = True) -> Person:
        with factories.committed() as session:
            made = factories.staff(role_key, region_code)
            session.flush()
            login = made.login
        person = visitor(script=script)
        person.signs_in_as_staff(login)
        return person

    return arrives


@pytest.fixture
def stage(clock: Clock, content: None) -> Stage:  # noqa: F811
    """Cases that others have brought to where a test begins, and the time that passes under the worker."""
    return Stage(clock, shipped.employ())
