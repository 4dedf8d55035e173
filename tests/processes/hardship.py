"""A family whose house has burned, on its way through 临时救助: the stretches behind which chapters' tests begin."""

from typing import Any

from engine import clock as engine_clock
from engine.casework.models import Case
from tests.processes import household, paying
from tests.processes.stage import Stage

NO_GRANT = dict.fromkeys(["payAmount", "payChannel", "bankName", "accountNo", "holderRelation"])
DENIED = {**NO_GRANT, "approveDecision": "不同意", "approveOpinion": "家庭收入可以承担，不同意救助"}
BACK = {**NO_GRANT, "approveDecision": "退回", "approveOpinion": "支出票据没有核对，请重新调查"}


def outcome(case: Case) -> tuple[str, str | None, str | None]:
    return case.state, case.outcome, case.outcome_text


def urgent(stage: Stage, **asked: Any) -> None:
    """They need help now, and the town takes it as such."""
    stage.raise_hand(urgentNow=True, **asked)
    stage.do("ls_triage_now")


def decided(stage: Stage, **first: Any) -> None:
    """Looked into, and granted by the town."""
    urgent(stage)
    stage.do("ls_quick")
    stage.do("ls_town_first", **first)


def helped(stage: Stage) -> None:
    decided(stage)
    stage.do("ls_pay_now")
    stage.do("ls_paperwork")


def surveyed(stage: Stage, **found: Any) -> None:
    """Accepted as one who has 低保 already, whose expenses alone are looked into."""
    stage.raise_hand()
    stage.do("ls_triage")
    stage.do("ls_expense", **found)


def published(stage: Stage, **draft: Any) -> None:
    """The town agrees, and nobody in the village objects."""
    stage.do("ls_prelim", **draft)
    stage.do("ls_prelim_2")
    stage.do("pb_post")
    stage.let_pass(until=household.notice(stage).until_at)
    household.taken_down(stage)


def proposed(stage: Stage, **draft: Any) -> None:
    surveyed(stage)
    published(stage, **draft)


def grant(stage: Stage, element_id: str, **changes: Any) -> None:
    """Whoever may decides that they get it, on the applicant's own account."""
    holder = {"accountHolder": stage.people["citizen"].name}
    stage.do(element_id, **{**holder, **changes})
    stage.let_pass(until=engine_clock.now())


def pay(stage: Stage) -> None:
    """The department, the treasury and the department again have done their part."""
    for step, (who, usual) in paying.STEPS.items():
        stage.complete(who, step, **usual)
        stage.let_pass(until=engine_clock.now())
    slip = [stage.file("county_civil_clerk")]
    given = {
        "directResult": "已发放",
        "directWay": "银行转账",
        "directOn": "2026-11-16",
        "directFile": slip,
    }
    stage.complete("county_civil_clerk", "py_direct", **given)
    stage.let_pass(until=engine_clock.now())
