"""Why applications were refused (不予受理、不符合的原因): how often each kind of reason was given, item by item.

The rule: a kind is called as the newest of the cases calls it, because an item's own kinds stand in its forms.
"""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.casework import measure_counts, outcomes
from engine.casework.measure_counts import Period
from engine.casework.models import Case
from engine.registry.models import ServiceItem

REFUSED = ("NOT_ACCEPTED", "REJECTED")


def counted(session: Session, prefix: str, period: Period) -> list[dict[str, Any]]:
    """`item`, `name`, `code`, `kind` and `count` of what was refused in the period, the most frequent first."""
    refused = (Case.outcome.in_(REFUSED), period.holds(Case.ended_at))
    grouped = (
        select(func.max(Case.id).label("newest"), func.count().label("count"))
        .where(*measure_counts.applications(Case, prefix, period), *refused)
        .group_by(Case.item_code, func.coalesce(Case.reason_code, ""))
        .subquery()
    )
    rows = session.execute(select(Case, grouped.c.count).join(grouped, grouped.c.newest == Case.id)).all()
    names = {item.code: item.name for item in session.scalars(select(ServiceItem))} if rows else {}
    found = [
        {
            "item": case.item_code,
            "name": names.get(case.item_code, case.item_code),
            "code": case.reason_code or "",
            "kind": outcomes.kind_of(session, case) or "其他",
            "count": count,
        }
        for case, count in rows
    ]
    return sorted(found, key=lambda one: (-one["count"], one["item"], one["code"]))
