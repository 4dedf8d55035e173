"""住房安全年度复查: once a year after the house was made safe, until nobody lives in it."""

import pytest

from tests.processes import sentences
from tests.processes.mended import paid
from tests.processes.stage import Stage, at

ITEM, PROCESS = "house", "house_recheck"


@pytest.fixture(autouse=True)
def no_register(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JUSHOU_REGISTER_URL", raising=False)


def test_the_town_looks_at_the_house_every_year_and_warns_of_danger(stage: Stage) -> None:
    paid(stage)
    stage.do("hs_file")
    stage.let_pass(until=at("2027-11-24", "23:59"))
    assert stage.tasks("hr_check") == []
    for number, year in enumerate(("2027-11-24", "2028-11-24"), start=1):
        stage.let_pass(until=at(year, "24:00"))
        assert len(stage.tasks("hr_check")) == number
        assert stage.task("hr_check").due_at == at(f"{year[:4]}-12-25", "24:00")
        danger = number == 2
        stage.do(
            "hr_check", recheckOn=year, recheckResult="有隐患" if danger else "安全", recheckText="后山有滑坡的危险"
        )
    text = sentences.said("M148", ITEM, text="后山有滑坡的危险")
    assert stage.told("citizen", "M148") == [text]
    stage.let_pass(until=at("2029-11-25", "24:00"))
    stage.do("hr_check", recheckOn="2029-11-25", recheckResult="不再居住")
    assert stage.companion("house_recheck").state == "ended"


def test_every_flow_is_taken(untaken: list[str]) -> None:
    assert untaken == []
