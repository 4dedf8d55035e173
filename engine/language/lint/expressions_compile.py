"""Every FEEL expression can be read: conditions, timers, scripts, properties, and the conditions in forms."""

from collections.abc import Iterator

from engine.language import feel
from engine.language.lint.expressions import places
from engine.language.lint.subject import Finding, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Expressions that are no FEEL, and timers that were left empty."""
    for place in places(subject):
        try:
            feel.compile(place.text)
        except feel.FeelSyntaxError as error:
            yield Finding(place.element_id, f"{place.what}“{place.text}”有错误：{error.chinese}", file=place.file)
        except feel.FeelLimitExceeded as error:
            yield Finding(place.element_id, f"{place.what}太长或嵌套太深：{error.notice}", file=place.file)
