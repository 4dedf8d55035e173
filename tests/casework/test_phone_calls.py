"""电话联系: a call that was made stands in the journal, moves nothing, and the citizen reads that it was made."""

import pytest

from engine.casework import phone_calls, progress, timeline
from engine.casework.models import Case
from engine.db import reading
from engine.errors import Conflict, Invalid, NotAllowed, NotFound
from engine.oversight import replay
from tests.casework.acts import do, kinds, rows
from tests.casework.conftest import Office, employ
from tests.factories import JIANGNA

TOLD = "告知明天上午入户，请家里留人"


def test_a_call_is_noted_once_and_moves_nothing(office: Office) -> None:
    case = office.raise_hand()
    task = office.task(case, "sm_answer")
    for _ in ("once", "and clicked again"):
        do(phone_calls.note, task.id, office.town, result="reached", text=f" {TOLD} ", key="c")
    do(phone_calls.note, task.id, office.town, result="no_answer", key="d")
    assert kinds(case)[-2:] == ["citizen_called"] * 2
    after = office.task(case, "sm_answer")
    assert (after.state, after.due_at, after.assignee_id) == ("open", task.due_at, task.assignee_id)
    with reading() as session:
        found = session.get_one(Case, case.id)
        said = [line.text for line in timeline.for_staff(session, found)]
        assert f"电话联系申请人，已接通：{TOLD}" in said
        assert "电话联系申请人，没有人接" in said
        read = [line.text for line in progress.lines(session, found, office.citizen)]
        assert "工作人员给您打了电话" in read and "工作人员给您打电话，没有打通" in read
        assert not any(TOLD in text for text in read)
        assert replay.replay(session, case.case_no).equal


def test_what_says_nothing_is_refused_at_its_field(office: Office) -> None:
    case = office.raise_hand()
    task, before = office.task(case, "sm_answer"), rows()
    for result, text, field in (
        ("", TOLD, "result"), ("spoken", TOLD, "result"), ("reached", "  ", "text"), ("no_answer", "长" * 301, "text"),
    ):  # fmt: skip
        with pytest.raises(Invalid) as refusal:
            do(phone_calls.note, task.id, office.town, result=result, text=text)
        assert list(refusal.value.problems) == [field]
    assert rows() == before


def test_only_who_works_on_the_step_notes_a_call_while_it_is_open(office: Office) -> None:
    case = office.raise_hand()
    task = office.task(case, "sm_answer")
    with pytest.raises(NotFound):
        do(phone_calls.note, task.id, office.elsewhere, result="no_answer")
    with pytest.raises(NotAllowed):
        do(phone_calls.note, task.id, employ("town_leader", JIANGNA), result="no_answer")
    office.complete(office.town, case, "sm_answer", good=True, opinion="情况属实")
    with pytest.raises((Conflict, NotFound)):
        do(phone_calls.note, task.id, office.town, result="no_answer")
