"""通报与榜单: the bulletins, lists and assessments that were published, for all staff of the region."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.casework import documents
from engine.db import reading
from engine.registry import regions
from webapp.auth import current_actor
from webapp.inbox.blueprint import blueprint


@blueprint.get("/bulletins")
def bulletins() -> ResponseReturnValue:
    """What was published, the latest first."""
    with reading() as session:
        page = documents.published(session, current_actor(), page=request.args.get("page", 1, type=int))
        rows = [(document, regions.get(session, document.region_code).name) for document in page.rows]
        return render_template("inbox/bulletins.html", page=page.with_rows(rows), address=address)


def address(page: int) -> str:
    """The same list at another page."""
    return url_for("inbox.bulletins", page=page)
