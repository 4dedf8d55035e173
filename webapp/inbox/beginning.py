"""发起工作: what a member of staff may begin that nobody applied for, and its start form.

The rule: the diagrams say who may begin what; once begun, a case is ordinary work in the inbox.
"""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from engine.casework import beginnings, drafts
from engine.db import reading
from engine.registry import items
from webapp import start_pages
from webapp.auth import current_actor
from webapp.inbox.blueprint import blueprint


@blueprint.get("/begin")
def beginning_list() -> ResponseReturnValue:
    """All that this person may begin, and the applications that they are filling in for others."""
    with reading() as session:
        actor = current_actor()
        waiting = drafts.mine(session, actor)
        names = {one.code: one.name for one in items.listing(session)}
        rows = beginnings.offered(session, actor)
        return render_template("inbox/beginnings.html", rows=rows, drafts=waiting, names=names)


@blueprint.get("/begin/<process>")
def beginning(process: str) -> ResponseReturnValue:
    """The start form."""
    return render_template("inbox/beginning.html", page=start_pages.shown(process, current_actor()))


@blueprint.post("/begin/<process>")
def begin(process: str) -> ResponseReturnValue:
    """发起."""
    page = start_pages.sent(process, current_actor())
    if not page.case_no:
        return render_template("inbox/beginning.html", page=page), page.status
    flash(f"已发起“{page.beginning.name}”，编号 {page.case_no}。")
    return redirect(url_for("inbox.case", case_no=page.case_no), 303)
