"""代办清单: who asks for more people than one should, and what nobody has agreed to yet.

The rule: names are masked as in every list of cases.
"""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.db import reading
from engine.oversight import proxies
from webapp import addresses, case_lines
from webapp.auth import current_actor
from webapp.supervise.blueprint import blueprint


@blueprint.get("/supervision/proxies")
def proxied() -> ResponseReturnValue:
    """Both lists of one's own region."""
    actor = current_actor()
    with reading() as session:
        page = proxies.unagreed(session, actor, page=request.args.get("page", 1, type=int))
        lines = case_lines.lines(session, actor, [row.case for row in page.rows])
        return render_template(
            "supervise/proxies.html",
            most=proxies.most(session, actor),
            many=proxies.many(session, actor),
            page=page.with_rows(list(zip(page.rows, lines, strict=True))),
            address=lambda page: url_for("supervise.proxied", page=page),
            open=addresses.each("inbox.case", "case_no"),
        )
