"""How a case ended (结果): the outcome, the words for it, of which kind the reason is, and on what it rests.

The rule: the end event says all four (`outcome`, `outcomeText`, `reasonCode`, `outcomeBasis`), as texts or as FEEL over
what was answered; people read the kind of reason by its name: the domain's, or of an item's own kinds the form's.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from engine.casework import plans
from engine.casework.models import Case
from engine.casework.plans import Plan
from engine.casework.running import Running
from engine.language.diagram import Element

# The codes of domain 0.3.
NAMES: Mapping[str, str] = {
    "NR01": "不属于本事项受理范围",
    "NR02": "不属于本地管辖（已告知并转办）",
    "NR03": "非服务对象（非农村人口/非低收入人口）",
    "NR04": "已享受同一待遇",
    "NR05": "同一事项正在办理",
    "NR06": "代办未获本人同意",
    "NR07": "信息经核实与本人不符",
    "NR08": "问题描述不清且逾期未补正",
    "NR99": "其他",
    "WITHDRAWN_BY_CITIZEN": "申请人撤回",
    "CORRECTION_EXPIRED": "逾期未补正",
    "REFUSES_COOPERATION": "不配合调查核实",
    "DECEASED": "申请人死亡",
    "MOVED_AWAY": "申请人已迁出",
    "DUPLICATE": "重复申请",
    "FALSE_INFORMATION": "提供虚假信息",
    "CONSENT_DENIED": "未获本人同意",
    "NO_WILL": "没有意愿",
    "UNPAID": "未按期缴费",
    "OTHER": "其他原因",
    "MOCK_OVER": "模拟办事结束",
}
# The words say it already.
UNSAID = ("NR99", "OTHER", "WITHDRAWN_BY_CITIZEN", "MOCK_OVER")


@dataclass(frozen=True)
class Outcome:
    """What an end says: `code` and `basis` are empty where it names none."""

    outcome: str
    text: str | None
    code: str | None
    basis: str | None

    def told(self) -> dict[str, str | None]:
        """What the journal says of it; nothing of what is not there."""
        more = {"code": self.code, "basis": self.basis}
        return {"outcome": self.outcome, "text": self.text, **{key: said for key, said in more.items() if said}}


def of(running: Running, element: Element | None) -> Outcome:
    """What a case's end says: an act that ended it (终止), or the last end event that names an outcome."""
    if running.ending is not None:
        ending = running.ending
        return Outcome(ending.outcome, ending.text or (element.name if element else None), ending.code, None)
    said = element.properties if element else {}

    def told(name: str) -> str | None:
        value = running.value_of(said[name]) if name in said else None
        return str(value) if value else None

    text = told("outcomeText") or (element.name if element else None)
    return Outcome(said.get("outcome", "COMPLETED"), text, told("reasonCode"), told("outcomeBasis"))


def kind_of(session: Session, case: Case) -> str | None:
    """The name of the kind of reason for which a case ended; None where there is none, or it says nothing."""
    if case.reason_code is None or case.reason_code in UNSAID:
        return None
    known = NAMES.get(case.reason_code)
    return known or named(plans.plan(session, case.version_id, case.called_versions), case.reason_code)


def named(plan: Plan, code: str) -> str:
    """A kind of reason as a form of the case calls it."""
    forms = [form for bundle in (plan.main, *plan.called.values()) for form in bundle.forms.values()]
    options = (option for form in forms for field in form.fields for option in field.options)
    return next((option.label for option in options if option.value == code), code)
