"""受理编号: `{itemCode}-{countyCode6}-{yyyymmdd}-{seq5}` (domain 0.4), without gaps."""

import re
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, false, func, literal_column
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningInsert

from engine import clock
from engine.casework.models import Case, CaseNumber
from engine.db import Moment
from engine.registry import regions

NUMBER = CaseNumber.__table__
ESCAPE = "/"
KEY = func.nextval(func.pg_get_serial_sequence("case", "id"))
_WHOLE = re.compile(r"[a-z_]+-[0-9]{6}-[0-9]{8}-[0-9]{5,}")
# How many digits the running number has at least.
DIGITS = 5
# The running number, by itself or behind what stands before it.
_END = re.compile(r"(?:.*-)?([0-9]{1,9})")


def next_number(session: Session, code: str, region_code: str, at: datetime) -> str:
    """The next number of that item in that county on that local day."""
    count = _next(session.get_bind().dialect.name, with_key=False)
    return _counted(session, count, code, region_code, at)[0]


def next_number_and_key(session: Session, code: str, region_code: str, at: datetime) -> tuple[str, int]:
    """The same, with the key that the row of the case will have; only PostgreSQL gives keys in advance."""
    return _counted(session, _next("postgresql", with_key=True), code, region_code, at)


def _counted(
    session: Session, count: ReturningInsert[int, int], code: str, region: str, at: datetime
) -> tuple[str, int]:
    county = regions.ancestor_code(region, "county") or region
    prefix = f"{code}-{county}-{clock.local(at):%Y%m%d}"
    last, key = session.connection().execute(count, {"prefix": prefix, "last": 1}).one()
    return f"{prefix}-{last:0{DIGITS}d}", key


@cache
def _next(dialect: str, *, with_key: bool) -> ReturningInsert[int, int]:
    """Begin to count, or count on."""
    begin = (postgresql if dialect == "postgresql" else sqlite).insert(NUMBER)
    on = {"last": NUMBER.c.last + 1}
    counted: ReturningInsert[int, int] = begin.on_conflict_do_update(index_elements=["prefix"], set_=on).returning(
        NUMBER.c.last, KEY if with_key else literal_column("0")
    )
    return counted


# What words say of the number of a case, by the kind of words; `meaning` gives their parameters. Each is looked for by
# an index, because to read through all numbers takes its time.
SAYING: dict[str, ColumnElement[bool]] = {
    "nothing": false(),
    "whole": Case.case_no == bindparam("number"),
    "beginning": Case.case_no.like(bindparam("number_like"), escape=ESCAPE),
    "day": and_(
        Case.started_at >= bindparam("day", type_=Moment),
        Case.started_at < bindparam("day_after", type_=Moment),
        Case.case_no.like(bindparam("number_like"), escape=ESCAPE),
    ),
    "serial": Case.serial == bindparam("serial"),
    "end": and_(Case.serial == bindparam("serial"), Case.case_no.like(bindparam("number_like"), escape=ESCAPE)),
}


def meaning(words: str) -> tuple[str, dict[str, Any]]:
    """What these words say of a case's number, as the key of SAYING and its parameters: what it is, begins with or ends
    with, or that it was given on the day with which they end."""
    if not words.isascii():
        return "nothing", {}
    if _WHOLE.fullmatch(words):
        return "whole", {"number": words}
    day, ends = _day(words), _END.fullmatch(words)
    if words[:1].isalpha() or not (day or ends):
        return "beginning", {"number_like": beginning(words)}
    if day is not None:
        inside = f"%{escaped(words.removesuffix('-'))}-%"
        return "day", {"day": day, "day_after": day + timedelta(days=1), "number_like": inside}
    assert ends is not None
    if ends[1] == words and len(words) <= DIGITS:  # a number ends with so many at least: the index alone tells
        return "serial", {"serial": int(words)}
    return "end", {"serial": int(ends[1]), "number_like": f"%{escaped(words)}"}


def beginning(words: str) -> str:
    """The pattern (LIKE) of what begins with these words."""
    return f"{escaped(words)}%"


def escaped(words: str) -> str:
    """The words for a pattern in which ESCAPE takes from % and _ what they mean there."""
    return re.sub(r"([/%_])", rf"{ESCAPE}\1", words)


def _day(words: str) -> datetime | None:
    """The beginning of the local day that ends the words: 20261122, 532622-20261122."""
    found = re.fullmatch(r"(?:.*-)?(\d{8})-?", words)
    try:
        return datetime.strptime(found[1], "%Y%m%d").replace(tzinfo=clock.LOCAL) if found else None
    except ValueError:
        return None


def spoken(case_no: str) -> str:
    """11月22日第 3 号: what is said of a number on the telephone, beside item and county; "" for one unlike ours."""
    found = re.fullmatch(r".+-\d{6}-\d{4}(\d{2})(\d{2})-(\d+)", case_no)
    return f"{int(found[1])}月{int(found[2])}日第 {int(found[3])} 号" if found else ""
