"""交验原件和支付 (domain B16, ma_offline and ma_pay): the originals come within thirty days, and then the money."""

import shutil
from pathlib import Path

import pytest

from engine import clock as engine_clock
from engine.casework import deployments
from engine.db import transaction
from engine.registry.actors import SYSTEM
from engine.settings import ROOT
from tests.processes import funds, sentences
from tests.processes.stage import Stage, at

PROCESS = "med_aid_pay"
ITEM = "med_aid"
PAPERS = "诊断证明、结算单原件"


@pytest.fixture(autouse=True)
def no_register(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JUSHOU_REGISTER_URL", raising=False)


def test_the_originals_may_come_to_the_town_and_the_fund_pays(stage: Stage) -> None:
    stage.bring_to("ma_review_2")
    stage.do("ma_review_2", bringPlace="乡镇医保窗口")
    told = sentences.said("M62", ITEM, date="12月16日", materials=PAPERS, place="乡镇医保窗口")
    assert stage.told("citizen", "M62") == [told]
    task = stage.task("ma_offline")
    assert (task.role_key, task.region_code) == ("town_medins_clerk", "532622101")
    assert stage.case().clock_stopped_at == at("2026-11-16")
    given = {"bringMode": "邮寄", "broughtOn": "2026-11-16", "originalsSame": True}
    slip = [stage.file("town_medins_clerk")]
    stage.complete("town_medins_clerk", "ma_offline", **given, handoverSign=slip)
    assert stage.case().clock_stopped_at is None
    funds.pay(stage)
    assert stage.case().outcome == "COMPLETED"


def test_who_does_not_come_is_reminded_after_twenty_days_and_then_it_ends(stage: Stage) -> None:
    stage.bring_to("ma_offline")
    stage.let_pass(until=at("2026-12-06", "24:00"))
    assert stage.told("citizen", "M65") == [sentences.said("M65", ITEM, materials=PAPERS, place="县医保局")]
    stage.let_pass(until=at("2026-12-16", "24:00"))
    assert (stage.case().outcome, stage.overdue()) == ("TERMINATED", [])


def test_a_county_that_works_wholly_online_pays_at_once(stage: Stage, tmp_path: Path) -> None:
    content = tmp_path / "content"
    for below in ("processes", "forms", "rules"):
        shutil.copytree(ROOT / below, content / below)
    wanted = {"intake", "proxy_consent", "correction", "econ_check", "publicity", "medins_pay"}
    for drawn in (content / "processes").glob("*.bpmn"):
        if drawn.stem not in wanted and not drawn.stem.startswith(("med_aid", "payment_", "econ_check_")):
            drawn.unlink()
    table = content / "rules" / "med_aid_accept.dmn"
    first, rule, rest = table.read_text("utf-8").partition('<rule id="med_aid_rules_all_row">')
    table.write_text(first + rule + rest.replace("<text>true</text>", "<text>false</text>", 1), "utf-8")
    with engine_clock.pinned_at(at("2026-01-02")), transaction() as session:
        deployments.deploy_folder(session, content, actor=SYSTEM)
    stage.bring_to("ma_review_2")
    stage.do("ma_review_2")
    stage.let_pass(until=engine_clock.now())
    assert (stage.open_tasks(), stage.told("citizen", "M62")) == (["py_dept"], [])


def test_every_flow_is_taken(untaken: list[str]) -> None:
    assert untaken == []
