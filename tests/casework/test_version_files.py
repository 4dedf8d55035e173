"""The files of versions: each version has all of them, the database each content once."""

from sqlalchemy import func, select

from engine.casework import version_files
from engine.casework.models import FileContent, VersionFile
from engine.db import reading
from tests.casework import content
from tests.casework.conftest import Office


def counted(table: type[FileContent] | type[VersionFile]) -> int:
    with reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_versions_that_hold_the_same_file_share_what_is_in_it(office: Office) -> None:
    files = content.small()
    assert (counted(FileContent), counted(VersionFile)) == (len(files), len(files))
    path = next(path for path in files if path.startswith("processes/"))
    number = office.deploy({**files, path: files[path] + b"\n<!-- later -->\n"})
    assert (counted(FileContent), counted(VersionFile)) == (len(files) + 1, 2 * len(files))
    with reading() as session:
        assert version_files.of(session, number) == {**files, path: files[path] + b"\n<!-- later -->\n"}
