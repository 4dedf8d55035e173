"""The list of what was published: for all staff of the region and above it, and for nobody elsewhere."""

import pytest

from engine.casework import documents
from engine.casework.models import Case
from engine.clock import now
from tests import factories
from tests.factories import JIANGNA
from tests.webapp import staff_work
from tests.webapp.conftest import SignsIn

pytestmark = pytest.mark.usefixtures("content")
CONTENT = {"lines": [{"label": "报告期", "text": "2026年10月"}], "tables": []}


@pytest.fixture
def issued() -> None:
    """A bulletin of the county that was published, and its draft, which was not."""
    with factories.committed() as session:
        case = session.get_one(Case, staff_work.case(staff_work.raise_hand()).id)
        case.region_code = "532622"
        for number, published in (("bulletin-1", True), ("draft-1", False)):
            documents.keep(
                session, number=number, case=case, element_id="bl_publish", title=f"通报 {number}", content=CONTENT,
                readers="county_office", made_at=now(), valid_until=None, published=published,
            )  # fmt: skip


@pytest.mark.parametrize(
    ("role", "region"), [("town_water_clerk", JIANGNA), ("pref_office", "532600"), ("county_water_clerk", "532622")]
)
def test_all_staff_of_the_region_read_what_was_published(staff: SignsIn, issued: None, role: str, region: str) -> None:
    browser = staff(role, region).client
    page = browser.get("/bulletins").text
    assert "通报 bulletin-1" in page and "通报 draft-1" not in page
    assert "2026年10月" in browser.get("/documents/bulletin-1").text
    assert browser.get("/documents/draft-1").status_code == 404


def test_elsewhere_there_is_nothing_to_read(staff: SignsIn, issued: None) -> None:
    browser = staff("county_water_clerk", "532601").client
    assert "还没有发布" in browser.get("/bulletins").text
    assert browser.get("/documents/bulletin-1").status_code == 404
