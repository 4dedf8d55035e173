"""Processes for tests that nobody applies for: one that people begin, and one that the clock begins."""

from tests.casework import content
from tests.casework.content import end, flow, form, lane, text, user_task

MONTHLY = "R/2026-01-02T09:00:00+08:00/P1M"


def errand(*, begun_by: str = "unit_contact,county_office,citizen") -> dict[str, bytes]:
    """一件杂事: asked for by `begun_by`, done by the clerk of the county."""
    ask = form(
        "errand_ask",
        text("wish", "要办什么", minLength=5),
        {"type": "select", "key": "aboutCase", "label": "哪一件", "valuesExpression": "=casesOfMine"},
    )
    said = f'<zeebe:property name="begunBy" value="{begun_by}" />'
    properties = f"<bpmn:extensionElements><zeebe:properties>{said}</zeebe:properties></bpmn:extensionElements>"
    asks = '<bpmn:extensionElements><zeebe:formDefinition formId="errand_ask" /></bpmn:extensionElements>'
    begin = f'<bpmn:startEvent id="er_begin" name="提出">{asks}</bpmn:startEvent>'
    return {**_drawn("errand", "杂事", begin, properties), "forms/errand_ask.form": ask}


def monthly(cycle: str = MONTHLY, *, kind: str = "timeCycle") -> dict[str, bytes]:
    """每月一办: begun by the clock, done by the clerk of the county."""
    moment = f"<bpmn:{kind}>{cycle}</bpmn:{kind}>"
    timer = f"<bpmn:timerEventDefinition>{moment}</bpmn:timerEventDefinition>"
    return _drawn("monthly", "每月一办", f'<bpmn:startEvent id="er_begin" name="到时">{timer}</bpmn:startEvent>')


def _drawn(key: str, name: str, begin: str, properties: str = "") -> dict[str, bytes]:
    done = user_task("er_do", "办理", "errand_do", slaKey="water.wt_take")
    body = (
        f'<bpmn:process id="{key}" name="{name}" isExecutable="true">{properties}<bpmn:laneSet id="lanes">'
        + lane("county_water_clerk", "er_begin", "er_do", "er_end")
        + f"</bpmn:laneSet>{begin}{done}"
        + end("er_end", "办结", "COMPLETED")
        + flow("er_begin", "er_do")
        + flow("er_do", "er_end")
        + "</bpmn:process>"
    )
    shipped = content.shipped()
    return {
        f"processes/{key}.bpmn": f"{content.HEAD}{body}</bpmn:definitions>".encode(),
        "forms/errand_do.form": form("errand_do", text("result", "结果")),
        **{path: shipped[path] for path in content.RULES},
    }
