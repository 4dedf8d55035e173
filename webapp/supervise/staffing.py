"""人员配备看板: who has fewer people than the rules ask for, from the province down to the units of a county.

The rule: one looks at one's own region and what lies in it; names of people are not told here.
"""

from flask import render_template
from flask.typing import ResponseReturnValue

from engine.db import reading
from engine.oversight.staffing import Board
from engine.registry import regions
from webapp.auth import current_actor
from webapp.supervise import places
from webapp.supervise.blueprint import blueprint

KINDS = ("supervisor", "leader", "auditor")


@blueprint.get("/supervision/staffing")
def staffing() -> ResponseReturnValue:
    """The board of one's own region, or of `region` inside it."""
    chosen, own = places.chosen(current_actor(), lambda post: post.role_kind in KINDS, "人员配备")
    with reading() as session:
        region = regions.get(session, chosen)
        board = Board(session, region)
        return render_template(
            "supervise/staffing.html",
            region=region,
            around=[found for found in regions.path(session, chosen)[:-1] if places.lies_in(found.code, own)],
            departments=board.departments(),
            towns=board.towns() if region.level == "county" else [],
            totals=board.totals() if region.level != "county" else [],
        )
