"""按月公布: anybody reads the sums of a month that is over, and of nobody by themselves."""

import pytest
from flask.testing import FlaskClient

from engine.clock import Clock
from tests.factories import JIANGNA
from tests.processes.stage import PINGYUAN, at
from tests.webapp import staff_work
from tests.webapp.test_ledger import pay

pytestmark = pytest.mark.usefixtures("content")
ADDRESS = "/publicity/paid"


def pay_people(case_no: str, count: int, village: str, *, month: str = "2026-10", **more: object) -> None:
    for n in range(count):
        pay(case_no, payee_identity=f"{village}{n:06d}", region_code=village, month=month, line_no=n + 1, **more)


def test_sums_are_told_from_the_county_down_to_the_village(client: FlaskClient) -> None:
    number = staff_work.raise_hand()
    assert "还没有发放过" in client.get(ADDRESS).text
    pay_people(number, 4, f"{JIANGNA}001")
    pay_people(number, 3, f"{PINGYUAN}001", recovered=4000)
    pay_people(number, 5, f"{PINGYUAN}002", state="open")
    pay_people(number, 5, f"{PINGYUAN}002", month="2026-11")
    page = client.get(ADDRESS).text
    assert "2026 年 10 月" in page and "2026 年 11 月" not in page, "what is not over is not told"
    assert "砚山县" in page and "7 人，4,360.00 元" in page
    page = client.get(f"{ADDRESS}?region=532622").text
    assert "江那镇" in page and "4 人，2,560.00 元" in page and "3 人，1,800.00 元" in page
    assert "4 人，2,560.00 元" in client.get(f"{ADDRESS}?region={JIANGNA}").text
    assert client.get(ADDRESS).text.count("6217") == 0


def test_where_few_were_paid_nobody_can_reckon_what_they_got(client: FlaskClient) -> None:
    number = staff_work.raise_hand()
    pay_people(number, 1, f"{JIANGNA}001")
    pay_people(number, 4, f"{JIANGNA}002")
    pay_people(number, 9, f"{JIANGNA}003")
    page = client.get(f"{ADDRESS}?region={JIANGNA}").text
    assert ">1 人" not in page and ">4 人" not in page
    assert "人数较少的其他地方" in page and "5 人" in page and "9 人" in page and "14 人" in page


def test_a_place_with_one_person_has_no_sum(client: FlaskClient) -> None:
    pay_people(staff_work.raise_hand(), 1, f"{JIANGNA}001")
    assert "没有可以公布的合计" in client.get(f"{ADDRESS}?region={JIANGNA}").text


def test_what_cannot_be_is_answered_as_such(client: FlaskClient, clock: Clock) -> None:
    pay_people(staff_work.raise_hand(), 3, f"{JIANGNA}001")
    assert client.get(f"{ADDRESS}?month=nothing").status_code == 200
    assert client.get(f"{ADDRESS}?region=999999").status_code == 404
    clock.move_to(at("2026-12-01"))
    assert "2026 年 10 月" in client.get(ADDRESS).text
