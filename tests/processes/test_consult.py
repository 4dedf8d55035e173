"""咨询: what is asked often is answered at once, the rest by the department, and once more by its reviewer."""

from typing import Any

from engine.db import reading
from engine.oversight import replay
from tests.processes.stage import Stage, at

ITEM = PROCESS = "consult"
ANSWER = {"answerText": "请带身份证到乡镇便民服务中心办理，当天就能办好", "answerBasis": "办事指南"}


def ask(stage: Stage, question: str = "办理需要带哪些材料？", **values: Any) -> None:
    stage.begin("citizen", question=question, **{"department": "water", **values})


def ended(stage: Stage) -> tuple[str | None, str | None]:
    case = stage.case()
    with reading() as session:
        assert replay.replay(session, case.case_no).equal
    assert stage.companions("rating") == []
    return case.outcome, case.outcome_text


def test_what_is_asked_often_is_answered_at_once(stage: Stage) -> None:
    ask(stage, "我想问一下低保怎么申请")
    stage.complete("citizen", "cs_read", solved=True)
    outcome, text = ended(stage)
    assert outcome == "COMPLETED"
    assert "30 个工作日" in str(text)


def test_what_the_platform_cannot_say_the_clerk_does(stage: Stage) -> None:
    ask(stage)
    stage.complete("county_water_clerk", "cs_answer", **ANSWER)
    assert len(stage.told("citizen", "M130")) == 1
    stage.complete("citizen", "cs_confirm", solved=True)
    assert ended(stage) == ("COMPLETED", ANSWER["answerText"])


def test_who_is_not_satisfied_is_answered_by_the_reviewer(stage: Stage) -> None:
    ask(stage, "停水了找谁")
    stage.complete("citizen", "cs_read", solved=False)
    stage.complete("county_water_clerk", "cs_answer", **ANSWER)
    stage.complete("citizen", "cs_confirm", solved=False, unsolvedText="还是不知道打哪个电话")
    second = "请拨打县水务局值班电话，二十四小时有人接听"
    stage.complete("county_water_reviewer", "cs_again", secondAnswer=second)
    assert ended(stage) == ("COMPLETED", second)
    assert len(stage.told("citizen", "M131")) == 1


def test_who_does_not_know_whom_to_ask_is_answered_by_the_office(stage: Stage) -> None:
    ask(stage, department="office")
    stage.complete("county_office", "cs_answer", **ANSWER)
    assert stage.open_tasks() == ["cs_confirm"]


def test_silence_after_an_answer_ends_it(stage: Stage) -> None:
    ask(stage, "低保要多久")
    stage.let_pass(until=at("2026-11-24"))
    assert ended(stage)[0] == "COMPLETED"
    ask(stage)
    stage.complete("county_water_clerk", "cs_answer", **ANSWER)
    stage.let_pass(until=at("2026-12-02"))
    assert ended(stage) == ("COMPLETED", ANSWER["answerText"])


def test_the_answers_are_due_in_one_and_two_working_days(stage: Stage) -> None:
    stage.clock.move_to(at("2026-11-20", "15:00"))
    ask(stage)
    assert stage.task("cs_answer").due_at == at("2026-11-23", "24:00")
    stage.complete("county_water_clerk", "cs_answer", **ANSWER)
    stage.complete("citizen", "cs_confirm", solved=False, unsolvedText="还是不知道打哪个电话")
    assert stage.task("cs_again").due_at == at("2026-11-24", "24:00")


def test_it_may_be_urged_supervised_and_withdrawn(stage: Stage) -> None:
    ask(stage)
    stage.urge()
    stage.supervise()
    stage.withdraw(reason="已经问清楚了")
    assert stage.case().outcome == "WITHDRAWN"


def test_every_flow_was_taken(untaken: list[str]) -> None:
    assert untaken == []
