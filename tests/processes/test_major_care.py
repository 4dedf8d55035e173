"""大病救治：诊疗和反馈: treated here or elsewhere, and reviewed by the county before it is told."""

from tests.processes.stage import Stage, at

ITEM, PROCESS = "major_treat", "major_care"


def test_what_the_hospital_treats_itself_is_reviewed_by_the_county(stage: Stage) -> None:
    stage.bring_to("mt_feedback_2")
    task = stage.task("mt_feedback_2")
    assert (task.role_key, task.due_at) == ("county_health_reviewer", at("2026-11-18", "24:00"))
    stage.do("mt_feedback_2")
    assert stage.case().outcome == "COMPLETED"


def test_who_is_referred_is_accepted_elsewhere_first(stage: Stage) -> None:
    stage.bring_to("mt_plan")
    stage.do("mt_plan", treatPlan="转诊", admitOn=None)
    assert stage.open_tasks() == ["mt_refer"]
    stage.do("mt_refer")
    assert stage.open_tasks() == ["mt_feedback"]


def test_what_the_county_does_not_agree_with_goes_back_to_the_hospital(stage: Stage) -> None:
    stage.bring_to("mt_feedback_2")
    stage.do("mt_feedback_2", feedbackDecision="退回", feedbackOpinion="请补充登记开始治疗以后的情况")
    assert stage.open_tasks() == ["mt_feedback"]


def test_every_flow_is_taken(untaken: list[str]) -> None:
    assert untaken == []
