"""诉求分流 (domain 0.4 #9): what the table says of who accepts, and that a county may say otherwise."""

from typing import Any

import pytest

from engine import settings
from engine.casework import deployments
from engine.db import reading, transaction
from engine.language import bundle as bundles
from engine.registry import items, roles
from engine.registry.actors import SYSTEM
from tests.factories import JIANGNA, YANSHAN
from tests.processes.stage import PROVINCE, Stage, at

PROCESS = "intake"
RULES = "rules/route_rules.dmn"
FIRST_ROW = b'      <rule id="route_rules_of_civil">'
# The health service that was chosen accepts an appointment; for a house three offices confirm the applicant first.
ELSEWHERE = {"appointment", "house", "hospital_query"}


def with_row(**cells: str) -> dict[str, bytes]:
    """The shipped content, with one more row at the top of the table."""
    files = bundles.from_folder(settings.ROOT)
    names = {"item": "in", "county": "in", "channel": "in", "hukou": "in", "urgent": "in", "acceptor": "out",
             "level": "out", "basis": "out"}  # fmt: skip
    row = "".join(
        f'<{kind}putEntry id="own_{name}"><text>{cells.get(name, "")}</text></{kind}putEntry>'
        for name, kind in names.items()
    )
    files[RULES] = files[RULES].replace(FIRST_ROW, f'<rule id="own">{row}</rule>\n'.encode() + FIRST_ROW)
    return files


def routed(files: dict[str, bytes], **given: Any) -> str:
    table = bundles.read(bundles.collect("intake", files)).decisions["route_rules"]
    return str(table.decide("route_rules", {"county": YANSHAN, "channel": "SELF", **given})["acceptor"])


def test_every_item_goes_to_a_post_of_its_own_department_and_of_the_level_told(stage: Stage) -> None:
    table = bundles.read(bundles.collect("intake", bundles.from_folder(settings.ROOT))).decisions["route_rules"]
    names = {"county": "县级", "town": "乡镇"}
    with reading() as session:
        for item in items.listing(session):
            route = table.decide("route_rules", {"itemCode": item.code, "county": YANSHAN, "channel": "SELF"})
            if item.code in ELSEWHERE:
                assert route is None
                continue
            post = roles.facts(session, route["acceptor"])
            assert post is not None
            assert (post.department_code, names[str(post.level)]) == (item.department_code, route["level"]), item.code


@pytest.mark.parametrize(
    ("cells", "hit", "missed"),
    [
        ({"county": '"532626"'}, {"county": "532626"}, {}),
        ({"channel": '"COUNTER"'}, {"channel": "COUNTER"}, {}),
        ({"hukou": "false"}, {"hukouRegion": "532626101001"}, {"hukouRegion": f"{JIANGNA}001"}),
        ({"urgent": "true"}, {"urgentNow": True}, {"urgentNow": False}),
    ],
)
def test_a_row_on_top_holds_for_its_own_county_channel_and_people_alone(
    cells: dict[str, str], hit: dict[str, Any], missed: dict[str, Any]
) -> None:
    files = with_row(acceptor='"county_civil_clerk"', level='"县级"', basis='"县政府文件"', **cells)
    assert routed(files, itemCode="dibao", **hit) == "county_civil_clerk"
    assert routed(files, itemCode="dibao", **missed) == "town_civil_clerk"


def prescribe(stage: Stage, **cells: str) -> None:
    """The county has a version of its own, in which a row on top says otherwise of water."""
    stage.hire("policy", "policy_admin", PROVINCE)
    row = {"item": '"water"', "county": f'"{YANSHAN}"', **cells}
    with transaction() as session:
        files = bundles.collect("intake", with_row(**row))
        version = deployments.upload(session, files, actor=stage.people["policy"])
        deployments.approve(session, version.id, actor=SYSTEM)
        deployments.activate(session, version.id, actor=SYSTEM, region_codes=[YANSHAN])


def test_a_county_that_lets_its_towns_accept_gives_them_the_first_step(stage: Stage) -> None:
    prescribe(stage, acceptor='"town_water_clerk"', level='"乡镇"', basis='"县政府文件"')
    stage.raise_hand()
    task = stage.task("wt_take")
    assert (task.role_key, task.region_code, task.due_at) == ("town_water_clerk", JIANGNA, at("2026-11-17", "09:00"))
    assert len(stage.told("town_water_clerk", "T01")) == 1
    assert stage.told("county_water_clerk", "T01") == []


def test_what_the_table_leaves_open_is_accepted_by_the_lane_of_the_diagram(stage: Stage) -> None:
    prescribe(stage, acceptor="null", level="null", basis="null")
    stage.raise_hand()
    assert stage.task("wt_take").role_key == "county_water_clerk"
    assert len(stage.told("county_water_clerk", "T01")) == 1
