"""An expression uses only names that somebody declares: a form, a script, a decision, a multi-instance, or every case.

A name that nobody writes is null, and a condition on null stops the case.
"""

from collections.abc import Iterator
from functools import lru_cache

from engine.language import feel
from engine.language.bundle import Bundle
from engine.language.lint.expressions import places
from engine.language.lint.subject import Finding, Subject, named


def check(subject: Subject) -> Iterator[Finding]:
    """Names in expressions, and inputs of decisions, that are declared nowhere."""
    known = subject.known.variables | declared(subject.bundle)
    for place in places(subject):
        for name in sorted(_names(place.text) - known - place.local):
            yield Finding(place.element_id, f"{place.what}用到的变量没有人填写：{name}", file=place.file)
    for element in subject.elements("businessRuleTask"):
        model = subject.bundle.decisions.get(element.decision or "")
        local = set() if element.loop is None else {element.loop.item}
        for name in sorted(set(model.inputs_of(element.decision or "")) - known - local) if model is not None else ():
            yield Finding(element.id, f"{named(element)}的决策用到的变量没有人填写：{name}", "warning")


@lru_cache(maxsize=1024)
def declared(bundle: Bundle) -> frozenset[str]:
    """The variables that a bundle writes: fields of its forms, results of scripts, decisions and connectors, lists of
    answers, and what the property `declares` of an element names (what a message or connector brings).

    Kept, because the check of each process asks it of all others.
    """
    names = {key for form in bundle.forms.values() for key in form.keys}
    for element in bundle.process.walk():
        written = [
            element.result_variable,
            *(said.get("resultVariable") for said in (element.headers, element.properties)),
        ]
        written += element.properties.get("declares", "").replace(",", " ").split()
        if element.loop is not None:
            written.append(element.loop.output_collection)
        names.update(name for name in written if name)
    return frozenset(names)


def _names(text: str) -> frozenset[str]:
    try:
        return feel.names_used(text)
    except (feel.FeelSyntaxError, feel.FeelLimitExceeded):
        return frozenset()
