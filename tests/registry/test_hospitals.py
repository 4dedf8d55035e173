"""The public directory of hospitals and clinics: searched, offered by forms, published in versions."""

import pytest
from sqlalchemy.orm import Session

from engine import clock as engine_clock
from engine.db import dumps
from engine.errors import NotFound
from engine.registry import hospitals, reference, regions
from engine.registry.hospital_models import Hospital
from tests.factories import JIANGNA, YANSHAN

pytestmark = pytest.mark.usefixtures("reference", "clock")

PEOPLES, CLINIC = "YL-532622-001", "YL-532622-102"


def publish(session: Session, code: str | None, **values: object) -> Hospital:
    return hospitals.publish(
        session, code, values, county=YANSHAN, by=None, case_no="hospital_info_change-1", at=engine_clock.now()
    )


def names(session: Session, **asked: object) -> list[str]:
    return [one.hospital.name for one in hospitals.search(session, **asked)]  # type: ignore[arg-type]


def test_a_county_has_its_own_hospitals_and_no_others(session: Session) -> None:
    found = hospitals.of_county(session, YANSHAN)
    assert {"砚山县人民医院", "江那镇卫生院"} <= {one["value"] for one in found}
    assert (hospitals.of_county(session, "532601"), hospitals.of_county(session, None)) == ([], [])


def test_every_town_has_a_clinic_that_contracts_for_chronic_care(session: Session) -> None:
    towns = {row["code"] for row in reference.read("regions") if regions.parent_code(row["code"]) == YANSHAN}
    contracting = {one["town"] for one in hospitals.of_county(session, YANSHAN) if "慢病签约" in one["functions"]}
    assert JIANGNA in towns
    assert towns == contracting


def test_every_place_exists_and_every_code_is_its_own() -> None:
    rows = reference.read("hospitals")
    known = {row["code"] for row in reference.read("regions")}
    assert {row["region_code"] for row in rows} <= known
    assert len({row["code"] for row in rows}) == len({row["name"] for row in rows}) == len(rows)


def test_nobody_has_made_up_a_telephone_number() -> None:
    assert {row["phone"] for row in reference.read("hospitals")} == {None}


def test_it_is_searched_by_place_name_level_kind_function_and_disease(session: Session) -> None:
    assert names(session, name="人民医院") == ["砚山县人民医院"]
    assert names(session, name="100%") == []
    assert names(session, region="532622102") == ["平远镇卫生院"]
    assert names(session, kind="妇幼") == ["砚山县妇幼保健院"]
    assert names(session, function="大病定点", disease="胃癌") == ["砚山县人民医院"]
    assert names(session, level="二级", region=JIANGNA, function="急诊") == ["砚山县人民医院", "砚山县中医医院"]
    assert names(session)[0] == "砚山县人民医院"


def test_whoever_says_where_they_are_sees_the_nearest_first_and_what_lies_nowhere_last(session: Session) -> None:
    found = hospitals.search(session, near=(23.7519, 103.7418))
    assert (found[0].hospital.name, found[0].distance) == ("平远镇卫生院", 0.0)
    # Seventeen minutes of latitude and seventeen of longitude at that latitude.
    assert 25 < next(one.distance or 0 for one in found if one.hospital.name == "稼依镇卫生院") < 35
    assert found[-1].distance is None


def test_what_is_published_replaces_and_what_was_said_before_stays(session: Session) -> None:
    before = hospitals.get(session, CLINIC)
    hospitals.of_county(session, YANSHAN)
    made = publish(session, CLINIC, phone="0876-3660120")
    assert (made.version, made.phone, made.name) == (2, "0876-3660120", "平远镇卫生院")
    assert [(row.version, row.replaced_at is None) for row in hospitals.versions(session, CLINIC)] == [
        (2, True),
        (1, False),
    ]
    assert before.phone is None
    assert "0876-3660120" in dumps(hospitals.of_county(session, YANSHAN))
    assert len(names(session, region="532622102")) == 1


def test_a_new_one_gets_the_next_number_of_its_county_and_one_that_closes_is_found_no_longer(session: Session) -> None:
    given = {
        "name": "砚山惠民医院",
        "region_code": f"{JIANGNA}001",
        "level": "一级",
        "kind": "民营",
        "address": "江那镇",
    }
    made = publish(session, None, **given)
    assert (made.code, made.version, made.functions) == ("YL-532622-207", 1, [])
    assert names(session, kind="民营") == ["砚山惠民医院"]
    publish(session, made.code, open=False)
    assert (names(session, kind="民营"), hospitals.named(session, "砚山惠民医院", YANSHAN)) == ([], None)
    assert hospitals.get(session, made.code).open is False


def test_what_an_installation_has_published_is_not_loaded_over(session: Session) -> None:
    publish(session, PEOPLES, phone="0876-3120120")
    reference.load(session)
    assert hospitals.get(session, PEOPLES).phone == "0876-3120120"


def test_an_unknown_one_is_not_found(session: Session) -> None:
    with pytest.raises(NotFound):
        hospitals.get(session, "YL-000000-001")
