"""The cells of a decision table name only variables that somebody fills in; a text without quotation marks is a name.

What nobody fills in is null: such a condition never holds, and such a result is empty.
"""

from collections.abc import Iterator

from engine.language.lint import tables
from engine.language.lint.declared_names import declared
from engine.language.lint.subject import Finding, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Names in cells that neither the tables nor the process know."""
    items = {element.loop.item for element in subject.elements() if element.loop is not None}
    known = subject.known.variables | declared(subject.bundle) | items
    for path in tables.files(subject.bundle):
        for use in tables.read(subject.bundle, path).uses:
            for name in sorted(use.names - known):
                sentence = f'{use.where}用到的变量没有人填写：{name}。如果它是文字，请加上引号："{name}"'
                yield Finding(use.element_id, sentence, file=path)
