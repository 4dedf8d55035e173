"""An installation that shows the demonstration."""

from pathlib import Path

import pytest
from sqlalchemy import Engine

from engine import clock as engine_clock
from engine.settings import ROOT, Settings
from tests import shipped
from tests.processes.stage import at


@pytest.fixture
def here(reference: Engine, clock: engine_clock.Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """An installation with the shipped services, on a Friday afternoon."""
    monkeypatch.setenv("JUSHOU_FOLDER", str(tmp_path))
    shipped.deploy()
    clock.move_to(at("2026-11-20", "16:00"))
    return Settings(tmp_path, "", ROOT, demo=True, port=0)
