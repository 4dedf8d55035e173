"""Only elements that the engine executes: others would silently do nothing, or the wrong thing."""

from collections.abc import Iterator

from engine.language.diagram import Element
from engine.language.lint.subject import Finding, Subject, named

TIMERS = frozenset({"timeDate", "timeDuration", "timeCycle"})
EVENTS = {
    "startEvent": frozenset({"message", "timeDate", "timeCycle"}),
    "endEvent": frozenset({"message", "error", "signal", "escalation", "terminate"}),
    "intermediateCatchEvent": frozenset({"message", "signal", "timeDate", "timeDuration"}),
    "intermediateThrowEvent": frozenset({"message", "signal", "escalation"}),
    "receiveTask": frozenset({"message"}),
    "boundaryEvent": TIMERS | {"message", "signal", "error", "escalation"},
}
# The start of an event sub-process listens as a boundary event of everything around it does.
STARTS_OF_EVENT_SUB_PROCESSES = EVENTS["boundaryEvent"]
ACTIVITIES = frozenset(
    {
        "task",
        "userTask",
        "serviceTask",
        "sendTask",
        "receiveTask",
        "scriptTask",
        "businessRuleTask",
        "callActivity",
        "subProcess",
    }
)
GATEWAYS = frozenset({"exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway"})
_NAMES = {
    "complexGateway": "复杂网关",
    "adHocSubProcess": "特设子流程",
    "transaction": "事务子流程",
    # The standard lets it complete when the work is done, of which no engine learns; to pass through it would be wrong.
    "manualTask": "手工任务（平台不知道它何时做完，无法按规定等待；请改用用户任务，由办理人提交）",
    "link": "链接事件",
    "compensate": "补偿",
    "conditional": "条件事件",
    "cancel": "取消事件",
}


def check(subject: Subject) -> Iterator[Finding]:
    """Elements, kinds of events and markers that are not executed."""
    for element in subject.elements():
        if element.kind not in ACTIVITIES | GATEWAYS | EVENTS.keys():
            yield Finding(element.id, f"不支持{_NAMES.get(element.kind, element.kind)}")
        elif element.event is not None and element.event.kind not in _events_of(subject, element):
            kind = _NAMES.get(element.event.kind, element.event.kind)
            yield Finding(element.id, f"{named(element)}不支持这种触发方式：{kind}")
        elif element.loop is not None and element.kind not in ACTIVITIES:
            yield Finding(element.id, f"{named(element)}不能有多实例标记")


def _events_of(subject: Subject, element: Element) -> frozenset[str]:
    starts = {
        inner.id
        for reacting in subject.elements("subProcess")
        if reacting.triggered_by_event and reacting.process is not None
        for inner in reacting.process.elements
        if inner.kind == "startEvent"
    }
    return STARTS_OF_EVENT_SUB_PROCESSES if element.id in starts else EVENTS.get(element.kind, frozenset())
