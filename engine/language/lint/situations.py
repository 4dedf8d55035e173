"""The situations that the conditions of a gateway tell apart: every combination of the answers they ask for.

The rule: answers come from the form that asks the question, else from what the conditions compare with, and beside it.
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from engine.language import feel
from engine.language.feel import Expression, FeelLimitExceeded, FeelSyntaxError, Value
from engine.language.lint.subject import Subject

Situation = Mapping[str, Value]
_OTHER = "其他"
_MOST = 4096


def read(conditions: Sequence[str]) -> list[Expression] | None:
    """The conditions compiled; None when one of them cannot be read, which another rule tells."""
    try:
        return [feel.compile(condition) for condition in conditions]
    except (FeelSyntaxError, FeelLimitExceeded):
        return None


def situations(subject: Subject, conditions: Sequence[Expression]) -> list[Situation]:
    """All combinations; none where a condition looks at more than single answers, or there would be too many."""
    asked: dict[str, list[Value]] = {}
    for condition in conditions:
        for name, values in feel.compared(condition).items():
            if values is feel.OPAQUE:
                return []
            asked.setdefault(name, []).extend(values)
    answers = {name: _answers(subject, name, values) for name, values in asked.items()}
    combinations = itertools.product(*answers.values())
    found = list(itertools.islice(combinations, _MOST + 1))
    if len(found) > _MOST:
        return []
    hiding = {name: hide for name in answers if (hide := _hiding(subject, name)) is not None}
    return [_as_asked(dict(zip(answers, combination, strict=True)), hiding) for combination in found]


def _hiding(subject: Subject, name: str) -> Expression | None:
    """When the one form that asks the question leaves it out."""
    fields = [form.field(name) for form in subject.bundle.forms.values() if name in form.keys]
    if len(fields) != 1 or fields[0].hide is None:
        return None
    read_hide = read([fields[0].hide.text])
    return read_hide[0] if read_hide else None


def _as_asked(situation: Situation, hiding: Mapping[str, Expression]) -> Situation:
    """What was not asked has no answer."""
    left_out = {name for name, hide in hiding.items() if hide(situation) is True}
    return {name: None if name in left_out else value for name, value in situation.items()}


def _answers(subject: Subject, name: str, compared: Sequence[Value]) -> list[Value]:
    forms = [form for form in subject.bundle.forms.values() if name in form.keys]
    offered = [feel.to_feel(option.value) for form in forms for option in form.field(name).options]
    numbers = sorted({value for value in compared if isinstance(value, Decimal)})
    texts = [value for value in compared if isinstance(value, str)]
    found: list[Value] = [*offered, *_around(numbers)]
    if texts and not offered:
        found += [*texts, _OTHER]
    if any(isinstance(value, bool) for value in compared):
        found += [True, False]
    if None in compared:
        found += [None, *(() if found else (_OTHER,))]
    return list({(type(value), value): value for value in found}.values())


def _around(numbers: Sequence[Decimal]) -> Iterator[Decimal]:
    """The numbers that conditions name, those between them, and one on each side."""
    yield from numbers
    yield from ((low + high) / 2 for low, high in itertools.pairwise(numbers))
    if numbers:
        yield numbers[0] - 1
        yield numbers[-1] + 1
