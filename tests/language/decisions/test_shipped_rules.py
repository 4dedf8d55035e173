"""The tables that come with the platform: rules/deadlines.dmn, rules/supervise_threshold.dmn, rules/messages.dmn."""

import re
from decimal import Decimal
from pathlib import Path

import pytest
from lxml import etree

from engine.language import decisions, schedule
from engine.language.schedule import Limit

RULES = Path(__file__).parents[3] / "rules"
FILES = ("deadlines", "supervise_threshold", "messages")
YANSHAN, QIUBEI = "532622", "532626"


def read(name: str) -> decisions.Model:
    return decisions.read((RULES / f"{name}.dmn").read_bytes())


@pytest.fixture(scope="module")
def deadlines() -> decisions.Model:
    return read("deadlines")


class TestFiles:
    @pytest.mark.parametrize("name", FILES)
    def test_every_element_has_an_id_of_its_own_and_every_decision_is_drawn(self, name: str) -> None:
        root = etree.parse(RULES / f"{name}.dmn").getroot()
        tags = ("decision", "decisionTable", "input", "inputExpression", "output", "rule", "inputEntry", "outputEntry")
        elements = [element for element in root.iter() if etree.QName(element).localname in tags]
        ids = [element.get("id") for element in elements]
        assert all(ids)
        assert len(set(ids)) == len(ids)
        drawn = {shape.get("dmnElementRef") for shape in root.iter("{*}DMNShape")}
        assert drawn == {decision.get("id") for decision in root.iter("{*}decision")}
        assert name in drawn

    @pytest.mark.parametrize("name", FILES)
    def test_every_column_is_labelled_and_every_row_has_a_remark(self, name: str) -> None:
        root = etree.parse(RULES / f"{name}.dmn").getroot()
        assert all(column.get("label") for tag in ("{*}input", "{*}output") for column in root.iter(tag))
        assert all(rule.findtext("{*}description") for rule in root.iter("{*}rule"))


class TestDeadlines:
    @pytest.mark.parametrize(
        ("key", "amount", "unit", "source"),
        [
            ("water.wt_take", 24, "h", "S3"),
            ("water.wt_town_take", 4, "wh", "K"),
            ("water.wt_redispatch", 4, "wh", "K"),
            ("water.wt_verify", 2, "wd", "S3"),
            ("water.wt_not_true", 1, "wd", "K"),
            ("water.wt_solve", 5, "wd", "S3"),
            ("water.wt_plan", 5, "wd", "K"),
            ("water.wt_plan_2", 5, "wd", "K"),
            ("water.wt_long", 30, "cd", "K"),
            ("water.wt_confirm", 2, "wd", "K"),
            ("water.wt_county_solve", 5, "wd", "K"),
            ("proxy_consent.pc_answer", 3, "cd", "K"),
            ("supervise.sm_check", 2, "wd", "K"),
            ("rating.rt_rectify", 5, "wd", "F:好差评"),
            ("dibao.total", 30, "wd", "F:57号 §22"),
            ("linshi.urgent", 48, "h", "F:楚雄"),
            ("dropout.do_s3", 90, "cd", "F:处罚 §60"),
        ],
    )
    def test_steps_have_the_limits_of_the_domain(
        self, deadlines: decisions.Model, key: str, amount: int, unit: str, source: str
    ) -> None:
        item, element = key.split(".")
        found = schedule.limit(deadlines, item=item, element=element, region=f"{YANSHAN}104")
        assert found == Limit(Decimal(amount), unit, None, source)

    def test_the_citizen_is_reminded_of_a_correction_half_way(self, deadlines: decisions.Model) -> None:
        found = schedule.limit(deadlines, item="correction", element="co_correct", region=YANSHAN)
        assert found == Limit(Decimal(10), "wd", Decimal(5), "K")

    def test_a_step_without_a_row_has_no_limit(self, deadlines: decisions.Model) -> None:
        assert schedule.limit(deadlines, item="water", element="wt_intake", region=YANSHAN) is None

    def test_every_row_makes_a_limit_and_no_key_stands_twice(self, deadlines: decisions.Model) -> None:
        text, counted = (RULES / "deadlines.dmn").read_text().split("</decisionTable>")[:2]
        keys = re.findall(r'"([a-z_]+\.\w+)"', text)
        assert len(keys) == len(set(keys)) == text.count("<rule ")
        assert {*re.findall(r'"([a-z_]+\.\w+)"', counted)} <= set(keys)
        for key in keys:
            assert schedule.limit(deadlines, item="-", element="-", region=YANSHAN, sla_key=key) is not None

    def test_a_county_may_put_its_own_row_above(self) -> None:
        text = (RULES / "deadlines.dmn").read_text()
        row = re.search(r'<rule id="limit_water_wt_take">.*?</rule>', text, re.DOTALL)
        assert row is not None
        county = (
            row.group()
            .replace("limit_water_wt_take", "limit_county")
            .replace("<text></text>", f'<text>"{YANSHAN}"</text>')
            .replace("<text>24</text>", "<text>12</text>")
        )
        model = decisions.read(text.replace(row.group(), county + row.group()).encode())
        amounts = [
            schedule.limit(model, item="water", element="wt_take", region=region) for region in (YANSHAN, QIUBEI)
        ]
        assert [str(amount) for amount in amounts] == ["12 小时", "24 小时"]


class TestThresholds:
    def decide(self, item: str, county: str, state: str = "INVESTIGATING") -> object:
        asked = {"item": item, "county": county, "caseState": state}
        return read("supervise_threshold").decide("supervise_threshold", asked)

    def test_short_items_count_from_acceptance_and_long_ones_from_the_overdue_step(self) -> None:
        days = {"countyDays": 7, "prefDays": 8, "provDays": 10, "deptWorkingDays": 1}
        assert self.decide("water", YANSHAN) == {"basis": "ELAPSED", **days}
        assert self.decide("dibao", YANSHAN) == {"basis": "NODE_OVERDUE", **days}

    def test_works_that_take_months_count_from_the_missing_log(self) -> None:
        for county in (YANSHAN, QIUBEI):
            row = self.decide("water", county, "LONG_TERM")
            assert isinstance(row, dict) and row["basis"] == "NODE_OVERDUE"

    @pytest.mark.parametrize("item", ["water", "appointment", "medicine", "job", "dibao", "house", "anything"])
    def test_every_item_in_every_county_has_thresholds(self, item: str) -> None:
        for county in (YANSHAN, QIUBEI):
            assert self.decide(item, county) is not None


class TestMessages:
    def rows(self) -> dict[str, tuple[str, str]]:
        model = read("messages")
        keys = re.findall(r'<text>"([MT]\d\d)"</text>', (RULES / "messages.dmn").read_text())
        found = {}
        for key in keys:
            row = model.decide("messages", {"messageKey": key})
            assert isinstance(row, dict)
            found[key] = (str(row["text"]), str(row["audience"]))
        assert len(found) == len(keys)
        return found

    def test_a_message_fits_into_one_sms(self) -> None:
        assert all(0 < len(text) <= 70 for text, _ in self.rows().values())

    def test_messages_to_citizens_and_staff_are_told_apart(self) -> None:
        for key, (_, audience) in self.rows().items():
            assert audience == ("citizen" if key.startswith("M") else "staff")

    def test_the_messages_of_the_domain_are_there(self) -> None:
        rows = self.rows()
        assert {*(f"M{n:02}" for n in range(1, 16)), *(f"T{n:02}" for n in range(1, 7))} <= rows.keys()
        assert rows["M04"][0] == "不予受理：{reason}。如有疑问可致电{tel}。"

    def test_an_unknown_message_is_null(self) -> None:
        assert read("messages").decide("messages", {"messageKey": "M99"}) is None

    def test_placeholders_are_closed_and_named(self) -> None:
        for text, _ in self.rows().values():
            rest = re.sub(r"\{\w+\}", "", text)
            assert "{" not in rest
            assert "}" not in rest
