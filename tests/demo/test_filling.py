"""The demonstration as a visitor finds it."""

from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from engine import clock as engine_clock
from engine import db
from engine.casework.models import Case, Notice, UserTask
from engine.demo import filling
from engine.demo.filling import LOGINS, SHOWN
from engine.registry.models import Citizen
from engine.settings import ROOT, Settings
from tests.processes.conftest import _deploy as deploy_shipped
from tests.processes.stage import at


def test_a_visitor_finds_every_account_and_a_citizen_who_may_begin_at_once(
    reference: Engine, clock: engine_clock.Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JUSHOU_FOLDER", str(tmp_path))
    with engine_clock.pinned_at(at("2026-01-01")):
        deploy_shipped()
    clock.move_to(at("2026-11-20", "16:00"))
    told = list(filling.fill(Settings(tmp_path, "", ROOT, demo=True, port=0), cases=0))
    assert all(any(line.split()[0] == login for line in told) for login in LOGINS)
    with db.reading() as session:
        assert session.get_one(Citizen, SHOWN).phone in told[-1]
        own = session.scalars(select(Case).where(Case.citizen_id == SHOWN, Case.subject_id.is_(None))).one()
        assert (own.state, own.outcome) == ("ended", "COMPLETED")
        beside = select(UserTask.name).join(Case, Case.id == UserTask.case_id).where(Case.subject_id == own.id)
        assert session.scalars(beside.where(UserTask.state == "open")).all() == ["评价"]
        assert len(session.scalars(select(Notice).where(Notice.read_at.is_(None))).all()) < 30
