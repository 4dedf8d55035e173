"""What people answer about their health stays in the forms: no message, no progress line and no outcome tells it.

A field is sensitive by its property `sensitive`, a variable by being named in that property of an element; so is what
a script works out from them.
"""

import re
from collections.abc import Iterator

from engine.language import feel
from engine.language.bundle import Bundle
from engine.language.lint.subject import Finding, Subject, named

MESSAGES = "rules/messages.dmn"
PLACEHOLDER = re.compile(r"\{(\w+)\}")
TOLD = ("citizenText", "citizenDone", "guideText", "outcomeText")


def check(subject: Subject) -> Iterator[Finding]:
    """Notices, their templates, and what citizens and lists are shown, where they name a sensitive answer."""
    secret = sensitive(subject.bundle)
    if not secret:
        return
    templates = PLACEHOLDER.findall(subject.bundle.files.get(MESSAGES, b"").decode("utf-8"))
    for name in sorted(secret.intersection(templates)):
        yield Finding("", f"消息模板会说出敏感信息：{name}", file=MESSAGES)
    for element in subject.elements():
        told = {f"属性 {name}": element.properties.get(name, "") for name in TOLD}
        if element.task_type == "notice":
            told |= {f"参数 {name}": text for name, text in element.headers.items()}
        for what, text in told.items():
            for name in sorted(_names(text) & secret):
                yield Finding(element.id, f"{named(element)}的{what}会说出敏感信息：{name}")


def sensitive(bundle: Bundle) -> frozenset[str]:
    """The sensitive fields and variables of the bundle, and the results of scripts that read them or one another."""
    forms = bundle.forms.values()
    found = {field.key for form in forms for field in form.fields if field.properties.get("sensitive")}
    found |= {name for element in bundle.process.walk() for name in element.properties.get("sensitive", "").split()}
    scripts = [element for element in bundle.process.walk() if element.script and element.result_variable]
    while fresh := {e.result_variable for e in scripts if _names(f"={e.script}") & found} - found:
        found |= {name for name in fresh if name}
    return frozenset(found)


def _names(text: str) -> frozenset[str]:
    """The variables that a text reads, where it is an expression."""
    if not text.startswith("="):
        return frozenset()
    try:
        return feel.names_used(text[1:])
    except (feel.FeelSyntaxError, feel.FeelLimitExceeded):
        return frozenset()
