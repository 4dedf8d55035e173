"""Versions of processes (流程版本): upload, approval by a second person, activation for regions from a date.

A version is a bundle frozen for ever; running cases stay on theirs.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine import clock
from engine.casework import applying, new_items, notifications, planned_starts, plans, version_files, vocabulary
from engine.casework.models import Activation, ProcessVersion, VersionFile
from engine.db import one_at_a_time
from engine.errors import Conflict, Invalid, NotAllowed, NotFound
from engine.language import bundle as bundles
from engine.language import lint
from engine.language.bundle import Bundle
from engine.registry import access, people, regions
from engine.registry.actors import Actor
from engine.registry.models import Account

POLICY = "policy_admin"
# Messages about versions come from no table of messages: no process is running when they are told.
VERSION_MESSAGE = "VERSION"
DECIDED = {"approved": "已批准，可以启用", "rejected": "已被退回，理由见“流程版本”"}


@dataclass(frozen=True)
class Checked:
    """What an upload would become. `problems`: each tied to its element; `base`: the version from which the files come
    that were not uploaded; `newer`: the newest one, where that is not the base; `same`: the one that holds just this
    content already."""

    bundle: Bundle
    problems: list[lint.Problem]
    base: ProcessVersion | None
    newer: ProcessVersion | None
    same: ProcessVersion | None


def check(session: Session, files: Mapping[str, bytes], process: str | None = None) -> Checked:
    """The same as `upload`, but nothing is saved. Raises Invalid when the files cannot even be read."""
    base = base_of(session, files, process)
    bundle = bundles.read(_completed(session, base, files))
    found = lint.check(bundle, known=vocabulary.known(session, bundle))
    newest = _newest(session, bundle.process_id)
    newer = newest if base is not None and newest is not base else None
    return Checked(bundle, found, base, newer, _same(session, bundle))


def base_of(session: Session, files: Iterable[str], process: str | None = None) -> ProcessVersion | None:
    """The version that passes on the files that an upload leaves out: the one that new cases of the province take now.

    So an upload changes what it holds, and nothing that others have drafted meanwhile. Where none is active it is the
    newest one that was not rejected. `process`: which one is meant, where the files alone do not tell. Raises Invalid
    when that stays open.
    """
    drawn = next((Path(path).stem for path in files if path.startswith("processes/")), None)
    if process and drawn and process != drawn:
        raise Invalid(
            f"Expected files of {process}, but the diagram is that of {drawn}",
            problems={"process": [f"选择的流程是“{process}”，上传的流程图却是“{drawn}”"]},
        )
    wanted = process or drawn or _holder(session, files)
    if wanted is None:
        return None
    active_now = active_id(session, wanted, regions.PROVINCE, clock.now())
    return _fetch(session, active_now) if active_now is not None else _newest(session, wanted)


def _newest(session: Session, process: str) -> ProcessVersion | None:
    standing = select(ProcessVersion).where(ProcessVersion.state != "rejected", ProcessVersion.process_key == process)
    return session.scalar(standing.order_by(ProcessVersion.number.desc()).limit(1))


def _completed(session: Session, base: ProcessVersion | None, files: Mapping[str, bytes]) -> dict[str, bytes]:
    before = version_files.of(session, base.id) if base is not None else {}
    return {**before, **files}


def _same(session: Session, bundle: Bundle) -> ProcessVersion | None:
    return session.scalar(select(ProcessVersion).where(ProcessVersion.checksum == bundle.checksum))


def _holder(session: Session, files: Iterable[str]) -> str | None:
    """The process whose versions hold these forms and rules; None when there is none."""
    held = select(ProcessVersion.process_key).join(VersionFile).where(VersionFile.path.in_(list(files))).distinct()
    keys = sorted(session.scalars(held.where(ProcessVersion.state != "rejected")))
    if len(keys) > 1:
        raise Invalid(
            f"Expected files of one process, but {keys} hold them",
            problems={"process": [f"这些文件属于多个流程（{'、'.join(keys)}），请选择要修改哪一个流程"]},
        )
    return keys[0] if keys else None


def upload(
    session: Session,
    files: Mapping[str, bytes],
    *,
    actor: Actor,
    remark: str = "",
    process: str | None = None,
    beside: Sequence[Bundle] = (),
) -> ProcessVersion:
    """A draft of these files and of those that `base_of` passes on. The same content returns the version that holds it
    already. `beside`: the processes that are being deployed at the same time, which the diagram may refer to; then the
    files are whole.

    Raises Invalid with `problems` per element; nothing is saved then.
    """
    access.require(actor, POLICY)
    bundle = bundles.read(files if beside else _completed(session, base_of(session, files, process), files))
    one_at_a_time(session, f"upload {bundle.process_id}")
    same = _same(session, bundle)
    if same is not None:
        return same
    found = lint.check(bundle, known=vocabulary.known(session, bundle, beside))
    refuse_errors(found)
    version = _store(session, bundle, actor, remark, [p.message for p in found])
    if actor.is_staff:
        others = [one for one in people.holders(session, POLICY, regions.PROVINCE) if one.id != actor.id]
        _tell(session, others, f"“{version.name}”第 {version.number} 版等待您审批，请到“流程版本”核对改动。")
    return version


def _tell(session: Session, accounts: Iterable[Account], text: str) -> None:
    """A message that stands beside no case."""
    notifications.tell_staff(session, accounts, case_id=None, message_key=VERSION_MESSAGE, text=text, at=clock.now())


def refuse_errors(found: Iterable[lint.Problem]) -> None:
    """Raise Invalid when there is a problem that is more than a warning."""
    problems: dict[str, list[str]] = {}
    for problem in found:
        if problem.severity == "error":
            problems.setdefault(problem.element_id, []).append(problem.message)
    if problems:
        raise Invalid(
            f"Expected files without errors, but found some at {sorted(problems)}",
            problems=problems,
            notice="流程图中有问题，没有保存",
        )


def _store(session: Session, bundle: Bundle, actor: Actor, remark: str, warnings: list[str]) -> ProcessVersion:
    last = session.scalar(
        select(func.max(ProcessVersion.number)).where(ProcessVersion.process_key == bundle.process_id)
    )
    version = ProcessVersion(
        process_key=bundle.process_id,
        name=bundle.process.name,
        number=(last or 0) + 1,
        checksum=bundle.checksum,
        remark=remark,
        uploaded_by=actor.id if actor.is_staff else None,
        uploaded_at=clock.now(),
        warnings=warnings,
        files=version_files.kept(session, bundle.files),
    )
    session.add(version)
    session.flush()
    return version


def _fetch(session: Session, version_id: int, *, lock: bool = False) -> ProcessVersion:
    wanted = select(ProcessVersion).where(ProcessVersion.id == version_id)
    version = session.scalar(wanted.with_for_update() if lock else wanted)
    if version is None:
        raise NotFound(f"Expected process version {version_id}, but there is none", notice="没有找到这个流程版本")
    return version


def get(session: Session, version_id: int, actor: Actor) -> ProcessVersion:
    """A version for those who look after policies or audit."""
    access.require(actor, "policy_admin", "auditor", "platform_ops", "discipline")
    return _fetch(session, version_id)


def listing(session: Session, process_key: str | None = None) -> list[ProcessVersion]:
    """All versions, newest first, per process."""
    wanted = select(ProcessVersion).order_by(ProcessVersion.process_key, ProcessVersion.number.desc())
    if process_key is not None:
        wanted = wanted.where(ProcessVersion.process_key == process_key)
    return list(session.scalars(wanted))


def _decide(session: Session, version_id: int, actor: Actor, state: str) -> ProcessVersion:
    """A second person's decision on a draft (four eyes)."""
    access.require(actor, POLICY)
    version = _fetch(session, version_id, lock=True)
    if version.state != "draft":
        raise Conflict(
            f"Expected version {version_id} to be a draft, but it is {version.state}", notice="该版本已经处理过了"
        )
    if version.uploaded_by == actor.id:
        raise NotAllowed(
            f"Expected a second person to decide on version {version_id}, but {actor.ref} uploaded it",
            notice="上传人不能审批自己上传的版本，请由另一位政策配置人员审批",
        )
    version.state = state
    version.approved_by, version.approved_at = actor.id, clock.now()
    uploader = session.get(Account, version.uploaded_by) if version.uploaded_by is not None else None
    if uploader is not None:
        _tell(session, [uploader], f"您上传的“{version.name}”第 {version.number} 版{DECIDED[state]}。")
    return version


def approve(session: Session, version_id: int, *, actor: Actor) -> ProcessVersion:
    """批准 a draft; the uploader may not. Whoever has approved it and says so again changes nothing."""
    access.require(actor, POLICY)
    version = _fetch(session, version_id, lock=True)
    if version.state in ("approved", "active") and version.approved_by == actor.id:
        return version
    return _decide(session, version_id, actor, "approved")


def reject(session: Session, version_id: int, *, actor: Actor, reason: str) -> ProcessVersion:
    """退回 a draft with a reason."""
    if len(reason.strip()) < 5:
        raise Invalid("Expected a reason, but got too little", problems={"reason": ["请写明退回的理由，至少 5 个字"]})
    version = _decide(session, version_id, actor, "rejected")
    version.remark = f"{version.remark}\n退回理由：{reason.strip()}".strip()
    return version


def activate(
    session: Session,
    version_id: int,
    *,
    actor: Actor,
    active_from: datetime | None = None,
    region_codes: Iterable[str] | None = None,
) -> ProcessVersion:
    """启用 an approved version for new cases in the regions (default: the whole province) from `active_from` on."""
    access.require(actor, POLICY)
    version = _fetch(session, version_id, lock=True)
    if version.state not in ("approved", "active"):
        raise Conflict(
            f"Expected version {version_id} to be approved, but it is {version.state}",
            notice="只有已批准的版本才能启用",
        )
    now = clock.now()
    for code in region_codes or [regions.PROVINCE]:
        regions.get(session, code)
        if _is_latest(session, version, code, max(active_from or now, now)):
            continue  # the same click again
        session.add(
            Activation(
                process_key=version.process_key,
                version_id=version.id,
                region_code=code,
                active_from=max(active_from or now, now),
                activated_by=actor.id if actor.is_staff else None,
                created_at=now,
            )
        )
        planned_starts.activated(session, bundle_of(session, version.id), code, max(active_from or now, now))
    version.state = "active"
    applying.changed(session)
    new_items.enter(session, bundle_of(session, version.id))
    return version


def _is_latest(session: Session, version: ProcessVersion, region_code: str, at: datetime) -> bool:
    """Whether this version is what was last switched on in just this region, from that moment on or before."""
    wanted = select(Activation.version_id, Activation.active_from).where(
        Activation.process_key == version.process_key, Activation.region_code == region_code
    )
    latest = session.execute(wanted.order_by(Activation.id.desc()).limit(1)).one_or_none()
    return latest is not None and latest.version_id == version.id and latest.active_from <= at


def next_change(session: Session, process_key: str, region_code: str, after: datetime) -> datetime | None:
    """When another version of the process begins to apply in the region, as far as that is settled already."""
    around = [code for level in regions.LEVELS if (code := regions.ancestor_code(region_code, level))]
    wanted = select(func.min(Activation.active_from)).where(
        Activation.process_key == process_key, Activation.region_code.in_(around), Activation.active_from > after
    )
    return session.scalar(wanted)


def active_id(session: Session, process_key: str, region_code: str, at: datetime) -> int | None:
    """The version that a new case of the process takes there; None when the service is not open."""
    return applying.actives(session, region_code, at).get(process_key)


def is_open(session: Session, process_key: str) -> bool:
    """Whether the service is open anywhere by now."""
    return open_somewhere(session, process_key) is not None


def open_somewhere(session: Session, process_key: str) -> str | None:
    """The widest region in which the service is open by now, for showing it to people whose place is not known yet."""
    found = session.scalars(
        select(Activation.region_code).where(
            Activation.process_key == process_key, Activation.active_from <= clock.now()
        )
    )
    return min(found, key=lambda code: len(regions.prefix_of(code)), default=None)


def active(session: Session, process_key: str, region_code: str, at: datetime) -> ProcessVersion:
    """The version that a new case of the process takes there, or NotFound when the service is not open."""
    found = active_id(session, process_key, region_code, at)
    if found is None:
        raise NotFound(f"Expected an active version of {process_key}, but there is none", notice="该事项尚未开通")
    return _fetch(session, found)


def called_versions(session: Session, bundle: Bundle, region_code: str, at: datetime) -> dict[str, int]:
    """The versions of all processes that the bundle calls, and that those call, as they are active at that moment."""
    if not bundle.called:
        return {}
    known = applying.actives(session, region_code, at)
    found: dict[str, int] = {}
    waiting = list(bundle.called)
    while waiting:
        name = waiting.pop()
        if name in found or name == bundle.process_id:
            continue
        if name not in known:
            raise NotFound(f"Expected an active version of {name}, but there is none", notice="该事项尚未开通")
        found[name] = known[name]
        waiting += plans.bundle_of(session, found[name]).called
    return found


def bundle_of(session: Session, version_id: int) -> Bundle:
    """The frozen content of a version."""
    _fetch(session, version_id)
    return plans.bundle_of(session, version_id)


def diagram_xml(session: Session, version_id: int) -> bytes:
    """The version's diagram as it was uploaded."""
    bundle = bundle_of(session, version_id)
    return bundle.files[f"processes/{bundle.process_id}.bpmn"]


def deploy_folder(session: Session, folder: Path, *, actor: Actor) -> list[ProcessVersion]:
    """Deploy the shipped content: every diagram whose content is new is uploaded, approved and activated at once.

    This is the installation's own act (`jushou migrate`, `jushou deploy`); people go through upload, approve, activate.
    """
    content = bundles.from_folder(folder)
    beside = vocabulary.in_folder(content)
    made = []
    for process in sorted(Path(path).stem for path in content if path.startswith("processes/")):
        files = bundles.collect(process, content)
        version = upload(session, files, actor=actor, remark="随平台发布", beside=beside)
        if version.state == "draft":
            version.state, version.approved_at = "approved", clock.now()
            made.append(activate(session, version.id, actor=actor))
    return made
