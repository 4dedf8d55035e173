"""An application is found by its number and the end of an ID number, and nothing is told that names anybody."""

from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from engine import db
from engine.casework import by_number
from engine.settings import ROOT, Settings
from tests.webapp import conftest as web
from tests.webapp import staff_work
from tests.webapp.conftest import Person, SignsIn
from webapp import create_app, limits

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


def test_one_number_is_not_guessed_at_for_long(applied: tuple[Person, str], database: Engine, tmp_path: Path) -> None:
    app = create_app(Settings(tmp_path, f"sqlite:///{tmp_path / 'unused.sqlite'}", ROOT, demo=False, port=0))
    app.config["WTF_CSRF_ENABLED"] = False
    db.use(database)
    client, number = app.test_client(), applied[1]
    try:
        spaced = [number, f" {number.upper()}", number.replace("-", " - ")]
        found = [asked(client, spaced[at % 3], f"00{at:02d}")[0] for at in range(12)]
        right = asked(client, number, "001X")[0]
        other = asked(client, number.replace("00001", "00002"), "001X")[0]
    finally:
        limits.limiter.reset()
        limits.limiter.enabled = False
    assert found == [404] * 10 + [429] * 2
    assert (right, other) == (429, 404), "also with the right end; another number may be asked for"


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
