"""One table from refusals to answers: a page in Chinese for people, JSON for programs.

The rule: a failure says what was kept, what to do now, and a number to name on the telephone.
"""

import secrets
from dataclasses import dataclass

from flask import Flask, current_app, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, InternalServerError

from engine.casework import incidents
from engine.errors import ExecutionFailed, Invalid, Refusal, Unavailable
from webapp import kept, outages

# Status → title, what it means, what to do now.
WORDS: dict[int, tuple[str, str, str]] = {
    400: ("请求有误", "网页发来的内容不完整。", "请返回上一页再试一次。"),
    401: ("请先登录", "登录已过期，或者您还没有登录。", "登录后可以继续刚才的操作。"),
    403: ("不能办理", "您没有办理此事的权限。", "如果您认为应当可以办理，请联系本单位管理员。"),
    404: ("没有找到", "这个页面不存在，或者您无权查看。", "请检查网址，或从首页重新进入。"),
    405: ("不能这样打开", "这个地址只接受提交，不能直接打开。", "请从首页重新进入。"),
    409: ("情况已经变化", "在您操作之前，这件事已经有了变化。", "请返回后刷新页面，看看现在的情况。"),
    413: ("文件太大", "上传的内容超过了限制。", "每张图片不能超过 10 MB，请换小一些的图片再试。"),
    415: ("格式不支持", "网页发来的内容格式不支持。", "请从首页重新进入。"),
    422: ("内容有误", "填写的内容有误。", "请返回上一页修改，填过的内容还在。"),
    429: ("操作太频繁", "短时间内操作次数太多。", "请等几分钟再试。"),
    500: (
        "系统出错了",
        "系统没有完成这一步，没有保存任何半成品。",
        "请稍后再试；如果再次出现，请把下面的编号告诉工作人员。",
    ),
    503: ("系统暂时没有响应", "系统暂时没有响应。", "请过几秒再试一次。"),
}


# Status → what programs read instead of the words.
CODES = {
    400: "malformed",
    401: "not_signed_in",
    403: "not_allowed",
    404: "not_found",
    405: "method_not_allowed",
    409: "conflict",
    413: "too_large",
    415: "unsupported_media_type",
    422: "invalid",
    429: "too_many_requests",
    503: "unavailable",
}


@dataclass(frozen=True)
class Failure:
    """What an error page shows. `reason`: for programmers, in English; never that of a failure of our own."""

    status: int
    title: str
    notice: str
    advice: str
    problems: dict[str, list[str]]
    number: str = ""
    reason: str = ""


def install(app: Flask) -> None:
    """Answer every refusal and every failure of the app from the one table."""
    outages.install(app)
    app.register_error_handler(Unavailable, _unavailable)
    app.register_error_handler(Refusal, _refused)
    app.register_error_handler(CSRFError, _unsigned)
    app.register_error_handler(HTTPException, _http)


def _refused(refusal: Refusal) -> ResponseReturnValue:
    if isinstance(refusal, ExecutionFailed):
        incidents.report(refusal)
    problems = refusal.problems if isinstance(refusal, Invalid) else {}
    number = _log(refusal) if refusal.status >= 500 else ""
    title, _, advice = WORDS[refusal.status]
    reason = "" if number else str(refusal)
    return _answer(Failure(refusal.status, title, refusal.notice, advice, problems, number, reason))


def _unavailable(refusal: Unavailable) -> ResponseReturnValue:
    """Do it again where that is safe; else say in time what is known, and keep what was typed."""
    try:
        return outages.repeated(refusal)
    except Unavailable as last:
        return _away(last)


def _away(refusal: Unavailable) -> ResponseReturnValue:
    number = _log(refusal)
    headers = {"Retry-After": str(outages.RETRY_AFTER)}
    title, _, advice = WORDS[refusal.status]
    if wants_json():
        unknown = outages.may_have_acted(refusal)
        reason = f"Expected to answer, but {'it is not known whether it was done' if unknown else 'nothing was done'}"
        return {"error": _for_programs(Failure(503, title, refusal.notice, advice, {}, number, reason))}, 503, headers
    if request.headers.get("HX-Request"):
        failure = Failure(503, title, refusal.notice + "。", advice, {}, number)
        return outages.shown("errors/fragment.html", failure=failure), 503, headers
    return outages.page(refusal, number), 503, headers


def _http(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    if status < 400:
        return error
    number = _log(error.original_exception or error) if isinstance(error, InternalServerError) else ""
    title, notice, advice = WORDS.get(status, WORDS[400 if status < 500 else 500])
    return _answer(Failure(status, title, notice, advice, {}, number, "" if number else error.description or ""))


def _unsigned(error: CSRFError) -> ResponseReturnValue:
    """The page was open too long, or the post came from elsewhere: show what was typed, to be sent again."""
    if wants_json():
        reason = error.description or ""
        return _answer(Failure(403, "请求未经确认", "缺少有效的安全令牌。", "请刷新页面后再试。", {}, reason=reason))
    return resume(request.path, kept.typed(), lost_files=bool(request.files)), 403


def resume(target: str, pairs: kept.Pairs, *, lost_files: bool = False) -> str:
    """The page that shows what was typed and sends it again to `target` when the person says so."""
    return render_template(
        "errors/resume.html",
        layout=_layout(),
        target=target,
        pairs=pairs,
        readable=kept.readable(pairs),
        lost_files=lost_files,
    )


def wants_json() -> bool:
    """Does a program ask?"""
    accepts = request.accept_mimetypes
    return (
        request.path.startswith("/api/") or accepts.best_match(["text/html", "application/json"]) == "application/json"
    )


def _log(error: BaseException) -> str:
    number = secrets.token_hex(4).upper()
    current_app.logger.error("Failure %s at %s %s", number, request.method, request.path, exc_info=error)
    return number


def _answer(failure: Failure) -> ResponseReturnValue:
    if wants_json():
        return {"error": _for_programs(failure)}, failure.status
    if request.headers.get("HX-Request"):
        return render_template("errors/fragment.html", failure=failure), failure.status
    try:
        return render_template("errors/failure.html", failure=failure, layout=_layout()), failure.status
    except Unavailable as refusal:
        return _away(refusal)


def _for_programs(failure: Failure) -> dict[str, object]:
    found = {
        "status": failure.status,
        "code": CODES.get(failure.status, "malformed" if failure.status < 500 else "failed"),
        "message": failure.notice,
        "reason": failure.reason or "Expected to answer, but failed",
        "problems": failure.problems,
    }
    return {**found, "number": failure.number} if failure.number else found


def _layout() -> str:
    """Staff read a failure in their own surroundings."""
    staff = current_user.is_authenticated and current_user.actor.is_staff
    return "layouts/staff.html" if staff else "layouts/citizen.html"
