"""Attachments in the browser."""

import io

import pytest
from PIL import Image

from engine import db
from engine.casework import attachments
from engine.registry import actors
from tests.webapp.conftest import FlaskClient, Person, SignsIn


def jpeg_with_place() -> bytes:
    picture, file = Image.new("RGB", (8, 8), "blue"), io.BytesIO()
    exif = picture.getexif()
    exif[0x010E] = "the house of somebody"
    picture.save(file, "JPEG", exif=exif)
    return file.getvalue()


@pytest.fixture
def stored(citizen: SignsIn) -> tuple[Person, str]:
    person = citizen()
    with db.transaction() as session:
        kept = attachments.store(
            session, io.BytesIO(jpeg_with_place()), "水管.jpg", actor=actors.citizen(session, person.id), field="photos"
        )
        return person, kept.id


def test_the_uploader_sees_the_photo_without_its_place(stored: tuple[Person, str]) -> None:
    person, number = stored
    with person.get(f"/files/{number}") as answer:
        assert (answer.status_code, answer.mimetype) == (200, "image/jpeg")
        assert b"the house of somebody" not in answer.data
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_photo_can_be_saved_under_its_name(stored: tuple[Person, str]) -> None:
    person, number = stored
    with person.get(f"/files/{number}?download") as answer:
        assert answer.headers["Content-Disposition"].startswith("attachment")


def test_others_do_not_find_it(
    stored: tuple[Person, str], citizen: SignsIn, staff: SignsIn, client: FlaskClient
) -> None:
    number = stored[1]
    assert citizen().get(f"/files/{number}").status_code == 404
    assert staff().get(f"/files/{number}").status_code == 404
    assert client.get(f"/files/{number}").status_code == 303
    assert stored[0].get("/files/nothing").status_code == 404
