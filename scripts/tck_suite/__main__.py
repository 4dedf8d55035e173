"""All suites of a folder: what passes, what fails, and whether that is what we say of ourselves."""

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from lxml import etree

from engine.errors import Refusal
from engine.language import decisions, feel
from engine.language.decisions import Model
from engine.language.feel import Value
from tck_suite.cases import Question, questions
from tck_suite.known import KNOWN_FAILURES

_CLOSE = Decimal("1e-8")


@dataclass(frozen=True, slots=True)
class Result:
    question: Question
    answer: Value
    passed: bool
    literal: bool
    refusal: str = ""

    @property
    def key(self) -> str:
        return f"{self.question.suite}/{self.question.case}/{self.question.name}"


def main() -> int:
    arguments = argparse.ArgumentParser(prog="scripts/tck", description=__doc__)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--suite", default="", help="only suites with this in their name")
    arguments.add_argument("--all", action="store_true", help="print known failures too")
    chosen = arguments.parse_args()
    if not chosen.folder.is_dir():
        print(f"Left out: the DMN TCK, because {chosen.folder} is not there.")
        return 0
    results = [
        result
        for suite in sorted(chosen.folder.glob("compliance-level-*/*/"))
        if chosen.suite in suite.name
        for result in run(suite)
    ]
    return report(results, show_known=chosen.all)


def run(suite: Path) -> Iterator[Result]:
    """The results of one folder; its files may import each other."""
    models = read_all(suite)
    for question in questions(suite):
        model = models.get(question.model.name)
        if model is None:
            yield Result(question, None, False, False, "the model cannot be read")
            continue
        answer, refusal = ask(model, question)
        passed = same(answer, question.expected)
        yield Result(question, answer, passed, is_literal(question), refusal)


def read_all(suite: Path) -> dict[str, Model]:
    """The models by file name, those that others import first."""
    waiting = {path.name: path.read_bytes() for path in sorted(suite.glob("*.dmn"))}
    models: dict[str, Model] = {}
    while waiting:
        name = next((each for each in waiting if not _imported(waiting[each], waiting)), next(iter(waiting)))
        try:
            models[name] = decisions.read(waiting.pop(name), imports=models.values())
        except Refusal as refusal:
            print(f"{suite.name}/{name}: {refusal}", file=sys.stderr)
    return models


def _imported(file: bytes, others: dict[str, bytes]) -> bool:
    """Whether the file imports one of the others."""
    wanted = {each.get("namespace") for each in etree.fromstring(file).iter("{*}import")}
    return any(data is not file and etree.fromstring(data).get("namespace") in wanted for data in others.values())


def ask(model: Model, question: Question) -> tuple[Value, str]:
    try:
        if not question.function:
            return model.decide(question.name, question.inputs), ""
        answer = model.call(question.function, question.inputs)
        named = isinstance(answer, dict) and question.name in answer and question.name != question.function
        return (answer[question.name] if named and isinstance(answer, dict) else answer), ""
    except Refusal as refusal:
        return None, str(refusal)


def is_literal(question: Question) -> bool:
    """Whether the result is that of one literal expression of FEEL."""
    root = etree.parse(question.model).getroot()
    return any(
        each.get("name") == question.name and each.find("{*}literalExpression") is not None
        for each in root.iter("{*}decision")
    )


def same(found: Value, expected: Value) -> bool:
    """Equal as the TCK means it: numbers to eight digits, moments by what they say."""
    if isinstance(found, Decimal) and isinstance(expected, Decimal):
        return abs(found - expected) <= _CLOSE * max(abs(found), abs(expected), Decimal(1))
    if isinstance(found, list) and isinstance(expected, list):
        return len(found) == len(expected) and all(map(same, found, expected))
    if isinstance(found, dict) and isinstance(expected, dict):
        return found.keys() == expected.keys() and all(same(found[key], expected[key]) for key in found)
    if found is None or expected is None or isinstance(found, bool | str) or isinstance(expected, bool | str):
        return found is expected or (type(found) is type(expected) and found == expected)
    return feel.kind(found) == feel.kind(expected) and _written(found) == _written(expected)


def _written(value: Value) -> str:
    """XML Schema has no place names, only their offset."""
    return (feel.write(value) or "").partition("@")[0].replace("Z", "+00:00")


def report(results: list[Result], *, show_known: bool) -> int:
    """Say what was found; 1 if anything failed that is not a known failure, or if a known one passes."""
    surprises = 0
    for result in results:
        known = KNOWN_FAILURES.get(result.key)
        if result.passed == (known is not None):
            surprises += 1
            print(
                f"{'PASSED  ' if result.passed else 'FAILED  '}{result.key}: got {result.answer!r}, "
                f"expected {result.question.expected!r} {result.refusal}"
            )
        elif known and show_known:
            print(f"known   {result.key}: {known}")
    cases: dict[tuple[str, str], bool] = {}
    for result in results:
        key = (result.question.suite, result.question.case)
        cases[key] = cases.get(key, True) and result.passed
    _say("FEEL literal expressions", [result.passed for result in results if result.literal])
    _say("all results", [result.passed for result in results])
    _say("test cases", list(cases.values()))
    return 1 if surprises else 0


def _say(what: str, passed: list[bool]) -> None:
    share = 100 * sum(passed) / len(passed) if passed else 0
    print(f"{what}: {sum(passed)} of {len(passed)} ({share:.2f} %)")


if __name__ == "__main__":
    sys.exit(main())
