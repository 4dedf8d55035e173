"""What a case asks of its citizen, here the rating after the end."""

import pytest

from engine import db
from engine.casework import user_tasks
from engine.registry import actors
from tests.webapp import conftest as web
from tests.webapp.conftest import Person, SignsIn

pytestmark = pytest.mark.usefixtures("content")


@pytest.fixture
def rated(citizen: SignsIn, staff: SignsIn) -> tuple[Person, str, int]:
    """A citizen whose case was refused, and the task that asks for a rating."""
    person, clerk = citizen(), staff()
    number = web.apply_for_water(person)
    with db.transaction() as session:
        user_tasks.complete(
            session,
            web.open_task(number, "wt_take").id,
            actor=actors.staff(session, clerk.id),
            values={
                "inScope": False,
                "rejectReasonCode": "NR01",
                "rejectReason": "不属于农村饮水安全的受理范围",
                "rejectBasis": "《运行管理办法》第四条",
            },
            key="refused",
        )
    return person, number, web.rating_task(number).id


def test_the_refusal_is_read_by_the_citizen(rated: tuple[Person, str, int]) -> None:
    person, number, _ = rated
    page = person.get(f"/my/cases/{number}").text
    assert "不属于农村饮水安全的受理范围" in page
    assert "原因类别：不属于本事项受理范围" in page
    assert "依据：《运行管理办法》第四条" in page


def test_a_rating_is_given_once_the_case_has_ended(rated: tuple[Person, str, int]) -> None:
    person, number, task_id = rated
    assert f"/my/tasks/{task_id}" in person.get(f"/my/cases/{number}").text
    assert person.get(f"/my/tasks/{task_id}").status_code == 200
    answer = person.post(f"/my/tasks/{task_id}", {"stars": "5", "key": "k1"})
    assert (answer.status_code, answer.location) == (303, f"/my/cases/{number}")


def test_a_rating_without_stars_comes_back_with_what_was_written(rated: tuple[Person, str, int]) -> None:
    person, _, task_id = rated
    answer = person.post(f"/my/tasks/{task_id}", {"ratingText": "希望快一点", "key": "k1"})
    assert answer.status_code == 422
    assert "希望快一点" in answer.text
    assert person.get(f"/my/tasks/{task_id}").status_code == 200


def test_nobody_rates_for_another(rated: tuple[Person, str, int], citizen: SignsIn, staff: SignsIn) -> None:
    _, _, task_id = rated
    assert citizen().post(f"/my/tasks/{task_id}", {"stars": "1"}).status_code == 404
    assert staff().post(f"/my/tasks/{task_id}", {"stars": "1"}).status_code == 403


def test_an_unknown_task_is_not_found(citizen: SignsIn) -> None:
    assert citizen().get("/my/tasks/999").status_code == 404
    assert citizen().post("/my/tasks/999", {"stars": "5"}).status_code == 404


def test_a_rating_given_already_can_not_be_given_again(rated: tuple[Person, str, int]) -> None:
    person, _, task_id = rated
    person.post(f"/my/tasks/{task_id}", {"stars": "5", "key": "k1"})
    assert person.post(f"/my/tasks/{task_id}", {"stars": "1", "key": "k2"}).status_code == 409
    assert person.get(f"/my/tasks/{task_id}").status_code == 409
