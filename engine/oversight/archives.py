"""电子档案: an ended case as one file that proves itself: what was filled in, decided, attached and issued, the journal
with its chain, and a list of all of it with the sum of each part.

The rule: whoever may decide about the case may take it out, in clear and with nothing left out that they may read; that
it was taken stands in the journal. The chain can be followed without the platform, and compared with it.
"""

import hashlib
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import clock, db
from engine.casework import attachments, cases, documents, execution, history
from engine.casework.models import Case, HistoryEvent, Submission
from engine.errors import Conflict, Invalid, NotAllowed
from engine.registry import access, masks
from engine.registry.actors import Actor

MANIFEST, JOURNAL = "清单.json", "办理记录.jsonl"
TAKEN = "case_archived"
DAMAGED = "档案不完整或被改动：{}"
# What an event's hash is made of.
SIGNED = ("case_id", "seq", "kind", "element_id", "actor", "actor_name", "payload")


@dataclass(frozen=True)
class Archive:
    """The file, open at its beginning, and how it is called."""

    name: str
    file: IO[bytes]


def require(actor: Actor, case: Case) -> None:
    """Raises NotAllowed or Conflict unless the actor may take this case out now."""
    if not may_take(actor, case):
        raise NotAllowed(
            f"Expected {actor.ref} to decide about {case.case_no}, but it does not",
            notice="只有县级主管部门的审核、审批岗位可以导出电子档案",
        )
    if case.state != "ended":
        raise Conflict(f"Expected {case.case_no} to have ended, but it runs", notice="办结以后才能导出电子档案")


def may_take(actor: Actor, case: Case) -> bool:
    """Whether the post may: a companion goes with its case."""
    return case.subject_id is None and access.may_terminate(actor, case) and not masks.for_viewer(actor, case)


def make(session: Session, case_no: str, *, actor: Actor, page: str) -> Archive:
    """The archive, with `page` as the case reads for people; noted in the journal."""
    case = cases.get(session, case_no, actor)
    require(actor, case)
    file = TemporaryFile()  # noqa: SIM115 - closed by whoever sends it
    sums: dict[str, str] = {}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as into:
        for name, content in _parts(session, case, actor, page):
            into.writestr(name, content)
            sums[name] = hashlib.sha256(content).hexdigest()
        into.writestr(MANIFEST, _manifest(case, actor, sums))
    file.seek(0)
    whole = hashlib.file_digest(file, "sha256").hexdigest()
    with execution.open_case(session, case.id, actor=actor) as running:
        running.journal(TAKEN, payload={"sha256": whole, "files": len(sums)})
    file.seek(0)
    return Archive(f"{case.case_no}.zip", file)


def _parts(session: Session, case: Case, actor: Actor, page: str) -> Iterator[tuple[str, bytes]]:
    yield "办件.html", page.encode()
    yield JOURNAL, b"".join(_line(_told(event)) for event in history.events(session, case.id))
    wanted = select(Submission).where(Submission.case_id == case.id).order_by(Submission.id)
    yield "填写内容.jsonl", b"".join(_line(_filled(row)) for row in session.scalars(wanted))
    for document in documents.of_case(session, case.id, actor):
        told = {"number": document.number, "title": document.title, "digest": document.digest}
        yield f"文书/{document.number}.json", _line({**told, "content": document.content})
    for row in attachments.listing(session, case.id):
        yield f"附件/{row.id}-{row.file_name}", attachments.content(session, row.id)


def _told(event: HistoryEvent) -> dict[str, Any]:
    return {"at": event.at.isoformat(), "hash": event.hash, **{name: getattr(event, name) for name in SIGNED}}


def _filled(row: Submission) -> dict[str, Any]:
    told = {"element": row.element_id, "form": row.form_id, "by": row.actor, "at": row.submitted_at.isoformat()}
    return {**told, "values": row.values, "digest": row.digest}


def _manifest(case: Case, actor: Actor, sums: Mapping[str, str]) -> bytes:
    told = {
        "caseNo": case.case_no, "outcome": case.outcome, "events": case.seq, "head": case.head,
        "madeAt": clock.now().isoformat(), "madeBy": actor.title, "files": dict(sums),
    }  # fmt: skip
    return _line(told)


def _line(told: Mapping[str, Any]) -> bytes:
    return (db.dumps(told) + "\n").encode()


def check(path: Path) -> dict[str, Any]:
    """What the list of an archive says, after each part and each link of the chain was verified. Raises Invalid."""
    try:
        with zipfile.ZipFile(path) as archive:
            told: dict[str, Any] = db.loads(archive.read(MANIFEST).decode())
            for name in archive.namelist():
                if name != MANIFEST and hashlib.sha256(archive.read(name)).hexdigest() != told["files"].get(name):
                    raise Invalid(f"Expected {name} as it was, but it is not", notice=DAMAGED.format(name))
            missing = sorted(set(told["files"]) - set(archive.namelist()))
            events = [db.loads(line) for line in archive.read(JOURNAL).decode().splitlines()]
    except (OSError, KeyError, ValueError, zipfile.BadZipFile) as trouble:
        raise Invalid(f"Expected an archive, but {trouble!r}", notice="这不是电子档案，或者文件已损坏") from trouble
    if missing or _head(events) != told["head"] or len(events) != told["events"]:
        raise Invalid(
            f"Expected the chain up to {told['head']}, but it ends elsewhere or {missing} are missing",
            notice=DAMAGED.format(missing[0] if missing else "办理记录"),
        )
    return told


def _head(events: list[dict[str, Any]]) -> str:
    """The hash to which the chain of these events leads; nothing where a link does not hold."""
    head = ""
    for event in events:
        signed = {name: event[name] for name in SIGNED}
        head = history.event_hash(head, at=datetime.fromisoformat(event["at"]), **signed)
        if head != event["hash"]:
            return ""
    return head
