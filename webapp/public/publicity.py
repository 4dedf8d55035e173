"""公示: what hangs now, the long-term list, one notice, and the objection that anybody may raise without signing in.

The rule: a page shows the notice as it was published and nothing of its case, and nobody is told who objected.
"""

import re
from uuid import uuid4

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine import db
from engine.casework import objections
from engine.errors import Invalid
from engine.language.forms import Field, Option, Shown
from engine.oversight import paid_sums
from engine.registry import regions
from webapp import auth, form_fields, limits
from webapp.public.blueprint import blueprint

LIST = "listed"
ANONYMOUS, NAMED = "匿名", "实名"
STATES = {
    "received": ("已收到", "乡镇将在 1 个工作日内受理。前面的异议还在核查的，核查完接着受理。"),
    "checking": ("正在核查", "乡镇工作人员正在核查，核查期间公示的期限停着不走。"),
    "upheld": ("异议成立", "公示已经撤下，将重新调查。"),
    "rejected": ("异议不成立", "公示继续到期满。"),
    "gone": ("公示已经撤下", "这件事已经撤回、终止或者退回重办，公示不再有效，异议不再单独核查。"),
    "unrelated": ("与公示内容无关", "没有进行核查，公示继续到期满。"),
}
_KEY = re.compile(r"[0-9a-f]{32}")


def _question(key: str, kind: str, label: str, hint: str, *, required: bool = False, longest: int = 30) -> Shown:
    field = Field(key=key, kind=kind, label=label, description=hint, required=required)
    return Shown(field, required=required, max_length=longest)


_WAYS = (
    Option(ANONYMOUS, ANONYMOUS, "不用写姓名和电话。"),
    Option(NAMED, NAMED, "便于向您核实，村里不知道您是谁。"),
)
QUESTIONS = (
    _question("reason", "textarea", "哪一点不符合事实", "10 至 500 个字。", required=True, longest=500),
    _question("evidence", "textarea", "证据或者线索", "在哪里能查到、谁可以证明。", longest=500),
    Shown(Field(key="way", kind="radio", label="怎样提出", required=True), required=True, options=_WAYS),
    _question("name", "textfield", "姓名", "选“匿名”的不用填。"),
    _question("phone", "textfield", "电话", "选“匿名”的不用填。", longest=20),
)


@blueprint.get("/publicity")
def publicity() -> ResponseReturnValue:
    tab, region = request.args.get("tab", ""), request.args.get("region", "")
    with db.reading() as rows:
        place = regions.get(rows, region) if region else None
        found = objections.listed if tab == LIST else objections.posted
        page = found(rows, region=region or None, page=request.args.get("page", 1, type=int))
        shown = [objections.published(notice, from_list=tab == LIST) for notice in page.rows]
        return render_template("public/publicity.html", notices=shown, page=page, listed=tab == LIST, place=place)


@blueprint.get("/publicity/paid")
def paid() -> ResponseReturnValue:
    """The sums of a month: `region` a county or town, without it all counties."""
    region = request.args.get("region", "")
    with db.reading() as rows:
        place = regions.get(rows, region) if region else None
        months = paid_sums.months(rows)
        month = request.args.get("month", "")
        month = month if month in months else next(iter(months), "")
        inside = place.code if place and place.level in ("county", "town") else ""
        sums = paid_sums.sums(rows, month, inside)
        return render_template(
            "public/paid.html", months=months, month=month, sums=sums, place=place if inside else None
        )


@blueprint.get("/publicity/<key:number>")
def notice(number: int) -> ResponseReturnValue:
    with db.reading() as rows:
        found = objections.get(rows, number)
        town = regions.ancestor(rows, found.region_code, "town")
        return render_template("public/notice.html", notice=found, town=town)


@blueprint.get("/publicity/<key:number>/objection")
def objection_form(number: int) -> ResponseReturnValue:
    return _form(number, {"way": ANONYMOUS}, uuid4().hex)


@blueprint.post("/publicity/<key:number>/objection")
@limits.attempts
def raise_objection(number: int) -> ResponseReturnValue:
    given = form_fields.read(QUESTIONS, request.form)
    key = request.form.get("key", "")
    key = key if _KEY.fullmatch(key) else uuid4().hex
    values = {**given, "anonymous": given["way"] == ANONYMOUS}
    try:
        with db.transaction() as rows:
            made = objections.raise_objection(rows, number, values=values, key=key, actor=auth.someone())
    except Invalid as refusal:
        return _form(number, given, key, refusal), refusal.status
    return redirect(url_for("public.objection", code=made.code), 303)


@blueprint.get("/publicity/objections")
def find_objection() -> ResponseReturnValue:
    """Where the code is typed in that was given out when the objection was sent."""
    code = request.args.get("code", "").strip()
    if code:
        with db.reading() as rows:
            return redirect(url_for("public.objection", code=objections.by_code(rows, code).code), 303)
    return render_template("public/find_objection.html")


@blueprint.get("/publicity/objections/<code>")
def objection(code: str) -> ResponseReturnValue:
    with db.reading() as rows:
        found = objections.by_code(rows, code)
        state = STATES[objections.progress(rows, found)]
        return render_template("public/objection.html", objection=found, state=state)


def _form(number: int, values: form_fields.Values, key: str, refusal: Invalid | None = None) -> str:
    problems = refusal.problems if refusal is not None else {}
    with db.reading() as rows:
        found = objections.get(rows, number)
        auth.refuse_unknown(not found.listed)
        controls = form_fields.controls(rows, QUESTIONS, values, problems)
        summary = form_fields.summary(controls, problems)
        return render_template("public/objection_form.html", notice=found, controls=controls, summary=summary, key=key)
