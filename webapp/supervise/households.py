"""监测对象看板: how many households are watched over, by kind, risk and place; each number opens their list.

The rule: names are masked as in every list of cases.
"""

from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine import clock
from engine.db import reading
from engine.oversight import households
from webapp import addresses, case_lines
from webapp.auth import current_actor
from webapp.supervise.blueprint import blueprint

NARROWING = ("kind", "risk", "place")


@blueprint.get("/supervision/households")
def watched() -> ResponseReturnValue:
    """The figures, and the households of the chosen kind, risk and place."""
    actor, now = current_actor(), clock.now()
    chosen: dict[str, Any] = {name: said for name in NARROWING if (said := request.args.get(name, ""))}
    with reading() as session:
        number = request.args.get("page", 1, type=int)
        page = households.listing(session, actor, now, chosen, page=number)
        lines = case_lines.lines(session, actor, [row.case for row in page.rows])
        return render_template(
            "supervise/households.html",
            figures=households.figures(session, actor, now),
            chosen=chosen,
            page=page.with_rows(list(zip(page.rows, lines, strict=True))),
            address=lambda page: url_for("supervise.watched", page=page, **chosen),
            open=addresses.each("inbox.case", "case_no"),
        )
