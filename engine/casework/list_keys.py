"""By what lists of cases and tasks are found: columns that repeat what a row says, and the indexes.

The rule: whoever looks walks the way of one index, in the order in which the list is shown, however many cases there
elsewhere. Lists of cases show no companions, so these indexes hold none. What is counted up to the limit stands in an
index itself: a thousand rows of a province lie on a thousand pages.
"""

from typing import Any

from sqlalchemy import Index, text


def partial(name: str, *columns: str, where: str, **more: Any) -> Index:
    """An index over the few rows that are looked for, on both databases."""
    return Index(name, *columns, postgresql_where=text(where), sqlite_where=text(where), **more)


def serial(context: Any) -> int:
    """Of a new case's row: the running number at the end of its number."""
    return serial_of(context.get_current_parameters()["case_no"])


def serial_of(case_no: str) -> int:
    """The running number at the end of a case's number."""
    return int(case_no.rpartition("-")[2])


def county(context: Any) -> str:
    """Of a new case's row: the first six digits of its region."""
    return county_of(context.get_current_parameters()["region_code"])


def county_of(region_code: str) -> str:
    """The first six digits of a region."""
    return region_code[:6]


_WHOLE = "subject_id IS NULL"
_RUNNING = "state <> 'ended'"
_SUSPENDED = "state = 'suspended'"
# Lets LIKE find what begins so in every collation.
_BEGINNING = {"applicant_name": "varchar_pattern_ops", "case_no": "varchar_pattern_ops"}

OF_CASES = (
    Index("uq_case_case_no", "case_no", unique=True, postgresql_ops=_BEGINNING),
    partial("ix_case_county", "county_code", "id", where=_WHOLE),
    partial("ix_case_county_item", "county_code", "item_code", "id", where=_WHOLE),
    partial("ix_case_item", "item_code", "id", where=_WHOLE),
    partial("ix_case_county_name", "county_code", "applicant_name", where=_WHOLE, postgresql_ops=_BEGINNING),
    partial("ix_case_applicant_name", "applicant_name", "region_code", "id", where=_WHOLE, postgresql_ops=_BEGINNING),
    partial("ix_case_serial", "serial", "county_code", "region_code", where=_WHOLE),
    partial("ix_case_proxy_account", "proxy_account_id", where="proxy_account_id IS NOT NULL"),
    partial("ix_case_suspended", "id", where=f"{_SUSPENDED} AND {_WHOLE}"),
    partial("ix_case_county_suspended", "county_code", "id", where=f"{_SUSPENDED} AND {_WHOLE}"),
    partial("ix_case_supervised", "id", where=f"supervised AND {_RUNNING}"),
    partial("ix_case_works", "started_at", where=f"status = 'LONG_TERM' AND {_WHOLE} AND {_RUNNING}"),
    partial("ix_case_running", "started_at", where=f"{_WHOLE} AND {_RUNNING}"),
    partial("ix_case_county_running", "county_code", "started_at", where=f"{_WHOLE} AND {_RUNNING}"),
    Index("ix_case_county_ended", "county_code", "ended_at"),
    partial("ix_case_companion", "process_key", "county_code", where=f"subject_id IS NOT NULL AND {_RUNNING}"),
    partial("ix_case_companion_age", "process_key", "started_at", "id", where=f"subject_id IS NOT NULL AND {_RUNNING}"),
)
OF_TASKS = (
    partial(
        "ix_user_task_group",
        "role_key",
        "region_code",
        "in_turn",
        "due_at",
        "id",
        where="state = 'open' AND assignee_id IS NULL AND kind = 'step'",
        postgresql_include=["name"],
    ),
    partial("ix_user_task_assignee", "assignee_id", "due_at", where="state = 'open'"),
    partial("ix_user_task_open", "case_id", where="state = 'open'"),
    partial("ix_user_task_due", "due_at", where="state = 'open'"),
    partial("ix_user_task_post", "role_key", "region_code", "subject_id", where="kind = 'step'"),
    Index("ix_user_task_finished", "completed_by", "ended_at", postgresql_include=["case_id"]),
)
