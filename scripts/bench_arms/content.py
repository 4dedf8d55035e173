"""The process that every arm runs: six user tasks in a row, a form of 1.6 KB at the first, small ones at the others.

With deadlines, each task has a reminder and an overdue mark: two boundary timers in the stock arms, a row of the
deadlines table in ours.
"""

import json
from itertools import pairwise
from typing import Any

from engine.settings import ROOT

STEPS = ("apply", "accept", "survey", "review", "approve", "pay")
ROLE, REGION = "county_water_clerk", "532622"
# The row of rules/deadlines.dmn that gives each step its reminder and its due date.
SLA_KEY = "water.wt_verify"
BASIS = "《社会救助暂行办法》第五十条"

_NAMESPACES = (
    'xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
)
_PARAGRAPH = "家庭主要劳动力患病，收入锐减，水窖开裂，全家靠到三公里外背水度日，请求尽快核实并给予救助。"
_LONG = {f"circumstance{number}": _PARAGRAPH for number in range(10)}


def process_key(deadlines: bool) -> str:
    """The id of the process in our arms."""
    return "bench_timed" if deadlines else "bench_plain"


def answers(step: str) -> dict[str, Any]:
    """What somebody fills in at a step. The first is 1.6 KB of JSON in UTF-8."""
    small = {"agreed": True, "opinion": "情况属实，同意上报。"}
    return {**_LONG, **small} if step == STEPS[0] else small


def stock_diagram(deadlines: bool) -> str:
    """The process as SpiffWorkflow's own parser reads it, with its timers in Python's notation."""
    tasks = "".join(f'<bpmn:userTask id="{step}" name="{step}" />' for step in STEPS)
    timers = "".join(_timers(step) for step in STEPS) if deadlines else ""
    return _diagram("bench", f"{tasks}{timers}")


def _timers(step: str) -> str:
    return "".join(_timer(step, what, days) for what, days in (("remind", 2), ("overdue", 5)))


def _timer(step: str, what: str, days: int) -> str:
    """A boundary timer that does not interrupt, and what it does."""
    name = f"{step}_{what}"
    return (
        f'<bpmn:boundaryEvent id="{name}" attachedToRef="{step}" cancelActivity="false"><bpmn:timerEventDefinition>'
        f'<bpmn:timeDuration xsi:type="bpmn:tFormalExpression">"P{days}D"</bpmn:timeDuration>'
        f"</bpmn:timerEventDefinition></bpmn:boundaryEvent>"
        f'<bpmn:scriptTask id="{name}_do"><bpmn:script>{name} = True</bpmn:script></bpmn:scriptTask>'
        f'<bpmn:endEvent id="{name}_end" />{_flow(name, f"{name}_do")}{_flow(f"{name}_do", f"{name}_end")}'
    )


def files(deadlines: bool) -> dict[str, bytes]:
    """The same process as a version of ours: diagram, two forms, the shipped rules."""
    key = process_key(deadlines)
    tasks = "".join(_our_task(step, deadlines) for step in STEPS)
    return {
        f"processes/{key}.bpmn": _diagram(key, f"{_lane('start', *STEPS, 'end')}{tasks}").encode(),
        "forms/bench_long.form": _form("bench_long", tuple(_LONG)),
        "forms/bench_small.form": _form("bench_small", ()),
        **_rules(*(("deadlines",) if deadlines else ())),
    }


def _rules(*more: str) -> dict[str, bytes]:
    """The shipped tables. A process that takes the one of deadlines has to give each of its tasks a row there."""
    names = [f"rules/{name}.dmn" for name in ("messages", "supervise_threshold", *more)]
    return {name: (ROOT / name).read_bytes() for name in names}


def loop() -> dict[str, bytes]:
    """A step that is done again for as long as it is agreed to."""
    inside = (
        f"{_lane('start', 'again', 'turn', 'end')}{_our_task('again', deadlines=False)}"
        '<bpmn:startEvent id="start" name="start" /><bpmn:endEvent id="end" name="end" />'
        '<bpmn:exclusiveGateway id="turn" name="again?" default="turn__end" />'
        f"{_flow('start', 'again')}{_flow('again', 'turn')}{_flow('turn', 'end')}"
        '<bpmn:sequenceFlow id="turn__again" name="yes" sourceRef="turn" targetRef="again"><bpmn:conditionExpression '
        'xsi:type="bpmn:tFormalExpression">=agreed = true</bpmn:conditionExpression></bpmn:sequenceFlow>'
    )
    return _version("bench_loop", _process("bench_loop", inside))


def row_of(length: int) -> dict[str, bytes]:
    """So many steps in a row."""
    steps = tuple(f"step{number}" for number in range(length))
    inside = _lane("start", *steps, "end") + "".join(_our_task(step, deadlines=False) for step in steps)
    return _version(f"bench_row_{length}", _diagram(f"bench_row_{length}", inside, steps))


def timer() -> dict[str, bytes]:
    """A case that waits for two days and ends."""
    inside = (
        f'{_lane("start", "wait", "end")}<bpmn:startEvent id="start" name="start" />'
        '<bpmn:intermediateCatchEvent id="wait" name="wait"><bpmn:timerEventDefinition><bpmn:timeDuration '
        'xsi:type="bpmn:tFormalExpression">P2D</bpmn:timeDuration></bpmn:timerEventDefinition>'
        '</bpmn:intermediateCatchEvent><bpmn:endEvent id="end" name="end" />'
        f"{_flow('start', 'wait')}{_flow('wait', 'end')}"
    )
    return _version("bench_timer", _process("bench_timer", inside))


def _version(key: str, diagram: str) -> dict[str, bytes]:
    forms = {"forms/bench_small.form": _form("bench_small", ())}
    return {f"processes/{key}.bpmn": diagram.encode(), **forms, **_rules()}


def _lane(*nodes: str) -> str:
    named = "".join(f"<bpmn:flowNodeRef>{name}</bpmn:flowNodeRef>" for name in nodes)
    return f'<bpmn:laneSet id="lanes"><bpmn:lane id="{ROLE}" name="{ROLE}">{named}</bpmn:lane></bpmn:laneSet>'


def _our_task(step: str, deadlines: bool) -> str:
    form = "bench_long" if step == STEPS[0] else "bench_small"
    sla = f'<zeebe:property name="slaKey" value="{SLA_KEY}" />' if deadlines else ""
    basis = f'<zeebe:property name="legalBasis" value="{BASIS}" />'
    return (
        f'<bpmn:userTask id="{step}" name="{step}"><bpmn:extensionElements><zeebe:formDefinition formId="{form}" />'
        f'<zeebe:properties><zeebe:property name="region" value="{REGION}" />{sla}{basis}</zeebe:properties>'
        f"</bpmn:extensionElements></bpmn:userTask>"
    )


def _form(form_id: str, long: tuple[str, ...]) -> bytes:
    must: dict[str, Any] = {"required": True}
    texts: list[dict[str, Any]] = [{"type": "textarea", "key": key, "label": key, "validate": must} for key in long]
    yes_or_no = [{"label": "是", "value": True}, {"label": "否", "value": False}]
    asked: list[dict[str, Any]] = [
        *texts,
        {"type": "radio", "key": "agreed", "label": "同意", "values": yes_or_no, "validate": must},
        {"type": "textarea", "key": "opinion", "label": "意见", "validate": {**must, "minLength": 2}},
    ]
    components = [{"id": f"{form_id}_{one['key']}", **one} for one in asked]
    whole = {"type": "default", "id": form_id, "schemaVersion": 19, "components": components}
    return json.dumps(whole, ensure_ascii=False).encode()


def _diagram(key: str, inside: str, steps: tuple[str, ...] = STEPS) -> str:
    """A row of the steps from start to end."""
    flows = "".join(_flow(source, target) for source, target in pairwise(("start", *steps, "end")))
    ends = '<bpmn:startEvent id="start" name="start" /><bpmn:endEvent id="end" name="end" />'
    return _process(key, f"{inside}{ends}{flows}")


def _process(key: str, inside: str) -> str:
    return (
        f'<bpmn:definitions {_NAMESPACES} id="definitions" targetNamespace="http://bpmn.io/schema/bpmn">'
        f'<bpmn:process id="{key}" name="{key}" isExecutable="true">{inside}</bpmn:process></bpmn:definitions>'
    )


def _flow(source: str, target: str) -> str:
    return f'<bpmn:sequenceFlow id="{source}__{target}" sourceRef="{source}" targetRef="{target}" />'
