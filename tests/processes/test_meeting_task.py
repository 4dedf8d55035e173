"""会议任务: carried out by the unit by its day, looked at by the office, sent back where it is not done."""

from engine.db import reading
from engine.oversight import replay
from tests.factories import JIANGNA
from tests.processes.stage import Stage, at
from tests.processes.test_meeting import hold

ITEM, PROCESS = "meeting", "meeting_task"
RESULT = {"taskResult": "超时的四件已全部办结，今后由专人每天查看", "taskProof": []}


def test_a_task_is_sent_back_until_it_is_done(stage: Stage) -> None:
    stage.begin("county_office")
    hold(stage, [{"unit": JIANGNA, "task": "清理超时办件", "dueOn": "2026-11-27"}])
    task = stage.task("mk_do")
    assert (task.role_key, task.region_code, task.due_at) == ("town_office", JIANGNA, at("2026-11-27", "24:00"))
    stage.complete("town_office", "mk_do", **RESULT)
    assert stage.task("mk_check").due_at == at("2026-11-18", "24:00")
    back = {"taskDone": False, "redoReason": "还有一件没有办结", "redoDays": 5}
    stage.complete("county_office", "mk_check", **back)
    # Five working days over a weekend.
    assert stage.task("mk_do").due_at == at("2026-11-23", "24:00")
    stage.complete("town_office", "mk_do", **RESULT)
    assert stage.complete("county_office", "mk_check", taskDone=True)
    done = stage.companion(PROCESS)
    assert (done.outcome, done.outcome_text) == ("COMPLETED", "会议任务已落实：清理超时办件")
    with reading() as session:
        assert replay.replay(session, done.case_no).equal


def test_every_flow_was_taken(untaken: list[str]) -> None:
    assert untaken == []
