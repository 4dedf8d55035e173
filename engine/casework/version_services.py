"""What diagrams do with versions of processes 流程版本: draft, approve, reject, activate, restore what was in force.

The rule: all of it goes through `deployments`, as the upload page does, with the rights of whoever does the step; who
does what, and from when on it is in force, is the diagram's.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import clock
from engine.casework import applying, attachments, deployments, plans
from engine.casework.models import Activation, ProcessVersion
from engine.casework.running import Running
from engine.errors import ExecutionFailed, Invalid
from engine.language import bundle as bundles
from engine.language import changes
from engine.language.bundle import Bundle
from engine.language.diagram import Element

MOST_LINES = 60
KINDS = {"added": "新增", "removed": "删除", "changed": "修改"}
JUST_BEFORE = timedelta(microseconds=1)


def draft(running: Running, element: Element) -> Mapping[str, Any]:
    """保存草稿: one version of each process of header `processes` (none: the one whose files they are) with uploaded
    `files`; `remark`, and `region`, where it shall be in force. What is wrong with the files is told at the form
    field named by header `field`, and nothing is kept. The property `resultVariable` gets {versions, name, findings,
    changes}: what lint remarks, and what differs from what is in force, line by line."""
    given, session = _headers(running, element), running.session
    field, region = str(given.get("field") or ""), str(given.get("region") or running.case.region_code)
    files = _placed(attachments.named(session, given.get("files") or []), field)
    made = [
        _drafted(running, files, process, str(given.get("remark") or ""), region, field)
        for process in given.get("processes") or [None]
    ]
    told = {
        "versions": [version.id for version in made],
        "name": "、".join(f"{version.name} 第 {version.number} 版" for version in made),
        "findings": _lines((line for version in made for line in version.warnings), "没有发现问题"),
        "changes": _lines((line for version in made for line in _changed(session, version, region)), "没有改动"),
    }
    return {_result(element): told}


def _placed(files: Iterable[tuple[str, bytes]], field: str) -> dict[str, bytes]:
    placed = {bundles.place(name): content for name, content in files}
    if None in placed or not placed:
        raise Invalid(
            f"Expected diagrams, forms and tables, but got {[*placed]}",
            problems={field: ["请选择流程图、表单或者决策表，文件名用英文字母开头"]},
        )
    return {path: content for path, content in placed.items() if path is not None}


def _drafted(
    running: Running, files: Mapping[str, bytes], process: str | None, remark: str, region: str, field: str
) -> ProcessVersion:
    session = running.session
    try:
        version = deployments.upload(session, files, actor=running.actor, remark=remark, process=process)
    except Invalid as refusal:
        lines = [f"{key}：{line}" if key else line for key, found in refusal.problems.items() for line in found]
        raise Invalid(str(refusal), problems={field: lines or [refusal.notice]}) from refusal
    if version.id == deployments.active_id(session, version.process_key, region, running.now):
        raise Invalid(
            f"Expected changes, but version {version.id} is in force already",
            problems={field: [f"内容和正在使用的“{version.name}”第 {version.number} 版相同，没有改动"]},
        )
    if version.state == "rejected":
        raise Invalid(
            f"Expected other content, but version {version.id} was rejected",
            problems={field: [f"同样内容的“{version.name}”第 {version.number} 版已被退回，请修改后再报"]},
        )
    return version


def _changed(session: Session, version: ProcessVersion, region: str) -> Iterator[str]:
    """What the version changes against what is in force in the region."""
    at = version.uploaded_at
    number = deployments.active_id(session, version.process_key, region, at)
    after = plans.bundle_of(session, version.id)
    if number is None:
        yield f"新增流程“{version.name}”"
        return
    yield from _differences(plans.bundle_of(session, number), after)


def _differences(before: Bundle, after: Bundle) -> Iterator[str]:
    found = changes.between(before, after)
    for change in (*found.files, *found.elements, *found.flows):
        name = f"“{change.name}”（{change.id}）" if change.name not in ("", change.id) else change.id
        aspects = f"：{'、'.join(change.aspects)}" if change.aspects else ""
        yield f"{KINDS[change.kind]} {name}{aspects}"
        yield from (f"　{line}" for line in change.details)


def _lines(lines: Iterable[str], otherwise: str) -> str:
    found = list(lines)
    more = [f"另有 {len(found) - MOST_LINES} 处，请到“流程版本”查看"] if len(found) > MOST_LINES else []
    return "\n".join([*found[:MOST_LINES], *more]) or otherwise


def approve(running: Running, element: Element) -> Mapping[str, Any]:
    """批准 the drafts of header `versions`; one that a second person approved on its page stays approved."""
    for version in _versions(running, element):
        if version.state == "rejected":
            notice = f"“{version.name}”第 {version.number} 版已在“流程版本”页被退回，请退回填报人"
            raise Invalid(f"Expected version {version.id} not to be rejected", notice=notice, problems={"": [notice]})
        if version.state == "draft":
            deployments.approve(running.session, version.id, actor=running.actor)
    return {}


def reject(running: Running, element: Element) -> Mapping[str, Any]:
    """退回 the drafts of header `versions`, for header `reason`."""
    reason = str(_headers(running, element).get("reason") or "")
    for version in _versions(running, element):
        if version.state == "draft":
            deployments.reject(running.session, version.id, actor=running.actor, reason=reason)
    return {}


def activate(running: Running, element: Element) -> Mapping[str, Any]:
    """启用 the approved header `versions` from now on in header `region`; cases that run keep theirs."""
    region = str(_headers(running, element).get("region") or running.case.region_code)
    for version in _versions(running, element):
        deployments.activate(running.session, version.id, actor=running.actor, region_codes=[region])
    return {}


def restore(running: Running, element: Element) -> Mapping[str, Any]:
    """废止: in header `region` what was in force before header `versions` is so again. Refused where nothing was."""
    region = str(_headers(running, element).get("region") or running.case.region_code)
    for version in _versions(running, element):
        before = _before(running.session, version, region)
        if before is None:
            notice = f"“{version.name}”没有以前的版本可以恢复，请发布修改后的版本"
            raise Invalid(f"Expected a version before {version.id}", notice=notice, problems={"": [notice]})
        deployments.activate(running.session, before, actor=running.actor, region_codes=[region])
    return {}


def _before(session: Session, version: ProcessVersion, region: str) -> int | None:
    """What was in force in the region before this version was activated there."""
    wanted = select(Activation.active_from).where(Activation.version_id == version.id, Activation.region_code == region)
    begun = session.scalar(wanted.order_by(Activation.active_from).limit(1))
    return deployments.active_id(session, version.process_key, region, begun - JUST_BEFORE) if begun else None


SERVICES = {
    "version_draft": draft,
    "version_approve": approve,
    "version_reject": reject,
    "version_activate": activate,
    "version_restore": restore,
}


def options(session: Session, region_code: str) -> list[dict[str, str]]:
    """The processes that new cases of the region take now, as options of a form."""
    numbers = applying.actives(session, region_code, clock.now()).values()
    found = session.scalars(select(ProcessVersion).where(ProcessVersion.id.in_(numbers)))
    named = sorted((version.name, version.process_key) for version in found)
    return [{"label": f"{name}（{key}）", "value": key} for name, key in named]


def _versions(running: Running, element: Element) -> list[ProcessVersion]:
    listed = _headers(running, element).get("versions")
    if not isinstance(listed, list):
        raise ExecutionFailed(f"Expected a list of versions, but got {listed!r}", element_id=element.id)
    return [running.session.get_one(ProcessVersion, int(number)) for number in listed]


def _headers(running: Running, element: Element) -> dict[str, Any]:
    return {key: running.value_of(text) for key, text in element.headers.items()}


def _result(element: Element) -> str:
    return element.properties.get("resultVariable", "versionDraft")
