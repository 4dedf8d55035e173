"""备份与恢复: the database, attachments and keys of an installation at one moment, in a folder that proves itself.

The rule: a backup that was broken off is never taken for a whole one; nothing is restored over what is there; and what
was restored has to hold what the backup said. The database is taken first: files are added and never changed, so that
all files of which it speaks are there when they are copied, but those of a mock (模拟办事) that ended meanwhile.
"""

import fcntl
import hashlib
import logging
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import make_url, select
from sqlalchemy.orm import Session

from engine import clock, db
from engine.db import reading, transaction
from engine.errors import Conflict, Invalid, Refusal
from engine.oversight import backup_grades, dumps
from engine.oversight.backup_grades import Plan
from engine.oversight.backup_models import BackupRun
from engine.settings import Settings

log = logging.getLogger(__name__)
MANIFEST = "manifest.json"
FILES = "files"
PREFIX, NAMED, PART = "jushou-", "%Y%m%dT%H%M%SZ", ".part-"
# A day's backup is due a little early, so that it does not move through the day.
EVERY = timedelta(hours=23)
CHECKED_EVERY = timedelta(days=7)
DAMAGED = "备份不完整或已损坏：{}"


@dataclass(frozen=True)
class Backup:
    """One whole backup. `files`: path below the folder → SHA-256; `size`: bytes of them all."""

    name: str
    made_at: datetime
    database: str
    evidence: dumps.Evidence
    files: dict[str, str]
    size: int


def make(here: Settings, into: Path) -> Backup:
    """Make a backup as a folder of its own in `into`, named by the moment. Raises Conflict while another is made
    there, and dumps.NotDone."""
    into.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _alone(into):
        for left in into.glob(f"{PART}*"):
            shutil.rmtree(left)
        made_at = clock.now().replace(microsecond=0)
        name = f"{PREFIX}{made_at:{NAMED}}"
        if (into / name).exists():
            raise Conflict(f"Expected no {name} yet, but there is one", notice="这一秒已经有一份备份")
        part = into / f"{PART}{name}"
        part.mkdir(mode=0o700)
        url = make_url(here.database_url)
        file = dumps.NAMES[url.get_backend_name()]
        evidence = dumps.take(url, part / file)
        _copy_files(here, url.database or "", part / FILES)
        found = {str(path.relative_to(part)): _sum(path) for path in _all_files(part)}
        size = sum(path.stat().st_size for path in _all_files(part))
        made = Backup(name, made_at, url.get_backend_name(), evidence, found, size)
        _write(part / MANIFEST, {**asdict(made), "made_at": made_at.isoformat()})
        os.replace(part, into / name)
    return made


def verify(folder: Path) -> Backup:
    """The backup in a folder, after each of its files was read. Raises Invalid when one is missing, changed or too
    many."""
    made = _read(folder)
    present = {str(path.relative_to(folder)) for path in _all_files(folder)} - {MANIFEST}
    wrong = sorted(present ^ made.files.keys())
    wrong += [name for name in sorted(present & made.files.keys()) if _sum(folder / name) != made.files[name]]
    if wrong:
        raise Invalid(f"Expected the files of the manifest, but not so {wrong[:5]}", notice=DAMAGED.format(wrong[0]))
    return made


def restore(here: Settings, folder: Path) -> Backup:
    """Put a verified backup where there is no database yet. Raises Invalid for a damaged backup or one of another kind
    of database, Conflict where something stands that would be written over."""
    made, url = verify(folder), make_url(here.database_url)
    if made.database != url.get_backend_name():
        raise Invalid(
            f"Expected a backup of {url.get_backend_name()}, but it is of {made.database}",
            notice=f"这是 {made.database} 的备份，不能恢复到 {url.get_backend_name()}",
        )
    dumps.require_empty(url)
    _require_free(here.folder, folder / FILES)
    shutil.copytree(folder / FILES, here.folder, dirs_exist_ok=True)
    found = dumps.put_back(url, folder / dumps.NAMES[made.database])
    if found != made.evidence:
        raise Invalid(
            f"Expected {made.evidence}, but what was restored holds {found}", notice="恢复后的数据与备份清单不一致"
        )
    return made


def all_in(into: Path) -> list[Path]:
    """The folders of the whole backups, the newest last; one that somebody named otherwise is theirs to look after."""
    return sorted(path for path in into.glob(f"{PREFIX}*") if _moment_of(path) and (path / MANIFEST).is_file())


def _moment_of(folder: Path) -> datetime | None:
    """The moment in a backup's name."""
    with suppress(ValueError):
        return datetime.strptime(folder.name.removeprefix(PREFIX), NAMED).replace(tzinfo=UTC)
    return None


def forget_old(into: Path, keep: int) -> list[Path]:
    """Remove all but so many of the newest; gives those that went."""
    old = all_in(into)[: -max(1, keep)]
    for folder in old:
        shutil.rmtree(folder)
    return old


def daily(here: Settings) -> None:
    """Make today's backup, if the installation wants one and nobody has made it; what came of it is recorded, and what
    no grade keeps any more is removed."""
    if here.backups is None:
        return
    whole = all_in(here.backups) if here.backups.is_dir() else []
    if whole and clock.now() - _read(whole[-1]).made_at < EVERY:
        return
    try:
        record(make(here, here.backups))
        _keep_by_grade(here, here.backups)
    except Conflict:
        log.info("another worker makes today's backup")
    except (Refusal, OSError) as trouble:
        log.exception("today's backup failed")
        with transaction() as session:
            session.add(BackupRun(made_at=clock.now(), trouble=str(trouble)))


def _keep_by_grade(here: Settings, into: Path) -> None:
    """Remove what is kept as nothing, and note as what the others are kept."""
    plan = Plan(here.backups_kept, here.backups_weekly, here.backups_monthly)
    whole = {folder: moment for folder in all_in(into) if (moment := _moment_of(folder))}
    kept = backup_grades.kept({folder.name: moment for folder, moment in whole.items()}, plan)
    gone = [folder for folder in whole if folder.name not in kept]
    for folder in gone:
        shutil.rmtree(folder)
    with transaction() as session:
        for run in session.scalars(select(BackupRun).where(BackupRun.removed_at.is_(None), BackupRun.name != "")):
            run.kept_as = kept.get(run.name, "")
            if run.name in {folder.name for folder in gone}:
                run.removed_at = clock.now()


def check_newest(here: Settings) -> None:
    """Once a week, and at once after one was found damaged: compare the newest backup with its list, as restoring it
    would; what came of it is recorded."""
    whole = all_in(here.backups) if here.backups is not None and here.backups.is_dir() else []
    if not whole or not _check_is_due(whole[-1].name):
        return
    damage = None
    try:
        made = verify(whole[-1])
    except (Invalid, OSError) as trouble:
        log.exception("the newest backup is damaged")
        made, damage = None, str(trouble)
    with transaction() as session:
        run = _of_name(session, whole[-1].name)
        if run is None and made is not None:
            run = _row(made)
        elif run is None:
            run = BackupRun(name=whole[-1].name, made_at=clock.now())
        run.checked_at, run.damage = clock.now(), damage
        session.add(run)


def _check_is_due(newest: str) -> bool:
    """A week after the last check; a new backup is checked at once when the one before it was damaged."""
    with reading() as session:
        wanted = select(BackupRun).where(BackupRun.checked_at.is_not(None)).order_by(BackupRun.checked_at.desc())
        last = session.scalar(wanted.limit(1))
    if last is None or last.checked_at is None or clock.now() - last.checked_at >= CHECKED_EVERY:
        return True
    return last.damage is not None and last.name != newest


def _of_name(session: Session, name: str) -> BackupRun | None:
    return session.scalar(select(BackupRun).where(BackupRun.name == name).order_by(BackupRun.id.desc()).limit(1))


def record(made: Backup) -> None:
    """Note in the database that it was made."""
    with transaction() as session:
        session.add(_row(made))


def _row(made: Backup) -> BackupRun:
    told = asdict(made.evidence)
    return BackupRun(made_at=made.made_at, name=made.name, files=len(made.files), size=made.size, **told)


def recorded(session: Session, most: int = 60) -> list[BackupRun]:
    """The newest records and all that are still kept, the newest first."""
    newest_first = select(BackupRun).order_by(BackupRun.made_at.desc(), BackupRun.id.desc())
    newest = list(session.scalars(newest_first.limit(most)))
    older = session.scalars(
        newest_first.where(BackupRun.kept_as != "", BackupRun.id.not_in([run.id for run in newest]))
    )
    return [*newest, *older]


@contextmanager
def _alone(into: Path) -> Iterator[None]:
    """Only one at a time makes a backup there; a process that is killed holds nothing any more."""
    with (into / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as held:
            raise Conflict(
                f"Expected to be alone in {into}, but another is at it", notice="正在备份，请稍后再试"
            ) from held
        yield


def _copy_files(here: Settings, database: str, place: Path) -> None:
    """What the installation keeps beside the database: attachments and keys."""
    beside = {Path(database).resolve().with_name(Path(database).name + end) for end in ("", "-wal", "-shm", "-journal")}
    inside = [folder.resolve() for folder in (here.backups,) if folder is not None]
    place.mkdir()
    for path in _all_files(here.folder):
        if path in beside or any(path.is_relative_to(folder) for folder in inside):
            continue
        target = place / path.relative_to(here.folder)
        target.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileNotFoundError):  # what is gone was on its way to its own name, and belongs to nobody yet
            shutil.copy2(path, target)


def _require_free(place: Path, files: Path) -> None:
    for path in _all_files(files):
        there = place / path.relative_to(files)
        if there.exists() and _sum(there) != _sum(path):
            raise Conflict(
                f"Expected no other {there}, but there is one", notice=f"这里已经有另一个文件，不会覆盖：{there}"
            )


def _all_files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _sum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write(path: Path, told: dict[str, Any]) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write(db.dumps(told) + "\n")
        file.flush()
        os.fsync(file.fileno())


def _read(folder: Path) -> Backup:
    """What the manifest says. Raises Invalid when there is none that can be read."""
    try:
        told = db.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        evidence = dumps.Evidence(**told.pop("evidence"))
        return Backup(**{**told, "made_at": datetime.fromisoformat(told["made_at"]), "evidence": evidence})
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as trouble:
        raise Invalid(
            f"Expected a backup in {folder}, but {trouble!r}", notice=f"这个文件夹里没有可用的备份：{folder}"
        ) from trouble
