"""Hospitals and clinics as forms offer them."""

from engine.registry import hospitals, reference, regions
from tests.factories import JIANGNA, YANSHAN


def test_a_county_has_its_own_hospitals_and_no_others() -> None:
    found = hospitals.of_county(YANSHAN)
    assert {"砚山县人民医院", "江那镇卫生院"} <= {one["value"] for one in found}
    assert (hospitals.of_county("532601"), hospitals.of_county(None)) == ([], [])


def test_every_town_has_a_clinic_that_contracts_for_chronic_care() -> None:
    towns = {row["code"] for row in reference.read("regions") if regions.parent_code(row["code"]) == YANSHAN}
    contracting = {one["town"] for one in hospitals.of_county(YANSHAN) if "慢病签约" in one["functions"]}
    assert JIANGNA in towns
    assert towns == contracting


def test_every_place_exists_and_every_code_is_its_own() -> None:
    rows = reference.read("hospitals")
    known = {row["code"] for row in reference.read("regions")}
    assert {row["region_code"] for row in rows} <= known
    assert len({row["code"] for row in rows}) == len({row["name"] for row in rows}) == len(rows)
