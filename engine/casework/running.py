"""A case while its row is locked: row, machine and variables together, and what has to be written before the commit.

Whoever holds a `Running` holds the lock. Acts go through `act`, which moves the machine and journals what happened.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, CursorResult, Executable, Update
from sqlalchemy.orm import Session

from engine import clock, workflow
from engine.casework import history, moments, promises, shared_limits
from engine.casework.consequences import Apart, Companion, Ending, OpenStep
from engine.casework.models import Case
from engine.casework.plans import Plan
from engine.db import dumps, loads
from engine.errors import Conflict
from engine.language import feel, schedule
from engine.language.diagram import Element
from engine.registry.actors import Actor
from engine.workflow import Machine, World

FIXED = (
    "id", "case_no", "process_key", "item_code", "version_id", "called_versions", "subject_id", "subject_task_id",
    "channel", "citizen_id", "proxy_citizen_id", "proxy_account_id", "applicant_name", "applicant_identity",
    "region_code", "started_at",
)  # fmt: skip
SAVED = (
    "state", "status", "outcome", "outcome_text", "reason_code", "outcome_basis", "variables", "state_blob", "seq",
    "head", "accepted_at", "ended_at", "promised_at", "clock_stopped_at", "stopped_seconds", "supervise_at",
    "supervised", "overdue_count", "urged_at", "urge_count", "stars",
)  # fmt: skip
# Changed by nearly every act, or changed inside.
ALWAYS_SAVED = ("variables", "state_blob", "seq", "head")
COLUMNS = tuple(Case.__table__.c[name] for name in (*FIXED, *SAVED, "version"))
# What the row of a new case says unless it is told: the plain defaults of its columns.
FRESH = {
    column.name: column.default.arg if column.default is not None and column.default.is_scalar else None
    for column in COLUMNS
}

SET_BY_ENGINE = frozenset(
    {"caseNo", "itemCode", "itemName", "department", "channel", "county", "countyName", "startedAt", "promisedAt",
     "subjectCaseNo", "subjectItem", "item", "opener", "openerRole", "lateSince", "acceptedAt", "stoppedBefore",
     "caseState", "regionLevel", "plannedAt", "promiseExtended", "transfer"}
)  # fmt: skip
# One act may evaluate many expressions, each within its own budget; together they have this one.
OPERATIONS_OF_AN_ACT = 2_000_000
REOPENED = "case_reopened"
TRANSFERRED = "case_transferred"
STEP_CODES = {"entered": "e", "completed": "c", "canceled": "x", "fired": "f"}

NOTHING: Mapping[str, Any] = MappingProxyType({})

Perform = Callable[["Running", Element], Mapping[str, Any] | None]
Decide = Callable[["Running", Element, str, Mapping[str, Any]], Any]
OpenCase = Callable[..., AbstractContextManager["Running"]]


@dataclass
class CaseRow:
    """The columns of one case, by name; what is in SAVED is written back."""

    id: int
    case_no: str
    process_key: str
    item_code: str
    version_id: int
    called_versions: dict[str, int]
    subject_id: int | None
    subject_task_id: int | None
    channel: str
    citizen_id: int | None
    proxy_citizen_id: int | None
    proxy_account_id: int | None
    applicant_name: str
    applicant_identity: str
    region_code: str
    started_at: datetime
    state: str
    status: str
    outcome: str | None
    outcome_text: str | None
    reason_code: str | None
    outcome_basis: str | None
    variables: dict[str, Any]
    state_blob: bytes | None
    seq: int
    head: str
    accepted_at: datetime | None
    ended_at: datetime | None
    promised_at: datetime | None
    clock_stopped_at: datetime | None
    stopped_seconds: int
    supervise_at: datetime | None
    supervised: bool
    overdue_count: int
    urged_at: datetime | None
    urge_count: int
    stars: int | None
    version: int

    @classmethod
    def of(cls, row: Sequence[Any]) -> "CaseRow":
        return cls(*row[: len(COLUMNS)])

    @classmethod
    def begun(cls, case_id: int, given: Mapping[str, Any]) -> "CaseRow":
        """The row of a new case that was written with these columns."""
        return cls(**{**FRESH, **given, "id": case_id, "variables": loads(dumps(given["variables"]))})

    def columns(self) -> dict[str, Any]:
        """What may have to be written back, by column."""
        return {name: getattr(self, name) for name in SAVED}


def kept(plan: Plan, values: Mapping[str, Any]) -> dict[str, Any]:
    """Of the values only those that something in the bundles reads. What the engine itself sets, no form overwrites."""
    return {key: value for key, value in values.items() if key in plan.names and key not in SET_BY_ENGINE}


@dataclass
class Running:
    """One locked case. `open_case`: the door to others, for a service that acts on them too; `wanted`: companions to
    begin; `apart`: cases of their own to begin; `told`: (message, task id) for companions that stand; `notes`: what the
    next journal event shall also say; `status_before`: the case's state before the act changed it; `deadlines`: the two
    moments of each fresh task, by its token; `shared_limits`: end and begin of those that run, by their rows;
    `written`: the columns of the case as its row has them; `job_rows`, `gone_jobs`: jobs still to be written, and the
    tokens of those to be dropped; `unwritten`: a new case has no row yet; `begun`: new companions that are written with
    this case; `also`: statements that go with it; `beside`: the open steps of which a companion speaks as it begins;
    `left_region`: where the case was before the act moved it; `heard`: which accounts the act has told what."""

    session: Session
    case: CaseRow
    plan: Plan
    actor: Actor
    now: datetime
    perform: Perform
    decide: Decide
    open_case: OpenCase
    subject: "Running | None" = None
    is_new: bool = False
    wanted: list[Companion] = field(default_factory=list)
    apart: list[Apart] = field(default_factory=list)
    told: list[tuple[str, int | None]] = field(default_factory=list)
    notes: dict[str, Any] = field(default_factory=dict)
    journal_rows: list[dict[str, Any]] = field(default_factory=list)
    task_rows: list[dict[str, Any]] = field(default_factory=list)
    job_rows: list[dict[str, Any]] = field(default_factory=list)
    notice_rows: list[dict[str, Any]] = field(default_factory=list)
    heard: set[tuple[int, str]] = field(default_factory=set)
    gone_jobs: set[str] = field(default_factory=set)
    unwritten: bool = False
    begun: list["Running"] = field(default_factory=list)
    also: list[tuple[Update, dict[str, Any]]] = field(default_factory=list)
    beside: Sequence[OpenStep] | None = None
    left_region: str | None = None
    changed: bool = False
    acted: bool = False
    status_before: str | None = None
    ending: Ending | None = None
    completed_tokens: set[str] = field(default_factory=set)
    deadlines: dict[str, schedule.Moments | None] = field(default_factory=dict)
    shared_limits: dict[str, tuple[datetime, datetime]] | None = None
    tokens_before: dict[str, frozenset[str]] = field(default_factory=dict)
    written: dict[str, Any] = field(init=False)
    _machine: Machine | None = None
    _world: World | None = None
    _seen: int = 0
    _items: Mapping[str, Any] = field(default_factory=dict)
    _connection: Connection | None = None

    def __post_init__(self) -> None:
        self.written = self.case.columns()

    def execute(
        self, statement: Executable, values: Mapping[str, Any] | list[dict[str, Any]]
    ) -> CursorResult[*tuple[Any, ...]]:
        """A statement on tables. It goes past the session: an act has many, and what each of them costs counts."""
        if self._connection is None:
            self._connection = self.session.connection()
        return self._connection.execute(statement, values)

    @property
    def world(self) -> World:
        if self._world is None:
            self._world = World(
                now=self.now,
                variables=self.case.variables,
                perform=self._performed,
                decide=lambda element, decision, variables: self.decide(self, element, decision, variables),
                known={"now": self.now, **moments.functions(self.session)},
                due=self._due_at,
                passed=self._passed,
            )
        return self._world

    def _performed(self, element: Element, variables: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """What a service answers; its headers know the items of the multi-instance activities around it."""
        before, case = self._items, self.case.variables
        self._items = {name: value for name, value in variables.items() if value is not case.get(name, NOTHING)}
        try:
            return self.perform(self, element)
        finally:
            self._items = before

    def _due_at(self, element: Element, path: tuple[str, ...]) -> datetime | None:
        """What a drawn timer reads as `dueAt`; noted, so that replay need not know the calendar of that day."""
        found = shared_limits.due_at(self, element, path)
        if found is not None:
            self.notes.setdefault("dues", {})[element.id] = found.isoformat()
        return found

    @property
    def machine(self) -> Machine:
        """The machine, loaded when it is first asked for. Raises Conflict when the case has ended."""
        if self._machine is None:
            if self.case.state_blob is None:
                raise Conflict(f"Expected case {self.case.case_no} to run, but it has ended", notice="该办件已经办结")
            self._machine = workflow.load(self.plan.definition, self.case.state_blob, self.world)
            self.tokens_before = self._tokens()
        return self._machine

    @property
    def moved(self) -> bool:
        """Whether the machine was touched at all."""
        return self._machine is not None

    def begin(self, payload: Mapping[str, Any]) -> None:
        """Start the machine of a new case. The journal keeps the variables as they were before anything happened."""
        self.tokens_before = {"tasks": frozenset(), "timers": frozenset(), "jobs": frozenset()}
        self.act("case_started", self._start, payload={**payload, "variables": dict(self.case.variables)})

    def _start(self) -> None:
        self._machine = workflow.start(self.plan.definition, self.world)

    def begin_again(self, element_id: str, payload: Mapping[str, Any]) -> None:
        """重办: start a machine for a case that has ended, at one of its steps; `payload` says `after`, the highest
        number that its tokens had."""
        self.tokens_before = {"tasks": frozenset(), "timers": frozenset(), "jobs": frozenset()}

        def deed() -> None:
            definition, after = self.plan.definition, int(payload["after"])
            self._machine = workflow.reopen(definition, self.world, element_id, after=after)

        self.act(REOPENED, deed, element_id=element_id, payload=payload)

    def _tokens(self) -> dict[str, frozenset[str]]:
        machine = self._machine
        assert machine is not None
        return {
            "tasks": frozenset(w.token for w in machine.user_tasks()),
            "timers": frozenset(t.token for t in machine.timers()),
            "jobs": frozenset(w.token for w in machine.jobs()),
        }

    def act(
        self, kind: str, deed: Callable[[], object], *, element_id: str | None = None, payload: Mapping[str, Any]
    ) -> None:
        """Let the machine do `deed` and journal it with where the tokens went and the state hash it led to."""
        accepted_before = self.case.accepted_at
        with clock.pinned_at(self.now), feel.metered(OPERATIONS_OF_AN_ACT):
            deed()
        self.acted = True
        steps = self.machine.trail[self._seen :]
        self._seen = len(self.machine.trail)
        for step in steps:
            if step.what == "entered":
                self._mark(self.plan.element(step.element_id))
        if self.plan.shared:
            shared_limits.begin(
                self,
                [step.element_id for step in steps if step.what == "entered"],
                started=kind in ("case_started", REOPENED),
                accepted=accepted_before != self.case.accepted_at
                or (kind == REOPENED and self.case.accepted_at is not None),
            )
        self._explain()
        self.case.state_blob = self.machine.save()
        passed = [[STEP_CODES[step.what], step.element_id] for step in steps]
        state_hash = workflow.checksum(self.case.state_blob)
        self.journal(kind, element_id=element_id, payload={**payload, "steps": passed, "hash": state_hash})

    def exchange(self, plan: Plan, take_up: Callable[[World], Machine]) -> None:
        """迁移, as the deed of an act: go on by another plan, with the machine that takes up the state there."""
        self.plan, self._seen = plan, 0  # first of all, because what is armed there asks for its due moment
        self._machine = take_up(self.world)

    def _explain(self) -> None:
        """Ask the tables for what follows from the act, so that its event in the journal also says why."""
        asked: dict[str, schedule.Moments | None] = {}
        for waiting in self.machine.user_tasks():
            if waiting.token in self.deadlines or waiting.token in self.tokens_before["tasks"]:
                continue
            if waiting.element.id not in asked:
                asked[waiting.element.id] = shared_limits.of_task(self, waiting)
            self.deadlines[waiting.token] = asked[waiting.element.id]
        if self.status_before is not None:
            moments.note_thresholds(self, self.status_before)

    def _mark(self, element: Element) -> None:
        """Take over what the diagram says of the case's state when a token enters `element`."""
        state = element.properties.get("caseState")
        if state is not None and state != self.case.status:
            self.status_before = self.status_before or self.case.status
            self.case.status = state

    def _passed(self, element: Element) -> Mapping[str, Any]:
        """受理: completing an element with `accepts` = true, of whatever kind, begins the time that the office has."""
        if self.case.accepted_at is None and element.properties.get("accepts") == "true":
            return promises.accept(self)
        return NOTHING

    def note(self, key: str, value: object) -> None:
        """Let the next journal event also say this; notes of one key make a list."""
        self.notes.setdefault(key, []).append(value)

    def journal(self, kind: str, *, element_id: str | None = None, payload: Mapping[str, Any] | None = None) -> None:
        """Append one event to the chain; the rows are written at the end of the transaction."""
        case = self.case
        made = history.row(
            case.head,
            case_id=case.id,
            seq=case.seq + 1,
            at=self.now,
            kind=kind,
            element_id=element_id,
            actor=self.actor.ref,
            actor_name=self.actor.title,
            payload={**(payload or {}), **self.notes},
        )
        self.notes = {}
        case.seq, case.head = made["seq"], made["hash"]
        self.journal_rows.append(made)
        self.changed = True

    def value_of(self, text: str, known: Mapping[str, Any] = NOTHING) -> Any:
        """A plain text, or the value of a FEEL expression over the case's variables when it begins with "="; `known`:
        what else is known where it stands."""
        if not text.startswith("="):
            return text
        variables = {name: feel.to_feel(value) for name, value in {**self.case.variables, **self._items}.items()}
        return feel.compile(text[1:])({**self.world.known, **variables, **known})

    def items_of(self, token: str) -> dict[str, Any]:
        """The items of the multi-instance activities around a token, as FEEL values: what is known where it stands."""
        return {name: feel.to_feel(value) for name, value in self.machine.local(token).items()}

    def write(self, values: Mapping[str, Any]) -> None:
        """Keep those values that something in the bundle reads; the full answers live in the submission."""
        self.case.variables.update(kept(self.plan, values))

    def hear(
        self,
        message: str,
        values: Mapping[str, Any],
        *,
        element_id: str | None = None,
        noted: Mapping[str, Any] = NOTHING,
    ) -> bool:
        """Take a message that the case waits for; False when it does not. `noted`: what the journal says too."""
        if self.case.state != "active" or not any(name == message for name, _ in self.machine.messages()):
            return False
        self.write(values)
        self.act(
            "message_received",
            lambda: self.machine.send(message),
            element_id=element_id,
            payload={"message": message, "values": dict(values), **noted},
        )
        return True
