"""医疗机构: the public directory of hospitals and clinics, searched by anybody and offered by forms.

The rule: nothing here is about a patient; and what is published is never overwritten, a new version replaces it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import asin, cos, radians, sin, sqrt
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from engine import clock
from engine.db import one_at_a_time
from engine.errors import NotFound
from engine.registry import regions
from engine.registry.believed import Believed
from engine.registry.hospital_models import Hospital

LEVELS = ("三级", "二级", "一级", "未定级")
KINDS = ("县医院", "中医院", "妇幼", "乡镇卫生院", "村卫生室", "民营")
FUNCTIONS = ("门诊", "住院", "急诊", "慢病签约", "大病定点", "医保定点", "异地直接结算")
EARTH_KM = 6371.0
LISTS = ("functions", "diseases", "clinics")
CONTENT = (
    "name", "region_code", "level", "kind", *LISTS, "address", "phone", "hours", "latitude", "longitude", "open",
)  # fmt: skip

Place = tuple[float, float]
"""Latitude and longitude, in degrees."""

_options: Believed[str, list[dict[str, Any]]] = Believed()


@dataclass(frozen=True)
class Found:
    """An entry, and how far it is from where the searcher is, in km, where both are known."""

    hospital: Hospital
    distance: float | None = None


def search(
    session: Session,
    *,
    region: str = "",
    name: str = "",
    level: str = "",
    kind: str = "",
    function: str = "",
    disease: str = "",
    near: Place | None = None,
) -> list[Found]:
    """The open entries that fit; the nearest first where it is known where the searcher is, else by level and name."""
    wanted = _open()
    if region:
        wanted = wanted.where(regions.within(Hospital.region_code, regions.prefix_of(region)))
    if name.strip():
        wanted = wanted.where(Hospital.name.contains(name.strip(), autoescape=True))
    for column, asked in ((Hospital.level, level), (Hospital.kind, kind)):
        if asked:
            wanted = wanted.where(column == asked)
    found = [
        Found(row, _distance(row, near))
        for row in session.scalars(wanted)
        if (not function or function in row.functions) and (not disease or disease in row.diseases)
    ]
    return sorted(found, key=_nearest if near else _highest)


def _nearest(one: Found) -> tuple[bool, float, str]:
    return one.distance is None, one.distance or 0, one.hospital.code


def _highest(one: Found) -> tuple[int, str]:
    level = one.hospital.level
    return LEVELS.index(level) if level in LEVELS else len(LEVELS), one.hospital.code


def _distance(row: Hospital, near: Place | None) -> float | None:
    """Kilometres as the crow flies."""
    if near is None or row.latitude is None or row.longitude is None:
        return None
    lat1, lon1, lat2, lon2 = map(radians, (*near, row.latitude, row.longitude))
    half = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return round(2 * EARTH_KM * asin(sqrt(half)), 1)


def towns(session: Session) -> list[tuple[str, str]]:
    """Code and name of the counties and towns in which there is any, each county before its towns."""
    codes = set(session.scalars(select(Hospital.region_code).where(Hospital.replaced_at.is_(None), Hospital.open)))
    around = {found for code in codes for level in ("county", "town") if (found := regions.ancestor_code(code, level))}
    return [(code, regions.get(session, code).name) for code in sorted(around)]


def diseases(session: Session) -> list[str]:
    """All that any of them treats as 大病定点, in the order in which they are told."""
    return list(dict.fromkeys(disease for row in session.scalars(_open()) for disease in row.diseases))


def place_of(session: Session, town: str) -> Place | None:
    """About where a town lies: where the first of its institutions does that says so."""
    rows = session.scalars(_open().where(regions.within(Hospital.region_code, town)).order_by(Hospital.code))
    return next(((row.latitude, row.longitude) for row in rows if row.latitude and row.longitude), None)


def of_county(session: Session, county: str | None) -> list[dict[str, Any]]:
    """The open entries of a county as options of a form: label, value, code, level, kind, functions, diseases,
    clinics, phone, town."""
    if county is None:
        return []
    rows = _options.rows()
    if county not in rows:
        wanted = _open().where(regions.within(Hospital.region_code, regions.prefix_of(county)))
        rows[county] = [_option(row) for row in session.scalars(wanted.order_by(Hospital.code))]
    return rows[county]


def _option(row: Hospital) -> dict[str, Any]:
    known = {name: getattr(row, name) for name in ("code", "level", "kind", "phone", *LISTS)}
    return {"label": row.name, "value": row.name, **known, "town": regions.ancestor_code(row.region_code, "town")}


def _open() -> Select[Hospital]:
    return select(Hospital).where(Hospital.replaced_at.is_(None), Hospital.open)


def find(session: Session, code: str) -> Hospital | None:
    """The entry as it is now, closed or not; None where there is none."""
    return session.scalar(select(Hospital).where(Hospital.code == code, Hospital.replaced_at.is_(None)))


def get(session: Session, code: str) -> Hospital:
    """The entry as it is now, or NotFound."""
    found = find(session, code)
    if found is None:
        raise NotFound(f"Expected an institution {code!r}, but there is none", notice="没有这个医疗机构")
    return found


def named(session: Session, name: str, county: str) -> Hospital | None:
    """The open entry of that name in the county."""
    within = regions.within(Hospital.region_code, regions.prefix_of(county))
    return session.scalar(_open().where(Hospital.name == name, within).order_by(Hospital.code))


def versions(session: Session, code: str) -> Sequence[Hospital]:
    """All that was ever published of an entry, the newest first."""
    return session.scalars(select(Hospital).where(Hospital.code == code).order_by(Hospital.version.desc())).all()


def publish(
    session: Session,
    code: str | None,
    values: Mapping[str, Any],
    *,
    county: str,
    by: int | None,
    case_no: str,
    at: datetime,
) -> Hospital:
    """Enter an institution (`code` None), or replace what is said of it; what `values` does not name stays."""
    one_at_a_time(session, f"hospitals of {county}")
    before = get(session, code) if code else None
    kept = {name: getattr(before, name) for name in CONTENT} if before else {"open": True}
    if before is not None:
        before.replaced_at = at
        session.flush()
    made = Hospital(
        **{**dict.fromkeys(CONTENT), **{name: [] for name in LISTS}, **kept, **values},
        code=code or _next_code(session, county),
        version=before.version + 1 if before else 1,
        published_at=at,
        published_by=by,
        case_no=case_no,
    )
    session.add(made)
    session.flush()
    _options.changed(session)
    return made


def _next_code(session: Session, county: str) -> str:
    """One more than the greatest number that the county has given."""
    prefix = f"YL-{county}-"
    last = session.scalar(select(func.max(Hospital.code)).where(Hospital.code.startswith(prefix)))
    return f"{prefix}{int(last.removeprefix(prefix)) + 1 if last else 1:03d}"


def load(session: Session, rows: Iterable[Mapping[str, Any]]) -> None:
    """Enter those rows that the table does not know; what is there is kept by the installation itself."""
    known = set(session.scalars(select(Hospital.code)))
    fresh = [_first(row) for row in rows if row["code"] not in known]
    session.add_all(Hospital(**row, version=1, open=True, published_at=clock.now()) for row in fresh)
    session.flush()
    forget()


def _first(row: Mapping[str, Any]) -> dict[str, Any]:
    """Lists are written with 、 between."""
    lists = {name: row[name].split("、") if row[name] else [] for name in LISTS}
    place = {name: float(row[name]) if row[name] else None for name in ("latitude", "longitude")}
    return {**row, **lists, **place}


def forget() -> None:
    """Ask the table again."""
    _options.forget()
