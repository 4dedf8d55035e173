"""A list as a file: numbers and days are such, text stays text, and nothing typed is ever calculated."""

import csv
import io
from datetime import UTC, date, datetime
from typing import Any

import pytest
from openpyxl import load_workbook

from engine.oversight import sheets
from engine.oversight.sheets import Column

COLUMNS = (
    Column("姓名", 10), Column("身份证号", 20), Column("人数", 6, "number"), Column("金额", 12, "money"),
    Column("日期", 12, "date"), Column("时间", 16, "moment"),
)  # fmt: skip
ROW = ("某人", "532622199001011234", 3, "1,280.50", date(2026, 11, 2), datetime(2026, 11, 2, 16, 30, tzinfo=UTC))
NOTES = [("导出编号", "导出编号 7"), ("导出人", "县民政局经办 某人"), ("用途", "=报月报")]


def excel(*rows: tuple[Any, ...], columns: tuple[Column, ...] = COLUMNS) -> Any:
    """The workbook as another program reads it."""
    sheet = sheets.begin("xlsx", "在享待遇", columns)
    for row in rows:
        sheet.add(row)
    with sheet.finish(NOTES) as file:
        return load_workbook(io.BytesIO(file.read()))


def lines(*rows: tuple[Any, ...], columns: tuple[Column, ...] = COLUMNS) -> list[list[str]]:
    """The rows of the CSV file."""
    sheet = sheets.begin("csv", "在享待遇", columns)
    for row in rows:
        sheet.add(row)
    with sheet.finish(NOTES) as file:
        content = file.read()
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_excel_holds_numbers_as_numbers_days_as_days_and_identities_as_text() -> None:
    sheet = excel(ROW)["在享待遇"]
    assert [cell.value for cell in sheet[1]] == [column.title for column in COLUMNS]
    assert all(cell.font.bold for cell in sheet[1])
    name, identity, persons, amount, day, moment = sheet[2]
    assert (name.value, identity.value, identity.data_type) == ("某人", "532622199001011234", "s")
    assert (persons.value, persons.data_type, amount.value, amount.data_type) == (3, "n", 1280.5, "n")
    assert (day.value, day.is_date) == (datetime(2026, 11, 2), True)  # noqa: DTZ001 - files know no zones
    assert moment.value == datetime(2026, 11, 3, 0, 30)  # noqa: DTZ001 - as the clock in Beijing shows it


def test_excel_keeps_its_titles_in_sight_and_its_columns_readable() -> None:
    sheet = excel(ROW)["在享待遇"]
    assert sheet.freeze_panes == "A2"
    assert sheet.column_dimensions["B"].width >= 20


def test_excel_says_on_a_sheet_of_its_own_who_took_it_out_and_what_for() -> None:
    book = excel(ROW)
    told = {row[0].value: row[1] for row in book["导出说明"].iter_rows()}
    assert told["导出人"].value == "县民政局经办 某人"
    assert (told["用途"].value, told["用途"].data_type) == ("=报月报", "s")
    assert "导出编号 7" in book["在享待遇"].oddFooter.center.text


@pytest.mark.parametrize("typed", ["=1+1", "+8613", "-1", "@SUM(A1)", "\t=1", "＝1", "#N/A"])
def test_what_looks_like_a_formula_stays_text_in_excel(typed: str) -> None:
    cell = excel((typed,), columns=(Column("姓名"),))["在享待遇"]["A2"]
    assert (cell.value, cell.data_type) == (typed, "s")
    assert bool(cell.quotePrefix) is not typed.startswith("#")


@pytest.mark.parametrize("typed", ["=1+1", "+8613", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1", "－1"])
def test_what_looks_like_a_formula_is_quoted_in_csv(typed: str) -> None:
    assert lines((typed,), columns=(Column("姓名"),))[1] == [f"'{typed}"]


def test_csv_writes_plain_values() -> None:
    assert lines(ROW, ("", None, 0, "-5.00", None, None))[1:] == [
        ["某人", "532622199001011234", "3", "1280.50", "2026-11-02", "2026-11-03 00:30"],
        ["", "", "0", "-5.00", "", ""],
    ]


def test_what_no_file_may_hold_is_left_out() -> None:
    assert excel(("某\x00人\x1f",), columns=(Column("姓名"),))["在享待遇"]["A2"].value == "某人"
