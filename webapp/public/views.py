"""Home, introductions, regions, health, the size of the letters.

The rule: nothing here says anything of a person or a case, but to that person.
"""

from flask import redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import text

from engine import db
from engine.casework import cases, offered, self_tests, switching
from engine.registry import citizens, items, regions
from webapp import auth, kept
from webapp.public import flow_picture, introduction
from webapp.public.blueprint import blueprint


@blueprint.get("/")
def home() -> ResponseReturnValue:
    actor = auth.someone()
    own = actor if actor is not None and actor.is_citizen else None
    with db.reading() as rows:
        return render_template(
            "public/home.html",
            boards=introduction.boards(rows),
            running=len(cases.mine(rows, own, ended=False)) if own else 0,
            asked=cases.consents(rows, own) if own else [],
        )


@blueprint.get("/items/<code>")
def item(code: str) -> ResponseReturnValue:
    with db.reading() as rows:
        found = items.get(rows, code)
        auth.refuse_unknown(introduction.is_open(rows, found))
        if found.directory is not None:
            return redirect(url_for(f"public.{found.directory}"), 303)
        actor = auth.someone()
        own = actor if actor is not None and actor.is_citizen else None
        guide = introduction.guide(rows, found)
        return render_template(
            "public/item.html",
            item=found,
            guide=guide,
            picture=flow_picture.draw(guide),
            picture_width=flow_picture.WIDTH,
            banner=offered.banner(rows, found.code),
            closed=switching.is_closed_everywhere(rows, found.code),
            switched=[(regions.full_name(rows, one.region_code), one) for one in switching.standing(rows, found.code)],
            self_test=self_tests.of_item(rows, found.code) is not None,
            practised="practised" in request.args,
            under_way=cases.under_way(rows, own, found.code) if own else [],
        )


@blueprint.get("/regions/<code>/children")
def region_children(code: str) -> ResponseReturnValue:
    with db.reading() as rows:
        regions.get(rows, code)
        return [{"code": region.code, "name": region.name} for region in regions.children(rows, code)]


@blueprint.post("/large-type")
def large_type() -> ResponseReturnValue:
    session["large_type"] = not auth.large_type()
    actor = auth.someone()
    if actor is not None and actor.is_citizen:
        with db.transaction() as rows:
            citizens.change(rows, auth.own_id(), {"large_type": session["large_type"]})
    return redirect(kept.safe_path(request.form.get("next", "")) or url_for("public.home"), 303)


@blueprint.get("/health")
def health() -> ResponseReturnValue:
    with db.reading() as rows:
        rows.execute(text("SELECT 1"))
    return {"status": "ok"}
