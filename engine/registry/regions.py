"""Regions 行政区划: five levels whose codes say by themselves where they lie.

530000 province, 532600 prefecture, 532622 county, 532622101 town, 532622101001 village. What belongs to a region begins
with its prefix, so "inside" is a range of codes and needs no walk through the tree.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import InstrumentedAttribute

from engine.errors import Invalid, NotFound
from engine.registry.believed import Believed
from engine.registry.models import Region

PROVINCE = "530000"
_known: Believed[str, Region | None] = Believed()
_below: Believed[str, list[Region]] = Believed()

_DIGITS = {"province": 2, "prefecture": 4, "county": 6, "town": 9, "village": 12}
LEVELS = tuple(_DIGITS)
# What follows from a code alone is worked out once: a page of a list asks it of the same places hundreds of times.
_CODES = 20_000


def level_of(code: str) -> str:
    """The level that a code is of: province, prefecture, county, town or village."""
    digits = len(prefix_of(code))
    return next(level for level, length in _DIGITS.items() if length == digits)


def prefix_of(code: str) -> str:
    """What the codes of the region and of everything inside it begin with: 532600 → "5326"."""
    if not (code.isascii() and code.isdigit() and len(code) in (6, 9, 12)):
        raise Invalid(f"Expected a division code of 6, 9 or 12 digits, but got {code!r}", notice="行政区划代码有误")
    if len(code) > 6 or code[4:] != "00":
        return code
    return code[:4] if code[2:4] != "00" else code[:2]


@lru_cache(maxsize=_CODES)
def ancestor_code(code: str, level: str) -> str | None:
    """The code of the region of `level` that `code` lies in, or is; None when `code` itself lies higher."""
    length = _DIGITS[level]
    if len(prefix_of(code)) < length:
        return None
    return code[:length].ljust(6, "0")


@lru_cache(maxsize=_CODES)
def line_of(code: str) -> tuple[str, ...]:
    """The codes from the province down to the region itself."""
    return tuple(found for level in LEVELS if (found := ancestor_code(code, level)))


def parent_code(code: str) -> str | None:
    """The code one level up; None for a province."""
    position = LEVELS.index(level_of(code))
    return ancestor_code(code, LEVELS[position - 1]) if position else None


def lies_in(code: str, prefix: str) -> bool:
    """Whether the region is the one of `prefix` or inside it."""
    return code.startswith(prefix)


def within(column: InstrumentedAttribute[str] | ColumnElement[str], prefix: str) -> ColumnElement[bool]:
    """The same as a condition on a column of codes, written as a range, because a range can use the column's index."""
    return and_(column >= prefix, column < str(int(prefix) + 1))


def _kept(session: Session, codes: Sequence[str]) -> list[Region]:
    """Those of the codes that are regions, in the same order. Of a code that is none that is kept, too."""
    known = _known.rows()
    missing = [code for code in codes if code not in known]
    if missing:
        found = {region.code: region for region in _read(session, Region.code.in_(missing))}
        known.update((code, found.get(code)) for code in missing)
    return [region for code in codes if (region := known[code]) is not None]


def _read(session: Session, which: ColumnElement[bool]) -> list[Region]:
    """Copies, which belong to no session: those of one session would change with it."""
    found = session.execute(select(Region.__table__).where(which).order_by(Region.code))
    return [Region(**row) for row in found.mappings()]


def forget() -> None:
    """Ask the table again."""
    _known.forget()
    _below.forget()


def _find(session: Session, code: str) -> Region | None:
    return next(iter(_kept(session, [code])), None)


def remember(session: Session, codes: Iterable[str]) -> None:
    """Ask at once for all regions that a page names, and for those around them."""
    _kept(session, sorted({found for code in set(codes) for found in line_of(code)}))


def get(session: Session, code: str) -> Region:
    """The region of this code, or NotFound."""
    region = _find(session, code)
    if region is None:
        raise NotFound(f"Expected a region with code {code!r}, but there is none", notice="没有这个行政区划")
    return region


def exists(session: Session, code: str) -> bool:
    """Whether there is a region of this code."""
    return _find(session, code) is not None


def children(session: Session, code: str) -> list[Region]:
    """The regions directly below, in the order of their codes."""
    below = _below.rows()
    if code not in below:
        below[code] = _read(session, Region.parent_code == code)
    return list(below[code])


def of_level(session: Session, level: str) -> list[str]:
    """The codes of all regions of that level."""
    return list(session.scalars(select(Region.code).where(Region.level == level).order_by(Region.code)))


def ancestor(session: Session, code: str, level: str) -> Region | None:
    """The region of `level` that `code` lies in, or is; None when there is none."""
    found = ancestor_code(code, level)
    return None if found is None else _find(session, found)


def path(session: Session, code: str) -> list[Region]:
    """From the province down to the region itself."""
    found_regions = _kept(session, line_of(code))
    if not found_regions or found_regions[-1].code != code:
        raise NotFound(f"Expected a region with code {code!r}, but there is none", notice="没有这个行政区划")
    return found_regions


def full_name(session: Session, code: str) -> str:
    """云南省文山壮族苗族自治州砚山县江那镇…"""
    return "".join(region.name for region in path(session, code))
