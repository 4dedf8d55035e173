"""受理编号: `{itemCode}-{countyCode6}-{yyyymmdd}-{seq5}` (domain 0.4), without gaps."""

import re
from datetime import datetime

from sqlalchemy import ColumnElement, false, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from engine import clock
from engine.casework.models import Case, CaseNumber
from engine.registry import regions

_WHOLE = re.compile(r"[a-z_]+-[0-9]{6}-[0-9]{8}-[0-9]{5,}")


def next_number(session: Session, code: str, region_code: str, at: datetime) -> str:
    """The next number of that item in that county on that local day."""
    county = regions.ancestor_code(region_code, "county") or region_code
    prefix = f"{code}-{county}-{clock.local(at):%Y%m%d}"
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    session.execute(dialect.insert(CaseNumber).values(prefix=prefix, last=0).on_conflict_do_nothing())
    last = session.execute(
        update(CaseNumber)
        .where(CaseNumber.prefix == prefix)
        .values(last=CaseNumber.last + 1)
        .returning(CaseNumber.last)
    ).scalar_one()
    return f"{prefix}-{last:05d}"


def containing(words: str) -> ColumnElement[bool]:
    """The cases whose number contains these words. A whole number is looked up, and what no number holds is not looked
    for: to read through all numbers takes its time."""
    if not words.isascii():
        return false()
    return Case.case_no == words if _WHOLE.fullmatch(words) else Case.case_no.contains(words, autoescape=True)


def spoken(case_no: str) -> str:
    """11月22日第 3 号: what is said of a number on the telephone, beside item and county; "" for one unlike ours."""
    found = re.fullmatch(r".+-\d{6}-\d{4}(\d{2})(\d{2})-(\d+)", case_no)
    return f"{int(found[1])}月{int(found[2])}日第 {int(found[3])} 号" if found else ""
