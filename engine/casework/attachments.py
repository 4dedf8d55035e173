"""Attachments (附件): photos, PDF files and tables, kept by their SHA-256 in a folder; the row says whose it is.

A photo is decoded before it is kept, and written anew without its EXIF (place, device); the original is not kept.
That takes long, so a file is prepared before the transaction begins in which it is kept.
"""

import hashlib
import io
import os
import secrets
import struct
import unicodedata
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from PIL import Image
from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from engine import clock, settings
from engine.casework import bank_files
from engine.casework.models import Attachment, Case
from engine.errors import Invalid, NotFound, TooLarge
from engine.registry import access
from engine.registry.actors import Actor

MOST_BYTES = 10 * 1024 * 1024
MOST_PIXELS = 50_000_000
LONGEST_EDGE = 2560
ID_LENGTH = 32
ORIENTATION = 0x0112
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# What Pillow raises when bytes are not what they claim to be.
DAMAGE = (OSError, ValueError, SyntaxError, TypeError, struct.error, Image.DecompressionBombError)
# Kinds that are known by the name's ending only, and taken only where a form asks for them.
NAMED = {
    ".csv": "text/csv", ".bpmn": "application/bpmn+xml", ".dmn": "application/dmn+xml",
    ".form": "application/form+json",
}  # fmt: skip
TABLE = NAMED[".csv"]
PDF = "application/pdf"
FORMATS = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
UNNAMED = (PDF, *FORMATS.values())


@dataclass(frozen=True)
class Prepared:
    """A file that was checked and written to the folder; `keep` makes it somebody's."""

    file_name: str
    media_type: str
    size: int
    sha256: str


def prepare(stream: BinaryIO, file_name: str) -> Prepared:
    """Check an uploaded file and write it to the folder, while no lock is held.

    Raises TooLarge, or Invalid when it is neither a photo nor a PDF, nor a table (CSV) or a file of policy staff.
    """
    content = stream.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise TooLarge(
            f"Expected at most {MOST_BYTES} bytes, but {file_name!r} is larger", notice="每个文件不能超过 10 MB"
        )
    named = NAMED.get(Path(file_name).suffix.lower())
    if named is not None:
        media_type, kept = named, _table(content) if named == TABLE else _text(content)
    else:
        media_type, kept = _pdf(content) if content.startswith(b"%PDF-") else _photo(content)
    digest = hashlib.sha256(kept).hexdigest()
    _write(_path(digest), kept)
    return Prepared(clean_name(file_name), media_type, len(kept), digest)


def keep(
    session: Session, prepared: Prepared, *, actor: Actor, field: str | None = None, case_id: int | None = None,
    task_id: int | None = None, click: str | None = None,
) -> Attachment:  # fmt: skip
    """The row of a prepared file: whose it is, and of which case. `click`: what makes the same file, sent again by the
    same person, one row; without it each one is another."""
    again = [click, actor.ref, field or "", prepared.file_name, prepared.sha256] if click else None
    number = (
        hashlib.sha256(repr(again).encode()).hexdigest()[:ID_LENGTH] if again else secrets.token_hex(ID_LENGTH // 2)
    )
    row = {
        "id": number, "case_id": case_id, "task_id": task_id, "field_key": field, "file_name": prepared.file_name,
        "media_type": prepared.media_type, "size": prepared.size, "sha256": prepared.sha256, "uploaded_by": actor.ref,
        "uploaded_at": clock.now(),
    }  # fmt: skip
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    session.execute(dialect.insert(Attachment).values(row).on_conflict_do_nothing())
    return session.get_one(Attachment, number)


def clean_name(name: str) -> str:
    """The file's name without folders, control characters and direction marks, at most 100 characters."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    plain = "".join(c for c in last if unicodedata.category(c)[0] != "C").strip(" .")
    return plain[-100:] or "附件"


def _pdf(content: bytes) -> tuple[str, bytes]:
    if b"%%EOF" not in content[-2048:]:
        raise Invalid("Expected a whole PDF, but its end is missing", notice="这个 PDF 文件不完整，请重新上传")
    return PDF, content


def _table(content: bytes) -> bytes:
    if bank_files.decoded(content) is None:
        raise Invalid("Expected a table, but the bytes are no text", notice="这不是能打开的表格，请上传 CSV 文件")
    return content


def _text(content: bytes) -> bytes:
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Invalid(
            "Expected a file in UTF-8, but it is not", notice="文件不是 UTF-8 编码，请重新保存后上传"
        ) from error
    return content


def _photo(content: bytes) -> tuple[str, bytes]:
    """The photo, decoded, turned upright, at most 2560 pixels long, written anew."""
    refusal = Invalid(
        "Expected a photo, but the bytes are none", notice="这不是能打开的照片，请上传 JPG、PNG 或 PDF 文件"
    )
    try:
        with Image.open(io.BytesIO(content)) as image:
            if image.format not in FORMATS:
                raise refusal
            if image.width * image.height > MOST_PIXELS:
                raise TooLarge(
                    "Expected at most 50 million pixels, but the photo has more", notice="照片尺寸太大，请缩小后再上传"
                )
            upright = _upright(image)
            upright.thumbnail((LONGEST_EDGE, LONGEST_EDGE))
            kind, written = image.format, io.BytesIO()
            upright = upright.convert("RGB") if kind == "JPEG" else upright
            upright.info.clear()
            upright.save(written, format=kind, quality=85)
    except DAMAGE as error:
        raise refusal from error
    return FORMATS[kind], written.getvalue()


def _upright(image: Image.Image) -> Image.Image:
    """The photo turned as the camera was held. Only this is read of its EXIF; Pillow's own turning writes all of it
    anew, which fails in many ways on damaged ones."""
    turn = TURNS.get(image.getexif().get(ORIENTATION, 1))
    return image.transpose(turn) if turn is not None else image.copy()


def _path(digest: str) -> Path:
    return settings.load().attachments / digest[:2] / digest


def _write(path: Path, content: bytes) -> None:
    """The whole file or none: written aside, flushed to disk, then renamed; one that is there already is marked as
    handed in now, so that it is not removed as unclaimed before its row is written."""
    moment = (clock.now().timestamp(),) * 2
    with suppress(FileNotFoundError):
        os.utime(path, moment)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    try:
        with aside.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.utime(aside, moment)
        aside.replace(path)
    except OSError:
        aside.unlink(missing_ok=True)
        raise


def open_(session: Session, attachment_id: str, actor: Actor) -> tuple[Attachment, Path]:
    """The file, for its uploader and for whoever may see its case."""
    row = session.get(Attachment, attachment_id)
    if row is None or not _may_see(session, row, actor):
        raise NotFound(
            f"Expected attachment {attachment_id}, but there is none for {actor.ref}", notice="没有找到这个文件"
        )
    return found(session, attachment_id)


def found(session: Session, attachment_id: str) -> tuple[Attachment, Path]:
    """The file, where something else than its case says who may read it. Raises NotFound."""
    row = session.get(Attachment, attachment_id)
    if row is None:
        raise NotFound(f"Expected attachment {attachment_id}, but there is none", notice="没有找到这个文件")
    return row, _path(row.sha256)


def named(session: Session, numbers: Iterable[str]) -> list[tuple[str, bytes]]:
    """Name and content of files that a form has named. Raises NotFound."""
    files = [found(session, number) for number in numbers]
    return [(row.file_name, path.read_bytes()) for row, path in files]


def content(session: Session, attachment_id: str) -> bytes:
    """What is in a file that a form has named. Raises NotFound."""
    return found(session, attachment_id)[1].read_bytes()


def _may_see(session: Session, found: Attachment, actor: Actor) -> bool:
    if found.uploaded_by == actor.ref:
        return True
    case = session.get(Case, found.case_id) if found.case_id is not None else None
    while case is not None and case.subject_id is not None:
        case = session.get(Case, case.subject_id)
    return case is not None and access.may_see(actor, case)


def adopt(session: Session, case_id: int, values: Mapping[str, Any]) -> None:
    """The files that a form's values name belong to the case from now on, unless they belong to one already."""
    listed = [item for value in values.values() if isinstance(value, list) for item in value]
    numbers = [item for item in listed if isinstance(item, str) and len(item) == ID_LENGTH]
    if numbers:
        session.execute(
            update(Attachment).where(Attachment.id.in_(numbers), Attachment.case_id.is_(None)).values(case_id=case_id)
        )


def listing(session: Session, case_id: int) -> list[Attachment]:
    """The files of a case, in the order they came."""
    wanted = select(Attachment).where(Attachment.case_id == case_id)
    return list(session.scalars(wanted.order_by(Attachment.uploaded_at, Attachment.id)))
