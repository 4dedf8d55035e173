"""医疗机构: the hospitals and clinics of a county, as forms offer them; rows of `reference/hospitals.csv`.

The rule: nothing here is about a patient.
"""

from functools import lru_cache
from typing import Any

from engine.registry import reference, regions


def of_county(county: str | None) -> list[dict[str, Any]]:
    """The hospitals and clinics of a county as options: label, value, code, level, kind, functions, diseases (those it
    treats as 大病定点), clinics, phone, town."""
    return [option for place, option in _options() if county is not None and place == county]


@lru_cache(maxsize=1)
def _options() -> tuple[tuple[str | None, dict[str, Any]], ...]:
    rows = reference.read("hospitals")
    return tuple((regions.ancestor_code(row["region_code"], "county"), _option(row)) for row in rows)


def _option(row: dict[str, Any]) -> dict[str, Any]:
    """Lists are written with 、 between."""
    lists = {name: (row[name] or "").split("、") if row[name] else [] for name in ("functions", "diseases", "clinics")}
    known = {name: row[name] for name in ("code", "level", "kind", "phone")}
    town = regions.ancestor_code(row["region_code"], "town")
    return {"label": row["name"], "value": row["name"], **known, **lists, "town": town}
