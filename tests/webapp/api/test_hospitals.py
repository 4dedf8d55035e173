"""GET /hospitals: the public directory, for anybody."""

import pytest
from flask.testing import FlaskClient

from tests.webapp.api.conftest import API

pytestmark = pytest.mark.usefixtures("reference")


def test_anybody_asks_by_what_an_institution_is_and_does(client: FlaskClient) -> None:
    found = client.get(f"{API}/hospitals?function=大病定点&disease=胃癌").json
    assert [(one["name"], one["phone"], one["verified"], one["distance"]) for one in found] == [
        ("砚山县人民医院", None, False, None)
    ]


def test_the_nearest_come_first_with_their_distance(client: FlaskClient) -> None:
    found = client.get(f"{API}/hospitals?kind=乡镇卫生院&latitude=23.75&longitude=103.74").json
    assert (found[0]["name"], found[0]["distance"] < 1) == ("平远镇卫生院", True)


def test_what_cannot_be_is_refused(client: FlaskClient) -> None:
    for asked in ("latitude=91", "level=五级", "region=53", "colour=red"):
        assert client.get(f"{API}/hospitals?{asked}").status_code == 422, asked


def test_one_is_shown_and_an_unknown_one_is_not_found(client: FlaskClient) -> None:
    one = client.get(f"{API}/hospitals/YL-532622-102").json
    assert (one["name"], one["region"], one["version"]) == (
        "平远镇卫生院",
        "云南省文山壮族苗族自治州砚山县平远镇平远街社区",
        1,
    )
    assert client.get(f"{API}/hospitals/nothing").status_code == 404
