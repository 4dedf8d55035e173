"""Tables of casework: versions, cases, user tasks, submissions, history, jobs, incidents, notices and the outbox.

Rows are for people, `case.state_blob` for the machine, `history_event` for the auditor; one transaction writes all.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.casework import list_keys
from engine.casework.act_models import CaseCopy, Click, Opinion, Suspension
from engine.casework.call_models import OutsideCall
from engine.casework.export_models import ListExport
from engine.casework.imprest_models import ImprestTopUp
from engine.casework.limit_models import SharedLimit
from engine.casework.list_keys import partial
from engine.casework.migration_models import CaseMigration, MigratedCase
from engine.casework.money_models import Benefit, Payment, PaymentLine
from engine.casework.packing import Packed
from engine.casework.page_models import PublicPage
from engine.casework.publicity_models import PublicNotice, PublicObjection
from engine.casework.recurring_models import RecurringStart
from engine.casework.switch_models import ItemSwitch
from engine.casework.version_models import FileContent, VersionFile
from engine.db import Base, Digest, Json, Moment

__all__ = [
    "Activation", "ApplicationDraft", "Attachment", "Benefit", "Case", "CaseCopy", "CaseMigration", "CaseNumber",
    "Click", "FileContent", "HistoryEvent", "ImprestTopUp", "Incident", "ItemSwitch", "Job", "ListExport",
    "MigratedCase", "Notice", "Opinion", "OutboxMessage", "OutsideCall", "OverdueRecord", "Payment", "PaymentLine",
    "ProcessVersion", "PublicNotice", "PublicObjection", "PublicPage", "RecurringStart", "SharedLimit", "Submission",
    "Suspension",
    "TaskDraft", "UserTask", "VersionFile",
]  # fmt: skip


class ProcessVersion(Base):
    """流程版本: a frozen bundle, known by its SHA-256. state: draft, approved, active, retired, rejected."""

    __tablename__ = "process_version"
    __table_args__ = (
        UniqueConstraint("process_key", "number"),
        CheckConstraint("state IN ('draft', 'approved', 'active', 'retired', 'rejected')", name="state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    process_key: Mapped[str] = mapped_column(String(40), index=True)
    name: Mapped[str] = mapped_column(String(80))
    number: Mapped[int]
    checksum: Mapped[str] = mapped_column(String(64), unique=True)
    state: Mapped[str] = mapped_column(String(10), default="draft")
    remark: Mapped[str] = mapped_column(Text, default="")
    uploaded_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    uploaded_at: Mapped[datetime] = mapped_column(Moment)
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    approved_at: Mapped[datetime | None] = mapped_column(Moment)
    warnings: Mapped[Any] = mapped_column(Json, default=list)

    files: Mapped[list[VersionFile]] = relationship(order_by=VersionFile.path)


class Activation(Base):
    """启用: from `active_from` on, new cases in the region's subtree run on this version."""

    __tablename__ = "activation"

    id: Mapped[int] = mapped_column(primary_key=True)
    process_key: Mapped[str] = mapped_column(String(40), index=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("process_version.id"))
    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"))
    active_from: Mapped[datetime] = mapped_column(Moment)
    activated_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[datetime] = mapped_column(Moment)


class CaseNumber(Base):
    """The last number given out, per item, county and day."""

    __tablename__ = "case_number"

    prefix: Mapped[str] = mapped_column(String(60), primary_key=True)
    last: Mapped[int]


class Case(Base):
    """办件: one running or ended process. A companion is a case of its own that stands beside another (`subject_id`).

    `state`: active, suspended or ended, the machine's view; `status`: the state of domain 0.3, the citizen's view.
    `seq`, `head`: number and hash of the last history event; `version`: counts saves.
    `supervise_at` is the moment at which `supervise.bpmn` starts beside it; null once it stands, or is not needed.
    """

    __tablename__ = "case"
    __table_args__ = (
        CheckConstraint("state IN ('active', 'suspended', 'ended')", name="state"),
        partial("ix_case_supervise_at", "supervise_at", where="supervise_at IS NOT NULL"),
        partial("ix_case_subject", "subject_id", where="subject_id IS NOT NULL"),
        *list_keys.OF_CASES,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_no: Mapped[str] = mapped_column(String(60))
    serial: Mapped[int] = mapped_column(default=list_keys.serial)
    """The running number at the end of the case number, by which people look for it."""
    process_key: Mapped[str] = mapped_column(String(40))
    item_code: Mapped[str] = mapped_column(String(40))
    version_id: Mapped[int] = mapped_column(ForeignKey("process_version.id"))
    called_versions: Mapped[Any] = mapped_column(Json, default=dict)
    """Called process id → version id, pinned when the case began."""
    subject_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"))
    subject_task_id: Mapped[int | None]
    channel: Mapped[str] = mapped_column(String(8))
    citizen_id: Mapped[int | None] = mapped_column(ForeignKey("citizen.id"), index=True)
    proxy_citizen_id: Mapped[int | None] = mapped_column(ForeignKey("citizen.id"))
    proxy_account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    applicant_name: Mapped[str] = mapped_column(String(60), default="")
    applicant_identity: Mapped[str] = mapped_column(String(18), default="", index=True)
    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"), index=True)
    county_code: Mapped[str] = mapped_column(String(6), default=list_keys.county)
    """The first six digits of the region; both change by a transfer 移交 only."""
    state: Mapped[str] = mapped_column(String(10), default="active")
    status: Mapped[str] = mapped_column(String(24), default="SUBMITTED")
    outcome: Mapped[str | None] = mapped_column(String(40))
    outcome_text: Mapped[str | None] = mapped_column(Text)
    reason_code: Mapped[str | None] = mapped_column(String(24))
    outcome_basis: Mapped[str | None] = mapped_column(Text)
    variables: Mapped[Any] = mapped_column(Json, default=dict)
    state_blob: Mapped[bytes | None] = mapped_column(LargeBinary)
    seq: Mapped[int] = mapped_column(default=0)
    head: Mapped[str] = mapped_column(Digest, default="")
    version: Mapped[int] = mapped_column(default=0)
    started_at: Mapped[datetime] = mapped_column(Moment, index=True)
    accepted_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    promised_at: Mapped[datetime | None] = mapped_column(Moment)
    clock_stopped_at: Mapped[datetime | None] = mapped_column(Moment)
    stopped_seconds: Mapped[int] = mapped_column(default=0)
    supervise_at: Mapped[datetime | None] = mapped_column(Moment)
    supervised: Mapped[bool] = mapped_column(default=False)
    overdue_count: Mapped[int] = mapped_column(default=0)
    urged_at: Mapped[datetime | None] = mapped_column(Moment)
    urge_count: Mapped[int] = mapped_column(default=0)
    stars: Mapped[int | None]


class UserTask(Base):
    """待办: one step that waits for a person. Claimed means open with an assignee.

    `kind`: step, a token of the machine waits here; cosign 加签, a signature beside the step `host_id`, which no token
    knows. `position`: before or after that step. A cosignature is `waiting` until its turn comes.
    `owner_id`: who asked the assignee in person: the owner of a delegated (委派) step, or who wants the signature.
    `submission_id`: the step was submitted and takes effect when the last signature after it is given; of such a
    signature, what it is asked for.
    `companion_at` = the moment at which `deadline.bpmn` starts beside it (the reminder, or the due date where there is
    none before); null once it stands, or when there is no deadline. A task in time costs these columns, nothing else.
    """

    __tablename__ = "user_task"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'open', 'completed', 'canceled')", name="state"),
        CheckConstraint("kind IN ('step', 'cosign')", name="kind"),
        CheckConstraint("position IN ('before', 'after')", name="position"),
        CheckConstraint("(kind = 'step') = (token IS NOT NULL)", name="token"),
        CheckConstraint("(kind = 'step') = (host_id IS NULL)", name="host"),
        partial("ix_user_task_companion_at", "companion_at", where="companion_at IS NOT NULL"),
        partial("ix_user_task_asked", "assignee_id", where="owner_id IS NOT NULL"),
        partial("ix_user_task_owner", "owner_id", where="owner_id IS NOT NULL"),
        partial("ix_user_task_host", "host_id", where="host_id IS NOT NULL"),
        *list_keys.OF_TASKS,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    subject_id: Mapped[int]
    """The case under which people find it: its own or, of a companion, the one beside which that stands."""
    kind: Mapped[str] = mapped_column(String(6), default="step")
    token: Mapped[str | None] = mapped_column(String(24))
    host_id: Mapped[int | None] = mapped_column(ForeignKey("user_task.id"))
    position: Mapped[str | None] = mapped_column(String(6))
    element_id: Mapped[str] = mapped_column(String(60))
    name: Mapped[str] = mapped_column(String(80))
    item_code: Mapped[str] = mapped_column(String(40))
    role_key: Mapped[str] = mapped_column(String(40))
    region_code: Mapped[str] = mapped_column(String(12))
    form_id: Mapped[str | None] = mapped_column(String(60))
    instance: Mapped[int | None]
    state: Mapped[str] = mapped_column(String(10), default="open")
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    submission_id: Mapped[int | None]
    claimed_at: Mapped[datetime | None] = mapped_column(Moment)
    created_at: Mapped[datetime] = mapped_column(Moment)
    due_at: Mapped[datetime | None] = mapped_column(Moment)
    due_unit: Mapped[str | None] = mapped_column(String(2))
    """In what the limit counts: h, wh, cd or wd; people are told what is left in the same measure."""
    remind_at: Mapped[datetime | None] = mapped_column(Moment)
    companion_at: Mapped[datetime | None] = mapped_column(Moment)
    reminded_at: Mapped[datetime | None] = mapped_column(Moment)
    overdue_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    completed_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    urged_at: Mapped[datetime | None] = mapped_column(Moment)
    urge_count: Mapped[int] = mapped_column(default=0)
    in_turn: Mapped[bool] = mapped_column(default=True)
    """False: the case is under supervision (交必办), and its work comes before all other in the lists."""

    case: Mapped[Case] = relationship()


class Submission(Base):
    """The values a form gave at one step. The key makes the same click twice one effect."""

    __tablename__ = "submission"
    __table_args__ = (UniqueConstraint("idempotency_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    task_id: Mapped[int | None] = mapped_column(ForeignKey("user_task.id"))
    element_id: Mapped[str] = mapped_column(String(60))
    form_id: Mapped[str | None] = mapped_column(String(60))
    values: Mapped[Any] = mapped_column(Json)
    actor: Mapped[str] = mapped_column(String(40))
    submitted_at: Mapped[datetime] = mapped_column(Moment)
    idempotency_key: Mapped[str] = mapped_column(String(80))
    digest: Mapped[str] = mapped_column(Digest)


class TaskDraft(Base):
    """What somebody typed into a task's form and has not submitted."""

    __tablename__ = "task_draft"

    task_id: Mapped[int] = mapped_column(ForeignKey("user_task.id"), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    values: Mapped[Any] = mapped_column(Json)
    saved_at: Mapped[datetime] = mapped_column(Moment)


class ApplicationDraft(Base):
    """What a citizen typed on the way through an application; becomes a case when it is submitted. `practice`: empty,
    or where a mock (模拟办事) stands, which never becomes one: open, done."""

    __tablename__ = "application_draft"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    process_key: Mapped[str] = mapped_column(String(40))
    channel: Mapped[str] = mapped_column(String(8))
    citizen_id: Mapped[int | None] = mapped_column(ForeignKey("citizen.id"), index=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    values: Mapped[Any] = mapped_column(Json, default=dict)
    saved_at: Mapped[datetime] = mapped_column(Moment)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"))
    practice: Mapped[str] = mapped_column(String(4), default="")


class HistoryEvent(Base):
    """流水: what happened, for ever. UPDATE and DELETE are refused by a trigger in the database itself.

    `kind` is subject_past-verb (task_completed); `hash` = SHA-256 over the previous hash and this row.
    """

    __tablename__ = "history_event"
    __table_args__ = (UniqueConstraint("case_id", "seq"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    seq: Mapped[int]
    at: Mapped[datetime] = mapped_column(Moment)
    kind: Mapped[str] = mapped_column(String(40))
    element_id: Mapped[str | None] = mapped_column(String(60))
    actor: Mapped[str] = mapped_column(String(40))
    actor_name: Mapped[str] = mapped_column(String(80))
    payload: Mapped[Any] = mapped_column(Packed)
    hash: Mapped[str] = mapped_column(Digest)


class Job(Base):
    """Due work of the machine: a drawn timer or a service call. `epoch` fences a worker that was paused too long.

    `suspended`: its case is; no worker looks at it until the case goes on.
    """

    __tablename__ = "job"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'running', 'failed', 'suspended')", name="state"),
        CheckConstraint("kind IN ('timer', 'service')", name="kind"),
        partial("ix_job_due", "due_at", where="state IN ('waiting', 'running')"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    kind: Mapped[str] = mapped_column(String(8))
    token: Mapped[str] = mapped_column(String(24))
    element_id: Mapped[str] = mapped_column(String(60))
    state: Mapped[str] = mapped_column(String(9), default="waiting")
    due_at: Mapped[datetime] = mapped_column(Moment)
    attempts: Mapped[int] = mapped_column(default=0)
    epoch: Mapped[int] = mapped_column(default=0)
    leased_until: Mapped[datetime | None] = mapped_column(Moment)
    last_error: Mapped[str | None] = mapped_column(Text)


class Incident(Base):
    """异常: a case cannot go on by itself; a person sees it and retries."""

    __tablename__ = "incident"
    __table_args__ = (partial("ix_incident_open", "case_id", where="resolved_at IS NULL"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"))
    job_id: Mapped[int | None]
    outbox_id: Mapped[int | None]
    kind: Mapped[str] = mapped_column(String(30))
    element_id: Mapped[str | None] = mapped_column(String(60))
    message: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Moment)
    resolved_at: Mapped[datetime | None] = mapped_column(Moment)
    resolved_by: Mapped[str | None] = mapped_column(String(40))


class Notice(Base):
    """消息: what a citizen or a member of staff is told inside the platform."""

    __tablename__ = "notice"
    __table_args__ = (
        Index("ix_notice_citizen", "citizen_id", "read_at"),
        Index("ix_notice_account", "account_id", "read_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"), index=True)
    citizen_id: Mapped[int | None] = mapped_column(ForeignKey("citizen.id"))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    message_key: Mapped[str] = mapped_column(String(8))
    text: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Moment)
    read_at: Mapped[datetime | None] = mapped_column(Moment)


class OutboxMessage(Base):
    """What leaves the platform after the commit that asked for it: e-mail, webhook, 政务微信."""

    __tablename__ = "outbox_message"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'running', 'failed')", name="state"),
        partial("ix_outbox_message_due", "due_at", where="state <> 'failed'"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"))
    connector: Mapped[str] = mapped_column(String(20))
    recipient: Mapped[str] = mapped_column(String(200))
    body: Mapped[Any] = mapped_column(Json)
    state: Mapped[str] = mapped_column(String(8), default="waiting")
    due_at: Mapped[datetime] = mapped_column(Moment)
    attempts: Mapped[int] = mapped_column(default=0)
    epoch: Mapped[int] = mapped_column(default=0)
    leased_until: Mapped[datetime | None] = mapped_column(Moment)
    last_error: Mapped[str | None] = mapped_column(Text)


class Attachment(Base):
    """附件: a file kept by its SHA-256 in the attachments folder; the row says what it is and whose."""

    __tablename__ = "attachment"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"), index=True)
    task_id: Mapped[int | None]
    field_key: Mapped[str | None] = mapped_column(String(60))
    file_name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(60))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    uploaded_by: Mapped[str] = mapped_column(String(40))
    uploaded_at: Mapped[datetime] = mapped_column(Moment)


class OverdueRecord(Base):
    """超时记录: case, step, handler, department, region, since when [S1 §22; S2 §17]."""

    __tablename__ = "overdue_record"
    __table_args__ = (Index("ix_overdue_record_due", "due_at", "region_code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("user_task.id"), unique=True)
    element_id: Mapped[str] = mapped_column(String(60))
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    role_key: Mapped[str] = mapped_column(String(40))
    region_code: Mapped[str] = mapped_column(String(12))
    due_at: Mapped[datetime] = mapped_column(Moment)
    recorded_at: Mapped[datetime] = mapped_column(Moment)
    due_on: Mapped[date]
