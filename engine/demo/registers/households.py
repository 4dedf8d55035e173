"""Simulated households: the demo's citizens with their families, and what seventeen registers hold about them.

Everything follows from the seed. Most households are what they say; some have a car, savings or a firm that they do not
speak of, and in some the registers contradict each other: that is what a check is for.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from engine import clock
from engine.demo import people
from engine.demo.registers.content import Content, Manner, store
from engine.language import identity
from engine.registry import reference

PARTNER, CHILD, PARENT = 0.7, 0.6, 0.35
SEVERAL = 0.03
"""How often something happens that a check should find."""
SLOTS_A_DAY = {"capacity": {"上午": 12, "下午": 8}, "full": []}
WITH_SLOTS = ("砚山县人民医院",)
"""Institutions that have an interface for slots; the others confirm by hand."""
MANNERS = {
    "real_estate": Manner(delayHours=6),
    "bank_deposits": Manner(delayHours=20),
    "securities": Manner(delayHours=30),
    "ships": Manner(delayHours=3),
}
OFTEN_SILENT = ("commercial_insurance", "provident_fund")


@dataclass(frozen=True)
class Member:
    """One person of a household."""

    name: str
    number: str
    relation: str

    @property
    def age(self) -> int:
        return clock.local(clock.now()).year - int(self.number[6:10])


def simulated(seed: int, *, citizens: int = people.CITIZENS) -> Content:
    """The registers of that seed: the same citizens that the demo of the seed has, and their families."""
    rng = Random(f"registers {seed}")
    rows = people.residents(_villages(), citizens, Random(seed))
    records: dict[str, dict[str, list[dict[str, Any]]]] = defaultdict(lambda: defaultdict(list))
    silent: dict[str, list[str]] = defaultdict(list)
    for position, row in enumerate(rows):
        family = list(_family(row, position, rng))
        for register, number, record in _held(family, row, rng):
            records[register][number].append(record)
        for register in OFTEN_SILENT:
            if rng.random() < SEVERAL:
                silent[register].append(row["identity_number"])
    manners = MANNERS | {register: Manner(silentFor=tuple(numbers)) for register, numbers in silent.items()}
    slots = dict.fromkeys(WITH_SLOTS, SLOTS_A_DAY)
    return Content({register: dict(held) for register, held in records.items()}, manners, slots)


def provide(path: Path, seed: int) -> None:
    """The file of that seed, made on the first start; one that is there stays as somebody may have changed it."""
    if not path.exists():
        store(path, simulated(seed))


def _villages() -> list[str]:
    """All villages of the demo's county, in the order in which the demo itself goes through them."""
    return sorted(
        row["code"]
        for row in reference.read("regions")
        if row["code"].startswith(people.YANSHAN) and len(row["code"]) == 12
    )


def _family(row: dict[str, Any], position: int, rng: Random) -> Iterator[Member]:
    head = Member(row["name"], row["identity_number"], "本人")
    yield head
    born, serial = int(head.number[6:10]), iter(range(position * 5 + 1, position * 5 + 6))
    if rng.random() < PARTNER:
        yield Member(f"{head.name}配偶", _number(born + rng.randint(-4, 4), next(serial), rng), "配偶")
    if rng.random() < CHILD:
        yield Member(f"{head.name}子女", _number(born + rng.randint(22, 34), next(serial), rng), "子")
    if rng.random() < PARENT:
        yield Member(f"{head.name}父母", _number(born - rng.randint(22, 34), next(serial), rng), "父母")


def _number(year: int, serial: int, rng: Random) -> str:
    """A number that no citizen of the demo has: those begin with another place."""
    latest = clock.local(clock.now()).year - 1
    first_17 = (
        f"{people.YANSHAN[:4]}01{min(year, latest)}{rng.randint(1, 12):02d}{rng.randint(1, 28):02d}{serial % 1000:03d}"
    )
    return first_17 + identity.check_character(first_17)


def _held(family: Sequence[Member], row: dict[str, Any], rng: Random) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Register, ID number and record, for everybody of one household."""
    listed = [{"name": one.name, "idNo": one.number, "relation": one.relation} for one in family]
    partner = next((one for one in family if one.relation == "配偶"), None)
    for one in family:
        yield "household_register", one.number, {"name": one.name, "region": row["region_code"], "members": listed}
        yield from _insured(one, rng)
        yield from _by_age(one, rng)
        yield from _found_now_and_then(one, rng)
    if partner is not None:
        yield (
            "marriages",
            family[0].number,
            {"status": "已婚", "spouseName": partner.name, "spouseIdNo": partner.number},
        )
        yield (
            "marriages",
            partner.number,
            {"status": "已婚", "spouseName": family[0].name, "spouseIdNo": family[0].number},
        )


def _insured(one: Member, rng: Random) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Nearly everybody is insured here this year; a few are for the next one already, elsewhere."""
    year = clock.local(clock.now()).year
    if rng.random() >= SEVERAL:
        yield "residents_insured", one.number, {"name": one.name, "insuredIn": people.YANSHAN, "year": str(year)}
    if rng.random() < SEVERAL:
        found = {"name": one.name, "insuredIn": people.NEIGHBOUR, "year": str(year + 1)}
        yield "residents_insured", one.number, found


def _by_age(one: Member, rng: Random) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """What everybody of that age has: school, wages or a pension, a little money, bills of the doctor."""
    if 6 <= one.age <= 17:
        yield "school_roll", one.number, {"stage": "义务教育" if one.age < 15 else "高中中职"}
    elif one.age >= 60:
        yield "pensions", one.number, {"monthly": rng.choice((115, 130, 145, 160))}
    elif one.age >= 18 and rng.random() < 0.5:
        yield "taxes", one.number, {"yearlyIncome": rng.randint(3, 16) * 1000}
    if one.age >= 18:
        yield "bank_deposits", one.number, {"balance": rng.randint(0, 60) * 100}
    if rng.random() < 0.3:
        yield "medical_spending", one.number, {"selfPaid": rng.randint(1, 90) * 100}


def _found_now_and_then(one: Member, rng: Random) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """What a check is made to find, and what makes two registers contradict each other."""
    rare: dict[str, dict[str, Any]] = {
        "vehicles": {"kind": "小型汽车", "price": rng.randint(4, 14) * 10_000, "boughtYear": rng.randint(2015, 2025)},
        "real_estate": {"kind": "商品房", "area": rng.randint(70, 140)},
        "companies": {"role": "股东", "capital": rng.randint(3, 50) * 10_000, "status": "存续"},
        "bank_deposits": {"balance": rng.randint(6, 30) * 10_000},
        "securities": {"value": rng.randint(1, 20) * 10_000},
        "commercial_insurance": {"cashValue": rng.randint(1, 8) * 10_000},
        "provident_fund": {"monthly": rng.randint(3, 20) * 100},
        "public_payroll": {"unit": "县属事业单位"},
        "disability": {"kind": "肢体", "grade": rng.choice(("二级", "三级", "四级"))},
        "deaths": {"diedOn": f"{clock.local(clock.now()).year - 1}-{rng.randint(1, 12):02d}-10"},
    }
    for register, record in rare.items():
        if one.age >= 18 and rng.random() < SEVERAL:
            yield register, one.number, record
