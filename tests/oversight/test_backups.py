"""A backup is whole or none; what is restored from it is the installation that was, down to each journal."""

import io
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import URL, create_engine, make_url, select, text, update

from engine import db, worker
from engine.casework import attachments
from engine.casework.models import Attachment, Case
from engine.clock import Clock
from engine.db import reading, transaction
from engine.errors import Conflict, Invalid
from engine.oversight import backups, dumps, replay
from engine.oversight.backup_models import BackupRun
from engine.registry.actors import SYSTEM
from engine.settings import ROOT, Settings
from tests.casework.conftest import Office, office  # noqa: F401 - a fixture

PDF = b"%PDF-1.4\nscan\n%%EOF\n"


@pytest.fixture
def here(office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:  # noqa: F811
    """An installation with two cases, an attachment and a key."""
    found = Settings(tmp_path / "var", db.current().url.render_as_string(hide_password=False), ROOT, demo=False, port=0)
    monkeypatch.setenv("JUSHOU_FOLDER", str(found.folder))
    found.folder.mkdir(exist_ok=True)
    (found.folder / "secret.key").write_bytes(b"k" * 32)
    case = office.raise_hand()
    office.complete(office.town, case, "sm_answer", good=True, opinion="好")
    office.raise_hand()
    prepared = attachments.prepare(io.BytesIO(PDF), "证明.pdf")
    with transaction() as session:
        attachments.keep(session, prepared, actor=SYSTEM, case_id=case.id)
    return found


@pytest.fixture
def elsewhere(here: Settings, tmp_path: Path) -> Iterator[Settings]:
    """Another machine, on which there is nothing yet."""
    url = make_url(here.database_url)
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    if url.get_backend_name() == "sqlite":
        yield replace(here, folder=folder, database_url=f"sqlite:///{folder / 'jushou.sqlite'}")
        return
    other = url.set(database=f"{url.database}_restored")
    on_server(url, f'DROP DATABASE IF EXISTS "{other.database}" WITH (FORCE)', f'CREATE DATABASE "{other.database}"')
    yield replace(here, folder=folder, database_url=other.render_as_string(hide_password=False))
    on_server(url, f'DROP DATABASE "{other.database}" WITH (FORCE)')


def on_server(url: URL, *statements: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


def test_what_is_restored_is_the_installation_that_was_and_goes_on(
    office: Office, here: Settings, elsewhere: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch  # noqa: F811
) -> None:  # fmt: skip
    made = backups.make(here, tmp_path / "backups")
    assert made.evidence.cases == 2
    restored = backups.restore(elsewhere, tmp_path / "backups" / made.name)
    assert restored == made
    assert (elsewhere.folder / "secret.key").read_bytes() == b"k" * 32
    before = db.current()
    db.use(db.connect(elsewhere.database_url))
    monkeypatch.setenv("JUSHOU_FOLDER", str(elsewhere.folder))
    with reading() as session:
        (kept,) = session.scalars(select(Attachment.id)).all()
        cases = session.scalars(select(Case)).all()
        assert attachments.content(session, kept) == PDF
        assert all(replay.replay(session, case.case_no).equal for case in cases)
    assert office.raise_hand().id not in {case.id for case in cases}, "keys go on where they were"
    db.current().dispose()
    db.use(before)


def test_what_is_done_while_a_backup_is_made_is_whole_in_it_or_not_in_it(
    office: Office, here: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch  # noqa: F811
) -> None:  # fmt: skip
    copy = backups._copy_files

    def meanwhile(*given: Any) -> None:
        office.raise_hand()
        copy(*given)

    monkeypatch.setattr(backups, "_copy_files", meanwhile)
    made = backups.make(here, tmp_path / "backups")
    assert made.evidence.cases == 2
    assert backups.verify(tmp_path / "backups" / made.name) == made


@pytest.mark.parametrize("harm", ["changed", "missing", "added", "manifest"])
def test_a_damaged_backup_is_refused_before_anything_is_restored(
    here: Settings, elsewhere: Settings, tmp_path: Path, harm: str
) -> None:
    folder = tmp_path / "backups" / backups.make(here, tmp_path / "backups").name
    key = folder / backups.FILES / "secret.key"
    if harm == "changed":
        key.write_bytes(b"x" * 32)
    elif harm == "missing":
        key.unlink()
    elif harm == "added":
        (folder / "more").write_text("more")
    else:
        (folder / backups.MANIFEST).write_text("{}")
    with pytest.raises(Invalid):
        backups.restore(elsewhere, folder)
    assert list(elsewhere.folder.iterdir()) == []
    dumps.require_empty(make_url(elsewhere.database_url))


def test_nothing_is_restored_over_what_is_there(here: Settings, elsewhere: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "backups" / backups.make(here, tmp_path / "backups").name
    with pytest.raises(Conflict, match="there is a database"):
        backups.restore(here, folder)
    (elsewhere.folder / "secret.key").write_bytes(b"other")
    with pytest.raises(Conflict, match=r"secret\.key"):
        backups.restore(elsewhere, folder)
    dumps.require_empty(make_url(elsewhere.database_url))


def test_a_backup_is_restored_only_into_its_own_kind_of_database(here: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "backups" / backups.make(here, tmp_path / "backups").name
    kind = "postgresql" if here.database_url.startswith("sqlite") else "sqlite"
    with pytest.raises(Invalid, match="but it is of"):
        backups.restore(replace(here, database_url=f"{kind}://"), folder)


def test_a_backup_that_was_killed_is_none_and_the_next_clears_it_away(here: Settings, tmp_path: Path) -> None:
    into = tmp_path / "backups"
    script = (
        "import os, signal, sys\nfrom pathlib import Path\nfrom engine import settings\n"
        "from engine.oversight import backups\n"
        "backups._copy_files = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
        "backups.make(settings.load(), Path(sys.argv[1]))\n"
    )
    environment = {**os.environ, "JUSHOU_FOLDER": str(here.folder), "JUSHOU_DATABASE_URL": here.database_url}
    killed = subprocess.run([sys.executable, "-c", script, str(into)], env=environment, cwd=ROOT, check=False)
    assert killed.returncode == -9
    assert [path.name.startswith(backups.PART) for path in into.iterdir() if path.is_dir()] == [True]
    assert backups.all_in(into) == []
    made = backups.make(here, into)
    assert [path.name for path in into.iterdir() if path.is_dir()] == [made.name]


def test_two_do_not_make_a_backup_in_one_place_at_once(here: Settings, tmp_path: Path) -> None:
    (tmp_path / "backups").mkdir()
    with backups._alone(tmp_path / "backups"), pytest.raises(Conflict):
        backups.make(here, tmp_path / "backups")


def test_the_worker_makes_one_a_day_keeps_some_and_notes_what_came_of_it(
    here: Settings, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    into = tmp_path / "var" / "backups"
    monkeypatch.setenv("JUSHOU_DATABASE_URL", here.database_url)
    monkeypatch.setenv("JUSHOU_BACKUPS", str(into))
    monkeypatch.setenv("JUSHOU_BACKUPS_KEPT", "2")
    monkeypatch.setenv("JUSHOU_BACKUPS_WEEKLY", "0")
    monkeypatch.setenv("JUSHOU_BACKUPS_MONTHLY", "0")
    for _ in range(3):
        worker.backup()
        worker.backup()
        clock.advance(days=1)
    kept = backups.all_in(into)
    assert len(kept) == 2
    assert not (kept[-1] / backups.FILES / "backups").exists(), "a backup holds no other"
    with reading() as session:
        found = backups.recorded(session)
    assert [run.name for run in found[:2]] == [path.name for path in reversed(kept)]
    assert len(found) == 3
    assert found[0].cases == 2


def test_a_backup_that_fails_is_noted_and_tried_again(
    here: Settings, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = replace(here, backups=tmp_path / "backups")

    def fail(*_given: Any) -> None:
        raise dumps.NotDone("Expected space, but there is none")

    with monkeypatch.context() as broken:
        broken.setattr(dumps, "take", fail)
        backups.daily(installed)
    clock.advance(hours=1)
    backups.daily(installed)
    with reading() as session:
        troubles = [run.trouble for run in backups.recorded(session)]
    assert troubles == [None, "Expected space, but there is none"]


def test_a_journal_that_was_changed_after_the_backup_is_told_by_its_sum(here: Settings, tmp_path: Path) -> None:
    first = backups.make(here, tmp_path / "backups")
    with transaction() as session:
        session.execute(update(Case).values(head="0" * 64))
    second = dumps.take(make_url(here.database_url), tmp_path / "again")
    assert (second.cases, second.events) == (first.evidence.cases, first.evidence.events)
    assert second.heads != first.evidence.heads


def test_each_backup_that_stays_is_noted_with_its_grade_and_each_that_went_with_its_day(
    here: Settings, tmp_path: Path, clock: Clock
) -> None:
    installed = replace(here, backups=tmp_path / "backups", backups_kept=2, backups_weekly=1, backups_monthly=1)
    for _ in range(4):
        backups.daily(installed)
        clock.advance(days=1)
    (tmp_path / "backups" / "jushou-before-the-move").mkdir()
    (tmp_path / "backups" / "jushou-before-the-move" / backups.MANIFEST).write_text("{}")
    backups.daily(installed)
    with reading() as session:
        found = backups.recorded(session)
    assert [run.kept_as for run in found] == ["monthly", "daily", "", "", ""]
    assert [run.removed_at is None for run in found] == [True, True, False, False, False]
    assert (tmp_path / "backups" / "jushou-before-the-move").is_dir(), "what somebody named is theirs"


def test_an_old_backup_that_is_kept_is_told_after_the_newest_records(here: Settings, clock: Clock) -> None:
    with transaction() as session:
        for day in range(5):
            made_at = clock.moment + timedelta(days=day)
            session.add(BackupRun(name=f"jushou-{day}", made_at=made_at, kept_as="monthly" if day == 0 else ""))
    with reading() as session:
        assert [run.name for run in backups.recorded(session, most=2)] == ["jushou-4", "jushou-3", "jushou-0"]


def test_the_newest_backup_is_compared_with_its_list_once_a_week(
    here: Settings, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JUSHOU_DATABASE_URL", here.database_url)
    monkeypatch.setenv("JUSHOU_BACKUPS", str(tmp_path / "backups"))
    for _ in range(9):
        worker.backup()
        worker.backup()
        clock.advance(days=1)
    with reading() as session:
        checked = [run.checked_at for run in reversed(backups.recorded(session)) if run.checked_at]
        assert all(run.damage is None for run in backups.recorded(session))
    assert len(checked) == 2
    assert checked[1] - checked[0] == backups.CHECKED_EVERY


def test_a_damaged_backup_is_found_and_the_next_is_checked_at_once(
    here: Settings, tmp_path: Path, clock: Clock
) -> None:
    installed = replace(here, backups=tmp_path / "backups")
    backups.daily(installed)
    (backups.all_in(tmp_path / "backups")[0] / backups.FILES / "secret.key").write_bytes(b"x" * 32)
    for _ in range(2):
        backups.check_newest(installed)
        backups.daily(installed)
        clock.advance(days=1)
    backups.check_newest(installed)
    backups.daily(installed)
    backups.check_newest(installed)
    with reading() as session:
        found = backups.recorded(session)
    assert [bool(run.checked_at) for run in found] == [False, True, True]
    assert found[1].damage is None
    assert "secret.key" in (found[2].damage or "")


def test_nothing_is_checked_where_there_is_no_backup(here: Settings, tmp_path: Path) -> None:
    backups.check_newest(here)
    backups.check_newest(replace(here, backups=tmp_path / "nowhere"))
    with reading() as session:
        assert backups.recorded(session) == []
