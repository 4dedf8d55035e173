"""What a process keeps of the reference tables is asked again, so that other processes can change them."""

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from engine.registry import believed, items, regions
from engine.registry.models import Region, ServiceItem

pytestmark = pytest.mark.usefixtures("reference")


def test_what_another_process_changed_is_known_after_a_while(session: Session, monkeypatch: pytest.MonkeyPatch):
    place, item = regions.get(session, "532622").name, items.listing(session)[0].name
    known = items.codes_of(session, "water")
    session.execute(update(Region).where(Region.code == "532622").values(name="新县"))
    session.execute(update(ServiceItem).values(name="新事项", department_code="water"))
    assert (regions.get(session, "532622").name, items.listing(session)[0].name) == (place, item)
    assert items.codes_of(session, "water") == known
    monkeypatch.setattr(believed, "BELIEVED_SECONDS", -1.0)
    assert (regions.get(session, "532622").name, items.listing(session)[0].name) == ("新县", "新事项")
    assert items.codes_of(session, "water") > known


def test_an_item_that_was_never_entered_is_forgotten(session: Session):
    described = {"board": "您有饮水困难吗？", "channel_kind": "A", "introduction": "", "department_code": "water"}
    items.enter(session, "street_light", name="路灯", **described)
    assert "street_light" in items.codes_of(session, "water")
    session.rollback()
    assert "street_light" not in items.codes_of(session, "water")
    assert "street_light" not in [item.code for item in items.listing(session)]
