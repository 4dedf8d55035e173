"""Replay (重放): the recorded inputs of a case, executed again on the recorded version, compared step by step.

Nothing is written and nobody is asked again: services and decisions answer what the journal says they answered.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import clock, workflow
from engine.casework import (
    history,
    migrating,
    mocks,
    moments,
    past_plans,
    plans,
    services,
    submissions,
    timeline,
    undoing,
)
from engine.casework.history import INPUTS
from engine.casework.models import Case, HistoryEvent, Submission
from engine.casework.past_plans import Spell
from engine.casework.plans import Plan
from engine.casework.running import OPERATIONS_OF_AN_ACT, REOPENED, TRANSFERRED, kept
from engine.db import dumps, loads
from engine.errors import Conflict, NotFound, Refusal
from engine.language import feel
from engine.language.diagram import Element
from engine.oversight import reasons
from engine.oversight.reasons import Reason
from engine.registry import masks
from engine.registry.actors import Actor
from engine.workflow import Machine, World


@dataclass(frozen=True)
class Replayed:
    """`steps`: input events executed again; `difference`: the first one that led elsewhere, in a sentence, or None."""

    case_no: str
    steps: int
    difference: str | None

    @property
    def equal(self) -> bool:
        return self.difference is None


@dataclass(frozen=True)
class Step:
    """One event for the auditor: `current` and `passed` are element ids as they were right after it."""

    seq: int
    at: datetime
    kind: str
    sentence: str
    who: str
    element_id: str | None
    current: tuple[str, ...]
    passed: tuple[str, ...]
    flows: tuple[str, ...]
    values: tuple[tuple[str, str], ...]
    reasons: tuple[Reason, ...]
    companions: tuple[timeline.Line, ...]


def replay(session: Session, case_no: str) -> Replayed:
    """Execute the journal again. Raises NotFound."""
    case = session.scalar(select(Case).where(Case.case_no == case_no))
    if case is None:
        raise NotFound(f"Expected case {case_no}, but there is none", notice="没有找到这个办件")
    broken = history.verify(session, case.id)
    if broken is not None:
        return Replayed(case_no, 0, f"第 {broken} 条流水的校验值不符，记录可能被改动")
    events = [event for event in history.events(session, case.id) if event.kind in INPUTS]
    player = _Player(session, past_plans.spells(session, case, events)[0].plan, case)
    for number, event in enumerate(events, start=1):
        wrong = _difference(player, event)
        if wrong is not None:
            return Replayed(case_no, number, f"第 {event.seq} 条（{timeline.sentence(player.plan, event)}）{wrong}")
    return Replayed(case_no, len(events), player.differs_from_row())


def _difference(player: "_Player", event: HistoryEvent) -> str | None:
    """What is wrong with one event, as the end of a sentence."""
    try:
        state = player.play(event)
    except Refusal as refusal:
        return f"重放失败：{refusal}"
    return None if state == event.payload["hash"] else "之后的流程状态与记录不一致"


class _Player:
    """A machine that is fed from the journal."""

    def __init__(self, session: Session, plan: Plan, case: Case) -> None:
        self.session, self.plan, self.case = session, plan, case
        self.recorded: Mapping[str, Any] = {}
        self.answers: dict[str, list[Any]] = {}
        self.world = World(
            now=case.started_at,
            variables={},
            perform=self._perform,
            decide=self._decide,
            due=self._due,
            passed=self._passed,
        )
        self.machine: Machine | None = None
        self.left: list[tuple[Plan, bytes]] = []

    def play(self, event: HistoryEvent) -> str:
        """Do what the event recorded; returns the state hash that it leads to."""
        self.recorded, self.world.now = event.payload, event.at
        self.answers = {name: list(event.payload.get(name, ())) for name in ("services", "decisions", mocks.HELD)}
        self.world.known = {"now": event.at, **moments.functions(self.session)}
        with clock.pinned_at(event.at), feel.metered(OPERATIONS_OF_AN_ACT):
            if event.kind == "case_started":
                self.world.variables.update(event.payload["variables"])
                self.machine = workflow.start(self.plan.definition, self.world)
            elif event.kind == REOPENED:
                self._begin_again(event.element_id or "", event.payload)
            elif event.kind == past_plans.MIGRATED:
                self._go_over(event.payload)
            elif event.kind == past_plans.UNDONE:
                self._come_back(event.payload)
            else:
                self._act(event.kind, event.payload)
        assert self.machine is not None
        return self.machine.state_hash()

    def _act(self, kind: str, payload: Mapping[str, Any]) -> None:
        assert self.machine is not None
        if kind == "task_completed":
            self.world.variables.update(kept(self.plan, self._submitted(payload)))
            if "straight" in payload:
                self.machine.send_on(payload["token"], payload["straight"])
            else:
                self.machine.complete(payload["token"])
        elif kind == "task_returned":
            self.machine.send_back(payload["token"], payload["target"])
        elif kind == "task_taken_back":
            undoing.restore(self.world.variables, payload["undo"])
            self.machine.take_back(payload["undo"])
        elif kind == "message_received":
            self.world.variables.update(kept(self.plan, payload["values"]))
            self.machine.send(payload["message"])
        elif kind == "job_completed":
            self.machine.finish_job(payload["token"], payload["values"])
        elif kind == "case_resumed":
            self.world.variables.update(payload["values"])
            self.machine.put_off({token: datetime.fromisoformat(at) for token, at in payload["timers"].items()})
        elif kind == TRANSFERRED:
            self.world.variables.update(payload["values"])
        elif kind == "case_terminated":
            self.machine.cancel()
        else:
            self.machine.wake()

    def _begin_again(self, element_id: str, payload: Mapping[str, Any]) -> None:
        self.world.variables.update(payload["values"])
        self.machine = workflow.reopen(self.plan.definition, self.world, element_id, after=payload["after"])

    def _go_over(self, payload: Mapping[str, Any]) -> None:
        """To another version, by the very mapping; what was left is kept for the way back."""
        assert self.machine is not None
        new, state = plans.plan(self.session, payload["now"]["version"], payload["now"]["called"]), self.machine.save()
        moved = workflow.Passage(self.plan.definition, new.definition, payload["mapping"]).move(state)
        if not isinstance(moved, workflow.Moved):
            raise Conflict("流程状态无法按记录的方案迁移")
        self.left.append((self.plan, state))
        self.plan = new
        self.world.variables.update(migrating.answers(self.session, payload["filled"]))
        self.machine = workflow.arrive(new.definition, moved, self.world)

    def _come_back(self, payload: Mapping[str, Any]) -> None:
        assert self.machine is not None
        self.plan, state = self.left.pop()
        for name in payload["emptied"]:
            self.world.variables.pop(name)
        self.machine = workflow.load(self.plan.definition, state, self.world)

    def _submitted(self, payload: Mapping[str, Any]) -> Mapping[str, Any]:
        """The values of a step, as the form gave them at that time. Raises Conflict when they were changed since."""
        row = self.session.get(Submission, payload["submission"])
        if row is None or submissions.digest(row.values) != payload["digest"]:
            raise Conflict("提交的内容与流水中的校验值不符，可能被改动")
        values: Mapping[str, Any] = row.values
        return values

    def _perform(self, element: Element, _variables: Mapping[str, Any]) -> Mapping[str, Any] | None:
        if self._answer(mocks.HELD, element):
            return None
        values: Mapping[str, Any] | None = self._answer("services", element)
        return {} if values is None and element.task_type in services.inline() else values

    def _decide(self, element: Element, _decision: str, _variables: Mapping[str, Any]) -> Any:
        trace = self._answer("decisions", element)
        if trace is None:
            raise Conflict(f"Expected a recorded decision at {element.id}, but there is none")
        return trace["value"]

    def _passed(self, element: Element) -> Mapping[str, Any]:
        """What acceptance sets anew: the end that was promised."""
        promised = self.recorded.get("promised") if element.properties.get("accepts") == "true" else None
        return {"promisedAt": promised} if promised else {}

    def _answer(self, name: str, element: Element) -> Any:
        """What was answered at the element; when it was asked several times in one act, one after the other."""
        waiting = self.answers[name]
        found = next((one for one in waiting if one[0] == element.id), None)
        if found is None:
            return None
        waiting.remove(found)
        return found[1]

    def differs_from_row(self) -> str | None:
        """Whether the case's own row says something else than its journal led to."""
        assert self.machine is not None
        if self.machine.ended != (self.case.state == "ended"):
            return "办件的办结状态与流水不一致"
        if self.case.state_blob is not None and self.machine.save() != self.case.state_blob:
            return "办件当前的流程状态与流水不一致"
        # As the row keeps them: a fraction that is reckoned with is told apart from the same one read back.
        kept = loads(dumps(self.world.variables))
        return None if kept == self.case.variables else "办件的变量与流水不一致"

    def _due(self, element: Element, _path: tuple[str, ...]) -> datetime | None:
        found = self.recorded.get("dues", {}).get(element.id)
        return datetime.fromisoformat(found) if found else None


def steps(session: Session, case: Case, actor: Actor) -> list[Step]:
    """The whole history for stepping through it, each event with the diagram's state right after it."""
    companions = timeline.of_companions(session, case)
    return list(_steps(session, case, companions, masked=masks.for_viewer(actor, case)))


def _steps(session: Session, case: Case, companions: list[timeline.Line], *, masked: bool) -> Iterator[Step]:
    current: dict[str, int] = {}
    passed: list[str] = []
    events = history.events(session, case.id)
    spells = past_plans.spells(session, case, events)
    for index, event in enumerate(events):
        plan = past_plans.at_event(spells, event.seq)
        _follow(event, current, passed)
        until = events[index + 1].at if index + 1 < len(events) else None
        standing = tuple(key for key, count in current.items() if count > 0)
        yield Step(
            seq=event.seq,
            at=event.at,
            kind=event.kind,
            sentence=timeline.sentence(plan, event),
            who=timeline.who(case, event),
            element_id=event.element_id,
            current=standing,
            passed=tuple(passed),
            flows=tuple(timeline.flows_between(plan, passed, standing)),
            values=_values(session, spells, event, masked=masked),
            reasons=reasons.of_event(plan, case, event, masked=masked),
            companions=tuple(
                line for line in companions
                if line.at is not None and line.at >= event.at and (until is None or line.at < until)
            ),
        )  # fmt: skip


def _follow(event: HistoryEvent, current: dict[str, int], passed: list[str]) -> None:
    """Move the tokens by one event: e entered, c completed, x canceled, f fired; and by a migration."""
    for old, new in event.payload.get("renamed", ()):
        current[old] = current.get(old, 0) - 1
        current[new] = current.get(new, 0) + 1
    for what, element_id in event.payload.get("steps", ()):
        if what == "e":
            current[element_id] = current.get(element_id, 0) + 1
            continue
        current[element_id] = current.get(element_id, 0) - 1
        if what in ("c", "f") and element_id not in passed:
            passed.append(element_id)


def _values(
    session: Session, spells: Sequence[Spell], event: HistoryEvent, *, masked: bool
) -> tuple[tuple[str, str], ...]:
    number = event.payload.get("submission")
    row = session.get(Submission, number) if number is not None else None
    return timeline.answered(session, spells, row, masked=masked).answers if row is not None else ()
