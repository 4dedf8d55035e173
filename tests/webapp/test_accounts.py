"""Registration, signing in and out, the password, the first administrator."""

import pytest
from sqlalchemy import select

from engine import db
from engine.clock import Clock
from engine.registry import accounts
from engine.registry.models import Account, Citizen
from tests import factories
from tests.webapp.conftest import FlaskClient, SignsIn

VILLAGE = {
    "region_code.province": "530000",
    "region_code.prefecture": "532600",
    "region_code.county": "532622",
    "region_code.town": "532622101",
    "region_code.village": "532622101001",
}
REGISTRATION = {
    "name": "群众甲",
    "identity_number": factories.identity_number(7),
    "phone": "13811112222",
    "address": "三组 12 号",
    "password": "abcd1234",
    **VILLAGE,
}


def citizens() -> list[Citizen]:
    with db.reading() as session:
        found = list(session.scalars(select(Citizen)))
        session.expunge_all()
        return found


def test_registration_makes_a_citizen_and_signs_in(client: FlaskClient) -> None:
    answer = client.post("/register", data=REGISTRATION)
    assert (answer.status_code, answer.location) == (303, "/")
    assert [found.region_code for found in citizens()] == ["532622101001"]
    assert "个人中心" in client.get("/").text


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [
        ("name", "A", "姓名"),
        ("identity_number", "532622199001011230", "校验位"),
        ("phone", "123", "11 位手机号码"),
        ("region_code.village", "", "请选择家庭住址"),
        ("password", "abc", "至少 8 位"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_the_rest_stays(
    client: FlaskClient, key: str, value: str, sentence: str
) -> None:
    answer = client.post("/register", data={**REGISTRATION, key: value})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "三组 12 号" in answer.text
    assert "abcd1234" not in answer.text
    assert citizens() == []


def test_the_next_level_of_the_region_opens_without_script(client: FlaskClient) -> None:
    answer = client.post("/register", data={**REGISTRATION, "region_code.village": "", "reload": "region_code"})
    assert answer.status_code == 200
    assert '<option value="532622101001"' in answer.text


def test_registration_leads_back_to_what_was_wanted(client: FlaskClient) -> None:
    assert client.post("/register", data={**REGISTRATION, "next": "/apply/water"}).location == "/apply/water"


def test_one_sentence_for_all_that_is_wrong_with_signing_in(client: FlaskClient) -> None:
    with factories.committed():
        factories.CitizenFactory(phone="13811112222")
    answers = [
        client.post("/sign-in", data={"login": login, "password": "wrong-1"})
        for login in ("13811112222", "13899999999")
    ]
    assert [answer.status_code for answer in answers] == [403, 403]
    assert all("号码或密码不对" in answer.text for answer in answers)


def test_an_empty_sign_in_says_what_is_missing_and_counts_for_nothing(client: FlaskClient) -> None:
    with factories.committed():
        factories.CitizenFactory(phone="13811112222")
    for _ in range(6):
        answer = client.post("/sign-in", data={"login": "13811112222", "password": ""})
        assert answer.status_code == 422
        assert "请填写密码" in answer.text
        assert "请填写手机号码或身份证号码" not in answer.text
    empty = client.post("/staff/sign-in", data={"login": " ", "password": ""})
    assert "请填写登录名" in empty.text and 'href="#f-login"' in empty.text and 'href="#f-password"' in empty.text
    answer = client.post("/sign-in", data={"login": "13811112222", "password": factories.PASSWORD})
    assert answer.status_code == 303


def test_a_telephone_number_may_be_written_in_groups(client: FlaskClient) -> None:
    answer = client.post("/register", data={**REGISTRATION, "phone": "138 1111-2222"})
    assert answer.status_code == 303
    assert [found.phone for found in citizens()] == ["13811112222"]
    client.post("/sign-out")
    for login in ("138 1111 2222", "138-1111-2222"):
        answer = client.post("/sign-in", data={"login": login, "password": REGISTRATION["password"]})
        assert answer.status_code == 303


def test_whoever_is_inside_does_not_meet_the_door_again(citizen: SignsIn, staff: SignsIn) -> None:
    assert staff().get("/staff/sign-in").location == "/staff"
    assert citizen().get("/sign-in?next=/my/cases").location == "/my/cases"
    assert citizen().get("/staff/sign-in").status_code == 200


def test_five_wrong_passwords_lock_for_a_quarter_of_an_hour(client: FlaskClient, clock: Clock) -> None:
    with factories.committed():
        factories.CitizenFactory(phone="13811112222")
    right = {"login": "13811112222", "password": factories.PASSWORD}
    for _ in range(5):
        client.post("/sign-in", data={**right, "password": "wrong-1"})
    assert client.post("/sign-in", data=right).status_code == 403
    clock.advance(minutes=16)
    assert client.post("/sign-in", data=right).status_code == 303


def test_a_citizen_does_not_get_in_by_the_staff_door(client: FlaskClient) -> None:
    with factories.committed():
        factories.CitizenFactory(phone="13811112222")
    answer = client.post("/staff/sign-in", data={"login": "13811112222", "password": factories.PASSWORD})
    assert answer.status_code == 403


def test_signing_out_ends_the_session(citizen: SignsIn) -> None:
    person = citizen()
    assert person.post("/sign-out").status_code == 303
    assert person.get("/me").status_code == 303


def test_ones_own_page_masks_what_others_need_not_read(citizen: SignsIn) -> None:
    page = citizen(name="群众甲", phone="13811112222").get("/me").text
    assert "138****2222" in page
    assert "13811112222" not in page


def test_a_new_password_ends_all_other_sessions(citizen: SignsIn, app: object, client: FlaskClient) -> None:
    person = citizen(phone="13811112222")
    client.post("/sign-in", data={"login": "13811112222", "password": factories.PASSWORD})
    answer = person.post("/me/password", {"current": factories.PASSWORD, "password": "neues2026"})
    assert answer.status_code == 303
    assert person.get("/me").status_code == 200
    assert client.get("/me").status_code == 303


def test_the_old_password_is_asked_for(citizen: SignsIn, staff: SignsIn) -> None:
    for person in (citizen(), staff()):
        answer = person.post("/me/password", {"current": "wrong-1", "password": "Neues-2026"})
        assert answer.status_code == 422
        assert "原密码不正确" in answer.text


def test_the_password_page_is_for_those_who_are_signed_in(client: FlaskClient) -> None:
    assert client.get("/me/password").status_code == 303
    assert client.post("/me/password", data={"current": "x", "password": "y"}).status_code == 401


def test_the_first_administrator_is_made_once(client: FlaskClient) -> None:
    with db.transaction() as session:
        token = accounts.issue_setup_token(session)
    values = {"token": token, "login": "first", "name": "管理员", "password": "Jushou-2026"}
    assert client.post("/setup", data=values).status_code == 303
    assert client.post("/setup", data={**values, "login": "second"}).status_code in (403, 422)
    with db.reading() as session:
        assert session.scalars(select(Account.login)).all() == ["first"]
    assert client.post("/staff/sign-in", data={"login": "first", "password": "Jushou-2026"}).status_code == 303


def test_a_weak_password_does_not_use_up_the_token(client: FlaskClient) -> None:
    with db.transaction() as session:
        token = accounts.issue_setup_token(session)
    values = {"token": token, "login": "first", "name": "管理员", "password": "weak"}
    assert client.post("/setup", data=values).status_code == 422
    assert client.post("/setup", data={**values, "password": "Jushou-2026"}).status_code == 303
