"""大病救治：联系和确诊: who does not answer three calls is looked for at home."""

from tests.processes.stage import Stage, at

ITEM, PROCESS = "major_treat", "major_reach"


def test_who_answers_comes_to_be_examined(stage: Stage) -> None:
    stage.bring_to("mt_confirm")
    stage.do("mt_confirm")
    assert stage.open_tasks() == ["mt_plan"]


def test_who_does_not_answer_three_times_is_visited_in_the_village_and_goes_on(stage: Stage) -> None:
    stage.bring_to("mt_contact")
    stage.do("mt_contact", patientReached=False, contactTries=3, hospitalDoctor=None)
    task = stage.task("mt_visit")
    assert (task.role_key, task.region_code, task.due_at) == (
        "village_assistant",
        "532622101001",
        at("2026-11-18", "24:00"),
    )
    stage.do("mt_visit")
    assert stage.open_tasks() == ["mt_confirm"]


def test_who_is_not_found_either_is_not_waited_for(stage: Stage) -> None:
    stage.bring_to("mt_contact")
    stage.do("mt_contact", patientReached=False, contactTries=3, hospitalDoctor=None)
    stage.do("mt_visit", patientFound=False)
    assert stage.case().state == "ended"


def test_every_flow_is_taken(untaken: list[str]) -> None:
    assert untaken == []
