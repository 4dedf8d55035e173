"""迁移 by program: how far an order is, and its undoing as a whole.

The rule: only those who look after policies undo; the worker does it, case by case.
"""

from typing import Any

from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine.casework import migration_jobs, migration_undos
from engine.db import reading, transaction
from webapp.api import keys
from webapp.api.act_requests import ReasonSchema
from webapp.api.answers import MigrationSchema
from webapp.api.blueprint import blueprint, current_actor, refuses
from webapp.api.requests import NeededKeySchema

MIGRATION = "/migrations/<key:migration_id>"


@blueprint.get(MIGRATION)
@blueprint.response(200, MigrationSchema)
@refuses(403, "Only for those who look after policies or audit")
@refuses(404, "There is no such migration")
def show_migration(migration_id: int) -> ResponseReturnValue:
    """How far a migration and its undoing are, with the first two hundred of its cases, those that stay first."""
    with reading() as session:
        return _whole(session, migration_id)


@blueprint.post(f"{MIGRATION}/undo")
@blueprint.arguments(ReasonSchema)
@blueprint.arguments(NeededKeySchema, location="headers")
@blueprint.response(200, MigrationSchema)
@refuses(403, "Only for those who look after policies")
@refuses(404, "There is no such migration")
@refuses(409, "The migration runs, is being undone, or has no case that could come back")
def undo_migration(asked: dict[str, Any], headers: dict[str, Any], migration_id: int) -> ResponseReturnValue:
    """撤销整批迁移: all cases to which nothing has happened since come back to the very state that they left."""
    actor = current_actor()
    with transaction() as session:
        key = keys.own(actor, headers["key"])
        migration_undos.start(session, migration_id, actor=actor, reason=asked["reason"], key=key)
        return _whole(session, migration_id)


@blueprint.post(f"{MIGRATION}/undo/cancel")
@blueprint.response(200, MigrationSchema)
@refuses(403, "Only for those who look after policies")
@refuses(404, "There is no such migration")
@refuses(409, "The migration is not being undone")
def cancel_undoing(migration_id: int) -> ResponseReturnValue:
    """停止撤销: what has not come back yet stays on the new version."""
    with transaction() as session:
        migration_undos.cancel(session, migration_id, actor=current_actor())
        return _whole(session, migration_id)


def _whole(session: Session, migration_id: int) -> dict[str, Any]:
    found, undo = migration_jobs.progress(session, migration_id, current_actor()), None
    latest = migration_undos.latest(session, migration_id)
    if latest is not None:
        undo = {name: getattr(latest, name) for name in ("state", "reason", "started_at", "ended_at")}
    names = ("id", "state", "reason", "from_version_id", "to_version_id", "started_at", "ended_at")
    order = {name: getattr(found.order, name) for name in names}
    return {**order, "counts": found.counts, "cases": [vars(one) for one in found.entries], "undo": undo}
