"""Masks: what those see who need not know."""

import pytest
from sqlalchemy.orm import Session

from engine.registry import actors, masks
from engine.registry.actors import SYSTEM
from tests.factories import CaseFactory, CitizenFactory, staff


@pytest.mark.parametrize(
    ("mask", "text", "shown"),
    [
        (masks.name, "张三丰", "张*"),
        (masks.name, "", ""),
        (masks.identity, "532622198001011234", "5326**********1234"),
        (masks.identity, "53262219800101123X", "5326**********123X"),
        (masks.identity, "12345", "*****"),
        (masks.phone, "13812341234", "138****1234"),
        (masks.phone, "3120000", "***0000"),
        (masks.phone, "123", "***"),
    ],
)
def test_masks_leave_only_what_helps_to_recognise(mask: object, text: str, shown: str) -> None:
    assert mask(text) == shown  # type: ignore[operator]


@pytest.mark.usefixtures("reference")
@pytest.mark.parametrize(
    ("role_key", "region", "masked"),
    [
        ("county_water_clerk", "532622", False),
        ("county_office", "532622", False),
        ("village_assistant", "532622101201", False),
        ("town_leader", "532622102", True),
        ("county_water_clerk", "532601", True),
        ("pref_water_supervisor", "532600", True),
        ("prov_office", "530000", True),
        ("auditor", "532622", True),
        ("platform_ops", "530000", True),
    ],
)
def test_only_those_who_handle_cases_at_the_place_see_them_in_clear(
    session: Session, role_key: str, region: str, masked: bool
) -> None:
    case = CaseFactory(region_code="532622101201")
    assert masks.for_viewer(actors.staff(session, staff(role_key, region).id), case) is masked


@pytest.mark.usefixtures("reference")
def test_the_applicant_sees_the_own_case_in_clear_and_the_proxy_does_not(session: Session) -> None:
    applicant, proxy = CitizenFactory(), CitizenFactory()
    case = CaseFactory(proxy_citizen_id=proxy.id, applicant_identity=applicant.identity_number)
    assert not masks.for_viewer(actors.citizen(session, applicant.id), case)
    assert masks.for_viewer(actors.citizen(session, proxy.id), case)
    assert masks.for_viewer(SYSTEM, case)
