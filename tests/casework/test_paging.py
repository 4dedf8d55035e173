"""Pages of long lists: as many rows as asked for, and counting that stops where nobody turns pages any more."""

import pytest
from sqlalchemy import Engine, select

from engine.casework import numbering, paging
from engine.casework.paging import page_of
from engine.db import reading
from engine.registry.models import Region

ALL = select(Region).order_by(Region.code)


def test_the_page_past_the_end_is_the_last_one(reference: Engine) -> None:
    with reading() as session:
        found = page_of(session, ALL, page=1000, size=30)
    assert found.page == found.pages > 1
    assert len(found.rows) == found.total - found.offset > 0
    assert not found.more


def test_counting_stops_and_says_so(reference: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "MOST_COUNTED", 10)
    with reading() as session:
        found = page_of(session, ALL, page=3, size=4)
        exact = page_of(session, ALL.where(Region.level == "province"), page=1, size=4)
    assert (found.total, found.more, found.pages, len(found.rows)) == (10, True, 3, 4)
    assert (exact.total, exact.more) == (1, False)


def test_numbers_are_looked_for_by_their_parts() -> None:
    assert str(numbering.speaking_of("李")) == "false"
    for words, column in (
        ("water-532622-20261122-00001", "case_no ="),
        ("00001", "serial ="),
        ("1", "serial ="),
        ("20261122-00001", "serial ="),
        ("20261122", "started_at >="),
        ("532622-20261122", "started_at >="),
        ("20261399", "serial ="),
        ("water-532622-", "case_no LIKE"),
    ):
        assert column in str(numbering.speaking_of(words)), words
