"""The small service with a decision behind its answer: a table whose rows may contradict each other, and a formula."""

from itertools import pairwise

from tests.casework import content
from tests.language.decisions import written

# Analysis cannot know of texts whether both conditions hold, so such rows come as far as a running case.
DOUBLE = written.table(
    ["opinion"], ["level", "days"],
    ['contains(?, "水")', '"A"', "3"],
    ['contains(?, "管")', '"B"', "5"],
    ['not(contains(?, "水") or contains(?, "管"))', '"C"', "round half up(base / 2, 0)"],
)  # fmt: skip


def files(*, waits: bool = False) -> dict[str, bytes]:
    """The small service with a business rule task behind the answer; `waits`: an hour passes before it decides."""
    found = content.small()
    table = DOUBLE.replace("<rule id='r1'>", "<rule id='r1'><description>饮水的事</description>")
    rules = written.file(
        written.decision("grade", table, name="分级", requires=["base"]),
        written.decision("base", written.formula("string length(opinion)"), name="字数"),
    )
    task = (
        '<bpmn:businessRuleTask id="sm_rule" name="分级"><bpmn:extensionElements>'
        '<zeebe:calledDecision decisionId="grade" resultVariable="level" />'
        "</bpmn:extensionElements></bpmn:businessRuleTask>"
    )
    timer = (
        '<bpmn:intermediateCatchEvent id="sm_wait" name="等一小时"><bpmn:timerEventDefinition><bpmn:timeDuration>PT1H'
        "</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:intermediateCatchEvent>"
    )
    way = ["sm_answer", "sm_wait", "sm_rule", "sm_good"] if waits else ["sm_answer", "sm_rule", "sm_good"]
    flows = "".join(content.flow(one, other) for one, other in pairwise(way))
    drawn = found["processes/small.bpmn"].decode()
    drawn = drawn.replace(content.flow("sm_answer", "sm_good"), task + (timer if waits else "") + flows)
    answer = content.form(
        "small_answer", content.yes_no("good", "可以吗"), content.text("opinion", "意见", maxLength=4000)
    )
    return {
        **found,
        "processes/small.bpmn": drawn.encode(),
        "forms/small_answer.form": answer,
        "rules/grade.dmn": rules,
    }
