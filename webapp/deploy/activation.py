"""Deciding on versions: a second person approves or rejects, and activation is an act of its own.

The rule: approving changes nothing for anybody; only activation does, from its date on and in its regions.
"""

from datetime import date, datetime, time

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from engine import clock
from engine.casework import deployments
from engine.db import reading, transaction
from engine.errors import Invalid
from engine.registry import access
from webapp.auth import current_actor
from webapp.deploy.blueprint import blueprint
from webapp.deploy.versions import version_page


@blueprint.post("/versions/<key:version_id>/approve")
def approve(version_id: int) -> ResponseReturnValue:
    """批准."""
    with transaction() as session:
        deployments.approve(session, version_id, actor=current_actor())
    flash("已批准。启用后，新的办件才会按这个版本办理。")
    return redirect(url_for("deploy.version", version_id=version_id), 303)


@blueprint.post("/versions/<key:version_id>/reject")
def reject(version_id: int) -> ResponseReturnValue:
    """退回, with a reason."""
    reason = request.form.get("reason", "")
    try:
        with transaction() as session:
            deployments.reject(session, version_id, actor=current_actor(), reason=reason)
    except Invalid as refusal:
        return again(version_id, refusal), 422
    flash("已退回上传人。")
    return redirect(url_for("deploy.version", version_id=version_id), 303)


@blueprint.post("/versions/<key:version_id>/activate")
def activate(version_id: int) -> ResponseReturnValue:
    """启用, from a date on, in the province or in chosen counties."""
    actor = current_actor()
    access.require(actor, "policy_admin")
    try:
        begins = beginning(request.form.get("active_from", ""))
        places = chosen_places()
        with transaction() as session:
            deployments.activate(session, version_id, actor=actor, active_from=begins, region_codes=places)
    except Invalid as refusal:
        return again(version_id, refusal), 422
    flash("已启用。正在办理的办件仍按原版本办完。")
    return redirect(url_for("deploy.version", version_id=version_id), 303)


def again(version_id: int, refusal: Invalid) -> str:
    """The version's page with what was typed and what is wrong with it."""
    problems = refusal.problems or {"": [refusal.notice]}
    with reading() as session:
        return version_page(session, version_id, current_actor(), problems, request.form)


def chosen_places() -> list[str]:
    """The regions that were ticked; the whole province is one to be chosen like any other. Raises Invalid for none."""
    codes = request.form.getlist("region")
    if not codes:
        raise Invalid("Expected a region, but none was chosen", problems={"region": ["请选择启用的地区"]})
    return codes


def beginning(written: str) -> datetime | None:
    """The first moment of the day that was typed, in Beijing time; None for now. Raises Invalid."""
    if not written:
        return None
    try:
        day = date.fromisoformat(written)
    except ValueError as error:
        raise Invalid(
            f"Expected a date, but got {written!r}", problems={"active_from": ["请填写正确的日期"]}
        ) from error
    moment = datetime.combine(day, time.min, clock.LOCAL)
    if day < clock.local(clock.now()).date():
        raise Invalid(f"Expected a day to come, but got {day}", problems={"active_from": ["启用日期不能早于今天"]})
    return moment
