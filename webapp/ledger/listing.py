"""The page of the ledger: the sums of the month by village, and each payment with its status.

The rule: sums and lines are of the same payments, those that this person may read.
"""

import re

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine import clock
from engine.db import reading
from engine.oversight import ledger
from webapp.auth import current_actor
from webapp.ledger.blueprint import blueprint

MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


@blueprint.get("/ledger")
def entries() -> ResponseReturnValue:
    """The month's payments."""
    actor = current_actor()
    month, status = request.args.get("month", ""), request.args.get("status", "")
    with reading() as session:
        known = ledger.months(session, actor)
        chosen = month if MONTH.fullmatch(month) else next(iter(known), f"{clock.local(clock.now()):%Y-%m}")
        page = request.args.get("page", 1, type=int)
        return render_template(
            "ledger/entries.html",
            page=ledger.listing(session, actor, month=chosen, status=status, page=page),
            sums=ledger.sums(session, actor, month=chosen),
            months=known if chosen in known else [chosen, *known],
            month=chosen,
            status=status,
            statuses=ledger.STATUSES,
            address=lambda page: url_for("ledger.entries", month=chosen, status=status or None, page=page),
        )
