"""A service that nobody has programmed: its diagram, forms and table are dropped into the folders, and it runs.

Everything that knows of 路灯报修 lies in new_item/; the limit of its step is a row added to the table of deadlines.
"""

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from engine import clock as engine_clock
from engine import db
from engine.casework import deployments, plans
from engine.casework.models import Case, Notice, Submission, UserTask
from engine.errors import Invalid
from engine.registry import items, tokens
from engine.registry.actors import SYSTEM
from engine.settings import ROOT, Settings
from tests import factories
from tests.factories import JIANGNA
from tests.processes.stage import VILLAGE, at
from tests.webapp import conftest as web
from webapp import create_app

NEW = Path(__file__).parent / "new_item"
LIMIT = """      <rule id="limit_street_light_sl_mend">
        <description>修理路灯</description>
        <inputEntry id="limit_street_light_sl_mend_slaKey"><text>"street_light.sl_mend"</text></inputEntry>
        <inputEntry id="limit_street_light_sl_mend_county"><text></text></inputEntry>
        <outputEntry id="limit_street_light_sl_mend_limit"><text>3</text></outputEntry>
        <outputEntry id="limit_street_light_sl_mend_unit"><text>"wd"</text></outputEntry>
        <outputEntry id="limit_street_light_sl_mend_warn"><text>null</text></outputEntry>
        <outputEntry id="limit_street_light_sl_mend_basis"><text>"K"</text></outputEntry>
      </rule>
"""
SHARED = (
    "intake", "proxy_consent", "rating", "deadline",
    "supervise", "supervise_signing", "supervise_ladder", "supervise_level",
)  # fmt: skip
"""The processes that every service stands on."""
LIFTED = ("gov_lift", "publicity", "econ_check")
"""Whoever cannot be found to consent becomes a clue of the government's own."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of content as policy staff keep it, with the new files in it."""
    content = tmp_path / "content"
    for below in ("processes", "forms", "rules"):
        shutil.copytree(ROOT / below, content / below)
        shutil.copytree(NEW / below, content / below, dirs_exist_ok=True)
    for file in (content / "processes").glob("*.bpmn"):
        if file.stem not in (*SHARED, "street_light") and not file.stem.startswith(LIFTED):
            file.unlink()
    table = content / "rules" / "deadlines.dmn"
    rows = table.read_text(encoding="utf-8")
    table.write_text(rows.replace("    </decisionTable>", f"{LIMIT}    </decisionTable>", 1), encoding="utf-8")
    return content


@dataclass
class Town:
    """The application on that content, and how people get into it."""

    app: Flask

    def signed_in(self, where: str, login: str) -> FlaskClient:
        browser = self.app.test_client()
        answer = browser.post(where, data={"login": login, "password": factories.PASSWORD})
        assert answer.status_code == 303
        return browser

    def citizen(self) -> FlaskClient:
        with factories.committed() as session:
            made = factories.CitizenFactory(region_code=VILLAGE)
            session.flush()
            phone = made.phone
        return self.signed_in("/sign-in", phone)

    def clerk(self) -> tuple[FlaskClient, dict[str, str]]:
        """The clerk of the town at the browser, and as a program."""
        with factories.committed() as session:
            made = factories.staff("town_housing_clerk", JIANGNA)
            session.flush()
            login, token = made.login, tokens.issue_api_token(session, made.login)
        return self.signed_in("/staff/sign-in", login), {"Authorization": f"Bearer {token}"}


@pytest.fixture
def town(
    folder: Path, reference: Engine, clock: engine_clock.Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Town]:
    monkeypatch.setenv("JUSHOU_FOLDER", str(tmp_path))
    app = create_app(Settings(tmp_path, f"sqlite:///{tmp_path / 'unused.sqlite'}", folder, False, 0), testing=True)
    db.use(reference)
    plans.forget()
    with db.transaction() as session:
        deployments.deploy_folder(session, folder, actor=SYSTEM)
    yield Town(app)
    items.forget()


def apply(browser: FlaskClient, near_to: str) -> str:
    """The number of a case for which a citizen has gone through all pages."""
    address = browser.post("/apply/street_light", data={"channel": "SELF"}).location
    key = address.split("/")[3]
    pages: list[dict[str, Any]] = [{"noticeAccepted": "true"}, {}, {"lampPlace": "小学门口", "nearTo": near_to}]
    for answers in pages:
        known = web.prefilled(browser.get(address).text)
        address = browser.post(address, data={**known, **answers}).location
    assert address.endswith("/check"), address
    answer = browser.post(f"/apply/drafts/{key}/submit")
    assert answer.status_code == 303, answer.text
    return str(answer.location.split("/")[3])


def case(number: str) -> Case:
    with db.reading() as session:
        return session.scalars(select(Case).where(Case.case_no == number)).one()


def open_task(number: str) -> UserTask:
    with db.reading() as session:
        wanted = select(UserTask).where(UserTask.case_id == case(number).id, UserTask.state == "open")
        return session.scalars(wanted).one()


def test_a_new_item_is_offered_applied_for_and_worked_on_in_the_inbox(town: Town) -> None:
    browser = town.citizen()
    assert "路灯报修" in browser.get("/").text
    number = apply(browser, "学校")
    assert number.startswith("street_light-532622-20261116-")
    task = open_task(number)
    assert (task.name, task.role_key, task.region_code) == ("修理路灯", "town_housing_clerk", JIANGNA)
    assert task.due_at == at("2026-11-19", "24:00")
    clerk, _ = town.clerk()
    assert number in clerk.get("/inbox?scope=group").text
    page = clerk.get(f"/tasks/{task.id}").text
    assert "轻重缓急：优先" in page and "小学门口" in page
    key = re.search(r'name="key" value="([^"]+)"', page)
    assert key is not None
    sent = {"key": key[1], "mendText": "换了灯泡和一段电线"}
    assert clerk.post(f"/tasks/{task.id}/complete", data=sent).status_code == 303
    ended = case(number)
    assert (ended.state, ended.outcome, ended.outcome_text) == ("ended", "COMPLETED", "路灯已修好：换了灯泡和一段电线")
    assert "换了灯泡和一段电线" in browser.get(f"/my/cases/{number}").text


def test_a_new_item_is_worked_on_by_program(town: Town) -> None:
    number = apply(town.citizen(), "住户")
    browser, headers = town.clerk()
    told = {item["code"]: item for item in browser.get("/api/v1/items").json}
    assert (told["street_light"]["department"], told["street_light"]["enabled"]) == ("housing", True)
    found = browser.get("/api/v1/tasks", query_string={"case_no": number}, headers=headers).json["tasks"]
    assert [(task["element_id"], task["role"]) for task in found] == [("sl_mend", "town_housing_clerk")]
    address = f"/api/v1/tasks/{found[0]['id']}"
    asked = browser.get(address, headers=headers).json["form"]["fields"]
    assert [question["key"] for question in asked if question["kind"] != "text"] == ["mendText"]
    once = {**headers, "Idempotency-Key": "street-light-1"}
    answer = browser.post(f"{address}/complete", json={"values": {"mendText": "换了灯泡"}}, headers=once)
    assert answer.status_code == 422
    answer = browser.post(f"{address}/complete", json={"values": {"mendText": "换了灯泡和开关"}}, headers=once)
    assert answer.status_code == 200
    with db.reading() as session:
        written = session.scalars(select(Submission.values).where(Submission.element_id == "sl_mend")).one()
        messages = session.scalars(select(Notice.text).where(Notice.message_key == "M10")).all()
    assert written == {"mendText": "换了灯泡和开关"}
    assert messages == [f"您的路灯报修申请（编号{number}）已办结，请评价。"]


def test_it_stands_on_the_board_that_its_diagram_names_behind_all_others(town: Town) -> None:
    with db.reading() as session:
        board, on_it = items.boards(session)[-1]
        item = on_it[0]
    assert (board, item.code, item.channel_kind) == ("您有出行困难吗？", "street_light", "反映")
    assert item.introduction.startswith("村里的路灯不亮的")


def test_deploying_it_again_enters_it_once(town: Town, folder: Path) -> None:
    with db.transaction() as session:
        assert deployments.deploy_folder(session, folder, actor=SYSTEM) == []
    with db.reading() as session:
        assert [item.code for item in items.listing(session)].count("street_light") == 1


def test_a_department_that_does_not_exist_is_refused(
    folder: Path, reference: Engine, clock: engine_clock.Clock
) -> None:
    diagram = folder / "processes" / "street_light.bpmn"
    diagram.write_text(
        diagram.read_text(encoding="utf-8").replace('value="housing"', 'value="lamps"'), encoding="utf-8"
    )
    with pytest.raises(Invalid) as refusal, db.transaction() as session:
        deployments.deploy_folder(session, folder, actor=SYSTEM)
    assert refusal.value.notice == "主管部门代码不存在：lamps"
