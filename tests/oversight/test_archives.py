"""The archive of an ended case proves itself, each part and each link; that it was taken stands in the journal."""

import hashlib
import io
import zipfile
from pathlib import Path

import pytest

from engine import db
from engine.casework import attachments, history
from engine.db import reading, transaction
from engine.errors import Conflict, Invalid, NotAllowed
from engine.oversight import archives, replay
from engine.registry.actors import SYSTEM
from tests.casework.conftest import stage  # noqa: F401 - a fixture
from tests.processes.stage import Stage

PDF = b"%PDF-1.4\nscan\n%%EOF\n"
REFUSED = {
    "inScope": False, "rejectReasonCode": "NR01", "rejectReason": "反映的是企业生产用水问题，不属于农村饮水",
    "rejectBasis": "《运行管理办法》第四条", "town": None, "urgency": None,
}  # fmt: skip


@pytest.fixture
def ended(stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stage:  # noqa: F811
    """A case that was refused, with a file."""
    monkeypatch.setenv("JUSHOU_FOLDER", str(tmp_path / "var"))
    stage.raise_hand()
    prepared = attachments.prepare(io.BytesIO(PDF), "证明.pdf")
    with transaction() as session:
        attachments.keep(session, prepared, actor=SYSTEM, case_id=stage.case_id)
    stage.do("wt_take", **REFUSED)
    return stage


def taken(ended: Stage, folder: Path, who: str = "county_water_reviewer") -> Path:
    with transaction() as session:
        made = archives.make(session, ended.case().case_no, actor=ended.people[who], page="<p>办件</p>")
    path = folder / made.name
    with made.file:
        path.write_bytes(made.file.read())
    return path


def test_it_holds_everything_and_that_it_was_taken_stands_in_the_journal(ended: Stage, tmp_path: Path) -> None:
    before = ended.case()
    path = taken(ended, tmp_path)
    told = archives.check(path)
    assert (told["caseNo"], told["outcome"]) == (before.case_no, "NOT_ACCEPTED")
    assert (told["events"], told["head"]) == (before.seq, before.head)
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        (scan,) = [name for name in names if name.startswith("附件/")]
        assert archive.read(scan) == PDF
        assert REFUSED["rejectReason"] in archive.read("填写内容.jsonl").decode()
    with reading() as session:
        last = history.events(session, ended.case_id)[-1]
        assert replay.replay(session, before.case_no).equal
    assert (last.kind, last.payload["files"]) == (archives.TAKEN, len(told["files"]))
    assert last.actor == ended.people["county_water_reviewer"].ref


@pytest.mark.parametrize("part", ["办件.html", archives.JOURNAL, archives.MANIFEST, "附件", "missing", "no archive"])
def test_whatever_was_changed_in_it_is_told(ended: Stage, tmp_path: Path, part: str) -> None:
    path = taken(ended, tmp_path)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(tmp_path / "changed.zip", "w") as archive:
        for name, content in parts.items():
            if part == "missing" and name == "填写内容.jsonl":
                continue
            archive.writestr(name, content[:-2] + b" \n" if name.startswith(part) else content)
    if part == "no archive":
        (tmp_path / "changed.zip").write_bytes(b"PK")
    with pytest.raises(Invalid):
        archives.check(tmp_path / "changed.zip")


def test_a_journal_that_was_written_anew_with_its_sums_does_not_lead_to_the_head(ended: Stage, tmp_path: Path) -> None:
    path = taken(ended, tmp_path)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[archives.JOURNAL] = parts[archives.JOURNAL].replace("企业生产".encode(), "城市生产".encode())
    told = db.loads(parts[archives.MANIFEST].decode())
    told["files"][archives.JOURNAL] = hashlib.sha256(parts[archives.JOURNAL]).hexdigest()
    parts[archives.MANIFEST] = db.dumps(told).encode()
    with zipfile.ZipFile(tmp_path / "forged.zip", "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    with pytest.raises(Invalid, match="the chain"):
        archives.check(tmp_path / "forged.zip")


def test_only_those_who_decide_take_it_and_only_when_it_has_ended(ended: Stage, tmp_path: Path) -> None:
    for who in ("county_water_clerk", "county_office", "town_leader"):
        with pytest.raises(NotAllowed):
            taken(ended, tmp_path, who)
    ended.raise_hand()
    with pytest.raises(Conflict):
        taken(ended, tmp_path)
