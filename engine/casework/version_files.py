"""The files of versions: written with a new version, read when it is put to work.

The rule: a table that a hundred processes share is stored once, not with each version of each of them.
"""

from collections.abc import Mapping
from functools import lru_cache
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from engine.casework.version_models import FileContent, VersionFile


def kept(session: Session, files: Mapping[str, bytes]) -> list[VersionFile]:
    """The rows for the files of a new version; what is in them stands in the database, or does now."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    digests = {path: sha256(content).hexdigest() for path, content in files.items()}
    # In one order, so that two uploads of the same files wait for each other, and never each for the other.
    found = sorted({digests[path]: content for path, content in files.items()}.items())
    write = dialect.insert(FileContent).on_conflict_do_nothing()
    session.execute(write, [{"sha256": digest, "content": content} for digest, content in found])
    return [VersionFile(path=path, sha256=digest) for path, digest in sorted(digests.items())]


def of(session: Session, version_id: int) -> dict[str, bytes]:
    """The files of a version by path."""
    held = VersionFile.version_id == version_id
    wanted = select(VersionFile.path, FileContent.content).join(FileContent).where(held)
    return {row.path: _one_copy(row.content) for row in session.execute(wanted)}


@lru_cache(maxsize=2048)
def _one_copy(content: bytes) -> bytes:
    """The first that was read with this content: in memory, too, what many versions share is there once."""
    return content
