"""Why applications were refused, counted by item and kind of reason."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from engine import clock as engine_clock
from engine.casework import refusals
from engine.casework.measure_counts import Period
from engine.clock import Clock
from tests import factories
from tests.factories import YANSHAN

pytestmark = pytest.mark.usefixtures("reference")


def refused(item: str, code: str | None, outcome: str = "NOT_ACCEPTED", days: int = 1, **fields: object) -> None:
    ended = engine_clock.now() - timedelta(days=days)
    given = {"process_key": item, "item_code": item, "started_at": ended - timedelta(days=3), "channel": "SELF"}
    factories.CaseFactory(state="ended", ended_at=ended, outcome=outcome, reason_code=code, **{**given, **fields})


def test_each_kind_is_counted_and_the_most_frequent_comes_first(session: Session, clock: Clock) -> None:
    refused("water", "NR01")
    refused("water", "NR01")
    refused("water", "NR03")
    refused("dibao", None, outcome="REJECTED")
    refused("water", "OTHER", outcome="TERMINATED")
    refused("water", "NR01", days=40)
    refused("water", "NR01", region_code=factories.RegionFactory(code="532601").code)
    refused("complaint", "NR01", channel="VOICE")
    session.flush()
    month = Period(engine_clock.now() - timedelta(days=30), engine_clock.now())
    found = [(one["name"], one["kind"], one["count"]) for one in refusals.counted(session, YANSHAN, month)]
    assert found == [
        ("农村饮水安全", "不属于本事项受理范围", 2),
        ("低保", "其他", 1),
        ("农村饮水安全", "非服务对象（非农村人口/非低收入人口）", 1),
    ]
