"""What a form gave is kept together with the end of its step, or not at all."""

import pytest
from sqlalchemy import select

from engine.casework import execution, submissions
from engine.casework.models import Submission
from engine.db import reading, transaction
from engine.errors import Conflict
from tests.casework.conftest import Office, office  # noqa: F401 - a fixture


def test_what_comes_for_a_step_that_has_ended_is_not_kept(office: Office) -> None:  # noqa: F811
    case = office.raise_hand()
    task = office.task(case, "sm_answer")
    values = {"good": True, "opinion": "可以"}
    given = submissions.digest(values)
    with (
        pytest.raises(Conflict),
        transaction() as session,
        execution.open_case(session, case.id, actor=office.town) as running,
    ):
        submissions.end(running, task, office.town.id)
        submissions.hand_in(running, task, values, key="late", given=given, account=office.town.id)
    with reading() as session:
        assert not session.scalars(select(Submission).where(Submission.idempotency_key == "late")).all()
    assert office.task(case, "sm_answer").state == "open"
