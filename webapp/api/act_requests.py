"""What the API takes for acts beside a task's form: whom, how, why.

The rule: the same words as on the pages, and as long as there.
"""

from typing import Any

from marshmallow import fields, validate

from engine.casework import asking, copies, cosigning, termination, urging
from webapp.api.requests import Request

_WORDS: dict[str, str | list[Any] | dict[Any, Any]] = {
    "required": "缺少这一项",
    "null": "不能为空",
    "invalid": "格式不正确",
}


def _text(most: int, **more: Any) -> fields.String:
    return fields.String(
        error_messages=_WORDS, validate=validate.Length(0, most, error="长度应在 {min} 至 {max} 之间"), **more
    )


def _one_of(choices: Any) -> fields.String:
    return fields.String(
        required=True,
        error_messages=_WORDS,
        validate=validate.OneOf(tuple(choices), error="只能是 {choices} 之一"),
        metadata={"enum": list(choices)},
    )


def _account(**more: Any) -> fields.Integer:
    within = validate.Range(1, 10**15, error="应在 {min} 至 {max} 之间")
    return fields.Integer(strict=True, error_messages=_WORDS, validate=within, **more)


class ReasonSchema(Request):
    """Why."""

    reason = _text(asking.LONGEST, required=True)


class ReturnSchema(ReasonSchema):
    """To which step, by its element id, and why."""

    to = _text(60, required=True)


class DelegationSchema(ReasonSchema):
    """To whom, and what is asked of them."""

    to_account_id = _account(required=True)


class OpinionSchema(Request):
    """What a delegate says."""

    opinion = _text(asking.LONGEST, required=True)


class CosignSchema(DelegationSchema):
    """Who shall sign, before or after the step, and what they shall look at."""

    position = _one_of(cosigning.POSITIONS)


class SignSchema(OpinionSchema):
    """Whether the signer agrees, and why."""

    agrees = fields.Boolean(required=True, error_messages=_WORDS)


class CopySchema(Request):
    """Who shall read the case."""

    account_ids = fields.List(_account(), required=True, error_messages=_WORDS)
    note = _text(copies.LONGEST_NOTE, load_default="")


class UrgeSchema(Request):
    """What is said besides."""

    note = _text(urging.LONGEST_NOTE, load_default="")


class TransferSchema(ReasonSchema):
    """To which town or village, by its code, and why."""

    region = _text(12, required=True)


class TerminationSchema(ReasonSchema):
    """Which of the reasons, and what happened."""

    code = _one_of(termination.REASONS)
