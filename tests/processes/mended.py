"""A house on its way through 农村危房改造: the stretches that the tests of its chapters begin behind."""

from datetime import timedelta
from typing import Any

from engine import clock, settings
from engine.casework.models import Case
from engine.language import bundle as bundles
from tests.processes import paying, steps
from tests.processes.stage import Stage

REPAIR = {"houseGrade": "C", "expertStrengthen": None}
NO_ACCOUNT = dict.fromkeys([*steps.ACCOUNT, "cardKept"])
NO_AID = dict.fromkeys(["planYear", "payAmount", "payFund", "payChannel", "areaLimit"])


def outcome(case: Case) -> tuple[str, str | None, str | None]:
    return case.state, case.outcome, case.outcome_text


def decide(process: str, decision: str, **given: Any) -> Any:
    """What a table says that this process asks."""
    found = bundles.read(bundles.collect(process, bundles.from_folder(settings.ROOT))).decisions[decision]
    return found.decide(decision, {"county": "532622", **given})


def graded(stage: Stage, **grade: Any) -> None:
    """The house has its grade; D unless another is given."""
    stage.bring_to("hs_grade")
    stage.do("hs_grade", **grade)
    stage.do("hs_grade_2")


def published(stage: Stage) -> None:
    """The notice hangs for its seven days, and nobody objects."""
    stage.do("pb_post")
    stage.let_pass(until=clock.local(clock.now()) + timedelta(days=8))
    stage.do("pb_down")
    stage.complete("village_leader", "pb_down_2", villageObjection=False)


def appraised(stage: Stage, **grade: Any) -> None:
    """The village agrees, and the county is to review."""
    graded(stage, **grade)
    stage.do("hs_appraise")
    stage.do("hs_appraise_2")
    published(stage)


def approved(stage: Stage, review: dict[str, Any] | None = None, **grade: Any) -> None:
    appraised(stage, **grade)
    stage.do("hs_review", **(review or {}))
    stage.do("hs_review_2")


def finished(stage: Stage) -> None:
    """Built, and looked at by the town; the county is to accept it."""
    approved(stage)
    stage.do("hs_agree")
    stage.do("hs_works", worksState="竣工")
    stage.do("hs_town_check")


def granted(stage: Stage) -> None:
    """Accepted by the county; the payment begins."""
    finished(stage)
    stage.do("hs_final")
    stage.let_pass(until=clock.now())


def paid(stage: Stage) -> None:
    """The department, the treasury and the bank have done their part."""
    granted(stage)
    for step, (who, usual) in paying.STEPS.items():
        stage.complete(who.replace("civil", "housing"), step, **usual)
        stage.let_pass(until=clock.now())
    paying.bring(stage, "1,成功,2026-11-24 15:00,李柜员,30000.00,")
