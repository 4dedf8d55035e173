"""怎样使用: how somebody raises a hand, how a helper in the village does it with them, and which of the three kinds of
assistance is for whom.

The rule: what an item is for is said once, in its introduction, and read from there.
"""

from flask import render_template
from flask.typing import ResponseReturnValue

from engine import db
from engine.registry import items
from webapp.public import introduction
from webapp.public.blueprint import blueprint

COMPARED = ("dibao", "tekun", "linshi")
"""What people mix up before they apply [S4]."""


@blueprint.get("/help")
def help_page() -> ResponseReturnValue:
    with db.reading() as rows:
        known = {one.code: one for one in items.listing(rows)}
        compared = [(known[code], introduction.is_open(rows, known[code])) for code in COMPARED if code in known]
        return render_template("public/help.html", compared=compared)
