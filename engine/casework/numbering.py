"""受理编号: `{itemCode}-{countyCode6}-{yyyymmdd}-{seq5}` (domain 0.4), without gaps."""

import re
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import ColumnElement, and_, false
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningInsert

from engine import clock
from engine.casework.models import Case, CaseNumber
from engine.registry import regions

NUMBER = CaseNumber.__table__
_WHOLE = re.compile(r"[a-z_]+-[0-9]{6}-[0-9]{8}-[0-9]{5,}")
# The running number, by itself or behind what stands before it.
_END = re.compile(r"(?:.*-)?([0-9]{1,9})")


def next_number(session: Session, code: str, region_code: str, at: datetime) -> str:
    """The next number of that item in that county on that local day."""
    county = regions.ancestor_code(region_code, "county") or region_code
    prefix = f"{code}-{county}-{clock.local(at):%Y%m%d}"
    count = _next(session.get_bind().dialect.name)
    last = session.connection().execute(count, {"prefix": prefix, "last": 1}).scalar_one()
    return f"{prefix}-{last:05d}"


@cache
def _next(dialect: str) -> ReturningInsert[int]:
    """Begin to count, or count on."""
    begin = (postgresql if dialect == "postgresql" else sqlite).insert(NUMBER)
    on = {"last": NUMBER.c.last + 1}
    counted: ReturningInsert[int] = begin.on_conflict_do_update(index_elements=["prefix"], set_=on).returning(
        NUMBER.c.last
    )
    return counted


def speaking_of(words: str) -> ColumnElement[bool]:
    """The cases whose number is, begins with or ends with these words, or was given on the day with which they end.
    Each is looked for by an index, because to read through all numbers takes its time."""
    if not words.isascii():
        return false()
    if _WHOLE.fullmatch(words):
        return Case.case_no == words
    day, ends = _day(words), _END.fullmatch(words)
    if words[:1].isalpha() or not (day or ends):
        return Case.case_no.startswith(words, autoescape=True)
    if day is not None:
        on_that_day = and_(Case.started_at >= day, Case.started_at < day + timedelta(days=1))
        return and_(on_that_day, Case.case_no.contains(f"{words.removesuffix('-')}-", autoescape=True))
    assert ends is not None
    return and_(Case.serial == int(ends[1]), Case.case_no.endswith(words, autoescape=True))


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
