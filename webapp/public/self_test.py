"""自测: questions answered with yes or no, and what they mean for an application.

The rule: answers are posted, stand in no address and are kept nowhere.
"""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from engine import db
from engine.casework import self_tests
from engine.casework.self_tests import SelfTest
from engine.language.forms import Field, Option, Shown
from engine.registry import items
from webapp import auth, form_fields
from webapp.public import introduction
from webapp.public.blueprint import blueprint

YES, NO = "是", "否"
PLEASE = "请回答是或者否"


@blueprint.route("/items/<code>/self-test", methods=["GET", "POST"])
def self_test(code: str) -> ResponseReturnValue:
    """The questions, and above them what was found when all are answered."""
    with db.reading() as rows:
        item = items.get(rows, code)
        auth.refuse_unknown(introduction.is_open(rows, item))
        test = self_tests.required(rows, code)
        questions = _questions(test)
        values = form_fields.read(questions, request.form) if request.method == "POST" else {}
        answers = {key: value == YES for key, value in values.items() if value in (YES, NO)}
        missing = [one.key for one in test.questions if one.key not in answers] if request.method == "POST" else []
        outcome = test.outcome(answers) if request.method == "POST" and not missing else None
        problems = {key: [PLEASE] for key in missing}
        controls = form_fields.controls(rows, questions, values, problems)
        summary = form_fields.summary(controls, problems)
        page = render_template("public/self_test.html", item=item, controls=controls, summary=summary, outcome=outcome)
    return page, 422 if missing else 200


def _questions(test: SelfTest) -> list[Shown]:
    """The questions as fields like those of every form."""
    options = (Option(YES, YES), Option(NO, NO))
    return [
        Shown(Field(key=one.key, kind="radio", label=one.label, required=True), required=True, options=options)
        for one in test.questions
    ]
