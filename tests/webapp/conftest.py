"""The web for tests: one application, a browser of each person, and the shipped content as it is after deployment.

The rule: pages are asked for as a browser asks, and what they changed is looked up in the database.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from werkzeug.test import TestResponse

from engine import db
from engine.casework import plans
from engine.casework.models import (
    ApplicationDraft,
    Case,
    UserTask,
)
from engine.clock import Clock
from engine.settings import ROOT, Settings
from tests import factories, shipped
from webapp import create_app


@pytest.fixture(scope="session")
def web_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("web")


@pytest.fixture(scope="session")
def app(web_folder: Path) -> Flask:
    """The application, without tokens in forms and without limits of tries."""
    url = f"sqlite:///{web_folder / 'unused.sqlite'}"
    return create_app(Settings(web_folder, url, ROOT, demo=False, port=0), testing=True)


@pytest.fixture
def client(
    app: Flask, reference: Engine, clock: Clock, web_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> FlaskClient:
    """A browser in which nobody is signed in; the database holds the reference rows."""
    monkeypatch.setenv("JUSHOU_FOLDER", str(web_folder))
    db.use(reference)
    return app.test_client()


@pytest.fixture
def content(client: FlaskClient, reference: Engine) -> Iterator[None]:
    """processes/, forms/ and rules/ are deployed."""
    shipped.deploy()
    yield
    plans.forget()


@dataclass
class Person:
    """A citizen or a member of staff with a browser."""

    id: int
    client: FlaskClient

    def get(self, url: str, **more: Any) -> TestResponse:
        return self.client.get(url, **more)

    def post(self, url: str, data: dict[str, Any] | None = None, **more: Any) -> TestResponse:
        return self.client.post(url, data=data or {}, **more)


SignsIn = Callable[..., Person]


@pytest.fixture
def citizen(app: Flask, client: FlaskClient) -> SignsIn:
    """citizen(name=…) registers a citizen and signs in."""

    def signs_in(**fields: Any) -> Person:
        with factories.committed() as session:
            made = factories.CitizenFactory(**fields)
            session.flush()
            number, phone = made.id, made.phone
        browser = app.test_client()
        answer = browser.post("/sign-in", data={"login": phone, "password": factories.PASSWORD})
        assert answer.status_code == 303
        return Person(number, browser)

    return signs_in


@pytest.fixture
def staff(app: Flask, client: FlaskClient) -> SignsIn:
    """staff("county_water_clerk", "532622") makes an account with that post and signs in."""

    def signs_in(role_key: str = "county_water_clerk", region_code: str = factories.YANSHAN, **fields: Any) -> Person:
        with factories.committed() as session:
            made = factories.staff(role_key, region_code, **fields)
            session.flush()
            number, login = made.id, made.login
        browser = app.test_client()
        answer = browser.post("/staff/sign-in", data={"login": login, "password": factories.PASSWORD})
        assert answer.status_code == 303
        return Person(number, browser)

    return signs_in


WATER = {
    "waterProblems": ["停水", "浑浊"],
    "problemText": "水管断了三天，全组没有水喝",
}


@dataclass
class Application:
    """The way of one application in a citizen's browser."""

    person: Person
    address: str

    @property
    def key(self) -> str:
        return self.address.split("/")[3]

    def fill(self, data: dict[str, Any]) -> TestResponse:
        """Send one page; goes on to the page that follows, and stays where it leads back with what is wrong."""
        answer = self.person.post(self.address, data, content_type="multipart/form-data")
        if answer.status_code == 303 and "tried=1" in answer.location:
            return self.person.get(answer.location)
        if answer.status_code == 303:
            self.address = answer.location
        return answer

    def page(self) -> str:
        return self.person.get(self.address).text


def begin(person: Person, channel: str = "SELF") -> Application:
    """The first page of an application for water."""
    answer = person.post("/apply/water", {"channel": channel})
    assert answer.status_code == 303, answer.text
    return Application(person, answer.location)


def prefilled(page: str) -> dict[str, str]:
    """What stands in the text fields and selects of a page."""
    found = re.findall(r'<input class="field__input"[^>]*value="([^"]*)"[^>]* name="([^"]+)"', page)
    chosen = re.findall(r'<select[^>]* name="([^"]+)".*?</select>', page, flags=re.S)
    blocks = re.findall(r'<select[^>]* name="[^"]+".*?</select>', page, flags=re.S)
    selected = {
        name: match[1]
        for name, block in zip(chosen, blocks, strict=True)
        if (match := re.search(r'<option value="([^"]*)" selected', block))
    }
    return {**{name: value for value, name in found}, **selected}


def walk_to_check(person: Person) -> Application:
    """All pages of one's own application for water, filled in."""
    way = begin(person)
    way.fill({"noticeAccepted": "true"})
    way.fill(prefilled(way.page()))
    way.fill(prefilled(way.page()))
    way.fill(WATER)
    way.fill({})
    assert way.address.endswith("/check")
    return way


def apply_for_water(person: Person) -> str:
    """The number of a fresh case of one's own."""
    way = walk_to_check(person)
    answer = person.post(f"/apply/drafts/{way.key}/submit")
    assert answer.status_code == 303, answer.text
    return answer.location.split("/")[3]


def case(case_no: str) -> Case:
    """The row of that case."""
    with db.transaction() as session:
        return session.scalars(select(Case).where(Case.case_no == case_no)).one()


def cases() -> int:
    """How many cases there are, companions left aside."""
    with db.transaction() as session:
        return len(session.scalars(select(Case.id).where(Case.subject_id.is_(None))).all())


def draft(key: str) -> ApplicationDraft:
    """The row of that draft."""
    with db.transaction() as session:
        return session.scalars(select(ApplicationDraft).where(ApplicationDraft.key == key)).one()


def open_task(case_no: str, element_id: str) -> UserTask:
    """The open task of a case at that element, or of one of its companions."""
    with db.transaction() as session:
        found = session.scalars(select(Case.id).where(Case.case_no == case_no)).one()
        family = select(Case.id).where((Case.id == found) | (Case.subject_id == found))
        wanted = select(UserTask).where(UserTask.case_id.in_(family), UserTask.element_id == element_id)
        return session.scalars(wanted.where(UserTask.state == "open")).one()


def rating_task(case_no: str) -> UserTask:
    """The open task with which the citizen of an ended case rates it."""
    with db.transaction() as session:
        found = session.scalars(select(Case.id).where(Case.case_no == case_no)).one()
        beside = select(Case.id).where(Case.subject_id == found, Case.process_key == "rating")
        wanted = select(UserTask).where(UserTask.case_id.in_(beside), UserTask.state == "open")
        return session.scalars(wanted.where(UserTask.role_key == "citizen")).one()
