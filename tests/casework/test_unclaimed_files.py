"""What no row names goes from the folder after a day, and nothing else does."""

import io
from pathlib import Path

import pytest
from sqlalchemy import delete

from engine import settings, worker
from engine.casework import attachments, drafts, practice, unclaimed_files
from engine.casework.models import Attachment
from engine.clock import Clock
from engine.db import transaction
from tests.casework.conftest import Office

PDF = b"%PDF-1.4\n%%EOF\n"
OTHER = b"%PDF-1.4\nother\n%%EOF\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The installation's own folder, empty."""
    monkeypatch.setenv("JUSHOU_FOLDER", str(tmp_path))
    return settings.load().attachments


def lying(folder: Path) -> list[bytes]:
    return sorted(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def hand_in(office: Office, content: bytes) -> str:
    prepared = attachments.prepare(io.BytesIO(content), "证明.pdf")
    with transaction() as session:
        return attachments.keep(session, prepared, actor=office.citizen).id


def test_the_files_of_a_mock_go_from_the_disk_when_it_is_over(office: Office, folder: Path, clock: Clock) -> None:
    with transaction() as session:
        key = practice.begin(session, "small", actor=office.citizen).key
    mine = [hand_in(office, content) for content in (PDF, OTHER)]
    hand_in(office, OTHER)
    with transaction() as session:
        drafts.save(session, key, office.citizen, {"proof": mine, "count": 3})
    worker.daily()
    assert lying(folder) == [PDF, OTHER]
    clock.advance(days=1, seconds=1)
    worker.daily()
    assert lying(folder) == [OTHER], "another row names the same bytes"


def test_a_file_that_is_about_to_be_kept_stays(office: Office, folder: Path, clock: Clock) -> None:
    attachments.prepare(io.BytesIO(PDF), "证明.pdf")
    clock.advance(hours=23)
    assert unclaimed_files.remove() == 0
    attachments.prepare(io.BytesIO(PDF), "另一份.pdf")
    clock.advance(hours=2)
    assert (unclaimed_files.remove(), lying(folder)) == (0, [PDF]), "handed in again two hours ago"
    clock.advance(hours=23)
    assert (unclaimed_files.remove(), lying(folder)) == (1, [])


def test_what_is_handed_in_while_it_is_let_go_is_kept(
    office: Office, folder: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    attachments.prepare(io.BytesIO(PDF), "证明.pdf")
    clock.advance(days=2)
    let_go = unclaimed_files._let_go

    def meanwhile(path: Path, before: float) -> bool:
        attachments.prepare(io.BytesIO(PDF), "证明.pdf")
        return let_go(path, before)

    monkeypatch.setattr(unclaimed_files, "_let_go", meanwhile)
    assert (unclaimed_files.remove(), lying(folder)) == (0, [PDF])


def test_what_a_write_that_was_killed_left_behind_goes_too(office: Office, folder: Path, clock: Clock) -> None:
    number = hand_in(office, PDF)
    kept = next(path for path in folder.rglob("*") if path.is_file())
    kept.with_name(f"{kept.name}.0a1b2c3d").write_bytes(b"half")
    kept.with_name(f"{kept.name}.gone").write_bytes(PDF)
    clock.advance(days=800)
    unclaimed_files.remove()
    assert lying(folder) == [PDF]
    with transaction() as session:
        session.execute(delete(Attachment).where(Attachment.id == number))
    unclaimed_files.remove()
    assert lying(folder) == []


def test_nothing_is_removed_where_nothing_was_ever_handed_in(office: Office, folder: Path) -> None:
    assert unclaimed_files.remove() == 0
