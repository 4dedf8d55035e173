"""投诉举报: registered by the county's office, looked into by a department, answered, and looked into once more."""

from typing import Any

import pytest

from engine.casework import history, timeline
from engine.casework.models import Case
from engine.db import reading
from engine.errors import NotFound
from engine.oversight import replay
from engine.registry import access
from tests.factories import YANSHAN
from tests.processes.stage import Stage, at
from webapp import case_lines

ITEM = PROCESS = "complaint"
FOUND = {"extendWanted": False, "complaintTrue": "属实", "complaintFindings": "已调取监控并询问在场人员，情况属实"}
REPLY = "经查情况属实，已对经办人批评教育，您不用再提供证明"


def complain(stage: Stage, **values: Any) -> Case:
    told = {
        "complaintKind": "投诉",
        "department": "water",
        "complainedOf": "乡镇水务站窗口",
        "complaintText": "去窗口三次，每次都让我再开一份没有依据的证明",
        "anonymous": False,
    }
    return stage.begin("citizen", **{**told, **values})


def dispatch(stage: Stage, **values: Any) -> None:
    given = {"registerDecision": "转办", "checkDepartment": "water", **values}
    stage.complete("county_office", "cp_register", **given)


def answer(stage: Stage) -> None:
    stage.complete("county_water_clerk", "cp_check", **FOUND)
    stage.complete("county_water_clerk", "cp_draft", replyText=REPLY)
    stage.complete("county_water_reviewer", "cp_review", replyAgreed=True)


def ended(stage: Stage) -> tuple[str | None, str | None]:
    case = stage.case()
    with reading() as session:
        assert replay.replay(session, case.case_no).equal
    return case.outcome, case.outcome_text


def test_a_complaint_is_answered_and_the_citizen_is_content(stage: Stage) -> None:
    complain(stage)
    dispatch(stage)
    answer(stage)
    assert len(stage.told("citizen", "M134")) == 1
    stage.complete("citizen", "cp_confirm", satisfied=True)
    assert ended(stage) == ("COMPLETED", REPLY)


def test_silence_counts_as_content(stage: Stage) -> None:
    complain(stage)
    dispatch(stage)
    answer(stage)
    stage.let_pass(until=at("2026-12-02"))
    assert ended(stage) == ("COMPLETED", REPLY)


def test_who_is_not_content_is_looked_into_once_more_and_not_twice(stage: Stage) -> None:
    complain(stage)
    dispatch(stage)
    answer(stage)
    stage.complete("citizen", "cp_confirm", satisfied=False, unsatisfiedText="没有说以后怎么办")
    stage.complete("county_office", "cp_again", reopened=True)
    answer(stage)
    stage.complete("citizen", "cp_confirm", satisfied=False, unsatisfiedText="还是没有说以后怎么办")
    assert ended(stage) == ("COMPLETED", f"复核后维持答复：{REPLY}")


def test_the_office_may_stand_by_the_answer(stage: Stage) -> None:
    complain(stage)
    dispatch(stage)
    answer(stage)
    stage.complete("citizen", "cp_confirm", satisfied=False, unsatisfiedText="没有说以后怎么办")
    stage.complete("county_office", "cp_again", reopened=False)
    assert ended(stage)[0] == "COMPLETED"
    assert len(stage.told("citizen", "M135")) == 1


def test_it_takes_five_working_days_and_five_more_once_with_a_word_to_the_citizen(stage: Stage) -> None:
    stage.clock.move_to(at("2026-11-20", "15:00"))
    complain(stage)
    assert stage.task("cp_register").due_at == at("2026-11-23", "24:00")
    dispatch(stage)
    assert stage.task("cp_check").due_at == at("2026-11-25", "24:00")
    stage.complete("county_water_clerk", "cp_check", extendWanted=True, extendReason="还要向第三方核实")
    assert "还要向第三方核实" in stage.told("citizen", "M15")[0]
    assert stage.task("cp_check").due_at == at("2026-11-27", "24:00")
    found = {key: value for key, value in FOUND.items() if key != "extendWanted"}
    stage.complete("county_water_clerk", "cp_check", **found)
    stage.complete("county_water_clerk", "cp_draft", replyText=REPLY)
    assert stage.task("cp_review").due_at == at("2026-11-23", "24:00")


def test_the_reviewer_sends_it_back(stage: Stage) -> None:
    complain(stage)
    dispatch(stage, checkDepartment="hr")
    stage.complete("county_hr_clerk", "cp_check", **FOUND)
    stage.complete("county_hr_clerk", "cp_draft", replyText=REPLY)
    stage.complete("county_hr_reviewer", "cp_review", replyAgreed=False, returnReason="没有向当时在场的群众核实")
    assert stage.open_tasks() == ["cp_check"]


def test_what_is_no_matter_of_the_platform_is_refused_with_the_reason(stage: Stage) -> None:
    complain(stage)
    reason = "反映的是民事纠纷，不属于本平台受理范围"
    stage.complete("county_office", "cp_register", registerDecision="不予受理", refuseReason=reason)
    assert ended(stage) == ("NOT_ACCEPTED", reason)
    assert reason in stage.told("citizen", "M132")[0]


def test_what_is_a_matter_of_discipline_is_handed_to_it(stage: Stage) -> None:
    stage.hire("discipline", "discipline", YANSHAN)
    complain(stage, complaintKind="举报", complaintText="有人把自己的亲戚写进了救助名单，条件不符")
    stage.complete("county_office", "cp_register", registerDecision="移交")
    assert ended(stage)[0] == "COMPLETED"
    assert len(stage.told("discipline", "T63")) == 1
    with reading() as session:
        assert access.may_see(stage.people["discipline"], session.get_one(Case, stage.case_id))


def test_nobody_learns_who_would_not_be_named(stage: Stage) -> None:
    case = complain(stage, anonymous=True)
    dispatch(stage)
    citizen = stage.people["citizen"]
    with reading() as session:
        case = session.get_one(Case, case.id)
        for who in ("county_office", "county_water_clerk"):
            glance = case_lines.glance(session, stage.people[who], case)
            assert glance.applicant in ("匿名", "匿*")
            assert citizen.identity_number not in str(glance)
        events = history.events(session, case.id)
        assert timeline.who(case, events[0]) == "匿名"
        assert {one.who for one in timeline.submissions(session, case, stage.people["county_office"])} >= {"匿名"}
        assert access.may_see(citizen, case)
        assert not access.may_see(stage.people["town_leader"], case)
        assert not access.may_see(stage.people["neighbour"], case)
    stage.complete("county_water_clerk", "cp_check", **FOUND)
    assert stage.told("citizen") == []


def test_whom_it_may_be_about_cannot_do_its_steps(stage: Stage) -> None:
    complain(stage)
    with pytest.raises(NotFound):
        stage.complete("town_water_clerk", "cp_register", registerDecision="移交")


def test_it_may_be_urged_supervised_and_withdrawn(stage: Stage) -> None:
    complain(stage)
    stage.urge()
    stage.supervise()
    stage.withdraw(reason="窗口已经道歉了")
    assert stage.case().outcome == "WITHDRAWN"


def test_every_flow_was_taken(untaken: list[str]) -> None:
    assert untaken == []
