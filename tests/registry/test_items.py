"""Service items and the boards of the home page."""

import pytest
from sqlalchemy.orm import Session

from engine.errors import NotFound
from engine.registry import items

pytestmark = pytest.mark.usefixtures("reference")


def test_the_home_page_has_seven_boards_and_water_is_the_sixth(session: Session) -> None:
    boards = items.boards(session)
    assert len(boards) == 7
    question, on_it = boards[5]
    assert question == "您有饮水困难吗？"
    assert [item.name for item in on_it] == ["农村饮水安全"]
    assert sum(len(on_board) for _, on_board in boards) == 16


def test_items_are_found_by_code(session: Session) -> None:
    assert items.get(session, "water").channel_kind == "反映"
    assert items.find(session, "supervise") is None
    with pytest.raises(NotFound):
        items.get(session, "supervise")


def test_a_department_answers_for_its_items(session: Session) -> None:
    assert items.codes_of(session, "civil") == {"dibao", "tekun", "linshi"}
    assert items.codes_of(session, "finance") == frozenset()


def test_every_item_says_what_it_is_for(session: Session) -> None:
    assert all(len(item.introduction) > 20 for item in items.listing(session))
