"""The command line: plain sentences, 0 when done and 1 when refused; it runs where there is no Flask."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, update

from engine import command_line, db, settings
from engine.casework.models import Case, ProcessVersion
from engine.db import reading, transaction
from engine.registry import tokens
from engine.registry.models import Account
from tests import factories
from tests.casework.conftest import Office, office  # noqa: F401 - a fixture

Said = tuple[int, str, str]


@pytest.fixture(autouse=True)
def installation(database: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An installation of this test alone; the fixture `database` lets the process forget that of another test."""
    monkeypatch.setenv("JUSHOU_FOLDER", str(tmp_path / "var"))
    monkeypatch.delenv("JUSHOU_DATABASE_URL", raising=False)
    monkeypatch.delenv("JUSHOU_DEMO", raising=False)
    yield tmp_path
    db.current().dispose()


def say(capsys: pytest.CaptureFixture[str], *arguments: str) -> Said:
    db.current().dispose()  # the command makes its own, and would forget what the test has opened since the last one
    code = command_line.main(arguments)
    db.current().dispose()  # a process of its own would end here
    out, err = capsys.readouterr()
    return code, out.strip(), err.strip()


@pytest.fixture
def here(office: Office, monkeypatch: pytest.MonkeyPatch) -> Office:  # noqa: F811
    """The commands work on the database of the test."""
    url = db.current().url.render_as_string(hide_password=False)
    monkeypatch.setenv("JUSHOU_DATABASE_URL", url)
    return office


def test_the_shipped_content_has_no_errors(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = say(capsys, "check")
    assert code == 0 and out.endswith("检查完毕，0 个错误")


def test_a_broken_folder_is_told_by_file_and_element(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    folder = tmp_path / "content"
    for name in ("processes", "forms", "rules"):
        (folder / name).mkdir(parents=True)
    water = (settings.ROOT / "processes" / "water.bpmn").read_text("utf-8")
    (folder / "processes" / "water.bpmn").write_text(water, "utf-8")
    (folder / "processes" / "broken.bpmn").write_text("<a/>", "utf-8")
    code, out, err = say(capsys, "check", str(folder))
    assert code == 1
    assert "processes/water.bpmn wt_take: 错误" in out
    assert err


@pytest.mark.parametrize(
    ("expression", "context", "answer"),
    [("0.1 + 0.2", "{}", "0.3"), ("人数 * 2", '{"人数": 3}', "6"), ("if null then 1 else null", "{}", "null")],
)
def test_feel_answers(capsys: pytest.CaptureFixture[str], expression: str, context: str, answer: str) -> None:
    assert say(capsys, "feel", expression, "--context", context)[:2] == (0, answer)


@pytest.mark.parametrize("arguments", [("1 +",), ("1", "--context", "{"), ("1", "--context", "[]")])
def test_feel_refuses_what_it_cannot_read(capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]) -> None:
    code, out, err = say(capsys, "feel", *arguments)
    assert (code, out) == (1, "") and err


def test_decide_answers_from_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    file = str(settings.ROOT / "rules" / "supervise_threshold.dmn")
    context = '{"item": "water", "county": "532622"}'
    code, out, _ = say(capsys, "decide", file, "--decision", "supervise_threshold", "--context", context)
    assert code == 0
    assert db.loads(out)["countyDays"] == 7


def test_decide_refuses_an_unknown_decision(capsys: pytest.CaptureFixture[str]) -> None:
    file = str(settings.ROOT / "rules" / "supervise_threshold.dmn")
    code, _, err = say(capsys, "decide", file, "--decision", "nothing")
    assert code == 1 and err


def test_migrate_makes_everything_and_tells_the_token_as_long_as_nobody_is_there(
    capsys: pytest.CaptureFixture[str], installation: Path
) -> None:
    code, out, _ = say(capsys, "migrate")
    assert code == 0
    assert "已启用 water 第 1 版" in out
    first = out.splitlines()[-1]
    code, out, _ = say(capsys, "migrate")
    assert code == 0 and "已启用" not in out
    second = out.splitlines()[-1]
    assert first != second, "only the newest token counts"
    with factories.committed():
        factories.AccountFactory()
    assert say(capsys, "migrate") == (0, "", "")
    assert (installation / "var" / "jushou.sqlite").exists()


def test_deploy_tells_what_became_active(capsys: pytest.CaptureFixture[str]) -> None:
    say(capsys, "migrate")
    assert say(capsys, "deploy")[:2] == (0, "没有变化")
    with reading() as session:
        assert set(session.scalars(select(ProcessVersion.state))) == {"active"}


def test_replay_says_equal_or_shows_the_difference(capsys: pytest.CaptureFixture[str], here: Office) -> None:
    case = here.raise_hand()
    assert say(capsys, "replay", case.case_no)[:2] == (0, f"{case.case_no}：一致（2 步）")
    assert say(capsys, "replay", "--all")[:2] == (0, "1 件，1 件一致")
    with transaction() as session:
        session.execute(update(Case).values(head="0" * 64))
    code, out, _ = say(capsys, "replay", "--all")
    assert code == 1 and case.case_no in out and "0 件一致" in out
    for arguments in (("replay",), ("replay", case.case_no, "--all"), ("replay", "small-0")):
        assert say(capsys, *arguments)[0] == 1


def test_a_token_opens_the_account_it_was_made_for(capsys: pytest.CaptureFixture[str], here: Office) -> None:
    with reading() as session:
        login = session.get_one(Account, here.town.id).login
    code, out, _ = say(capsys, "token", login)
    assert code == 0
    with reading() as session:
        assert tokens.actor_of_token(session, out).ref == here.town.ref
    assert say(capsys, "token", "nobody")[0] == 1


def test_the_engine_runs_where_there_is_no_flask(installation: Path) -> None:
    script = (
        "import sys; sys.modules.update({name: None for name in ('flask', 'werkzeug', 'jinja2', 'webapp')});"
        "import runpy; sys.argv = ['engine', 'feel', '1 + 1']; runpy.run_module('engine', run_name='__main__')"
    )
    found = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        cwd=settings.ROOT,
        check=False,
    )
    assert (found.returncode, found.stdout.strip()) == (0, "2"), found.stderr
