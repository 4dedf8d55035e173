"""A small service for tests: a citizen asks, a town clerk answers, and the citizen may withdraw or urge."""

import json
from typing import Any

from engine import settings
from engine.language import bundle

RULES = ("rules/deadlines.dmn", "rules/messages.dmn", "rules/supervise_threshold.dmn")
HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="d" targetNamespace="http://bpmn.io/schema/bpmn">'
)


def shipped() -> dict[str, bytes]:
    """All files of processes/, forms/ and rules/."""
    return bundle.from_folder(settings.ROOT)


def form(form_id: str, *components: dict[str, Any]) -> bytes:
    listed = [{"id": f"{form_id}_{one['key']}", **one} for one in components]
    whole = {"type": "default", "id": form_id, "schemaVersion": 19, "components": listed}
    return json.dumps(whole, ensure_ascii=False).encode()


def text(key: str, label: str, **validate: Any) -> dict[str, Any]:
    return {"type": "textfield", "key": key, "label": label, "validate": {"required": True, **validate}}


def yes_no(key: str, label: str) -> dict[str, Any]:
    values = [{"label": "是", "value": True}, {"label": "否", "value": False}]
    return {"type": "radio", "key": key, "label": label, "values": values, "validate": {"required": True}}


def user_task(element_id: str, name: str, form_id: str, **properties: str) -> str:
    properties = {"legalBasis": "办事指南", **properties}
    listed = "".join(f'<zeebe:property name="{key}" value="{value}" />' for key, value in properties.items())
    return (
        f'<bpmn:userTask id="{element_id}" name="{name}"><bpmn:extensionElements>'
        f'<zeebe:formDefinition formId="{form_id}" /><zeebe:properties>{listed}</zeebe:properties>'
        f"</bpmn:extensionElements></bpmn:userTask>"
    )


def flow(source: str, target: str, condition: str = "") -> str:
    inside = f"<bpmn:conditionExpression>={condition}</bpmn:conditionExpression>" if condition else ""
    name = f"{source}__{target}"
    ends = f'sourceRef="{source}" targetRef="{target}"'
    return f'<bpmn:sequenceFlow id="{name}" name="{name}" {ends}>{inside}</bpmn:sequenceFlow>'


def lane(role: str, *elements: str) -> str:
    inside = "".join(f"<bpmn:flowNodeRef>{element}</bpmn:flowNodeRef>" for element in elements)
    return f'<bpmn:lane id="{role}" name="{role}">{inside}</bpmn:lane>'


def end(element_id: str, name: str, outcome: str) -> str:
    return (
        f'<bpmn:endEvent id="{element_id}" name="{name}"><bpmn:extensionElements><zeebe:properties>'
        f'<zeebe:property name="outcome" value="{outcome}" /></zeebe:properties>'
        "</bpmn:extensionElements></bpmn:endEvent>"
    )


def reacting(prefix: str, message: str, *, interrupting: bool, outcome: str = "") -> str:
    last = end(f"{prefix}_end", "结束", outcome) if outcome else f'<bpmn:endEvent id="{prefix}_end" name="结束" />'
    return (
        f'<bpmn:subProcess id="{prefix}" name="{message}" triggeredByEvent="true">'
        f'<bpmn:startEvent id="{prefix}_start" name="{message}" isInterrupting="{str(interrupting).lower()}">'
        f'<bpmn:messageEventDefinition messageRef="m_{message}" /></bpmn:startEvent>'
        f"{last}{flow(f'{prefix}_start', f'{prefix}_end')}</bpmn:subProcess>"
    )


def small(*, name: str = "小事", task_name: str = "答复") -> dict[str, bytes]:
    """The service's files; a changed name makes another version."""
    messages = ("CITIZEN_WITHDRAW", "CITIZEN_URGE")
    body = (
        f'<bpmn:process id="small" name="{name}" isExecutable="true"><bpmn:laneSet id="lanes">'
        + lane("citizen", "sm_begin", "sm_ask")
        + lane("town_water_clerk", "sm_answer", "sm_good", "sm_end", "sm_bad")
        + lane("county_water_clerk", "sm_again")
        + "</bpmn:laneSet>"
        + '<bpmn:startEvent id="sm_begin" name="有事" />'
        + user_task("sm_ask", "提出", "small_apply")
        + user_task(
            "sm_answer", task_name, "small_answer",
            slaKey="water.wt_verify", caseState="INVESTIGATING", accepts="true",
        )
        + '<bpmn:exclusiveGateway id="sm_good" name="可以吗" />'
        + user_task("sm_again", "复核", "small_again", slaKey="water.wt_take", caseState="COUNTY_REVIEW")
        + end("sm_end", "办结", "COMPLETED")
        + end("sm_bad", "不予受理", "NOT_ACCEPTED")
        + flow("sm_begin", "sm_ask") + flow("sm_ask", "sm_answer") + flow("sm_answer", "sm_good")
        + flow("sm_good", "sm_end", "good") + flow("sm_good", "sm_again", "not(good)")
        + flow("sm_again", "sm_bad")
        + reacting("sm_withdraw", "CITIZEN_WITHDRAW", interrupting=True, outcome="WITHDRAWN")
        + reacting("sm_urge", "CITIZEN_URGE", interrupting=False)
        + "</bpmn:process>"
    )  # fmt: skip
    declared = "".join(f'<bpmn:message id="m_{message}" name="{message}" />' for message in messages)
    apply = form(
        "small_apply",
        text("applicantName", "姓名"),
        {**text("applicantIdNo", "身份证号码"), "properties": {"format": "idno"}},
        {**text("problemRegion", "问题所在地"), "properties": {"format": "region"}},
        text("problemText", "问题", minLength=5, maxLength=500),
    )
    answer = form(
        "small_answer", yes_no("good", "可以吗"), {**text("opinion", "意见"), "conditional": {"hide": "=good"}}
    )
    rules = {path: content for path, content in shipped().items() if path.startswith("rules/")}
    return {
        "processes/small.bpmn": f"{HEAD}{declared}{body}</bpmn:definitions>".encode(),
        "forms/small_apply.form": apply,
        "forms/small_answer.form": answer,
        "forms/small_again.form": form("small_again", text("reason", "理由", minLength=10)),
        **{
            path: rules[path] for path in ("rules/deadlines.dmn", "rules/messages.dmn", "rules/supervise_threshold.dmn")
        },
    }
