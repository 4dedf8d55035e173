"""办理转介 (domain B3 F1): whoever gets the family passed on files with them, and they hear what came of it."""

from typing import Any

import pytest

from engine.casework import drafts
from engine.casework.models import ApplicationDraft, Case
from engine.db import reading, transaction
from engine.errors import Invalid
from tests.processes import hardship, household, sentences, steps
from tests.processes.stage import Stage, at

ITEM, PROCESS = "linshi", "linshi_refer"
CLERK = "town_civil_clerk"


def passed_on(family: Stage, *referrals: str) -> None:
    hardship.helped(family)
    family.let_pass(until=at("2026-12-08", "24:00"))
    family.do("ls_follow", referrals=list(referrals))


def prepared(family: Stage, who: str = CLERK) -> list[ApplicationDraft]:
    with reading() as session:
        return drafts.mine(session, family.people[who])


def file(family: Stage, **asked: Any) -> Case:
    """The clerk completes the draft and files it."""
    actor = family.people[CLERK]
    given = {key: [family.file(CLERK)] if value is steps.FILE else value for key, value in asked.items()}
    with transaction() as session:
        [draft] = drafts.mine(session, actor)
        drafts.save(session, draft.key, actor, given)
        return drafts.submit(session, draft.key, actor)


def test_where_there_is_an_item_an_application_is_filled_in_and_filed_for_them(family: Stage) -> None:
    passed_on(family, "低保")
    [task] = family.tasks("ls_refer_take")
    assert (task.role_key, task.due_at) == (CLERK, at("2026-12-16", "24:00"))
    family.complete(CLERK, "ls_refer_take", referResult="代为申请", referText="已当面说明，愿意申请低保")
    [draft] = prepared(family)
    about = family.case()
    assert (draft.process_key, draft.channel, draft.values["applicantName"]) == ("dibao", "GOV", about.applicant_name)
    assert draft.values["members"] == about.variables["members"]
    written = {"referFileText": "已提交，材料由家庭提供"}
    with pytest.raises(Invalid) as refusal:
        family.complete(CLERK, "ls_refer_file", **written)
    family.refused("ls_refer_not", refusal.value)
    case = file(family, **{**steps.ASKED["dibao"], **household.answers(family)})
    assert (case.process_key, case.channel, case.applicant_identity) == ("dibao", "GOV", about.applicant_identity)
    assert case.status == "SUBMITTED", "the consent that was given is not asked for again"
    family.complete(CLERK, "ls_refer_file", **written)
    result = f"已代为提出申请，受理编号{case.case_no}"
    assert family.told("citizen", "M174") == [sentences.said("M174", ITEM, target="低保", result=result)]
    assert family.companion(PROCESS).outcome_text == f"低保：{result}"


def test_what_the_family_has_asked_for_meanwhile_is_not_filed_a_second_time(family: Stage) -> None:
    passed_on(family, "低保")
    family.complete(CLERK, "ls_refer_take", referResult="代为申请", referText="已当面说明，愿意申请低保")
    relief, family.item = family.case_id, "dibao"
    own = family.raise_hand(**household.answers(family))
    family.case_id, family.item = relief, ITEM
    family.complete(CLERK, "ls_refer_file", referFileText="本人昨天自己提交了申请")
    assert family.companion(PROCESS).outcome_text == f"低保：申请已经在办，编号{own.case_no}"


@pytest.mark.parametrize(
    ("target", "who", "result"),
    [
        ("慈善帮扶", "county_civil_clerk", "已联系慈善组织"),
        ("医疗救助", "county_medins_clerk", "本人自己申请"),
        ("特困供养", CLERK, "不符合条件"),
    ],
)
def test_nothing_is_filled_in_for_who_does_not_want_it_or_where_there_is_no_item(
    family: Stage, target: str, who: str, result: str
) -> None:
    passed_on(family, target)
    family.complete(who, "ls_refer_take", referResult=result, referText="已联系本人说明办法")
    assert prepared(family, who) == [] and family.tasks("ls_refer_file") == []
    assert family.told("citizen", "M174") == [sentences.said("M174", ITEM, target=target, result=result)]


def test_a_charity_has_no_form_to_file(family: Stage) -> None:
    passed_on(family, "慈善帮扶")
    with pytest.raises(Invalid):
        family.complete("county_civil_clerk", "ls_refer_take", referResult="代为申请", referText="已联系本人说明办法")


def test_every_flow_is_taken(untaken: list[str]) -> None:
    assert untaken == []
