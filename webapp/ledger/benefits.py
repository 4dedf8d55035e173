"""The pages of running benefits 在享待遇: the list of a region, and the archive of one.

The rule: they show what the ledger's readers may read; cases are links for those who may see them.
"""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.db import reading
from engine.oversight import running_benefits
from webapp.auth import current_actor
from webapp.ledger.blueprint import blueprint


@blueprint.get("/ledger/benefits")
def benefits() -> ResponseReturnValue:
    """The benefits, those that run unless another state is asked for."""
    actor = current_actor()
    item, text = request.args.get("item", ""), request.args.get("text", "")
    state = request.args.get("state", "running")
    with reading() as session:
        page = request.args.get("page", 1, type=int)
        return render_template(
            "ledger/benefits.html",
            page=running_benefits.listing(session, actor, item=item, state=state, text=text, page=page),
            items=running_benefits.items(session, actor),
            states=running_benefits.STATES,
            state=state,
            item=item,
            text=text,
            address=lambda page: url_for("ledger.benefits", item=item, state=state, text=text, page=page),
        )


@blueprint.get("/ledger/benefits/<key:number>")
def benefit(number: int) -> ResponseReturnValue:
    """What granted it, what became of it, and what was paid."""
    with reading() as session:
        found = running_benefits.archive(session, current_actor(), number)
        return render_template("ledger/benefit.html", archive=found, row=found.row)
