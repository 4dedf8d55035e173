"""政策与须知: what the offices have published, what it said before, and its files.

The rule: everybody may read what holds and what held; what was taken down is gone for all.
"""

from flask import render_template, request, send_file
from flask.typing import ResponseReturnValue

from engine import db
from engine.casework import public_pages
from webapp.public.blueprint import blueprint

STATES = {"posted": "现行", "superseded": "已有新版", "repealed": "已废止"}


@blueprint.get("/policies")
def policies() -> ResponseReturnValue:
    category = request.args.get("category", "")
    with db.reading() as rows:
        page = public_pages.current(rows, category=category or None, page=request.args.get("page", 1, type=int))
        found = public_pages.categories(rows)
        return render_template("public/policies.html", page=page, categories=found, chosen=category)


@blueprint.get("/policies/<key:number>")
def policy(number: int) -> ResponseReturnValue:
    with db.reading() as rows:
        found = public_pages.get(rows, number)
        versions = public_pages.versions(rows, found)
        return render_template("public/policy.html", page=found, versions=versions, states=STATES)


@blueprint.get("/policies/<key:number>/files/<attachment_id>")
def policy_file(number: int, attachment_id: str) -> ResponseReturnValue:
    with db.reading() as rows:
        file, path = public_pages.file(rows, number, attachment_id)
        answer = send_file(path, file.media_type, as_attachment=True, download_name=file.file_name, conditional=True)
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox; frame-ancestors 'none'"
    return answer
