"""代发结果文件: what the bank brings back, one line for each payee: 行号, 结果, 时间, 操作员, 金额, 原因.

The rule: a file is taken whole or not at all, and who brings it is told in which of its lines something is wrong.
"""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass

from engine.casework import money
from engine.errors import Invalid

HEAD = ("行号", "结果", "时间", "操作员", "金额")
REASON = "原因"
RESULTS = {"成功": True, "失败": False, "ok": True, "fail": False}
MOST_PROBLEMS = 20
LONGEST = 200


@dataclass(frozen=True)
class Answer:
    """What the bank says of one line."""

    paid: bool
    time: str
    operator: str
    reason: str


def decoded(content: bytes) -> str | None:
    """The text of a file as offices and banks write them: UTF-8, or GB 18030; None when it is none."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return text if all(character.isprintable() or character in "\r\n\t" for character in text) else None
    return None


def read(content: bytes, wanted: Mapping[int, int], *, field: str) -> dict[int, Answer]:
    """The bank's answers by line number. `wanted`: the amount of each line, in 分. Raises Invalid, for the `field`."""
    text = decoded(content)
    rows = list(csv.reader(io.StringIO(text))) if text is not None else []
    rows = [[cell.strip() for cell in row] for row in rows]
    if not rows or tuple(rows[0][: len(HEAD)]) != HEAD:
        raise _invalid(field, [f"结果文件的第 1 行应当是表头：{'，'.join((*HEAD, REASON))}"])
    found: dict[int, Answer] = {}
    problems: list[str] = []
    for number, row in enumerate(rows[1:], start=2):
        if any(row):
            problem = _take(row, wanted, found)
            problems += [f"第 {number} 行：{problem}"] if problem else []
    missing = sorted(wanted.keys() - found.keys())
    if missing and not problems:
        problems.append(f"文件里没有这些行号：{'、'.join(str(line) for line in missing[:MOST_PROBLEMS])}")
    if problems:
        raise _invalid(field, problems[:MOST_PROBLEMS])
    return found


def _take(row: list[str], wanted: Mapping[int, int], found: dict[int, Answer]) -> str | None:
    """Keep what a line says, or say what is wrong with it."""
    if len(row) < len(HEAD):
        return f"应当有 {len(HEAD)} 列，现在是 {len(row)} 列"
    line, result, time, operator, amount, *more = row
    reason = more[0] if more else ""
    if not (line.isascii() and line.isdigit()) or int(line) not in wanted:
        return f"拨付单里没有行号“{line}”"
    if int(line) in found:
        return f"行号 {line} 重复"
    if result not in RESULTS:
        return f"结果应当是“成功”或者“失败”，现在是“{result}”"
    if money.cents(amount) != wanted[int(line)]:
        return f"金额是“{amount}”，拨付单是 {money.written(wanted[int(line)])}"
    if not time or not operator:
        return "没有写时间或者操作员"
    if not RESULTS[result] and not reason:
        return "发放失败的要写原因"
    found[int(line)] = Answer(RESULTS[result], time[:40], operator[:60], reason[:LONGEST])
    return None


def _invalid(field: str, problems: list[str]) -> Invalid:
    return Invalid("Expected a result file of the bank, but it cannot be taken", problems={field: problems})
