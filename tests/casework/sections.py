"""A service with a row of steps, a section of two branches, a message to the citizen and an end; forms of a few fields.

The town takes it, the county checks it, both answer beside each other; the county decides, tells the citizen, closes.
"""

from typing import Any

from engine.casework import cases
from engine.casework.models import Case
from engine.db import transaction
from tests.casework.conftest import Office
from tests.casework.content import HEAD, RULES, end, flow, form, lane, shipped, text, user_task

TELL = (
    '<bpmn:sendTask id="se_tell" name="告知"><bpmn:extensionElements><zeebe:taskDefinition type="notice" />'
    '<zeebe:taskHeaders><zeebe:header key="messageKey" value="M05" /><zeebe:header key="to" value="citizen" />'
    "</zeebe:taskHeaders></bpmn:extensionElements></bpmn:sendTask>"
)
COUNT = (
    '<bpmn:scriptTask id="se_count" name="计数"><bpmn:extensionElements>'
    '<zeebe:script expression="=if rounds = null then 1 else rounds + 1" resultVariable="rounds" />'
    "</bpmn:extensionElements></bpmn:scriptTask>"
)


def number(key: str, label: str) -> dict[str, object]:
    return {"type": "number", "key": key, "label": label, "validate": {"required": True}}


def service() -> dict[str, bytes]:
    """The service's files; its process is `sections`."""
    steps = ("se_take", "se_check", "se_a", "se_b", "se_decide", "se_close")
    body = (
        '<bpmn:process id="sections" name="几步几支" isExecutable="true"><bpmn:laneSet id="lanes">'
        + lane("citizen", "se_begin", "se_ask")
        + lane("town_water_clerk", "se_take", "se_a", "se_count")
        + lane("county_water_clerk", "se_check", "se_fork", "se_b", "se_join", "se_decide", "se_tell", "se_close",
               "se_end")
        + "</bpmn:laneSet>"
        + '<bpmn:startEvent id="se_begin" name="有事" />'
        + user_task("se_ask", "提出", "se_ask")
        + user_task("se_take", "接收", "se_take", slaKey="water.wt_verify", caseState="ROUTED")
        + COUNT
        + user_task("se_check", "核对", "se_check", slaKey="water.wt_take", caseState="CHECKING", accepts="true")
        + '<bpmn:parallelGateway id="se_fork" name="分头办理" />'
        + user_task("se_a", "乡镇意见", "se_a", slaKey="water.wt_verify", caseState="INVESTIGATING")
        + user_task("se_b", "县级意见", "se_b", slaKey="water.wt_take")
        + '<bpmn:parallelGateway id="se_join" name="汇总" />'
        + user_task("se_decide", "决定", "se_decide", slaKey="water.wt_take", caseState="COUNTY_REVIEW")
        + TELL
        + user_task("se_close", "办结", "se_close", slaKey="water.wt_take")
        + end("se_end", "完", "COMPLETED")
        + flow("se_begin", "se_ask") + flow("se_ask", "se_take") + flow("se_take", "se_count")
        + flow("se_count", "se_check") + flow("se_check", "se_fork") + flow("se_fork", "se_a")
        + flow("se_fork", "se_b") + flow("se_a", "se_join") + flow("se_b", "se_join") + flow("se_join", "se_decide")
        + flow("se_decide", "se_tell") + flow("se_tell", "se_close") + flow("se_close", "se_end")
        + "</bpmn:process>"
    )  # fmt: skip
    fields = {
        "se_take": [number("amount", "户数"), text("finding", "情况")],
        "se_check": [{**text("remark", "备注"), "conditional": {"hide": "=amount > 1000"}}],
    }
    forms = {f"forms/{step}.form": form(step, *fields.get(step, [text(f"{step}_text", "意见")])) for step in steps}
    asked = form(
        "se_ask",
        text("applicantName", "姓名"),
        {**text("applicantIdNo", "身份证号码"), "properties": {"format": "idno"}},
        {**text("problemRegion", "问题所在地"), "properties": {"format": "region"}},
        text("problemText", "问题", minLength=5, maxLength=500),
    )
    return {
        "processes/sections.bpmn": f"{HEAD}{body}</bpmn:definitions>".encode(),
        "forms/se_ask.form": asked,
        **forms,
        **{path: content for path, content in shipped().items() if path in RULES},
    }


ANSWERS: dict[str, dict[str, Any]] = {
    "se_take": {"amount": 12, "finding": "水源枯竭"},
    "se_check": {"remark": "情况属实"},
    **{step: {f"{step}_text": "同意办理"} for step in ("se_a", "se_b", "se_decide", "se_close")},
}


def begin(office: Office, *steps: str) -> Case:
    """A case of this service after these steps."""
    office.deploy(service())
    with transaction() as session:
        case = cases.start(session, "sections", actor=office.citizen, channel="SELF", values=office.answers())
    walk(office, case, *steps)
    return case


def walk(office: Office, case: Case, *steps: str) -> None:
    """Complete these steps, each by whom it is for."""
    for step in steps:
        actor = office.town if step in ("se_take", "se_a") else office.county
        office.complete(actor, case, step, **ANSWERS[step])
