"""转办 (domain 0.3): an application that belongs elsewhere is passed on, sent back once, and then settled."""

from typing import Any

import pytest
from sqlalchemy import select

from engine.casework import progress
from engine.casework.models import Case
from engine.db import reading
from engine.errors import Conflict, Invalid
from engine.oversight import replay
from tests import factories
from tests.processes import sentences, steps
from tests.processes.stage import PINGYUAN, VILLAGE, Stage, at

ITEM, PROCESS = "dibao", "transfer"
THERE = f"{PINGYUAN}202"
BEYOND = "532623101001"
WHY = "您家的户籍在别的乡镇，由户籍所在的乡镇办理"
BACK = "这家的户籍去年已经迁到县城，不在我镇"
DECIDED = "公安登记的户籍在该乡镇，按户籍地受理"


def pass_on(stage: Stage, who: str = "town_civil_clerk", to: str = THERE, why: str = WHY) -> None:
    stage.complete(who, "db_accept", hukouHere=False, passOn=True, transferRegion=to, transferReason=why)


def elsewhere(stage: Stage) -> None:
    stage.hire("there", "town_civil_clerk", PINGYUAN)


def same_by_replay() -> None:
    with reading() as session:
        for number in session.scalars(select(Case.case_no)):
            assert replay.replay(session, number).difference is None


def test_it_goes_to_the_town_of_the_hukou_where_the_clock_of_acceptance_begins_anew(family: Stage) -> None:
    elsewhere(family)
    family.raise_hand()
    promised = family.case().promised_at
    family.clock.move_to(at("2026-11-17", "15:00"))
    pass_on(family)
    task, case = family.task("db_accept"), family.case()
    assert (task.region_code, task.due_at) == (PINGYUAN, at("2026-11-19", "24:00"))
    assert (case.region_code, case.status, case.promised_at) == (THERE, "SUBMITTED", promised)
    place = "云南省文山壮族苗族自治州砚山县平远镇木瓜铺村委会"
    assert family.told("citizen", "M39") == [sentences.said("M39", ITEM, place=place, reason=WHY)]
    assert family.told("there", "T01") == [sentences.said("T01", ITEM, step="受理审查", date="11月19日")]
    with reading() as session:
        told = [line.text for line in progress.lines(session, case, family.people["citizen"])]
    assert any(place in line for line in told)
    answers = steps.USUAL["db_accept"][1]
    family.complete("there", "db_accept", **answers)
    assert family.case().accepted_at == at("2026-11-17", "15:00")
    assert family.task("db_plan").region_code == PINGYUAN
    same_by_replay()


def test_it_is_sent_back_once_and_the_office_decides_for_good(family: Stage) -> None:
    elsewhere(family)
    family.raise_hand()
    pass_on(family)
    pass_on(family, "there", VILLAGE, BACK)
    task = family.task("tf_decide")
    assert (task.role_key, task.region_code, task.due_at) == ("county_office", "532622", at("2026-11-18", "24:00"))
    asked = sentences.said("T01", ITEM, step="裁定办理地", date="11月18日")
    assert family.told("county_office", "T01") == [asked]
    family.complete("county_office", "tf_decide", transferDecided=THERE, decideReason=DECIDED)
    case, task = family.case(), family.task("db_accept")
    assert (case.region_code, task.region_code, case.variables["transfer"]["times"]) == (THERE, PINGYUAN, 2)
    with pytest.raises(Invalid):
        pass_on(family, "there", VILLAGE, BACK)
    same_by_replay()


@pytest.mark.parametrize(("to", "who"), [(BEYOND, "pref_office"), ("532501101001", "prov_office")])
def test_between_counties_those_above_both_decide(family: Stage, to: str, who: str) -> None:
    with factories.committed():
        factories.RegionFactory(code=to)
    family.hire("there", "town_civil_clerk", to[:9])
    family.raise_hand()
    pass_on(family, to=to)
    assert family.case().county_code == to[:6]
    pass_on(family, "there", VILLAGE, BACK)
    assert family.task("tf_decide").role_key == who
    family.complete(who, "tf_decide", transferDecided=VILLAGE, decideReason=DECIDED)
    assert family.case().region_code == VILLAGE and family.task("db_accept").region_code == "532622101"
    same_by_replay()


def test_too_late_it_is_not_sent_back_and_nowhere_is_nowhere(family: Stage) -> None:
    elsewhere(family)
    family.raise_hand()
    with pytest.raises(Invalid) as refusal:
        pass_on(family, to=VILLAGE)
    assert "已经在这里" in str(refusal.value.notice)
    pass_on(family)
    family.clock.move_to(at("2026-11-18", "09:00"))
    with pytest.raises(Invalid) as late:
        pass_on(family, "there", VILLAGE, BACK)
    family.refused("tf_late", late.value)
    assert family.open_tasks() == ["db_accept"] and family.case().region_code == THERE


def test_what_is_under_an_order_is_not_passed_on(family: Stage) -> None:
    elsewhere(family)
    family.raise_hand()
    family.supervise()
    before: Any = family.case().seq
    with pytest.raises(Conflict) as refusal:
        pass_on(family)
    assert "督办单" in refusal.value.notice and family.case().seq == before


def test_every_flow_is_taken(untaken: list[str]) -> None:
    assert untaken == []
