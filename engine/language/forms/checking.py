"""Whether a typed answer is good: given, long enough, within limits, of its format; if not, what to do about it.

The rule: every question becomes a marshmallow field, and equal questions share one schema.
"""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any

import re2
from marshmallow import RAISE, Schema, ValidationError, fields

from engine import spoken
from engine.language import identity
from engine.language.forms.answers import Unreadable, blank, convert
from engine.language.forms.model import CHOICES, MANY_CHOICES, TEXTS
from engine.language.forms.shown import Shown

DEFAULT_LENGTHS = {"textfield": 200, "textarea": 2000}
_ENDING = "：: *＊"
_HAN_NAME = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff·]{2,30}")
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_LANDLINE = re.compile(r"0[0-9]{2,3}-?[0-9]{7,8}")
_EMAIL = re.compile(r"[^@\s]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})+")


class Answer(fields.Field[Any]):
    """The marshmallow field of one question."""

    def __init__(self, shown: Shown) -> None:
        missing = please(shown)
        if shown.required:
            super().__init__(required=True, validate=_rules(shown), error_messages={"required": missing})
        else:
            super().__init__(load_default=lambda: blank(shown.field), allow_none=True, validate=_rules(shown))
        self.shown, self.missing = shown, missing

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        try:
            answer = convert(self.shown.field, self.shown.options, value)
        except Unreadable as error:
            raise ValidationError(str(error)) from error
        # Zero is an answer, and so is no; only a box that must be ticked is not answered by false.
        nothing = answer is None or answer == [] or (answer is False and self.shown.field.kind == "checkbox")
        if nothing and self.shown.required:
            raise ValidationError(self.missing)
        return answer


@lru_cache(maxsize=1024)
def schema(questions: tuple[Shown, ...]) -> Schema:
    """The marshmallow schema of these questions. Questions are values, so the same ones give the same schema."""
    answers: dict[str, fields.Field[Any]] = {shown.key: Answer(shown) for shown in questions}
    return Schema.from_dict(answers, name="Answers")(unknown=RAISE)


def please(shown: Shown) -> str:
    """The sentence for a question that must be answered and was not."""
    label = shown.field.label.rstrip(_ENDING) or "此项"
    if shown.field.kind == "checkbox":
        return f"请勾选“{label}”"
    if shown.field.kind == "filepicker":
        return f"请上传{label}"
    chosen = shown.field.kind in CHOICES | {"datetime"} or shown.format == "region"
    return f"请选择{label}" if chosen else f"请填写{label}"


def _rules(shown: Shown) -> list[Callable[[Any], None]]:
    """What a typed answer must keep to. A blank one keeps to everything."""
    kind = shown.field.kind
    if kind in TEXTS:
        return [_rule(_length_problem, shown), _rule(_pattern_problem, shown), _rule(_format_problem, shown)]
    if kind == "number":
        return [_rule(_limit_problem, shown)]
    if kind == "datetime":
        return [_rule(_day_problem, shown)]
    if kind in MANY_CHOICES:
        return [_rule(_choices_problem, shown)]
    return [_rule(_files_problem, shown)] if kind == "filepicker" else []


def _rule(problem: Callable[[Any, Shown], str | None], shown: Shown) -> Callable[[Any], None]:
    def check(answer: Any) -> None:
        sentence = None if answer is None else problem(answer, shown)
        if sentence is not None:
            raise ValidationError(sentence)

    return check


def _length_problem(text: str, shown: Shown) -> str | None:
    most = shown.max_length if shown.max_length is not None else DEFAULT_LENGTHS[shown.field.kind]
    if shown.min_length is not None and len(text) < shown.min_length:
        return f"至少写 {shown.min_length} 个字，现在是 {len(text)} 个"
    return f"最多写 {most} 个字，现在是 {len(text)} 个" if len(text) > most else None


def _pattern_problem(text: str, shown: Shown) -> str | None:
    # RE2 needs time in proportion to the text, whatever pattern an author has written.
    if not shown.field.pattern or re2.search(shown.field.pattern, text):
        return None
    return shown.field.pattern_message or f"{shown.field.label.rstrip(_ENDING)}的格式不正确"


def _format_problem(text: str, shown: Shown) -> str | None:
    problem = _FORMATS.get(shown.format)
    return None if problem is None else problem(text)


def _limit_problem(number: int | Decimal, shown: Shown) -> str | None:
    low, high = shown.minimum, shown.maximum
    if shown.format == "money" and low is None:
        low = Decimal(0)
    if low is not None and number < low:
        return f"不能小于 {low}"
    return f"不能大于 {high}" if high is not None and number > high else None


def _day_problem(moment: str, shown: Shown) -> str | None:
    if shown.field.subtype == "time":
        return None
    day = moment[:10]
    if shown.earliest and day < shown.earliest:
        return f"不能早于 {spoken.answer(shown.earliest)}"
    return f"不能晚于 {spoken.answer(shown.latest)}" if shown.latest and day > shown.latest else None


def _choices_problem(chosen: list[Any], shown: Shown) -> str | None:
    most = shown.field.max_choices
    return f"最多选 {most} 项，现在是 {len(chosen)} 项" if most and len(chosen) > most else None


def _files_problem(files: list[str], shown: Shown) -> str | None:
    least, most = shown.field.min_files, shown.field.max_files
    # What need not be given at all is not too little.
    if files and len(files) < least:
        return f"至少上传 {least} 个，现在是 {len(files)} 个"
    return f"最多上传 {most} 个，现在是 {len(files)} 个" if len(files) > most else None


def _phone_problem(text: str) -> str | None:
    return None if _MOBILE.fullmatch(text) else "请填写 11 位手机号码"


def _phone_or_landline_problem(text: str) -> str | None:
    good = _MOBILE.fullmatch(text) or _LANDLINE.fullmatch(text)
    return None if good else "请填写 11 位手机号码，或带区号的固定电话"


def _name_problem(text: str) -> str | None:
    return None if _HAN_NAME.fullmatch(text) else "请填写 2 至 30 个汉字的姓名（可以有“·”）"


def _region_problem(text: str) -> str | None:
    return None if re.fullmatch(r"[0-9]{12}", text) else "请从列表中选择地区"


def _email_problem(text: str) -> str | None:
    return None if len(text) <= 254 and _EMAIL.fullmatch(text) else "请填写正确的电子邮箱"


def _bankcard_problem(text: str) -> str | None:
    """16 to 19 digits with Luhn's check digit (ISO/IEC 7812-1)."""
    if not re.fullmatch(r"[0-9]{16,19}", text):
        return "银行卡号应为 16 至 19 位数字"
    total = sum(sum(divmod(int(digit) * (1 + place % 2), 10)) for place, digit in enumerate(reversed(text)))
    return "银行卡号有误，请逐位核对" if total % 10 else None


_FORMATS: Mapping[str, Callable[[str], str | None]] = {
    "idno": identity.problem,
    "phone": _phone_problem,
    "phone_or_landline": _phone_or_landline_problem,
    "person_name": _name_problem,
    "region": _region_problem,
    "email": _email_problem,
    "bankcard": _bankcard_problem,
}
# A sum of money, the ids of files and a secret have their checks elsewhere: by number, by file, by account.
FORMATS = frozenset(_FORMATS) | {"money", "attachment", "password"}
