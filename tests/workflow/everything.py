"""A process that evaluates at every place where an author may write an expression, and the run through all of it.

Run as a program it prints every text or code object that Python was asked to compile or execute meanwhile.
"""

import encodings.utf_8_sig  # noqa: F401 - json asks for it late, and importing executes a module
import json
import sys
from datetime import UTC, datetime
from typing import Any

from engine import clock
from engine.language import decisions, feel
from engine.language.diagram import Process
from tests.language.decisions import written
from tests.language.forms.writing import field, form
from tests.workflow.draw import (
    boundary,
    call,
    catch,
    drawing,
    each,
    end,
    exclusive,
    inclusive,
    rule,
    script,
    service,
    start,
    sub_process,
    user,
)
from tests.workflow.stage import Stage

DECISIONS = written.file(
    written.decision("base", written.formula("sum(for f in family return f.income) / count(family)")),
    written.decision(
        "grade",
        written.table(
            ["base", "town"], ["level", "amount"],
            ["< 300", '"jiangna","pingyuan"', '"A"', "600 - base"],
            ["[300..700)", "-", '"B"', "300"],
            [">= 700", "not(null)", '"C"', "0"],
        ),
        requires=["base"],
    ),
)  # fmt: skip


def drawn() -> tuple[Process, Process]:
    """Gateways, scripts, a rule, timers of each kind, multi-instance, a sub-process and a call by expression."""
    members = each(
        "family", "member", output_collection="votes", output_element='member.name + ":" + string(vote)',
        completion="count(votes[item != null]) = numberOfInstances",
    )  # fmt: skip
    main = drawing(
        start(),
        script("mean", "decimal(sum(for f in family return f.income) / count(family), 2)", "mean"),
        rule("grade", '=if mean > 0 then "grade" else "base"', "grade"),
        exclusive("poor", default="poor_out"),
        inclusive("also", default="also_both"),
        user("visit", loop=members),
        service("inform"),
        inclusive("both"),
        boundary("late", "visit", "timeDuration", 'duration("PT" + string(hours) + "H")', interrupting=False),
        boundary("again", "visit", "timeCycle", '"R2/PT" + string(hours) + "H"', interrupting=False),
        script("count_late", "if rounds = null then 1 else rounds + 1", "rounds"),
        catch("wait", "timeDate", 'date and time(promised) + @"P1D"'),
        sub_process(
            "pay", start("in"), user("transfer"), exclusive("enough", default="enough_transfer"), end("paid"),
            flows="in -> transfer -> enough -> paid if grade.amount >= 100; enough -> transfer",
        ),
        call("rate", '="ra" + "te"'),
        end("done"),
        end("out"),
        end("noted"),
        flows='start -> mean -> grade -> poor -> also if grade.level in ("A", "B") and every f in family satisfies '
        'f.income < 5000; poor -> out; also -> visit if hours > 0; also -> both; '
        'also -> inform if contains(town, "na"); visit -> both; inform -> both -> wait -> pay -> rate -> done; '
        'late -> count_late -> noted; again -> noted',
    )  # fmt: skip
    return main, drawing(start(), user("stars"), end(), flows="start -> stars -> end", id="rate")


def run() -> dict[str, Any]:
    """The whole way; returns what the case knows in the end."""
    model = decisions.checked(DECISIONS)
    family = [{"name": "甲", "income": 200}, {"name": "乙", "income": 250}]
    stage = Stage(
        *drawn(),
        decisions={"grade": lambda variables: model.decide("grade", variables)},
        family=family, town="jiangna", hours=2, rounds=None, promised="2026-03-05T09:00:00+08:00",
    )  # fmt: skip
    stage.wait(hours=5)
    for index in (1, 0):
        stage.reload()
        stage.complete("visit", index, vote=index)
    stage.wait(days=9)
    stage.complete("transfer")
    ask()
    stage.complete("stars")
    assert stage.ended
    return stage.variables


def ask() -> None:
    """A form: what is hidden, required and offered depends on answers."""
    asked = form(
        field("ill", "checkbox"),
        field("illness", hide="=ill != true", pattern="^[一-龥]+$"),
        field("cost", "number", hide='=illness = null or not(matches(illness, "^.{2,}$"))'),
    )
    with clock.standing_at(datetime(2026, 3, 2, tzinfo=UTC)):
        asked.load({"ill": "true", "illness": "肺炎", "cost": "12.5"}, {})
        asked.visible({"ill": False})
    feel.evaluate('for i in 1..3 return {n: i, s: string(i), d: @"2026-01-01" + @"P1D" * i}[n > 1]')


def main() -> None:
    watched: list[str] = []

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event in ("exec", "compile"):
            watched.append(f"{event} {arguments[0]!r}"[:200])

    sys.addaudithook(hook)
    known = run()
    seen, watched = list(watched), []
    print(json.dumps({"seen": seen, "grade": known["grade"], "votes": known["votes"], "rounds": known["rounds"]}))


if __name__ == "__main__":
    main()
