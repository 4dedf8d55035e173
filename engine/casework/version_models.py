"""The tables of the files that versions hold: what is in a file is kept once, however many versions hold it."""

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from engine.db import Base


class FileContent(Base):
    """What is in a file, byte for byte, by the SHA-256 of it."""

    __tablename__ = "file_content"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class VersionFile(Base):
    """One file of a version. `path`: processes/water.bpmn, forms/water_apply.form, rules/….dmn."""

    __tablename__ = "version_file"

    version_id: Mapped[int] = mapped_column(ForeignKey("process_version.id"), primary_key=True)
    path: Mapped[str] = mapped_column(String(120), primary_key=True)
    sha256: Mapped[str] = mapped_column(ForeignKey("file_content.sha256"))
