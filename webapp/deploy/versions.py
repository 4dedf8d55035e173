"""Pages that show process versions: the list per process, and one version with what it changed.

The rule: a version is compared with the one that new cases of the province take now.
"""

from itertools import groupby
from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from engine.casework import deployments, migration_jobs
from engine.casework.models import ProcessVersion
from engine.db import reading
from engine.language.changes import Changes
from engine.oversight import versions as in_force
from engine.registry import regions
from engine.registry.actors import Actor
from engine.registry.models import Account, Region
from webapp.auth import current_actor
from webapp.deploy.blueprint import blueprint

STATES = {
    "draft": "草稿，待审批",
    "approved": "已批准，未启用",
    "active": "已启用",
    "retired": "已停用",
    "rejected": "已退回",
}


@blueprint.get("/versions")
def listing() -> ResponseReturnValue:
    """All versions, process by process."""
    with reading() as session:
        found = deployments.listing(session)
        return render_template(
            "deploy/versions.html",
            processes=[(key, list(rows)) for key, rows in groupby(found, key=lambda row: row.process_key)],
            running=in_force.running(session),
            activations=in_force.activations(session, [row.id for row in found]),
            names=names(session, found),
            states=STATES,
            may_upload=current_actor().holds("policy_admin"),
        )


@blueprint.get("/versions/<key:version_id>")
def version(version_id: int) -> ResponseReturnValue:
    """One version: what it changed, its warnings, its diagram, and what can be done with it now."""
    with reading() as session:
        return version_page(session, version_id, current_actor(), {}, MultiDict())


def version_page(
    session: Session, version_id: int, actor: Actor, problems: dict[str, list[str]], typed: MultiDict[str, str]
) -> str:
    """The page of one version, with what was typed and chosen and what is wrong with it."""
    found = deployments.get(session, version_id, actor)
    compared = in_force.against_active(session, deployments.bundle_of(session, version_id))
    return render_template(
        "deploy/version.html",
        version=found,
        compared=compared,
        marks=drawn(compared.changes),
        running=in_force.running(session).get(version_id, 0),
        activations=in_force.activations(session, [version_id]).get(version_id, []),
        names=names(session, [found]),
        migrations=migration_jobs.of_version(session, version_id),
        states=STATES,
        province=regions.get(session, regions.PROVINCE),
        places=places(session),
        may_decide=actor.holds("policy_admin"),
        is_uploader=found.uploaded_by == actor.id,
        problems=problems,
        typed=typed,
        chosen=typed.getlist("region"),
    )


def places(session: Session) -> list[tuple[Region, list[Region]]]:
    """Where a version can be activated: each prefecture with its counties."""
    return [(above, regions.children(session, above.code)) for above in regions.children(session, regions.PROVINCE)]


def drawn(found: Changes | None) -> dict[str, Any]:
    """The changes as marks on the drawing, which on a small screen opens at the first of them."""
    if found is None:
        return {}
    marks = {kind: found.ids(kind) for kind in ("changed", "added")}
    return {**marks, "centre": next((key for ids in marks.values() for key in ids), None)}


def names(session: Session, found: list[ProcessVersion]) -> dict[int | None, str]:
    """Account id → name, of everybody who uploaded or decided; the platform itself where there is nobody."""
    wanted = {number for row in found for number in (row.uploaded_by, row.approved_by) if number is not None}
    accounts = [session.get_one(Account, number) for number in wanted]
    return {None: "平台", **{account.id: account.name for account in accounts}}
