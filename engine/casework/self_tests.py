"""自测: whether an application is likely to succeed, told before anybody applies [S4: the unfit cannot enjoy].

The rule: the questions are the columns of a decision table that the process names (property `selfTest`), so that policy
staff change them with it; what is answered is kept nowhere, and the outcome binds nobody.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from engine.casework import offered
from engine.errors import NotFound
from engine.language.decisions import Model
from engine.language.decisions.tables import Table


@dataclass(frozen=True)
class Question:
    """One column of the table: the variable that it looks at, and how it is asked."""

    key: str
    label: str


@dataclass(frozen=True)
class SelfTest:
    """The table of an item and its questions."""

    decision: str
    model: Model
    questions: tuple[Question, ...]

    def outcome(self, answers: Mapping[str, bool]) -> tuple[str, str] | None:
        """What the table says to these answers: the verdict, and why; None where it says nothing."""
        found = self.model.decide(self.decision, {one.key: answers.get(one.key) for one in self.questions})
        if not isinstance(found, Mapping):
            return None
        return str(found.get("verdict") or ""), str(found.get("said") or "")


def of_item(session: Session, code: str) -> SelfTest | None:
    """The self-test of an item that is open, or None when its process names none."""
    bundle = offered.bundle(session, code)
    name = bundle.process.properties.get("selfTest", "") if bundle is not None else ""
    if bundle is None or name not in bundle.decisions:
        return None
    model = bundle.decisions[name]
    decision = model.decision(name)
    if decision is None or not isinstance(decision.logic, Table):
        return None
    columns = [(column.expression.names, column.label) for column in decision.logic.inputs]
    return SelfTest(name, model, tuple(Question(key, label) for names, label in columns for key in sorted(names)[:1]))


def required(session: Session, code: str) -> SelfTest:
    """The same. Raises NotFound when there is none."""
    found = of_item(session, code)
    if found is None:
        raise NotFound(f"Expected {code} to have a self-test, but it has none", notice="这个事项没有自测")
    return found
