"""What a citizen typed on the way through an application: kept per page, for them alone, submitted once."""

import pytest
from sqlalchemy import func, select

from engine.casework import drafts
from engine.casework.models import Case, HistoryEvent
from engine.db import reading, transaction
from engine.errors import Conflict, Invalid, NotFound
from tests.casework.conftest import Office


def opened(office: Office) -> str:
    with transaction() as session:
        return drafts.open_(session, "small", actor=office.citizen, channel="SELF").key


def test_a_draft_is_found_again_until_it_is_submitted(office: Office) -> None:
    key = opened(office)
    assert opened(office) == key
    with transaction() as session:
        drafts.save(session, key, office.citizen, office.answers())
        drafts.submit(session, key, office.citizen)
    assert opened(office) != key


def test_each_page_adds_to_what_others_gave(office: Office) -> None:
    key = opened(office)
    for values in ({"a": 1, "b": 2}, {"b": 3}):
        with transaction() as session:
            drafts.save(session, key, office.citizen, values)
    with reading() as session:
        assert drafts.get(session, key, office.citizen).values == {"a": 1, "b": 3}


def test_nobody_else_finds_the_draft(office: Office) -> None:
    key = opened(office)
    for stranger in (office.other_citizen, office.town):
        for act in (drafts.get, drafts.submit):
            with pytest.raises(NotFound), transaction() as session:
                act(session, key, stranger)
        with pytest.raises(NotFound), transaction() as session:
            drafts.save(session, key, stranger, {"a": 1})
    with pytest.raises(NotFound), transaction() as session:
        drafts.get(session, "no-such-key", office.citizen)


def test_bad_answers_leave_the_draft_as_it_is(office: Office) -> None:
    key = opened(office)
    with transaction() as session:
        drafts.save(session, key, office.citizen, {**office.answers(), "problemText": "短"})
    with pytest.raises(Invalid), transaction() as session:
        drafts.submit(session, key, office.citizen)
    with reading() as session:
        draft = drafts.get(session, key, office.citizen)
        assert (draft.case_id, draft.values["problemText"]) == (None, "短")


def test_a_second_click_gives_the_same_case_and_the_draft_is_closed(office: Office) -> None:
    key = opened(office)
    with transaction() as session:
        drafts.save(session, key, office.citizen, office.answers())
    numbers = set()
    for _ in range(2):
        with transaction() as session:
            numbers.add(drafts.submit(session, key, office.citizen).case_no)
    assert len(numbers) == 1
    with pytest.raises(Conflict), transaction() as session:
        drafts.save(session, key, office.citizen, {"problemText": "改一改再说吧"})


def test_what_is_open_is_listed_and_may_be_given_up(office: Office) -> None:
    key = opened(office)
    with transaction() as session:
        assert [draft.key for draft in drafts.mine(session, office.citizen)] == [key]
        assert drafts.mine(session, office.other_citizen) == []
        with pytest.raises(NotFound):
            drafts.discard(session, key, office.other_citizen)
        drafts.discard(session, key, office.citizen)
        assert drafts.mine(session, office.citizen) == []


def test_what_was_submitted_is_no_draft_any_more(office: Office) -> None:
    key = opened(office)
    with transaction() as session:
        drafts.save(session, key, office.citizen, office.answers())
        drafts.submit(session, key, office.citizen)
        assert drafts.mine(session, office.citizen) == []
        with pytest.raises(Conflict):
            drafts.discard(session, key, office.citizen)


def test_a_submission_is_tried_and_nothing_of_it_is_kept(office: Office) -> None:
    key = opened(office)
    with transaction() as session:
        refused = drafts.refusal(session, key, office.citizen)
        assert refused is not None and "problemText" in refused.problems
        drafts.save(session, key, office.citizen, office.answers())
        assert drafts.refusal(session, key, office.citizen) is None
    with transaction() as session:
        assert drafts.get(session, key, office.citizen).case_id is None
        assert session.scalar(select(func.count()).select_from(Case)) == 0
        assert session.scalar(select(func.count()).select_from(HistoryEvent)) == 0
