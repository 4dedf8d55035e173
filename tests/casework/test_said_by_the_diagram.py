"""What a diagram says beside its flow: a schedule that starts from the table, a banner above all that begins it."""

import json

import pytest

from engine.casework import offered
from engine.db import reading
from tests.casework import content
from tests.casework.conftest import Office
from tests.processes.stage import at


def changed(before: str, after: str, files: dict[str, bytes] | None = None) -> dict[str, bytes]:
    files = files or content.small()
    diagram = files["processes/small.bpmn"].decode()
    assert before in diagram
    return {**files, "processes/small.bpmn": diagram.replace(before, after, 1).encode()}


@pytest.mark.parametrize(
    ("written", "due"),
    [
        ("=dueAt", ("2026-11-18", "24:00")),
        ("=if problemText = null then dueAt else now + duration(&quot;PT72H&quot;)", ("2026-11-19", "09:00")),
    ],
)
def test_a_schedule_of_the_diagram_may_start_from_what_the_table_says(
    office: Office, written: str, due: tuple[str, str]
) -> None:
    form = '<zeebe:formDefinition formId="small_answer" />'
    office.deploy(changed(form, f'{form}<zeebe:taskSchedule dueDate="{written}" />'))
    assert office.task(office.raise_hand(), "sm_answer").due_at == at(*due)


@pytest.mark.parametrize(("wanted", "state"), [(1, "ended"), (2, "active")])
def test_what_is_read_inside_a_filter_only_is_kept(office: Office, wanted: int, state: str) -> None:
    files = changed("=good<", "=good and count([1, 2][item &gt; wanted]) = 1<")
    number = {"type": "number", "key": "wanted", "label": "几天"}
    apply = json.loads(files["forms/small_apply.form"])
    apply["components"].append({"id": "small_apply_wanted", **number})
    office.deploy(changed("=not(good)", "=true", {**files, "forms/small_apply.form": json.dumps(apply).encode()}))
    case = office.raise_hand(wanted=wanted)
    office.complete(office.town, case, "sm_answer", good=True)
    assert office.case(case).variables["wanted"] == wanted
    assert office.case(case).state == state


def test_a_process_says_what_stands_above_all_that_begins_it(office: Office) -> None:
    with reading() as session:
        assert (offered.banner(session, "small"), offered.banner(session, "nothing")) == ("", "")
    said = '<bpmn:extensionElements><zeebe:properties><zeebe:property name="banner" value="急症请直接就医" />'
    lanes = '<bpmn:laneSet id="lanes">'
    office.deploy(changed(lanes, f"{said}</zeebe:properties></bpmn:extensionElements>{lanes}"))
    with reading() as session:
        assert offered.banner(session, "small") == "急症请直接就医"
