"""Identity numbers are checked by GB 11643: region, date of birth and check character."""

from datetime import UTC, date, datetime

import pytest

from engine import clock
from engine.language import identity


def numbered(first_seventeen: str) -> str:
    return first_seventeen + identity.check_character(first_seventeen)


def test_the_standards_own_example_is_accepted() -> None:
    assert identity.problem("11010519491231002X") is None
    assert identity.problem("440524188001010014") is None


def test_blanks_and_a_small_x_are_accepted() -> None:
    assert identity.problem(" 110105 19491231 002x ") is None


@pytest.mark.parametrize("position", range(18))
def test_any_single_wrong_digit_is_noticed(position: int) -> None:
    number = numbered("53262219900101123")
    wrong = "7" if number[position] != "7" else "8"
    assert identity.problem(number[:position] + wrong + number[position + 1 :]) is not None


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        ("53262219900101123", "身份证号码应为 18 位，现在是 17 位"),
        ("5326221990010112ab", "身份证号码只能是数字，最后一位可以是 X"),
        ("５３２６２２１９９００１０１１２３３", "身份证号码只能是数字，最后一位可以是 X"),
        (numbered("99262219900101123"), "身份证号码的前两位不是有效的省份代码，请核对"),
        (numbered("53262219900230123"), "身份证号码中的出生日期不存在，请核对第 7 到 14 位"),
        (numbered("53262200010101123"), "身份证号码中的出生日期不存在，请核对第 7 到 14 位"),
        ("110105194912310021", "身份证号码的校验位不正确，请逐位核对"),
    ],
)
def test_the_sentence_says_what_is_wrong(number: str, sentence: str) -> None:
    assert identity.problem(number) == sentence


def test_nobody_is_born_tomorrow() -> None:
    born_tomorrow = numbered("53262220261123123")
    with clock.standing_at(datetime(2026, 11, 22, 15, 59, tzinfo=UTC)):
        assert identity.problem(born_tomorrow) == "身份证号码中的出生日期晚于今天，请核对第 7 到 14 位"
    with clock.standing_at(datetime(2026, 11, 22, 16, 0, tzinfo=UTC)):
        assert identity.problem(born_tomorrow) is None


def test_birth_sex_and_age_stand_in_the_number() -> None:
    number = numbered("53262219900229123")
    assert identity.birth_on(number) is None
    number = numbered("53262219920229124")
    assert identity.birth_on(number) == date(1992, 2, 29)
    assert (identity.sex(numbered("53262219900101123")), identity.sex(number)) == ("男", "女")
    assert identity.age_on(number, date(2026, 2, 28)) == 33
    assert identity.age_on(number, date(2026, 3, 1)) == 34
