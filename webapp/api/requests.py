"""What the API takes, field by field.

The rule: a key that is not listed here is refused, so nobody is left to believe that it did something.
"""

from datetime import timedelta
from typing import Any

from flask_smorest.fields import Upload
from marshmallow import RAISE, Schema, ValidationError, fields, validate

from engine import clock
from engine.casework import straight, worklists
from engine.language.bundle import MAX_FILES
from engine.registry import hospitals
from engine.registry.access import CHANNELS

LONGEST_KEY = 200
FURTHEST = timedelta(days=730)

_Words = dict[str, str | list[Any] | dict[Any, Any]]

_WORDS: _Words = {
    "required": "缺少这一项",
    "null": "不能为空",
    "invalid": "格式不正确",
    "too_large": "数字太大",
    "naive": "时间要带时区",
    "awareness": "时间要带时区",
    "invalid_utf8": "格式不正确",
}


_REGION = validate.Regexp(r"(?a:\d{6}|\d{9}|\d{12}|)\Z", error="应为 6、9 或 12 位行政区划代码")


def _between(least: int, most: int) -> validate.Range:
    return validate.Range(least, most, error="应在 {min} 至 {max} 之间")


def _one_of(choices: Any) -> validate.OneOf:
    return validate.OneOf(tuple(choices), error="只能是 {choices} 之一")


def _to(most: int, least: int = 0) -> validate.Length:
    return validate.Length(least, most, error="长度应在 {min} 至 {max} 之间")


def _within_two_years(value: Any) -> None:
    if value > clock.now() + FURTHEST:
        raise ValidationError("最多提前两年")


class Request(Schema):
    """What programs send; a key that is not listed is refused."""

    error_messages = {"type": "应当是一个 JSON 对象", "unknown": "没有这一项"}

    class Meta:
        unknown = RAISE


def _text(most: int, *, least: int = 0, **more: Any) -> fields.String:
    return fields.String(error_messages=_WORDS, validate=_to(most, least), **more)


def _key(**more: Any) -> fields.String:
    return fields.String(
        data_key="Idempotency-Key",
        metadata={"description": "A fresh value for each act, the same when it is sent again; at most 200 characters"},
        error_messages={**_WORDS, "required": "请在 Idempotency-Key 头中提供一个不重复的值"},
        validate=_to(LONGEST_KEY, 1),
        **more,
    )


def _number(default: int, least: int, most: int) -> fields.Integer:
    within = validate.Range(least, most, error="应在 {min} 至 {max} 之间")
    return fields.Integer(load_default=default, error_messages=_WORDS, validate=within)


class KeySchema(Schema):
    """The header that makes a repeated request one effect."""

    key = _key(required=False, load_default=None)


class NeededKeySchema(KeySchema):
    """The same where it must be given."""

    key = _key(required=True)


class PagingSchema(Request):
    """Which part of a list."""

    page = _number(1, 1, 10**6)
    size = _number(30, 1, 200)


class PolicyQuerySchema(Request):
    """Which public pages."""

    category = _text(20, load_default="")
    page = _number(1, 1, 10**6)


class NewCaseSchema(Request):
    """A case to begin: the answers to all opening forms in one flat object."""

    process = _text(40, least=1, required=True)
    channel = fields.String(
        required=True, error_messages=_WORDS, validate=_one_of(CHANNELS), metadata={"enum": list(CHANNELS)}
    )
    values = fields.Dict(required=True, keys=fields.String(), error_messages=_WORDS)


def _region_of_post() -> fields.String:
    return fields.String(
        load_default="",
        error_messages=_WORDS,
        validate=validate.Regexp(r"(?a:\d{6}|\d{9}|\d{12}|)\Z", error="应为 6、9 或 12 位行政区划代码"),
        metadata={"description": "Of the post with which one begins, where several may"},
    )


class BeginningRegionSchema(Request):
    """With which post."""

    region = _region_of_post()


class NewBeginningSchema(BeginningRegionSchema):
    """A management process to begin: the answers of its start form."""

    process = _text(40, least=1, required=True)
    values = fields.Dict(load_default=dict, keys=fields.String(), error_messages=_WORDS)


class MessageSchema(Request):
    """What another system says of a case: the message by its name in the diagram, and the values that it brings."""

    message = _text(64, least=1, required=True)
    values = fields.Dict(load_default=dict, keys=fields.String(), error_messages=_WORDS)


class WorklistSchema(PagingSchema):
    """Filters of the worklist."""

    scope = fields.String(
        load_default=worklists.ALL, error_messages=_WORDS, validate=_one_of((*worklists.SCOPES, worklists.ALL))
    )
    item = _text(40, load_default="")
    region = fields.String(load_default="", error_messages=_WORDS, validate=_REGION)
    due = fields.String(load_default="", error_messages=_WORDS, validate=_one_of(("", "today", "soon", "overdue")))
    text = _text(60, load_default="")
    case_no = _text(60, load_default="")
    sort = fields.String(load_default="due", error_messages=_WORDS, validate=_one_of(worklists.SORTS))


class HospitalsSchema(Request):
    """What is asked of the directory of institutions."""

    region = fields.String(load_default="", error_messages=_WORDS, validate=_REGION)
    name = _text(60, load_default="")
    level = fields.String(load_default="", error_messages=_WORDS, validate=_one_of(("", *hospitals.LEVELS)))
    kind = fields.String(load_default="", error_messages=_WORDS, validate=_one_of(("", *hospitals.KINDS)))
    function = fields.String(load_default="", error_messages=_WORDS, validate=_one_of(("", *hospitals.FUNCTIONS)))
    disease = _text(60, load_default="")
    latitude = fields.Float(load_default=None, error_messages=_WORDS, validate=_between(-90, 90))
    longitude = fields.Float(load_default=None, error_messages=_WORDS, validate=_between(-180, 180))


class AfterSchema(Request):
    """Which part of a history."""

    after = _number(0, 0, 10**9)
    size = _number(200, 1, 200)


class CompletionSchema(Request):
    """The answers of a task's form. `route`: along the flow, or straight to the step that had returned this one."""

    values = fields.Dict(required=True, keys=fields.String(), error_messages=_WORDS)
    route = fields.String(
        load_default="flow",
        error_messages=_WORDS,
        validate=_one_of(straight.ROUTES),
        metadata={"enum": list(straight.ROUTES)},
    )


class VersionsSchema(PagingSchema):
    """Filters of the list of versions."""

    process = _text(40, load_default="")


class RemarkSchema(Request):
    """What is said about an upload. `process`: which one the files belong to, where they alone do not tell."""

    remark = _text(2000, load_default="")
    process = _text(40, load_default="")


class FilesSchema(Request):
    """The files of a version: processes, forms and rules by their names."""

    files = fields.List(
        Upload(),
        required=True,
        error_messages={**_WORDS, "required": "请选择要上传的文件"},
        validate=_to(MAX_FILES, 1),
    )


class ActivationSchema(Request):
    """From when and where new cases take the version; at once and in the whole province when nothing is said."""

    active_from = fields.AwareDateTime(load_default=None, error_messages=_WORDS, validate=_within_two_years)
    regions = fields.List(
        _text(12, least=6),
        load_default=None,
        error_messages=_WORDS,
        validate=_to(200, 1),
    )
