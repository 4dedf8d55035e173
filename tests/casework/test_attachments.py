"""Files: only photos and PDF, decoded and written anew, kept under their own hash, seen by those who see the case."""

import io
import random
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from engine.casework import attachments
from engine.casework.models import Attachment, Case
from engine.db import reading, transaction
from engine.errors import Invalid, NotFound, Refusal, TooLarge
from engine.registry.actors import Actor
from tests.casework.conftest import Office

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("JUSHOU_FOLDER", str(tmp_path / "var"))
    return tmp_path


def photo(kind: str = "JPEG", size: tuple[int, int] = (40, 30), **more: Any) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", size, "blue").save(written, kind, **more)
    return written.getvalue()


def store(content: bytes, name: str, actor: Actor, case: Case | None = None) -> Attachment:
    prepared = attachments.prepare(io.BytesIO(content), name)
    with transaction() as session:
        return attachments.keep(session, prepared, actor=actor, case_id=case.id if case else None)


def kept(found: Attachment, actor: Actor) -> bytes:
    with reading() as session:
        return attachments.open_(session, found.id, actor)[1].read_bytes()


@pytest.mark.parametrize(("kind", "media_type"), [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("WEBP", "image/webp")])
def test_a_photo_is_kept(office: Office, kind: str, media_type: str) -> None:
    found = store(photo(kind), "现场.jpg", office.citizen)
    assert (found.media_type, found.file_name) == (media_type, "现场.jpg")
    content = kept(found, office.citizen)
    assert len(content) == found.size
    assert Image.open(io.BytesIO(content)).format == kind


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_place_and_device_are_taken_out_of_a_photo_and_it_stands_upright(office: Office, kind: str) -> None:
    exif = Image.Exif()
    exif[0x0110], exif[0x0112] = "PhoneModelX", 6
    exif.get_ifd(0x8825)[2] = (23.0, 36.0, 18.0)
    original = photo(kind, exif=exif)
    assert b"PhoneModelX" in original
    content = kept(store(original, "a.jpg", office.citizen), office.citizen)
    image = Image.open(io.BytesIO(content))
    assert b"PhoneModelX" not in content and not image.getexif()
    assert image.size == (30, 40)


def test_a_large_photo_is_made_smaller(office: Office) -> None:
    content = kept(store(photo(size=(4000, 1000)), "a.jpg", office.citizen), office.citizen)
    assert Image.open(io.BytesIO(content)).size == (2560, 640)


def test_a_pdf_is_kept_byte_for_byte(office: Office) -> None:
    found = store(PDF, "证明.pdf", office.citizen)
    assert (found.media_type, kept(found, office.citizen)) == ("application/pdf", PDF)


@pytest.mark.parametrize(
    "content",
    [
        b"", b"hello", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"GIF89a" + b"\0" * 40, b"\xff\xd8\xff",
        photo()[:200], photo("PNG")[:60], photo("GIF"), photo("BMP"), PDF[:-8], b"MZ" + b"\0" * 100,
        b"\0" * 10 + photo(),
    ],
)  # fmt: skip
def test_what_is_neither_photo_nor_pdf_is_refused(office: Office, folder: Path, content: bytes) -> None:
    with pytest.raises(Invalid) as refusal:
        store(content, "现场.jpg", office.citizen)
    assert refusal.value.notice
    assert not (folder / "var" / "attachments").exists()


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
def test_damaged_photos_are_refused_or_repaired_but_never_break(office: Office) -> None:
    chance = random.Random(7)
    exif = Image.Exif()
    exif[0x0110], exif[0x0112] = "PhoneModelX", 6
    for kind in ("JPEG", "PNG", "WEBP"):
        whole = photo(kind, exif=exif)
        for _ in range(60):
            damaged = bytearray(whole)
            for _ in range(chance.randint(1, 6)):
                damaged[chance.randrange(len(damaged))] = chance.randrange(256)
            try:
                attachments._photo(bytes(damaged))
            except Refusal:
                continue


def test_a_file_that_is_too_big_is_refused(office: Office) -> None:
    with pytest.raises(TooLarge):
        store(PDF + b" " * attachments.MOST_BYTES, "a.pdf", office.citizen)


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("../../etc/passwd", "passwd"), ("C:\\Users\\x\\证明.pdf", "证明.pdf"), ("", "附件"), ("..", "附件"),
        ("a\0b\r\n.pdf", "ab.pdf"), ("fdp.\u202egnp.exe", "fdp.gnp.exe"), ("长" * 300 + ".pdf", "长" * 96 + ".pdf"),
    ],
)  # fmt: skip
def test_a_name_cannot_lead_anywhere(office: Office, folder: Path, name: str, clean: str) -> None:
    found = store(PDF, name, office.citizen)
    assert found.file_name == clean
    with reading() as session:
        path = attachments.open_(session, found.id, office.citizen)[1]
    assert path.resolve().is_relative_to(folder / "var" / "attachments")


def test_only_who_sees_the_case_opens_its_files(office: Office) -> None:
    case = office.raise_hand()
    found = store(PDF, "a.pdf", office.citizen, case)
    assert kept(found, office.town) == PDF
    for stranger in (office.other_citizen, office.elsewhere):
        with pytest.raises(NotFound):
            kept(found, stranger)
    loose = store(PDF, "a.pdf", office.citizen)
    with pytest.raises(NotFound):
        kept(loose, office.town)
    with pytest.raises(NotFound), reading() as session:
        attachments.open_(session, "0" * 32, office.citizen)
    with reading() as session:
        assert [one.id for one in attachments.listing(session, case.id)] == [found.id]


def test_a_file_named_by_a_form_belongs_to_its_case_from_then_on(office: Office) -> None:
    case = office.raise_hand()
    free, taken = store(PDF, "a.pdf", office.citizen), store(PDF, "b.pdf", office.citizen, case)
    office.citizen, first = office.other_citizen, case
    other = office.raise_hand()
    with transaction() as session:
        attachments.adopt(session, other.id, {"photos": [free.id, taken.id], "text": "x" * 32, "marks": ["停水", 3]})
    with reading() as session:
        assert session.get_one(Attachment, free.id).case_id == other.id
        assert session.get_one(Attachment, taken.id).case_id == first.id
