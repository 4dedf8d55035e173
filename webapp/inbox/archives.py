"""导出电子档案: an ended case as one file, for whoever decides about it.

The rule: taking it out is a post, because it leaves an event in the journal.
"""

from flask import render_template, send_file
from flask.typing import ResponseReturnValue

from engine.casework import cases
from engine.db import transaction
from engine.oversight import archives
from webapp.auth import current_actor
from webapp.inbox.blueprint import blueprint
from webapp.inbox.cases import facts


@blueprint.post("/cases/<case_no>/archive")
def take_archive(case_no: str) -> ResponseReturnValue:
    """The file, to be kept."""
    actor = current_actor()
    with transaction() as session:
        found = cases.get(session, case_no, actor)
        archives.require(actor, found)
        page = render_template("inbox/archive.html", **facts(session, found, actor))
        made = archives.make(session, case_no, actor=actor, page=page)
    return send_file(made.file, "application/zip", as_attachment=True, download_name=made.name)
