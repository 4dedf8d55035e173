"""How a case begins: the opening forms, who may file for whom, and what is refused before anything is kept."""

from typing import Any

import pytest
from sqlalchemy import func, select

from engine.casework import applications, cases, history
from engine.casework.models import Attachment, Case, Submission
from engine.db import reading, transaction
from engine.errors import Invalid, NotAllowed, NotFound
from tests.casework.conftest import Office
from tests.processes.stage import Stage, at


def count() -> int:
    with reading() as session:
        return session.scalar(select(func.count()).select_from(Case)) or 0


def test_the_opening_forms_are_those_before_anything_else_happens(stage: Stage) -> None:
    with reading() as session:
        own = [form.id for form in cases.application_forms(session, "water")]
        proxy = [form.id for form in cases.application_forms(session, "water", channel="PROXY")]
    assert own == ["intake_notice", "water_apply"]
    assert proxy == ["intake_notice", "water_apply", "proxy"]


def test_the_promise_is_known_before_the_diagram_begins(stage: Stage) -> None:
    case = stage.raise_hand()
    assert case.promised_at == at("2026-11-26", "24:00")
    assert case.variables["promisedAt"] == case.promised_at.isoformat()
    began = stage.journal()[0]
    assert began.kind == "case_started"
    assert began.payload["variables"]["promisedAt"] == case.promised_at.isoformat()
    assert "realNameMatches" not in began.payload["variables"]


def test_each_opening_form_keeps_its_own_submission(stage: Stage) -> None:
    case = stage.raise_hand()
    with reading() as session:
        rows = session.scalars(select(Submission).where(Submission.case_id == case.id).order_by(Submission.id)).all()
        assert [(row.element_id, row.form_id) for row in rows] == [
            ("i_notice", "intake_notice"),
            ("i_form", "water_apply"),
        ]
        assert history.verify(session, case.id) is None


def test_an_application_in_ones_own_name_needs_ones_own_number(stage: Stage) -> None:
    neighbour = stage.people["neighbour"]
    with pytest.raises(Invalid) as refusal:
        stage.raise_hand(applicantIdNo=neighbour.identity_number, applicantName=neighbour.name)
    assert set(refusal.value.problems) == {"applicantIdNo"}
    assert count() == 0


def test_filing_for_oneself_as_another_is_refused(stage: Stage) -> None:
    citizen = stage.people["citizen"]
    with pytest.raises(Invalid) as refusal:
        stage.raise_hand(channel="PROXY", **stage.proxy_answers(proxyName=citizen.name))
    assert "applicantIdNo" in refusal.value.problems
    assert count() == 0


@pytest.mark.parametrize(
    ("who", "channel", "error"),
    [("citizen", "GOV", NotAllowed), ("citizen", "COUNTER", NotAllowed), ("citizen", "RADIO", Invalid),
     ("county_water_clerk", "SELF", NotAllowed)],
)  # fmt: skip
def test_each_channel_is_for_its_people(stage: Stage, who: str, channel: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        stage.raise_hand(by=who, channel=channel)
    assert count() == 0


def test_a_service_that_is_not_open_is_not_found(office: Office) -> None:
    with pytest.raises(NotFound) as refusal, transaction() as session:
        cases.start(session, "dibao", actor=office.citizen, channel="SELF", values=office.answers())
    assert refusal.value.notice == "该事项尚未开通"


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"noticeAccepted": False}, "noticeAccepted"),
        ({"problemRegion": "532622101"}, "problemRegion"),
        ({"problemRegion": "999999999999"}, "problemRegion"),
        ({"problemRegion": ["x"]}, "problemRegion"),
        ({"applicantPhone": "12"}, "applicantPhone"),
        ({"waterProblems": ["没有这种问题"]}, "waterProblems"),
        ({"problemText": "x" * 5000}, "problemText"),
        ({"caseNo": "water-1"}, "caseNo"),
        ({"problemPhotos": ["f" * 32]}, "problemPhotos"),
    ],
)
def test_a_wrong_answer_is_told_at_its_field_and_nothing_is_kept(
    stage: Stage, changes: dict[str, Any], wrong: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        stage.raise_hand(**changes)
    assert wrong in refusal.value.problems
    assert count() == 0


def test_a_photo_of_the_application_belongs_to_the_case(stage: Stage) -> None:
    number = stage.file("citizen")
    with reading() as session:
        (form,) = [one for one in cases.application_forms(session, "water") if one.id == "water_apply"]
        key = next(field.key for field in form.fields if field.kind == "filepicker")
    case = stage.raise_hand(**{key: [number]})
    with reading() as session:
        assert session.get_one(Attachment, number).case_id == case.id


def test_the_same_key_gives_the_same_case_to_the_same_person_only(office: Office) -> None:
    def begin(**changes: Any) -> str:
        with transaction() as session:
            values = {**office.answers(), **changes}
            return cases.start(
                session, "small", actor=office.citizen, channel="SELF", values=values, key="page"
            ).case_no

    first = begin()
    assert begin() == first
    with pytest.raises(Invalid):
        begin(problemText="另一个问题，也要写五个字")
    answers = office.answers()
    office.citizen = office.other_citizen
    with pytest.raises(Invalid), transaction() as session:
        cases.start(session, "small", actor=office.other_citizen, channel="SELF", values=answers, key="page")
    assert count() == 1


def foreseen(stage: Stage, **values: Any) -> Invalid | None:
    citizen = stage.people["citizen"]
    own = {"applicantName": citizen.name, "applicantIdNo": citizen.identity_number}
    with transaction() as session:
        return applications.foreseen(session, "water", actor=citizen, channel="SELF", values={**own, **values})


def test_what_the_diagram_will_refuse_is_foreseen_from_few_answers_and_nothing_is_kept(stage: Stage) -> None:
    assert foreseen(stage) is None
    assert count() == 0
    stage.raise_hand()
    refusal = foreseen(stage)
    assert refusal is not None and "在办的同一事项" in refusal.notice
    assert count() == 1
    with reading() as session:
        assert session.scalar(select(func.count()).select_from(Submission)) == 2


def test_a_number_that_is_somebody_elses_is_foreseen_to_be_refused(stage: Stage) -> None:
    refusal = foreseen(stage, applicantIdNo=stage.people["neighbour"].identity_number)
    assert refusal is not None and set(refusal.problems) == {"applicantIdNo"}
    refusal = foreseen(stage, applicantName=stage.people["neighbour"].name)
    assert refusal is not None and "实名信息不一致" in refusal.notice
