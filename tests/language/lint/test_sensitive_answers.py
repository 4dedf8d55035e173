"""What is answered about one's health is told by no notice, no template, no progress line and no outcome."""

import pytest

from tests.language.drawing import connector, end, properties, row, script, start, user
from tests.language.forms.writing import field, written
from tests.language.lint.linting import KNOWN, found

FORM = written(field("illness", properties={"sensitive": "health"}), field("phone"), form_id="ask")
FILES = {"forms/ask.form": FORM}
RULE = "sensitive_answers"


def findings(*middle: str, files: dict[str, bytes] | None = None) -> set[str]:
    between = [one.split('id="', 1)[1].split('"', 1)[0] for one in middle]
    parts = (start(), user("a"), *middle, end(), row("begin", "a", *between, "done"))
    return {where for rule, where in found(*parts, files={**FILES, **(files or {})}, known=KNOWN) if rule == RULE}


def notice(reason: str) -> str:
    headers = f'<zeebe:taskHeaders><zeebe:header key="reason" value="{reason}"/></zeebe:taskHeaders>'
    return connector("tell", "notice", "sendTask", zeebe=headers)


@pytest.mark.parametrize(("reason", "where"), [("=illness", {"tell"}), ("=phone", set()), ("illness", set())])
def test_a_notice_does_not_tell_a_sensitive_answer(reason: str, where: set[str]) -> None:
    assert findings(notice(reason)) == where


@pytest.mark.parametrize("name", ["citizenText", "citizenDone", "guideText", "outcomeText"])
def test_nor_does_what_citizens_and_lists_are_shown(name: str) -> None:
    told = user("b", zeebe=properties({name: '="您的" + illness'}))
    assert findings(told) == {"b"}
    assert findings(user("b", zeebe=properties({name: '="您的" + phone', "legalBasis": "=illness"}))) == set()


def test_nor_what_a_script_works_out_from_it_nor_what_an_element_names() -> None:
    again = script("s2", 'result + "！"', "loud")
    assert findings(script("s1", "upper case(illness)"), again, notice("=loud")) == {"tell"}
    assert findings(user("b", zeebe=properties({"sensitive": "phone"})), notice("=phone")) == {"tell"}


def test_nor_a_template_that_is_filled_from_the_variables() -> None:
    table = b'<rule><outputEntry><text>"{illness}"</text></outputEntry></rule>'
    assert "" in {
        where
        for rule, where in found(
            start(), user("a"), end(), row("begin", "a", "done"), files={**FILES, "rules/messages.dmn": _table(table)}
        )
        if rule == RULE
    }


def _table(rows: bytes) -> bytes:
    head = b"""<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="m" name="m" namespace="x">
<decision id="messages" name="messages"><decisionTable id="t" hitPolicy="FIRST">
<input id="i"><inputExpression id="e" typeRef="string"><text>messageKey</text></inputExpression></input>
<output id="o" name="text" typeRef="string"/><rule id="r"><inputEntry id="x"><text>-</text></inputEntry>"""
    return (
        head
        + rows.removeprefix(b"<rule>").removesuffix(b"</rule>")
        + b"</rule></decisionTable></decision></definitions>"
    )
