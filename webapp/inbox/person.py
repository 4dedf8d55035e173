"""一人一档: what the applicant of a case has applied for, gets and was paid.

The rule: the page opens from a case, so no number of a person stands in an address.
"""

from flask import render_template
from flask.typing import ResponseReturnValue

from engine.db import reading
from engine.oversight import persons
from webapp import addresses, case_lines
from webapp.auth import current_actor
from webapp.inbox.blueprint import blueprint


@blueprint.get("/cases/<case_no>/person")
def person(case_no: str) -> ResponseReturnValue:
    """The person of that case."""
    actor = current_actor()
    with reading() as session:
        found = persons.of_case(session, actor, case_no)
        return render_template(
            "inbox/person.html",
            case_no=case_no,
            person=found,
            lines=case_lines.lines(session, actor, found.cases),
            open=addresses.each("inbox.case", "case_no"),
        )
