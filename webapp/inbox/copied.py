"""抄送给我: the cases of which one got a copy, from whom, when and why.

The rule: a copy is for reading; names are masked as on every other list.
"""

from dataclasses import dataclass
from datetime import datetime

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.casework import copies, listed
from engine.db import reading
from engine.registry.models import Account
from webapp import case_lines
from webapp.auth import current_actor
from webapp.case_lines import CaseLine
from webapp.inbox.blueprint import blueprint


@dataclass(frozen=True)
class Copied:
    """One copy: the case as lists show it, and what was said with it."""

    line: CaseLine
    who: str
    at: datetime
    note: str


@blueprint.get("/inbox/copies")
def copied() -> ResponseReturnValue:
    """One's copies, the newest first."""
    actor = current_actor()
    with reading() as session:
        found = copies.mine(session, actor, page=request.args.get("page", 1, type=int))
        known = listed.of(session, {copy.case_id for copy in found.rows})
        cases = [known[copy.case_id] for copy in found.rows]
        rows = [
            Copied(line, session.get_one(Account, copy.copied_by).name, copy.copied_at, copy.note)
            for line, copy in zip(case_lines.lines(session, actor, cases), found.rows, strict=True)
        ]
        return render_template("inbox/copies.html", page=found.with_rows(rows), address=address)


def address(page: int) -> str:
    return url_for("inbox.copied", page=page)
