"""办理转介 (domain B3 F1): whoever gets the family passed on speaks with them, and they hear what came of it."""

from tests.processes import hardship, sentences
from tests.processes.stage import Stage, at

ITEM, PROCESS = "linshi", "linshi_refer"


def test_whoever_gets_the_family_helps_them_to_ask(family: Stage) -> None:
    hardship.helped(family)
    family.let_pass(until=at("2026-12-08", "24:00"))
    family.do("ls_follow", referrals=["低保"])
    [task] = family.tasks("ls_refer_take")
    assert (task.role_key, task.due_at) == ("town_civil_clerk", at("2026-12-16", "24:00"))
    family.complete(
        "town_civil_clerk", "ls_refer_take", referResult="已帮助提出申请", referCaseNo="dibao-532622-20261210-00001",
        referText="已当面帮助填写低保申请",
    )  # fmt: skip
    told = sentences.said("M174", ITEM, target="低保", result="已帮助提出申请")
    assert family.told("citizen", "M174") == [told]


def test_every_flow_is_taken(untaken: list[str]) -> None:
    assert untaken == []
