"""Attachments in the browser."""

import io
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import select

from engine import db
from engine.casework import attachments
from engine.casework.models import Attachment
from engine.registry import actors
from tests import factories
from tests.webapp import conftest as web
from tests.webapp import staff_work
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
    prepared = attachments.prepare(io.BytesIO(jpeg_with_place()), "水管.jpg")
    with db.transaction() as session:
        kept = attachments.keep(session, prepared, actor=actors.citizen(session, person.id), field="photos")
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


def photo() -> tuple[io.BytesIO, str]:
    return io.BytesIO(jpeg_with_place()), "现场.jpg"


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many connections to the database were in use, each time a photo was decoded."""
    found: list[int] = []
    decode = Image.open

    def watched(*given: Any, **more: Any) -> Image.Image:
        found.append(db.current().pool.checkedout())  # type: ignore[attr-defined]
        return decode(*given, **more)

    monkeypatch.setattr(Image, "open", watched)
    return found


def send(person: Person, address: str, **values: Any) -> str:
    """Post a form that must be taken; gives where it leads."""
    answer = person.post(address, {**values, "key": address}, content_type="multipart/form-data")
    assert answer.status_code == 303, answer.text
    return answer.location


@pytest.mark.usefixtures("content")
def test_nothing_in_the_database_waits_while_a_photo_is_decoded(
    citizen: SignsIn, staff: SignsIn, held: list[int]
) -> None:
    person, clerk, town = citizen(), staff(), staff("town_water_clerk", factories.JIANGNA)
    way = web.walk_to_check(person)
    send(person, f"/apply/drafts/{way.key}/pages/water_apply.water_apply_more", photos=photo())
    number = send(person, f"/apply/drafts/{way.key}/submit").split("/")[3]
    take = f"/tasks/{web.open_task(number, 'wt_take').id}"
    send(clerk, f"{take}/attach", attachment=photo())
    send(clerk, f"{take}/complete", **staff_work.TAKE)
    send(town, f"/tasks/{web.open_task(number, 'wt_town_take').id}/complete", townAccept="true")
    send(town, f"/tasks/{web.open_task(number, 'wt_verify').id}/draft", verifyPhotos=photo())
    assert held == [0, 0, 0]


@pytest.mark.usefixtures("content")
def test_nor_while_the_photo_of_a_rating_is_decoded(citizen: SignsIn, staff: SignsIn, held: list[int]) -> None:
    person = citizen()
    number = web.apply_for_water(person)
    send(staff(), f"/tasks/{web.open_task(number, 'wt_take').id}/complete", **staff_work.REFUSE)
    send(person, f"/my/tasks/{web.rating_task(number).id}", stars="5", ratingPhotos=photo())
    assert held == [0]


@pytest.mark.usefixtures("content")
def test_who_may_only_read_a_task_adds_no_file_to_it(citizen: SignsIn, staff: SignsIn) -> None:
    number = web.apply_for_water(citizen())
    take = f"/tasks/{web.open_task(number, 'wt_take').id}"
    reader = staff("county_water_reviewer")
    assert reader.get(take).status_code == 200
    for act in ("attach", "draft", "complete"):
        answer = reader.post(f"{take}/{act}", {"attachment": photo()}, content_type="multipart/form-data")
        assert answer.status_code == 403
    with db.reading() as session:
        assert session.scalars(select(Attachment)).all() == []
