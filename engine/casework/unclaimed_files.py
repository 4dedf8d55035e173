"""无主文件: bytes in the attachments folder that no row names any more, as after a mock (模拟办事), are removed.

The rule: only what nobody has handed in for a day, because a file is written before its row is; the same bytes handed
in meanwhile, by whomever, are kept.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from engine import clock, settings
from engine.casework.models import Attachment
from engine.db import one_of, reading

KEPT = timedelta(days=1)
AT_ONCE = 500
GONE = ".gone"
_NAMED = select(Attachment.sha256).where(one_of(Attachment.sha256, "sums")).distinct()


def remove() -> int:
    """Remove what lies there unclaimed; how many files went."""
    before = (clock.now() - KEPT).timestamp()
    gone = 0
    for files in _in_parts(before):
        with reading() as session:
            named = set(session.scalars(_NAMED, {"sums": [path.name for path in files]}))
        gone += sum(_let_go(path, before) for path in files if path.name not in named)
    return gone


def _in_parts(before: float) -> Iterator[list[Path]]:
    """The files that nobody has handed in since then."""
    folder = settings.load().attachments
    for part in sorted(folder.iterdir()) if folder.is_dir() else ():
        old = [path for path in sorted(part.iterdir()) if path.stat().st_mtime < before]
        yield from _cut(old)


def _cut(files: Sequence[Path]) -> Iterator[list[Path]]:
    for start in range(0, len(files), AT_ONCE):
        yield list(files[start : start + AT_ONCE])


def _let_go(path: Path, before: float) -> bool:
    """Whoever hands in the same bytes at this moment finds them and marks them as of now, or writes them anew."""
    aside = path.with_name(f"{path.name.removesuffix(GONE)}{GONE}")
    with suppress(FileNotFoundError):  # another worker was faster
        path.rename(aside)
        if aside.stat().st_mtime < before:
            aside.unlink()
            return True
        aside.rename(path)
    return False
