"""What happens to a whole case, from the citizen's raised hand to its end."""

import pytest

from engine.casework import cases, history
from engine.casework.models import Case, UserTask
from engine.db import reading, transaction
from engine.errors import Conflict, Invalid, NotFound
from tests.casework.conftest import Office


def test_a_raised_hand_becomes_a_case_with_a_number_and_a_task_in_town(office: Office) -> None:
    case = office.raise_hand()
    assert case.case_no == "small-532622-20261116-00001"
    assert (case.state, case.status) == ("active", "INVESTIGATING")
    task = office.task(case, "sm_answer")
    assert (task.state, task.role_key, task.region_code) == ("open", "town_water_clerk", "532622101")
    assert task.due_at is not None and task.remind_at is not None and task.companion_at == task.remind_at


def test_personal_answers_are_kept_once_in_the_submission_and_not_in_the_variables(office: Office) -> None:
    case = office.raise_hand()
    assert "problemText" not in case.variables
    assert "applicantIdNo" not in case.variables


def test_all_problems_of_all_forms_are_told_at_once_and_nothing_is_kept(office: Office) -> None:
    with pytest.raises(Invalid) as refusal:
        office.raise_hand(applicantIdNo="532622198001010000", problemText="短", surplus="x")
    assert set(refusal.value.problems) == {"applicantIdNo", "problemText", "surplus"}
    with reading() as session:
        assert session.query(Case).count() == 0


def test_an_end_event_gives_the_case_its_outcome_and_frees_its_state(office: Office) -> None:
    case = office.raise_hand()
    done = office.complete(office.town, case, "sm_answer", good=True)
    assert done.ended
    ended = office.case(case)
    assert (ended.state, ended.outcome, ended.status, ended.state_blob) == ("ended", "COMPLETED", "COMPLETED", None)
    assert ended.accepted_at is not None and ended.ended_at is not None


def test_withdrawing_cancels_the_open_task_and_ends_the_case(office: Office) -> None:
    case = office.raise_hand()
    with transaction() as session:
        cases.withdraw(session, case.case_no, office.citizen, "已经修好了")
    assert office.case(case).outcome == "WITHDRAWN"
    assert office.task(case, "sm_answer").state == "canceled"
    with pytest.raises(Conflict), transaction() as session:
        cases.withdraw(session, case.case_no, office.citizen, "")


def test_urging_is_heard_once_in_24_hours(office: Office, clock) -> None:  # type: ignore[no-untyped-def]
    case = office.raise_hand()
    with transaction() as session:
        cases.urge(session, case.case_no, office.citizen)
    with pytest.raises(Conflict), transaction() as session:
        cases.urge(session, case.case_no, office.citizen)
    clock.advance(hours=25)
    with transaction() as session:
        cases.urge(session, case.case_no, office.citizen)
    assert office.case(case).urge_count == 2


def test_the_same_click_twice_urges_and_withdraws_once(office: Office) -> None:
    case = office.raise_hand()
    for act, given in ((cases.urge, ()), (cases.withdraw, ("已经修好了",))):
        for _ in range(2):
            with transaction() as session:
                act(session, case.case_no, office.citizen, *given, key=f"{act.__name__}-once")  # type: ignore[operator]
        with pytest.raises(Conflict), transaction() as session:
            act(session, case.case_no, office.citizen, *given, key=f"{act.__name__}-more")  # type: ignore[operator]
    with pytest.raises(Invalid), transaction() as session:
        cases.withdraw(session, case.case_no, office.citizen, "另有原因", key="withdraw-once")
    found = office.case(case)
    assert (found.urge_count, found.outcome) == (1, "WITHDRAWN")


def test_another_citizen_finds_no_such_case(office: Office) -> None:
    case = office.raise_hand()
    with pytest.raises(NotFound), transaction() as session:
        cases.withdraw(session, case.case_no, office.other_citizen, "")


def test_the_same_key_gives_the_same_case(office: Office) -> None:
    numbers = set()
    for _ in range(2):
        with transaction() as session:
            case = cases.start(session, "small", actor=office.citizen, channel="SELF", values=office.answers(), key="k")
            numbers.add(case.case_no)
    assert len(numbers) == 1


def test_the_history_is_a_chain_that_shows_tampering(office: Office) -> None:
    case = office.raise_hand()
    office.complete(office.town, case, "sm_answer", good=False, opinion="不行")
    with reading() as session:
        kinds = [event.kind for event in history.events(session, case.id)]
        assert kinds == ["case_started", "task_completed", "task_completed"]
        assert history.verify(session, case.id) is None
        with session.no_autoflush:
            events = history.events(session, case.id)
            events[1].payload = {**events[1].payload, "token": "999"}
            assert history.verify(session, case.id) == 2


def test_every_active_case_has_an_open_task(office: Office) -> None:
    case = office.raise_hand()
    office.complete(office.town, case, "sm_answer", good=False, opinion="不行")
    with reading() as session:
        assert session.query(UserTask).filter_by(case_id=case.id, state="open").count() == 1
