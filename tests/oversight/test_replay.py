"""Replay: recorded inputs lead to recorded states on every path; what was tampered with is found by its step."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select, text

from engine.casework import history
from engine.casework.models import Case, HistoryEvent, Submission
from engine.db import current, reading, transaction
from engine.errors import NotFound
from engine.oversight import replay
from tests.casework import content
from tests.casework.conftest import Office, office, stage  # noqa: F401 - two fixtures
from tests.processes.stage import Stage, at


def differences() -> dict[str, str]:
    """What is wrong with any case or companion."""
    with reading() as session:
        numbers = session.scalars(select(Case.case_no)).all()
        assert numbers
        found = {number: replay.replay(session, number) for number in numbers}
    return {number: one.difference for number, one in found.items() if one.difference is not None}


def refused(stage: Stage) -> None:  # noqa: F811
    reason = "反映的是小区物业用水收费，不在受理范围"
    stage.raise_hand()
    stage.do(
        "wt_take",
        inScope=False,
        rejectReasonCode="NR01",
        rejectBasis="《运行管理办法》第四条",
        rejectReason=reason,
        town=None,
        urgency=None,
    )


def withdrawn(stage: Stage) -> None:  # noqa: F811
    stage.bring_to("wt_verify")
    stage.urge()
    stage.withdraw()


def corrected(stage: Stage) -> None:  # noqa: F811
    stage.bring_to("co_correct")
    stage.clock.advance(hours=30)
    stage.do("co_correct")


def correction_expired(stage: Stage) -> None:  # noqa: F811
    stage.bring_to("co_correct")
    stage.let_pass(until=at("2026-12-10"))


def solved_and_rated(stage: Stage) -> None:  # noqa: F811
    stage.bring_to("wt_confirm")
    stage.do("wt_confirm")
    stage.complete("citizen", "rt_rate", stars="5")


def planned(stage: Stage) -> None:  # noqa: F811
    stage.bring_to("wt_long")
    stage.do("wt_long")


def sent_back(stage: Stage) -> None:  # noqa: F811
    stage.bring_to("wt_redispatch")
    stage.do("wt_redispatch")


def supervised(stage: Stage) -> None:  # noqa: F811
    stage.raise_hand()
    stage.supervise()
    stage.let_pass(until=at("2026-11-30"))


def consented(stage: Stage) -> None:  # noqa: F811
    stage.raise_hand(by="neighbour", channel="PROXY", **stage.proxy_answers())
    stage.consent(agrees=True)


PATHS = (
    refused, withdrawn, corrected, correction_expired, solved_and_rated, planned, sent_back, supervised, consented,
)  # fmt: skip


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.__name__)
def test_a_shipped_path_replays_equal(stage: Stage, path: Callable[[Stage], None]) -> None:  # noqa: F811
    path(stage)
    assert differences() == {}


def test_a_counter_right_after_the_start_replays_equal(office: Office) -> None:  # noqa: F811
    files = content.small(name="小事计数")
    script = (
        '<bpmn:scriptTask id="sm_count" name="计数"><bpmn:extensionElements>'
        '<zeebe:script expression="=if rounds = null then 1 else rounds + 1" resultVariable="rounds" />'
        "</bpmn:extensionElements></bpmn:scriptTask>"
    )
    first, last = content.flow("sm_begin", "sm_count"), content.flow("sm_count", "sm_ask")
    drawn = files["processes/small.bpmn"].decode().replace(content.flow("sm_begin", "sm_ask"), script + first + last)
    office.deploy({**files, "processes/small.bpmn": drawn.encode()})
    case = office.raise_hand()
    assert office.case(case).variables["rounds"] == 1
    assert differences() == {}


def test_an_unknown_case_is_not_found(office: Office) -> None:  # noqa: F811
    with pytest.raises(NotFound), reading() as session:
        replay.replay(session, "small-1")


def test_a_tampered_submission_is_found_with_its_step(office: Office) -> None:  # noqa: F811
    case = office.raise_hand()
    office.complete(office.town, case, "sm_answer", good=False, opinion="不行")
    with transaction() as session:
        row = session.scalars(select(Submission).where(Submission.element_id == "sm_answer")).one()
        row.values = {**row.values, "opinion": "很好"}
    found = differences()[case.case_no]
    assert "第 3 条" in found and "答复" in found


def rewritten(case: Case, change: Callable[[list[HistoryEvent]], None]) -> None:
    """Somebody with all rights over the database takes the trigger away and rewrites the journal."""
    sqlite = current().dialect.name == "sqlite"
    with transaction() as session:
        off = "DROP TRIGGER history_event_no_update" if sqlite else "ALTER TABLE history_event DISABLE TRIGGER USER"
        session.execute(text(off))
        change(history.events(session, case.id))
        session.flush()
        if not sqlite:
            session.execute(text("ALTER TABLE history_event ENABLE TRIGGER USER"))


def test_a_tampered_event_is_found_by_its_number(office: Office) -> None:  # noqa: F811
    case = office.raise_hand()

    def rename(events: list[HistoryEvent]) -> None:
        events[1].actor_name = "别人"

    rewritten(case, rename)
    assert "第 2 条" in differences()[case.case_no]


def test_a_journal_that_was_chained_anew_is_found_by_what_it_leads_to(office: Office) -> None:  # noqa: F811
    """The forger knows how the chain is made and makes it again, the head in the case's row included."""
    case = office.raise_hand()
    office.complete(office.town, case, "sm_answer", good=False, opinion="不行")

    heads: list[str] = []

    def forge(events: list[HistoryEvent]) -> None:
        head = ""
        for event in events:
            if event.seq == 2:
                event.payload = {**event.payload, "hash": "0" * 64}
            told: dict[str, Any] = {
                name: getattr(event, name)
                for name in ("case_id", "seq", "at", "kind", "element_id", "actor", "actor_name", "payload")
            }
            head = event.hash = history.event_hash(head, **told)
        heads.append(head)

    rewritten(case, forge)
    with transaction() as session:
        session.get_one(Case, case.id).head = heads[0]
    with reading() as session:
        assert history.verify(session, case.id) is None
    assert "第 2 条" in differences()[case.case_no]


@pytest.mark.parametrize("what", ["variables", "state"])
def test_a_row_that_says_something_else_than_the_journal_is_found(office: Office, what: str) -> None:  # noqa: F811
    case = office.raise_hand()
    with transaction() as session:
        row = session.get_one(Case, case.id)
        if what == "variables":
            row.variables = {**row.variables, "county": "532623"}
        else:
            row.state_blob = (row.state_blob or b"").replace(b'"last":', b'"last":9')
    assert case.case_no in differences()


def test_an_auditor_steps_through_what_each_step_saw(stage: Stage) -> None:  # noqa: F811
    stage.raise_hand()
    stage.let_pass(until=at("2026-11-17", "09:30"))
    stage.do("wt_take")
    with reading() as session:
        case = session.get_one(Case, stage.case_id)
        steps = replay.steps(session, case, stage.people["prov_office"])
    assert [step.seq for step in steps] == list(range(1, case.seq + 1))
    taken = next(step for step in steps if step.element_id == "wt_take" and step.kind == "task_completed")
    assert "wt_town_take" in taken.current and "wt_take" not in taken.current and "wt_take" in taken.passed
    assert taken.values and taken.who and taken.flows
    assert any("时限提醒" in line.text for step in steps for line in step.companions)
    identity = stage.people["citizen"].identity_number
    assert all(identity not in value for step in steps for _, value in step.values)


def test_an_act_that_counted_much_is_replayed_with_the_same_allowance(office: Office) -> None:  # noqa: F811
    files = content.small()
    drawn = files["processes/small.bpmn"].decode()
    # Some 600,000 operations: more than one expression may use by itself, less than an act may.
    script = (
        '<bpmn:scriptTask id="sm_count" name="计数"><bpmn:extensionElements>'
        '<zeebe:script expression="=count(for i in 1..450, j in 1..450 return i + j)" resultVariable="counted" />'
        "</bpmn:extensionElements></bpmn:scriptTask>"
    )
    way = content.flow("sm_answer", "sm_count") + content.flow("sm_count", "sm_good")
    files["processes/small.bpmn"] = drawn.replace(content.flow("sm_answer", "sm_good"), script + way).encode()
    office.deploy(files)
    case = office.raise_hand()
    office.complete(office.town, case, "sm_answer", good=True, opinion="可以")
    assert office.case(case).variables["counted"] == 450 * 450
    assert differences() == {}
