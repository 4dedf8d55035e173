"""The command line: plain sentences, 0 when done and 1 when refused; it runs where there is no Flask."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, update

from engine import command_line, db, settings
from engine.casework.models import Case, ProcessVersion
from engine.clock import Clock
from engine.db import reading, transaction
from engine.registry import tokens
from engine.registry.models import Account
from tests import factories
from tests.casework.conftest import Office, office  # noqa: F401 - a fixture
from tests.language.decisions.written import (
    decision,
    file,
    formula,
    function,
    imported,
    input_data,
    item,
    part,
    service,
    table,
)

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


def test_decide_shows_why(capsys: pytest.CaptureFixture[str]) -> None:
    file = str(settings.ROOT / "rules" / "supervise_threshold.dmn")
    context = '{"item": "water", "county": "532622"}'
    _, out, _ = say(capsys, "decide", file, "--decision", "supervise_threshold", "--context", context, "--trace")
    answer, head, *lines = out.splitlines()
    assert db.loads(answer)["countyDays"] == 7
    assert head.startswith("督办阈值 = {")
    assert '  输入 事项 = "water"' in lines
    assert lines[-1].startswith("  命中第 ") and "（砚山" in lines[-1]


class TestDecidingFiles:
    """Files of all kinds of DMN, written for the test."""

    AID = (
        item("tPerson", "", part("born", "date"), part("stays", "days and time duration", listed=True)),
        input_data("in_day", "day", "date"),
        input_data("in_person", "person", "tPerson"),
        decision(
            "d_age", formula("years and months duration(person.born, day).years"), requires=["in_day", "in_person"]
        ),
        decision("d_rate", table(["d_age"], ["rate"], ["< 60", "1"], [">= 60", "2"]), requires=["d_age"]),
        decision("d_stay", formula("sum(person.stays)"), requires=["in_person"]),
        function("next day", "day: date", formula('day + @"P1D"')),
        service("rating", answers=["d_rate"], decisions=["d_age"]),
    )
    GIVEN = '{"day": "2026-05-01", "person": {"born": "1960-05-01", "stays": ["P1D", "PT12H"]}}'

    @pytest.fixture
    def written(self, tmp_path: Path) -> Path:
        path = tmp_path / "aid.dmn"
        path.write_bytes(file(*self.AID, own="aid"))
        return path

    @pytest.mark.parametrize(
        ("name", "context", "answer"),
        [
            ("d_age", GIVEN, "66"),
            ("d_stay", GIVEN, '"P1DT12H"'),
            ("next day", '{"day": "2026-12-31"}', '"2027-01-01"'),
            ("rating", '{"d_age": 61}', "2"),
        ],
    )
    def test_texts_are_read_as_the_declared_types_say(
        self, capsys: pytest.CaptureFixture[str], written: Path, name: str, context: str, answer: str
    ) -> None:
        assert say(capsys, "decide", str(written), "--decision", name, "--context", context) == (0, answer, "")

    def test_a_text_that_cannot_be_read_is_null_with_a_sentence(
        self, capsys: pytest.CaptureFixture[str], written: Path
    ) -> None:
        said = say(capsys, "decide", str(written), "--decision", "next day", "--context", '{"day": "soon"}')
        assert said[:2] == (0, "null") and "date" in said[2]

    def test_the_trace_goes_down_to_what_was_asked_first(
        self, capsys: pytest.CaptureFixture[str], written: Path
    ) -> None:
        _, out, _ = say(capsys, "decide", str(written), "--decision", "d_rate", "--context", self.GIVEN, "--trace")
        lines = out.splitlines()
        assert lines[:4] == ["2", "d_rate = 2", "  输入 d_age = 66", "  命中第 2 行：2"]
        assert lines[4] == "  d_age = 66"
        assert "    输入 day = 2026-05-01" in lines

    def test_the_trace_of_a_service_names_the_table(self, capsys: pytest.CaptureFixture[str], written: Path) -> None:
        _, out, _ = say(capsys, "decide", str(written), "--decision", "rating", "--context", '{"d_age": 5}', "--trace")
        assert out.splitlines() == ["1", "rating = 1", "  输入 d_age = 5", "  命中“d_rate”第 1 行：1"]

    def test_what_many_decisions_rest_on_is_told_once(self, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
        graph = [decision("l0", formula("1")), decision("r0", formula("1"))]
        for n in range(1, 40):
            graph += [
                decision(f"{side}{n}", formula(f"l{n - 1}"), requires=[f"l{n - 1}", f"r{n - 1}"]) for side in "lr"
            ]
        (tmp_path / "deep.dmn").write_bytes(file(*graph))
        code, out, _ = say(capsys, "decide", str(tmp_path / "deep.dmn"), "--decision", "l39", "--trace")
        lines = [line.strip() for line in out.splitlines()]
        assert (code, lines.count("l0 = 1"), lines.count("r0 = 1"), lines.count("l0 = 1（见上）")) == (0, 1, 1, 1)

    def test_imported_files_are_found_beside_it(self, capsys: pytest.CaptureFixture[str], written: Path) -> None:
        asked = decision("asked", formula("aid.next day(aid.day)"), requires=["aid#in_day"], knows=["aid#next day"])
        top = written.with_name("top.dmn")
        top.write_bytes(file(imported("aid", "aid"), asked, own="top"))
        written.with_name("broken.dmn").write_bytes(b"<definitions")
        said = say(capsys, "decide", str(top), "--decision", "asked", "--context", '{"aid": {"day": "2026-02-28"}}')
        assert said == (0, '"2026-03-01"', "")

    def test_files_that_import_each_other_are_refused(self, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
        for own, other in (("a", "b"), ("b", "a")):
            asked = decision("asked", formula("1"))
            (tmp_path / f"{own}.dmn").write_bytes(file(imported(other, other), asked, own=own))
        code, out, err = say(capsys, "decide", str(tmp_path / "a.dmn"), "--decision", "asked")
        assert (code, out) == (1, "") and "没有找到" in err

    def test_a_broken_file_is_told_place_by_place(self, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
        broken = tmp_path / "broken.dmn"
        broken.write_bytes(file(decision("d", table(["x"], ["y"], ["< <", "1"]))))
        code, out, err = say(capsys, "decide", str(broken), "--decision", "d")
        assert (code, out) == (1, "")
        assert "决策文件有 1 处问题" in err and "  r1_1: 第 1 行“x”列：" in err

    def test_a_file_that_is_not_there_or_no_dmn_is_refused(
        self, capsys: pytest.CaptureFixture[str], tmp_path: Path
    ) -> None:
        (tmp_path / "other.dmn").write_bytes(b"<a/>")
        for name, sentence in (("none.dmn", "没有这个文件"), ("other.dmn", "这不是 DMN 决策文件")):
            code, out, err = say(capsys, "decide", str(tmp_path / name), "--decision", "d")
            assert (code, out) == (1, "") and sentence in err


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


def test_a_backup_is_made_checked_restored_and_tells_what_it_holds(
    here: Office, capsys: pytest.CaptureFixture[str], tmp_path: Path, clock: Clock
) -> None:
    here.raise_hand()
    into = tmp_path / "backups"
    for _ in range(2):
        clock.advance(seconds=1)
        code, said, _ = say(capsys, "backup", str(into), "--keep", "1")
        assert (code, "1 件办件" in said) == (0, True)
        (made,) = into.glob("jushou-*")
    assert say(capsys, "restore", str(made), "--check")[0] == 0
    code, _, complaint = say(capsys, "restore", str(made))
    assert (code, "不会覆盖" in complaint) == (1, True)
    code, _, complaint = say(capsys, "restore", str(into))
    assert (code, "没有可用的备份" in complaint) == (1, True)
