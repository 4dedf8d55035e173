"""One answer: from what a browser or program sends to the value that is kept.

The rule: every value that leaves here is JSON-able and typed (str, bool, int, Decimal, list), and blank is None.
"""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from engine import clock
from engine.language import identity
from engine.language.forms.model import MANY_CHOICES, SINGLE_CHOICES, TEXTS, Field, Option

MAX_CHOSEN = 200
_NUMBER = re.compile(r"[+-]?\d{1,15}(\.\d{1,10})?", re.ASCII)
_FILE_ID = re.compile(r"[0-9A-Za-z_-]{1,64}")
# Control characters but the ends of lines and tabs, halves of surrogate pairs, and invisible characters that turn the
# direction of writing: they can make a name look like another.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]+")
_FLAGS = {
    "true": True,
    "on": True,
    "1": True,
    "yes": True,
    "是": True,
    "false": False,
    "off": False,
    "0": False,
    "": False,
}


class Unreadable(ValueError):
    """The answer cannot be what the field asks for; str() is the sentence in Chinese."""


def convert(field: Field, options: Sequence[Option], raw: object) -> Any:
    """The typed value of an answer. Raises Unreadable."""
    if field.kind == "checkbox":
        return _flag(raw)
    if field.kind in MANY_CHOICES:
        return [_choice(options, item, field) for item in _unique(_listed(raw))]
    if field.kind == "filepicker":
        return [_file_id(item) for item in _unique(_listed(raw))]
    single = _single(raw)
    if single is None:
        return None
    if field.kind in SINGLE_CHOICES:
        return _choice(options, single, field)
    if field.kind == "number":
        return _number(single, field)
    if field.kind == "datetime":
        return _moment(single, field.subtype)
    return _text(single, field) if field.kind in TEXTS else raw


def blank(field: Field) -> Any:
    """The value of a field that was left empty."""
    if field.kind == "checkbox":
        return False
    return [] if field.kind in MANY_CHOICES | {"filepicker", "dynamiclist"} else None


def _single(raw: object) -> object:
    """One value; a form post may carry it in a list. Blank is None."""
    if isinstance(raw, list | tuple):
        if len(raw) > 1:
            raise Unreadable("只能填写一项")
        raw = raw[0] if raw else None
    if isinstance(raw, str) and not raw.strip():
        return None
    return raw


def _listed(raw: object) -> list[object]:
    items = list(raw) if isinstance(raw, list | tuple) else [raw]
    if len(items) > MAX_CHOSEN:
        raise Unreadable(f"最多 {MAX_CHOSEN} 项")
    return [item for item in items if item is not None and not (isinstance(item, str) and not item.strip())]


def _unique(items: list[object]) -> list[object]:
    return [item for position, item in enumerate(items) if item not in items[:position]]


def _flag(raw: object) -> bool:
    # A ticked box that is posted together with its hidden "false" gives both; the last one counts.
    last = (raw[-1] if raw else None) if isinstance(raw, list | tuple) else raw
    if last is None or isinstance(last, bool):
        return bool(last)
    found = _FLAGS.get(str(last).strip().lower())
    if found is None:
        raise Unreadable("只能是勾选或不勾选")
    return found


def _choice(options: Sequence[Option], raw: object, field: Field) -> Any:
    if isinstance(raw, list | tuple | dict):
        raise Unreadable("请从列出的选项中选择")
    written = str(raw).lower() if isinstance(raw, bool) else str(raw).strip()
    for option in options:
        if option.written == written:
            return option.value
    raise Unreadable("请从列出的选项中选择" if options else f"“{field.label}”现在没有可选项")


def _file_id(raw: object) -> str:
    written = str(raw).strip()
    if isinstance(raw, bool | dict | list | tuple) or not _FILE_ID.fullmatch(written):
        raise Unreadable("附件无效，请重新上传")
    return written


def _number(raw: object, field: Field) -> int | Decimal:
    if isinstance(raw, bool) or not isinstance(raw, str | int | float | Decimal):
        raise Unreadable("请填写数字")
    written = re.sub(r"[,\s¥元]", "", unicodedata.normalize("NFKC", str(raw)))
    if not _NUMBER.fullmatch(written):
        raise Unreadable("请填写数字")
    number, digits = Decimal(written), _digits(field)
    if digits is not None and -int(number.normalize().as_tuple().exponent) > digits:
        raise Unreadable(f"最多保留 {digits} 位小数" if digits else "请填写整数")
    if field.format == "money":
        return number.quantize(Decimal("0.01"))
    return int(number) if number == number.to_integral_value() and digits in (None, 0) else number


def _digits(field: Field) -> int | None:
    return 2 if field.decimal_digits is None and field.format == "money" else field.decimal_digits


def _moment(raw: object, subtype: str) -> str:
    if not isinstance(raw, str):
        raise Unreadable("请填写正确的日期" if subtype == "date" else "请填写正确的时间")
    written = raw.strip()
    try:
        if subtype == "time":
            return time.fromisoformat(written).isoformat(timespec="minutes")
        if subtype == "date":
            return date.fromisoformat(written).isoformat()
        moment = datetime.fromisoformat(written)
    except ValueError as error:
        raise Unreadable("请填写正确的日期" if subtype == "date" else "请填写正确的时间") from error
    # A browser's datetime field has no zone: it means the clock on the wall.
    aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=clock.LOCAL)
    return aware.isoformat(timespec="seconds")


def _text(raw: object, field: Field) -> str | None:
    if isinstance(raw, bool) or not isinstance(raw, str | int | Decimal):
        raise Unreadable("请填写文字")
    text = unicodedata.normalize("NFC", _printable(str(raw).replace("\r\n", "\n").replace("\r", "\n")))
    if field.kind == "textfield":
        text = " ".join(text.split())
    if field.format == "idno":
        text = identity.normal(text)
    if field.format in ("phone", "bankcard", "region"):
        text = _joined(text, field.format)
    return text.strip() or None


def _joined(text: str, written_as: str) -> str:
    """A number without the blanks and strokes that people group it with; a landline keeps the stroke of its area."""
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", text))
    joined = plain.replace("-", "")
    return plain if written_as == "phone" and not joined.startswith("1") else joined


def _printable(text: str) -> str:
    """Without control characters, halves of surrogate pairs and marks that turn the direction of writing."""
    return _UNPRINTABLE.sub("", text)
