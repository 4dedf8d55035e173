"""Files that are damaged in any way: what they answer is a value or a refusal of ours, never anything else."""

import copy
import random

import pytest
from lxml import etree

from engine.errors import Refusal
from engine.language import decisions
from engine.settings import ROOT
from tests.language.decisions.written import (
    context,
    decision,
    file,
    formula,
    function,
    input_data,
    item,
    part,
    service,
    table,
)

EVERYTHING = file(
    item("tGrade", "string", allowed='"A","B"'),
    item("tPerson", "", part("name", "string"), part("grades", "tGrade", listed=True)),
    item("tTest", "", "<functionItem outputTypeRef='boolean'><parameters name='n' typeRef='number'/></functionItem>"),
    input_data("in_p", "person", "tPerson"),
    input_data("in_n", "n", "number"),
    function("twice", "n: number", formula("n * 2"), type="number"),
    function("again", "n: number", formula("if n < 1 then 0 else again(n - 1) + twice(1)"), knows=["twice"]),
    decision(
        "first", table(["n"], ["a", "b"], ["< 3", "1", '"A"'], ["-", "2", '"B"'], policy="FIRST"), requires=["in_n"]
    ),
    decision(
        "steps", context(("x", formula("again(n)")), ("", formula("x + first.a"))), requires=["first"], knows=["again"]
    ),
    decision(
        "boxes",
        f"<list><for iteratorVariable='i'><in>{formula('person.grades')}</in><return>{formula('i')}</return></for>"
        f"<filter><in>{formula('[person]')}</in><match>{formula('name != null')}</match></filter>"
        f"<conditional><if>{formula('n > 1')}</if><then>{formula('1')}</then><else>{formula('2')}</else></conditional>"
        f"<relation><column name='c'/><row>{formula('n')}</row></relation>"
        f"<invocation>{formula('twice')}<binding><parameter name='n'/>{formula('n')}</binding></invocation></list>",
        requires=["in_p", "in_n"],
        knows=["twice"],
    ),
    service("offered", answers=["steps", "boxes"], data=["in_p", "in_n"], decisions=["first"]),
)
SOURCES = [EVERYTHING, *(path.read_bytes() for path in sorted((ROOT / "rules").glob("*.dmn")))]
TEXTS = [
    "",
    "-",
    "1 +",
    "x[1]",
    "[1..",
    "null",
    '"a"',
    "?",
    "a.b",
    "function(n) n",
    "for i in [1..9] return n",
    "not(1)",
]
VALUES: list[object] = [1, "A", None, [1], {"name": "Li", "grades": ["A"]}, True]


def damaged(xml: bytes, chance: random.Random) -> bytes:
    """The file after some elements, attributes and texts were lost, doubled, moved or exchanged."""
    root = etree.fromstring(xml)
    for _ in range(chance.randint(1, 12)):
        elements = list(root.iter(etree.Element))
        one, other = chance.choice(elements), chance.choice(elements)
        deed = chance.randrange(6)
        if deed == 0 and one is not root:
            one.getparent().remove(one)  # type: ignore[union-attr]
        elif deed == 1 and one.attrib:
            del one.attrib[chance.choice(list(one.attrib))]
        elif deed == 2 and one.attrib:
            values = ["", "#", "a.b", "x:y", "true", *map(str, other.attrib.values())]
            one.set(chance.choice(list(one.attrib)), chance.choice(values))
        elif deed == 3:
            one.text = chance.choice(TEXTS)
        elif deed == 4:
            one.tag = other.tag
        elif deed == 5 and len(other) < 5:
            one.append(copy.deepcopy(other))
    return etree.tostring(root)


def ask_everything(xml: bytes, chance: random.Random) -> None:
    model = decisions.read(xml)
    given = {variable.name: chance.choice(VALUES) for variable in model.inputs}
    for name in model.decisions:
        model.inputs_of(name)
        for inputs in ({}, given):
            try:
                model.evaluate(name, inputs)
            except Refusal:
                continue
    for name in model.callables:
        try:
            model.call(name, {parameter.name: chance.choice(VALUES) for parameter in model.parameters_of(name)})
        except Refusal:
            continue


@pytest.mark.parametrize("seed", range(4))
def test_a_damaged_file_is_decided_or_refused(seed: int) -> None:
    chance = random.Random(seed)
    read = 0
    for _ in range(30):
        try:
            ask_everything(damaged(chance.choice(SOURCES), chance), chance)
            read += 1
        except Refusal:
            continue
    assert read > 5


def test_the_undamaged_file_is_whole() -> None:
    model = decisions.checked(EVERYTHING)
    person = {"name": "Li", "grades": ["A"]}
    assert model.decide("boxes", {"person": person, "n": 2}) == [["A"], [person], 1, [{"c": 2}], 4]
    assert model.decide("steps", {"n": 2}) == 5
