"""人员配备看板: who has fewer people than the rules ask for, from the province down to the units of a county.

The rule: one looks at one's own region and what lies in it; names of people are not told here.
"""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from engine.db import reading
from engine.errors import NotAllowed
from engine.oversight.staffing import Board
from engine.registry import regions
from engine.registry.actors import Actor
from webapp.auth import current_actor
from webapp.supervise.blueprint import blueprint

LEVELS = ("county", "prefecture", "province")
KINDS = ("supervisor", "leader", "auditor")


@blueprint.get("/supervision/staffing")
def staffing() -> ResponseReturnValue:
    """The board of one's own region, or of `region` inside it."""
    own = _own_region(current_actor())
    chosen = request.args.get("region") or own
    if not _lies_in(chosen, own) or regions.level_of(chosen) not in LEVELS:
        raise NotAllowed(f"Expected a region in {own}, but got {chosen}", notice="只能看本地区的人员配备")
    with reading() as session:
        region = regions.get(session, chosen)
        board = Board(session, region)
        return render_template(
            "supervise/staffing.html",
            region=region,
            around=[found for found in regions.path(session, chosen)[:-1] if _lies_in(found.code, own)],
            departments=board.departments(),
            towns=board.towns() if region.level == "county" else [],
            totals=board.totals() if region.level != "county" else [],
        )


def _lies_in(code: str, region: str) -> bool:
    return regions.lies_in(code, regions.prefix_of(region))


def _own_region(actor: Actor) -> str:
    """The widest region of whoever leads, supervises or audits at the county or above."""
    found = [post.region_code for post in actor.posts if post.role_kind in KINDS and post.level in LEVELS]
    if not found:
        raise NotAllowed(f"Expected {actor.ref} to supervise a county or more, but it does not")
    return min(found, key=lambda code: len(regions.prefix_of(code)))
