"""重复与在享校验 (domain 0.4, i_dup): what somebody has under way, what they get already, and as whom they are known.

The rule: only what is under way stops an application; the rest is told to whoever accepts it.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import exists, select

from engine.casework import money
from engine.casework.models import Case
from engine.casework.money_models import Benefit
from engine.casework.running import Running
from engine.db import one_at_a_time
from engine.language import feel
from engine.language.diagram import Element


def open_cases(running: Running, element: Element) -> Mapping[str, Any]:
    """`duplicateCaseNo`: the number of an unfinished case of the same person and item, or null; `enjoyed`: what the
    person gets every month, in words; `lowIncomeTypes`: the kinds of low income under which the platform knows them,
    by what they get and, as header `watchedAs` calls it, by a case of `watchedBy` that runs for them.

    A process that is about somebody else than the applicant says about whom (its property `subjectOf`, FEEL): then one
    person may report as many others as there are, each once.
    """
    if not running.case.applicant_identity:
        return {"duplicateCaseNo": None, "enjoyed": [], "lowIncomeTypes": []}
    one_at_a_time(running.session, f"{running.case.process_key} of {running.case.applicant_identity}")
    granted = _granted(running)
    kinds = [benefit.item_name for benefit in granted]
    if _is_watched(running, element.headers.get("watchedBy", "")):
        kinds.append(element.headers["watchedAs"])
    return {
        "duplicateCaseNo": _same(running),
        "enjoyed": [_said(benefit) for benefit in granted],
        "lowIncomeTypes": list(dict.fromkeys(kinds)),
    }


def _same(running: Running) -> str | None:
    case = running.case
    found = running.session.execute(
        select(Case.case_no, Case.variables).where(
            Case.applicant_identity == case.applicant_identity,
            Case.process_key == case.process_key,
            Case.state != "ended",
            Case.id != case.id,
        )
    )
    about = _about(running, case.variables)
    return next((row.case_no for row in found if _about(running, row.variables) == about), None)


def _about(running: Running, variables: Mapping[str, Any]) -> Any:
    """Whom a case is about, where its process says that it is not the applicant."""
    written = running.plan.main.process.properties.get("subjectOf", "")
    if not written.startswith("="):
        return None
    return feel.compile(written[1:])({name: feel.to_feel(value) for name, value in variables.items()})


def _granted(running: Running) -> list[Benefit]:
    wanted = select(Benefit).where(
        Benefit.payee_identity == running.case.applicant_identity, Benefit.state == "running"
    )
    return list(running.session.scalars(wanted.order_by(Benefit.id)))


def _is_watched(running: Running, process_key: str) -> bool:
    watching = exists().where(
        Case.applicant_identity == running.case.applicant_identity,
        Case.process_key == process_key,
        Case.state != "ended",
    )
    return bool(process_key and running.session.scalar(select(watching)))


def _said(benefit: Benefit) -> str:
    return f"{benefit.item_name}，{benefit.start_month} 起每月 {money.yuan(benefit.monthly)} 元"
