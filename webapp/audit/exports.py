"""导出记录: who took which list out of the platform, and what for.

The rule: auditors and supervisors read the record of their region; nobody can change it.
"""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.db import reading
from engine.oversight import exports, sheets
from webapp.audit.blueprint import blueprint
from webapp.auth import current_actor


@blueprint.get("/audit/exports")
def list_exports() -> ResponseReturnValue:
    """The record, the latest first."""
    with reading() as session:
        found = exports.recorded(session, current_actor(), page=request.args.get("page", 1, type=int))
    return render_template(
        "audit/exports.html",
        page=found,
        forms=sheets.FORMS,
        address=lambda page: url_for("audit.list_exports", page=page),
    )
