"""随机抽查: the same start value draws the same cases; shares, least numbers and risky cases first."""

from decimal import Decimal

from engine.casework import sampling
from engine.casework.sampling import Candidate, Rate

HALF, NONE = Decimal("0.5"), Decimal(0)
WATER = [Candidate(f"water-{n:02d}", "water", risky=n < 5) for n in range(40)]


def rate(share: str, least: int, *, risk: Decimal = NONE, visit: Decimal = NONE) -> Rate:
    return Rate(Decimal(share), least, risk, visit)


def test_the_same_start_value_draws_the_same_cases_in_whatever_order_they_are_read() -> None:
    rates = {"water": rate("0.2", 1)}
    drawn = sampling.draw(WATER, rates, "one", 50)
    assert len(drawn) == 8
    assert sampling.draw(WATER[::-1], rates, "one", 50) == drawn
    assert sampling.draw(WATER, rates, "another", 50) != drawn
    assert sampling.digest(WATER[::-1]) == sampling.digest(WATER) != sampling.digest(WATER[1:])


def test_a_share_is_rounded_up_and_never_below_the_least_nor_above_what_there_is() -> None:
    assert len(sampling.draw(WATER, {"water": rate("0.06", 1)}, "one", 50)) == 3
    assert len(sampling.draw(WATER, {"water": rate("0.06", 7)}, "one", 50)) == 7
    assert len(sampling.draw(WATER[:4], {"water": rate("0.06", 7)}, "one", 50)) == 4
    assert len(sampling.draw(WATER, {"water": rate("1", 1)}, "one", 6)) == 6
    assert sampling.draw(WATER, {"dibao": rate("1", 1)}, "one", 50) == {}


def test_risky_cases_come_first_as_far_as_there_are_so_many() -> None:
    risky = {one.case_no for one in WATER if one.risky}
    drawn = sampling.draw(WATER, {"water": rate("0.2", 1, risk=HALF, visit=HALF)}, "one", 50)
    assert len(risky & set(drawn)) >= 4
    assert sum(drawn.values()) == 4
    assert risky <= set(sampling.draw(WATER, {"water": rate("0.2", 1, risk=Decimal(1))}, "one", 50))
