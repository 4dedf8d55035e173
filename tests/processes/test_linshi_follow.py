"""后续转介评估 (domain B3 F1): within thirty days of the aid, the town asks whether other help is needed."""

import pytest

from tests.processes import hardship, lifting, sentences
from tests.processes.stage import Stage, at

ITEM, PROCESS = "linshi", "linshi_follow"
OVER = {"stillInTrouble": False, "referrals": [], "referConsent": None, "consentFile": []}


@pytest.fixture
def later(family: Stage) -> Stage:
    hardship.helped(family)
    family.let_pass(until=at("2026-12-08", "24:00"))
    return family


def test_who_is_still_in_trouble_is_passed_on_with_consent_to_each_department(later: Stage) -> None:
    assert later.task("ls_follow").due_at == at("2026-12-16", "24:00")
    later.do("ls_follow")
    told = sentences.said("M173", ITEM, text="医疗救助、政府托举")
    assert later.told("citizen", "M173") == [told]
    assert later.companion("linshi_follow").outcome_text == "已转介：医疗救助、政府托举"
    assert [task.role_key for task in later.tasks("ls_refer_take")] == ["county_medins_clerk"]
    [clue] = lifting.apart("gov_lift")
    about = later.case()
    assert (clue.applicant_name, clue.applicant_identity) == (about.applicant_name, about.applicant_identity)
    assert clue.region_code == about.region_code and "仍有困难" in clue.variables["riskText"]


def test_who_is_out_of_trouble_or_does_not_agree_is_left_alone(later: Stage) -> None:
    later.do("ls_follow", **OVER)
    assert later.companion("linshi_follow").outcome_text == "困难已经解除，不需要转介"
    assert later.companions("linshi_refer") == []


def test_every_flow_is_taken(untaken: list[str]) -> None:
    assert untaken == []
