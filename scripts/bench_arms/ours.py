"""Our arms: a task completed through `user_tasks.complete`, and the same by a form post of somebody who is signed in.

Everything is switched on that is on in use: locks, access, validation, journal, projection, outbox; through the web
also the session, the token against forged posts, and the rendering of the answer.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from bench_arms import content
from engine import db, schema
from engine.casework import cases, deployments, user_tasks
from engine.casework.models import Case, UserTask
from engine.registry import accounts, actors, reference, tokens
from engine.registry.actors import SYSTEM, Actor
from engine.settings import ROOT, Settings
from webapp import create_app

PASSWORD = "Jushou-2026"
NEXT = select(UserTask.id, UserTask.element_id).where(UserTask.state == "open")
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@dataclass(frozen=True)
class Office:
    """A database with the two processes, one member of staff, and that person's browser."""

    engine: Engine
    actor: Actor
    browser: FlaskClient
    token: str
    bearer: str


def office(url: str, folder: Path) -> Office:
    """Set everything up on an empty database."""
    app = create_app(Settings(folder, url, ROOT, demo=False, port=0))
    engine = db.current()
    schema.migrate(engine)
    with db.transaction() as session:
        reference.load(session)
    with db.transaction() as session:
        for deadlines in (False, True):
            version = deployments.upload(session, content.files(deadlines), actor=SYSTEM)
            version.state = "approved"
            deployments.activate(session, version.id, actor=SYSTEM)
        posts = [(content.ROLE, content.REGION)]
        account = accounts.create(session, login=content.ROLE, name="经办", password=PASSWORD, posts=posts, by=SYSTEM)
    with db.transaction() as session:
        actor = actors.staff(session, account.id)
        bearer = tokens.issue_api_token(session, content.ROLE)
    browser = app.test_client()
    return Office(engine, actor, browser, sign_in(browser, content.ROLE), bearer)


def sign_in(browser: FlaskClient, login: str) -> str:
    """Begin a session; gives the token that its forms carry."""
    fields = {"csrf_token": token_of(browser.get("/staff/sign-in").text)}
    answer = browser.post("/staff/sign-in", data={**fields, "login": login, "password": PASSWORD})
    assert answer.status_code == 303, answer.text
    return token_of(browser.get("/staff/password").text)


def token_of(page: str) -> str:
    """What the forms of the page carry against forged posts."""
    found = TOKEN.search(page)
    assert found is not None
    return found[1]


@dataclass
class Ours:
    """One case, its next task always at hand."""

    deadlines: bool
    place: Office
    case: Case | None = None
    task_id: int = 0
    step: str = ""
    key: str = field(default="")

    def begin(self) -> None:
        db.use(self.place.engine)
        with db.transaction() as session:
            self.case = cases.start(
                session, content.process_key(self.deadlines), actor=self.place.actor, channel="GOV", values={}
            )

    def prepare(self) -> None:
        """Look up which task comes next; whoever completes it has it on the screen already."""
        assert self.case is not None
        with db.reading() as session:
            self.task_id, self.step = session.execute(NEXT.where(UserTask.case_id == self.case.id)).one()
        self.key = uuid4().hex

    def complete(self) -> None:
        with db.transaction() as session:
            user_tasks.complete(
                session, self.task_id, actor=self.place.actor, values=content.answers(self.step), key=self.key
            )

    def ended(self) -> bool:
        assert self.case is not None
        with db.reading() as session:
            return session.get_one(Case, self.case.id).state == "ended"


@dataclass
class OursByHttp(Ours):
    """The same by a form post, up to the redirect."""

    follow: bool = False
    form: dict[str, Any] = field(default_factory=dict)

    def prepare(self) -> None:
        """Open the page of the task, as whoever fills in its form has done."""
        super().prepare()
        assert self.place.browser.get(f"/tasks/{self.task_id}").status_code == 200
        typed = {key: "true" if value is True else value for key, value in content.answers(self.step).items()}
        self.form = {**typed, "csrf_token": self.place.token, "key": self.key}

    def complete(self) -> None:
        answer = self.place.browser.post(f"/tasks/{self.task_id}/complete", data=self.form)
        assert answer.status_code == 303, answer.text
        if self.follow:
            assert self.place.browser.get(answer.location).status_code == 200


@dataclass
class OursByApi(Ours):
    """The same by a program, in JSON."""

    def complete(self) -> None:
        answer = self.place.browser.post(
            f"/api/v1/tasks/{self.task_id}/complete",
            json={"values": content.answers(self.step)},
            headers={"Authorization": f"Bearer {self.place.bearer}", "Idempotency-Key": self.key},
        )
        assert answer.status_code == 200, answer.text
