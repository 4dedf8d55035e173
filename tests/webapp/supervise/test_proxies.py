"""代办清单: who asks for more people than one should, and what nobody has agreed to yet, in one's own region."""

import pytest
from sqlalchemy import select

from engine.casework.models import ProcessVersion
from engine.oversight import proxies
from engine.registry import masks
from tests import factories
from tests.webapp import staff_work
from tests.webapp.conftest import SignsIn

pytestmark = pytest.mark.usefixtures("content")
ADDRESS = "/supervision/proxies"


def proxied(count: int, *, relation: str = "邻居", status: str = "SUBMITTED") -> list[str]:
    """So many open applications that one neighbour has filed for others."""
    with factories.committed() as session:
        neighbour = factories.CitizenFactory(name="热心邻居")
        session.flush()
        version = session.scalars(select(ProcessVersion.id).where(ProcessVersion.process_key == "water")).one()
        return [
            factories.CaseFactory(
                case_no=f"{relation}-{n}", version_id=version, channel="PROXY", status=status,
                proxy_citizen_id=neighbour.id, variables={"proxyRelation": relation},
            ).case_no
            for n in range(count)
        ]  # fmt: skip


def test_who_has_more_than_the_diagram_allows_is_listed_with_each_case(staff: SignsIn) -> None:
    office = staff("county_office")
    assert "没有这样的人" in office.get(ADDRESS).text
    proxied(30)
    assert "没有这样的人" in office.get(ADDRESS).text
    numbers = proxied(31, relation="村组干部")
    page = office.get(ADDRESS).text
    assert "超过 30 件" in page and masks.name("热心邻居") in page and "热心邻居" not in page
    assert all(number in page for number in numbers) and "邻居-1" not in page
    assert f'href="{ADDRESS}"' in office.get("/supervision").text


def test_what_nobody_agreed_to_is_listed_and_a_cadres_stands_out(staff: SignsIn) -> None:
    proxied(1, status="CONSENT_PENDING")
    office = staff("county_office")
    assert "邻居-0" in office.get(ADDRESS).text and "请核实" not in office.get(ADDRESS).text
    proxied(1, relation=proxies.CADRE, status="CONSENT_PENDING")
    assert "请核实" in office.get(ADDRESS).text


def test_others_see_nothing_of_it(staff: SignsIn) -> None:
    proxied(31, status="CONSENT_PENDING")
    elsewhere = staff("county_office", staff_work.ELSEWHERE).get(ADDRESS).text
    assert "没有这样的人" in elsewhere and "没有等本人同意的代办" in elsewhere
    assert staff("county_water_clerk").get(ADDRESS).status_code == 403
