"""问题清单: on one page with who has it, narrowed by kind, place and state, and taken out as it stands there."""

import pytest

from tests.webapp import staff_work
from tests.webapp.conftest import SignsIn
from tests.webapp.supervise.test_orders import ORDER
from tests.webapp.test_taking_out import rows, take

pytestmark = pytest.mark.usefixtures("content")
ADDRESS = "/supervision/problems"


def test_an_order_stands_on_it_with_its_words_and_who_has_it(staff: SignsIn) -> None:
    office, case_no = staff("county_office"), staff_work.raise_hand()
    assert "没有这样的问题" in office.get(ADDRESS).text
    office.post(f"/cases/{case_no}/supervision", ORDER)
    page = office.get(ADDRESS).text
    assert ORDER["orderDemand"] in page
    assert "签收" in page
    assert f'href="{ADDRESS}"' in office.get("/supervision").text
    for narrowed in ("kind=supervise", f"place={staff_work.VILLAGE[:9]}", "state=all", "state=nothing"):
        assert ORDER["orderDemand"] in office.get(f"{ADDRESS}?{narrowed}").text, narrowed
    for narrowed in ("kind=nothing", "place=532622102", "state=ended"):
        assert ORDER["orderDemand"] not in office.get(f"{ADDRESS}?{narrowed}").text, narrowed
    [row] = rows(take(office, f"{ADDRESS}/export?kind=supervise"))
    assert (row[1], row[2], row[3]) == ("督办", ORDER["orderDemand"], "砚山县江那镇锦山社区")
    assert rows(take(office, f"{ADDRESS}/export?state=ended")) == []


def test_others_find_nothing_of_it_or_are_refused(staff: SignsIn) -> None:
    staff("county_office").post(f"/cases/{staff_work.raise_hand()}/supervision", ORDER)
    elsewhere = staff("county_office", staff_work.ELSEWHERE)
    assert ORDER["orderDemand"] not in elsewhere.get(ADDRESS).text
    assert rows(take(elsewhere, f"{ADDRESS}/export")) == []
    clerk = staff("county_water_clerk")
    assert clerk.get(ADDRESS).status_code == take(clerk, f"{ADDRESS}/export").status_code == 403
