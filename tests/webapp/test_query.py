"""An application is found by its number and the end of an ID number, and nothing is told that names anybody."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from engine import db
from engine.casework import by_number
from engine.casework.models import Case
from engine.clock import Clock, now
from engine.registry import attempts
from engine.registry.models import Guardianship, NumberGuess
from engine.settings import ROOT, Settings
from tests import factories
from tests.webapp import conftest as web
from tests.webapp import staff_work
from tests.webapp.conftest import Person, SignsIn
from webapp import create_app

pytestmark = pytest.mark.usefixtures("content")


@pytest.fixture
def applied(citizen: SignsIn) -> tuple[Person, str]:
    person = citizen(name="张三丰", identity_number="53262219800101001X")
    return person, web.apply_for_water(person)


def asked(client: FlaskClient, number: str, ending: str) -> tuple[int, str]:
    answer = client.post("/query", data={"number": number, "ending": ending})
    return answer.status_code, answer.text


def test_whoever_knows_number_and_end_reads_where_it_is_and_no_name(
    client: FlaskClient, applied: tuple[Person, str], staff: SignsIn
) -> None:
    _, number = applied
    status, page = asked(client, f" {number.upper()} ", "001x")
    assert status == 200
    for said in ("农村饮水安全", "提交诉求", "砚山县水务局", "应在"):
        assert said in page
    for secret in ("张三丰", "张", "水管断了三天", "1980"):
        assert secret not in page
    clerk = staff("county_water_clerk")
    clerk.post(f"/tasks/{web.open_task(number, 'wt_take').id}/complete", {**staff_work.REFUSE, "key": "k"})
    page = asked(client, number, "001X")[1]
    assert "不予受理" in page
    assert "城市供水" not in page
    assert "承办部门：砚山县水务局" in page and 'href="tel:' in page


@pytest.mark.parametrize(
    ("number", "ending"),
    [("{}", "0011"), ("water-532622-20261116-99999", "001X"), ("{}", ""), ("{}", "X"), ("", "001X")],
)
def test_a_pair_that_does_not_match_is_told_without_saying_which(
    client: FlaskClient, applied: tuple[Person, str], number: str, ending: str
) -> None:
    status, page = asked(client, number.format(applied[1]), ending)
    assert status == 404
    assert "请核对受理编号和身份证号后四位" in page


def test_one_number_is_not_guessed_at_for_long_however_many_processes_answer(
    applied: tuple[Person, str], database: Engine, tmp_path: Path, clock: Clock
) -> None:
    settings = Settings(tmp_path, f"sqlite:///{tmp_path / 'unused.sqlite'}", ROOT, demo=False, port=0)
    clients = [create_app(settings, testing=True).test_client() for _ in range(2)]
    db.use(database)
    number = applied[1]
    spaced = [number, f" {number.upper()}", number.replace("-", " - ")]
    found = [asked(clients[at % 2], spaced[at % 3], f"00{at:02d}") for at in range(12)]
    assert [status for status, _ in found] == [404] * 10 + [429] * 2
    assert "过一小时再试" in found[-1][1]
    assert asked(clients[0], number, "001X")[0] == 429, "also with the right end"
    assert asked(clients[1], number.replace("00001", "00002"), "001X")[0] == 404, "another number may be asked for"
    clock.advance(hours=1)
    assert asked(clients[1], number, "001X")[0] == 200


def test_who_names_the_right_end_may_look_as_often_as_they_like(
    client: FlaskClient, applied: tuple[Person, str]
) -> None:
    assert {asked(client, applied[1], "001X")[0] for _ in range(12)} == {200}


def test_what_cannot_be_an_end_is_no_guess(client: FlaskClient, applied: tuple[Person, str]) -> None:
    for _ in range(12):
        assert asked(client, applied[1], "1X")[0] == 404
    assert asked(client, applied[1], "001X")[0] == 200


def test_guesses_at_one_time_are_counted_one_after_the_other(applied: tuple[Person, str]) -> None:
    def guess(at: int) -> bool:
        with db.transaction() as session:
            return by_number.ask(session, applied[1], f"{at:04d}").locked

    with ThreadPoolExecutor(4) as several:
        assert sum(several.map(guess, range(14))) == 4


def test_guesses_are_forgotten_when_their_hour_is_over(applied: tuple[Person, str], clock: Clock) -> None:
    with db.transaction() as session:
        by_number.ask(session, applied[1], "0000")
    attempts.forget_guesses()
    with db.reading() as session:
        assert session.get(NumberGuess, applied[1]) is not None
    clock.advance(hours=1)
    attempts.forget_guesses()
    with db.reading() as session:
        assert session.get(NumberGuess, applied[1]) is None


def test_a_guardian_finds_the_case_of_the_ward_as_long_as_the_binding_holds(
    client: FlaskClient, applied: tuple[Person, str], citizen: SignsIn
) -> None:
    guardian = citizen(identity_number="532622197001012348")
    assert asked(client, applied[1], "2348")[0] == 404
    with factories.committed() as session:
        bound = Guardianship(
            guardian_id=guardian.id, ward_identity="53262219800101001X", ward_name="张三丰", relation="父亲",
            grounds="incapable", case_no="ward_binding-1", bound_at=now(), bound_by="staff:1",
        )  # fmt: skip
        session.add(bound)
        session.flush()
        number = bound.id
    assert asked(client, applied[1], "2348")[0] == 200
    with factories.committed() as session:
        session.get_one(Guardianship, number).ended_at = now()
    assert asked(client, applied[1], "2348")[0] == 404


def test_the_person_for_whom_the_counter_filed_finds_it_by_their_own_number(client: FlaskClient) -> None:
    number = staff_work.raise_hand()
    with factories.committed() as session:
        case = session.get_one(Case, staff_work.case(number).id)
        case.channel, case.citizen_id = "COUNTER", None
        case.proxy_account_id = factories.staff("town_water_clerk", factories.JIANGNA).id
        ending = case.applicant_identity[-4:]
    assert asked(client, number, ending)[0] == 200


def test_the_way_there_stands_on_the_first_page_and_after_an_application(
    client: FlaskClient, applied: tuple[Person, str]
) -> None:
    number = applied[1]
    assert 'href="/query"' in client.get("/").text
    assert number in client.get(f"/query?number={number}").text


def test_what_is_too_long_to_be_a_number_is_cut_off_before_it_is_counted(
    client: FlaskClient, applied: tuple[Person, str]
) -> None:
    assert len(by_number.tidy("9" * 1_000_000)) == by_number.LONGEST + 1
    assert asked(client, applied[1] + "9" * 100, "001X")[0] == 404
