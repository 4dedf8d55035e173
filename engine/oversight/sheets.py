"""表格文件: a list as an Excel or a CSV file, written row by row, so that a long one takes no more memory than a short
one.

The rule: a cell is what it says. Numbers and days are such, text stays text whatever it looks like, and nothing that
somebody typed is ever calculated by the program that opens the file (OWASP, CSV injection).
"""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from tempfile import TemporaryFile
from typing import IO, Any, Protocol

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from engine import clock

FORMS = {"xlsx": "Excel", "csv": "CSV"}
MEDIA_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
_FORMATS = {"money": "#,##0.00", "date": "yyyy-mm-dd", "moment": "yyyy-mm-dd hh:mm"}
# With what a program takes text for a formula, also as Chinese keyboards write it.
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r")
# What no file of a table may hold.
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


@dataclass(frozen=True)
class Column:
    """`kind`: text, number, money (as pages write it, 1,280.00), date or moment; `width`: in letters."""

    title: str
    width: int = 16
    kind: str = "text"


class Sheet(Protocol):
    """A file that is being written."""

    def add(self, row: Sequence[Any]) -> None:
        """One row, a value for each column."""

    def finish(self, notes: Sequence[tuple[str, str]]) -> IO[bytes]:
        """The file, open at its beginning. `notes`: what is said about it, where there is a place for that."""

    def discard(self) -> None:
        """Let go of what was written so far."""


def begin(form: str, title: str, columns: Sequence[Column]) -> Sheet:
    """A file of this form, with the titles of its columns."""
    return _Excel(title, columns) if form == "xlsx" else _Csv(columns)


class _Excel:
    def __init__(self, title: str, columns: Sequence[Column]) -> None:
        self._columns = columns
        self._book = Workbook(write_only=True)
        self._sheet = self._book.create_sheet(title[:31])
        self._sheet.freeze_panes = "A2"
        self._sheet.print_title_rows = "1:1"
        for number, column in enumerate(columns, start=1):
            self._sheet.column_dimensions[get_column_letter(number)].width = column.width * 1.2
        self._sheet.append([_bold(self._sheet, column.title) for column in columns])

    def add(self, row: Sequence[Any]) -> None:
        self._sheet.append(
            [_cell(self._sheet, column.kind, value) for column, value in zip(self._columns, row, strict=True)]
        )

    def finish(self, notes: Sequence[tuple[str, str]]) -> IO[bytes]:
        self._sheet.oddFooter.center.text = "，".join(value for _, value in notes[:2]).replace("&", "&&")
        about = self._book.create_sheet("导出说明")
        about.column_dimensions["A"].width, about.column_dimensions["B"].width = 16, 80
        for label, value in notes:
            about.append([_bold(about, label), _cell(about, "text", value)])
        file = TemporaryFile()  # noqa: SIM115 - closed by whoever sends it
        self._book.save(file)
        file.seek(0)
        return file

    def discard(self) -> None:
        self._sheet.close()


def _bold(sheet: Any, text: str) -> Any:
    cell = _cell(sheet, "text", text)
    cell.font = Font(bold=True)
    return cell


def _cell(sheet: Any, kind: str, value: Any) -> Any:
    """The value as what it is; text is written as text, which a program that keeps the file again is told, too."""
    told = _plain(kind, value)
    cell = WriteOnlyCell(sheet, told)
    if isinstance(told, str):
        cell.data_type, cell.number_format = "s", "@"
        cell.quotePrefix = told.startswith(_FORMULA)
        cell.alignment = Alignment(vertical="top", wrap_text=True)
    elif kind in _FORMATS:
        cell.number_format = _FORMATS[kind]
    return cell


class _Csv:
    def __init__(self, columns: Sequence[Column]) -> None:
        self._columns = columns
        self._file = TemporaryFile()  # noqa: SIM115 - closed by whoever sends it
        # With the mark by which Excel knows UTF-8.
        self._text = io.TextIOWrapper(self._file, encoding="utf-8-sig", newline="")
        self._rows = csv.writer(self._text)
        self._rows.writerow([column.title for column in columns])

    def add(self, row: Sequence[Any]) -> None:
        self._rows.writerow([_field(column.kind, value) for column, value in zip(self._columns, row, strict=True)])

    def finish(self, notes: Sequence[tuple[str, str]]) -> IO[bytes]:
        self._text.flush()
        self._text.detach()
        self._file.seek(0)
        return self._file

    def discard(self) -> None:
        self._text.close()


def _field(kind: str, value: Any) -> str:
    told = _plain(kind, value)
    if isinstance(told, datetime):
        return f"{told:%Y-%m-%d %H:%M}"
    if isinstance(told, str):
        return f"'{told}" if told.startswith(_FORMULA) else told
    return "" if told is None else str(told)


def _plain(kind: str, value: Any) -> str | int | Decimal | date | datetime | None:
    """The value without what files cannot hold: money as a number, moments as the clock on the wall shows them."""
    if value is None or value == "":
        return None
    if kind == "money":
        return Decimal(str(value).replace(",", ""))
    if kind == "number":
        return int(value)
    if isinstance(value, datetime):
        return clock.local(value).replace(tzinfo=None)
    return value if isinstance(value, date) else _UNPRINTABLE.sub("", str(value))
