"""异议: what was said against a case's notices and by whom, for those who look into it.

The rule: the village never reads this page; the engine decides who may.
"""

from flask import render_template
from flask.typing import ResponseReturnValue

from engine.casework import cases
from engine.casework import objections as raised
from engine.db import reading
from webapp.auth import current_actor
from webapp.inbox.blueprint import blueprint

STATES = {"received": "待受理", "checking": "核查中", "upheld": "成立", "rejected": "不成立", "unrelated": "与公示无关"}


@blueprint.get("/cases/<case_no>/objections")
def objections(case_no: str) -> ResponseReturnValue:
    actor = current_actor()
    with reading() as session:
        case = cases.get(session, case_no, actor)
        found = raised.of_case(session, case, actor)
        return render_template("inbox/objections.html", case=case, objections=found, states=STATES)
