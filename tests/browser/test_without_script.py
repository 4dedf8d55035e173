"""Without any script everything can still be done: buttons bring the next level, the next question, the next page."""

import pytest

from tests.browser import water
from tests.browser.conftest import Arrives
from tests.browser.person import PHONE, Person

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("screen", [PHONE], ids=["phone"])]

NEXT_LEVEL = "选好一级后点这里，显示下一级"
NEXT_QUESTIONS = "选好后点这里，显示后续要填的内容"


def test_a_case_is_raised_and_taken(citizen: Arrives, staff: Arrives) -> None:
    applicant, county = citizen(script=False), staff("county_water_clerk", script=False)
    case_no = raises_hand(applicant)
    water.claims(county, case_no)
    county.choose("是否属于受理范围", "是：受理，并向乡镇派单")
    county.press(NEXT_QUESTIONS)
    county.choose("紧急程度", "一般")
    water.hands_in(county)
    county.reads("已提交，办件进入下一步。")


def raises_hand(applicant: Person) -> str:
    applicant.open("/apply/water")
    applicant.press("我自己举手")
    applicant.press("下一步")
    applicant.is_told_what_is_wrong("请勾选“我已认真阅读以上内容，并同意以上条款”")
    applicant.tick("我已认真阅读以上内容")
    applicant.press("下一步")
    applicant.press("下一步")
    moves_to_another_town(applicant)
    water.describes(applicant)
    applicant.press("下一步")
    applicant.press("下一步")
    applicant.press("提交")
    return water.number_on(applicant)


def moves_to_another_town(applicant: Person) -> None:
    applicant.select("乡镇（街道）", "平远镇")
    applicant.press(NEXT_LEVEL)
    applicant.field("村（社区）").select_option(index=1)
    applicant.press("下一步")
    assert applicant.heading == "饮水问题"
