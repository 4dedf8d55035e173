"""人员配备: which unit has fewer people than it must have, by rules/staffing_minimum.dmn (A.4).

The rule: whoever is counted holds a post at just that place, as in the check after each change of an account.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import clock
from engine.casework import deployments, measure_counts
from engine.language.decisions import Model
from engine.registry import people, regions
from engine.registry.models import Department, Region

# The process that checks each change by the same tables.
PROCESS = "account_change"
MINIMUM, UNITS = "staffing_minimum", "staffing_units"
VILLAGE_POSTS = "office"


@dataclass(frozen=True)
class Unit:
    """One department at one place: how many people it must have, and has."""

    place: str
    department: str
    least: int
    there: int

    @property
    def gap(self) -> int:
        return max(0, self.least - self.there)


@dataclass(frozen=True)
class Town:
    """A line of the county's board: the units of the county itself, or of a town with the villages that lack people."""

    code: str
    name: str
    units: tuple[Unit, ...]
    villages: int = 0
    lacking: tuple[str, ...] = ()


@dataclass(frozen=True)
class Total:
    """A region and what its units have and lack together."""

    code: str
    name: str
    least: int
    gap: int
    villages: int
    lacking: int

    @property
    def rate(self) -> int:
        """In percent, rounded down: it is 100 only where nobody lacks."""
        return 100 * (self.least - self.gap) // self.least if self.least else 100


@dataclass(frozen=True)
class Board:
    """Who is there in a region, read once."""

    session: Session
    region: Region

    def towns(self) -> list[Town]:
        """The county's own units first, then each town's."""
        return [
            Town(self.region.code, f"{self.region.name}本级", self._units(self.region.code, 6)),
            *(self._town(town) for town in regions.children(self.session, self.region.code)),
        ]

    def totals(self) -> list[Total]:
        """Each region directly below, and last the whole."""
        below = regions.children(self.session, self.region.code)
        found = [self._total(region.code, region.name, region.prefix) for region in below]
        return [*found, self._total(self.region.code, "合计", self.region.prefix)]

    def departments(self) -> list[tuple[str, str]]:
        """Key and name of each department that must have people, in the order of the table."""
        names = {row.code: row.name for row in self.session.scalars(select(Department))}
        return [(key, names.get(key, key)) for key in dict.fromkeys(key for key, _ in self._least)]

    def _town(self, town: Region) -> Town:
        villages = [found for found in self._villages if found[0].startswith(town.code)]
        lacking = tuple(name for code, name in villages if self._lacks(code))
        return Town(town.code, town.name, self._units(town.code, 9), len(villages), lacking)

    def _total(self, code: str, name: str, prefix: str) -> Total:
        units = [unit for unit in self._all_units if unit.place.startswith(prefix)]
        villages = [village for village, _ in self._villages if village.startswith(prefix)]
        least, gap = sum(unit.least for unit in units), sum(unit.gap for unit in units)
        return Total(code, name, least, gap, len(villages), sum(map(self._lacks, villages)))

    def _units(self, place: str, digits: int) -> tuple[Unit, ...]:
        asked = ((department, least) for (department, level), least in self._least.items() if level == digits)
        return tuple(Unit(place, key, least, self._there.get((place, key), 0)) for key, least in asked)

    def _lacks(self, village: str) -> bool:
        return self._in_villages.get(village, 0) < self._least_of_village

    @cached_property
    def _all_units(self) -> list[Unit]:
        return [unit for code in self._codes("county", "town") for unit in self._units(code, len(code))]

    @cached_property
    def _there(self) -> Mapping[measure_counts.Unit, int]:
        return measure_counts.staff(self.session, self.region.prefix, clock.now())

    @cached_property
    def _in_villages(self) -> Mapping[str, int]:
        return people.in_villages(self.session, self.region.prefix)

    @cached_property
    def _villages(self) -> list[tuple[str, str]]:
        within = regions.within(Region.code, self.region.prefix)
        wanted = select(Region.code, Region.name).where(Region.level == "village", within).order_by(Region.code)
        return [(code, name) for code, name in self.session.execute(wanted)]

    def _codes(self, *levels: str) -> Iterator[str]:
        within = regions.within(Region.code, self.region.prefix)
        yield from self.session.scalars(select(Region.code).where(Region.level.in_(levels), within))

    @cached_property
    def _model(self) -> Model:
        version = deployments.active(self.session, PROCESS, self.region.code, clock.now())
        return deployments.bundle_of(self.session, version.id).decisions[MINIMUM]

    @cached_property
    def _least(self) -> dict[tuple[str, int], int]:
        """How many people each department must have at the county (6 digits) and in a town (9)."""
        listed: Any = self._model.decide(UNITS, {"county": self.region.code})
        units = [(str(row["department"]), int(row["digits"])) for row in listed]
        return {unit: self._asked(*unit) for unit in units}

    @cached_property
    def _least_of_village(self) -> int:
        return self._asked(VILLAGE_POSTS, 12)

    def _asked(self, department: str, digits: int) -> int:
        # Any code of that level: zeros at the end would be those of a prefecture or the province.
        least: Any = self._model.decide(MINIMUM, {"department": department, "targetRegion": "1" * digits})
        return int(least)
