"""监察监测: what the indicators of electronic supervision find at this moment, each with its findings.

The rule: those look who supervise or audit all services of a county or more; units hear of a finding by its card.
"""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine import clock
from engine.db import reading
from engine.oversight import indicators
from engine.registry import regions
from engine.registry.actors import Post
from webapp import addresses
from webapp.auth import current_actor
from webapp.supervise import places
from webapp.supervise.blueprint import blueprint


@blueprint.get("/supervision/indicators")
def board() -> ResponseReturnValue:
    """The indicators of a county, one of them opened (`indicator`); above the county the sums of the regions below."""
    chosen, own = places.chosen(current_actor(), _looks, "监察监测")
    now, opened = clock.now(), request.args.get("indicator", "")
    with reading() as session:
        region = regions.get(session, chosen)
        is_county = region.level == "county"
        lines = indicators.board(session, region, now) if is_county else []
        return render_template(
            "supervise/indicators.html",
            region=region,
            around=[found for found in regions.path(session, chosen)[:-1] if places.lies_in(found.code, own)],
            now=now,
            limits=indicators.limits(session, region, now),
            lines=lines,
            opened=next((line for line in lines if line.code == opened), None),
            totals=[] if is_county else indicators.totals(session, region, now),
            open=addresses.each("inbox.case", "case_no"),
            address=lambda code: url_for("supervise.board", region=chosen, indicator=code, _anchor="findings"),
        )


def _looks(post: Post) -> bool:
    return post.role_kind in ("supervisor", "auditor") and post.item_codes is None
