"""交验原件 (domain B15, rb_bring and rb_orig): the receipts come over the counter or by post, and are compared."""

import shutil
from pathlib import Path

import pytest

from engine import clock as engine_clock
from engine.casework import deployments
from engine.db import transaction
from engine.registry.actors import SYSTEM
from engine.settings import ROOT
from tests.processes import sentences
from tests.processes.stage import Stage, at

PROCESS = "reimburse_originals"
ITEM = "reimburse"
PAPERS = "票据、清单、出院证原件"


def said(message_key: str, **gaps: object) -> str:
    return sentences.said(message_key, ITEM, **gaps)


@pytest.fixture(autouse=True)
def no_register(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JUSHOU_REGISTER_URL", raising=False)


def test_originals_may_come_to_the_town_or_by_post_and_acceptance_starts_the_clock(stage: Stage) -> None:
    stage.bring_to("rb_pre")
    stage.do("rb_pre", bringPlace="乡镇医保窗口")
    assert stage.told("citizen", "M62") == [said("M62", date="12月16日", materials=PAPERS, place="乡镇医保窗口")]
    task, case = stage.task("rb_bring"), stage.case()
    assert (task.role_key, task.region_code) == ("town_medins_clerk", "532622101")
    assert (case.accepted_at, case.clock_stopped_at) == (None, at("2026-11-16"))
    stage.let_pass(until=at("2026-11-20", "10:00"))
    given = {"bringMode": "邮寄", "broughtOn": "2026-11-20", "broughtBy": "快递单号 SF1001"}
    stage.complete("town_medins_clerk", "rb_bring", **given)
    # Received on a Friday: the two working days are Monday and Tuesday.
    assert stage.task("rb_orig").due_at == at("2026-11-24", "24:00")
    stage.complete(
        "town_medins_clerk",
        "rb_orig",
        handover=[{"material": "收费票据", "copies": 3, "sameAsOnline": "一致"}],
        handoverSign=[stage.file("town_medins_clerk")],
        origResult="受理",
    )
    assert (stage.case().accepted_at, stage.open_tasks()) == (at("2026-11-20", "10:00"), ["rb_calc"])


def test_who_does_not_come_is_reminded_after_twenty_days_and_the_clerk_is_not_overdue(stage: Stage) -> None:
    stage.bring_to("rb_bring")
    stage.let_pass(until=at("2026-12-06", "23:59"))
    assert stage.told("citizen", "M65") == []
    stage.let_pass(until=at("2026-12-06", "24:00"))
    assert stage.told("citizen", "M65") == [said("M65", materials=PAPERS, place="县医保局")]
    stage.let_pass(until=at("2026-12-16", "23:59"))
    assert stage.case().state == "active"
    stage.let_pass(until=at("2026-12-16", "24:00"))
    assert (stage.case().state, stage.overdue()) == ("ended", [])


def test_what_differs_from_the_pictures_is_asked_for_and_whoever_stays_away_has_not_completed_it(stage: Stage) -> None:
    stage.bring_to("rb_orig")
    differs = {
        "origResult": "补正",
        "correctionList": "缺少费用清单原件，请到医院补打",
        "correctionBasis": "《社会保险经办条例》第二十条",
    }
    stage.do("rb_orig", **differs)
    stage.complete("citizen", "co_correct", supplementText="清单已经寄出")
    assert stage.open_tasks() == ["rb_orig"]
    stage.do("rb_orig", **differs)
    stage.let_pass(until=at("2026-11-30", "24:00"))
    case = stage.case()
    assert (case.outcome, case.outcome_text) == ("TERMINATED", "原件逾期未补正，办理终止")
    assert case.accepted_at is None


def test_a_county_that_works_wholly_online_compares_the_pictures(stage: Stage, tmp_path: Path) -> None:
    content = tmp_path / "content"
    for below in ("processes", "forms", "rules"):
        shutil.copytree(ROOT / below, content / below)
    wanted = {"reimburse", "reimburse_originals", "reimburse_decide", "medins_pay", "payment_batch"}
    for drawn in (content / "processes").glob("*.bpmn"):
        if drawn.stem not in wanted | {"intake", "proxy_consent", "correction"}:
            drawn.unlink()
    table = content / "rules" / "reimburse_accept.dmn"
    rule = (
        table.read_text("utf-8")
        .partition('      <rule id="reimburse_rules_all_row">')[2]
        .partition("      </rule>\n")[0]
    )
    own = rule.replace("_all_row", "_yanshan_row").replace("<text></text>", '<text>"532622"</text>', 1)
    own = own.replace("<text>true</text>", "<text>false</text>")
    first = '      <rule id="reimburse_rules_all_row">'
    row = f'      <rule id="reimburse_rules_yanshan_row">{own}      </rule>\n'
    table.write_text(table.read_text("utf-8").replace(first, row + first), "utf-8")
    with engine_clock.pinned_at(at("2026-01-02")), transaction() as session:
        deployments.deploy_folder(session, content, actor=SYSTEM)
    stage.bring_to("rb_pre")
    stage.do("rb_pre")
    assert (stage.open_tasks(), stage.told("citizen", "M62")) == (["rb_orig"], [])


def test_every_flow_is_taken(untaken: list[str]) -> None:
    assert untaken == []
