"""The citizen's identity number (公民身份号码, GB 11643-1999): is it one, and what it says of birth and sex.

The rule: a number is accepted only if its region, its date of birth and its check character all hold.
"""

import re
from datetime import date

from engine import clock

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
# First two digits by GB/T 2260; 81 to 83 stand in residence permits, 91 was given to persons abroad.
_PROVINCE = re.compile("1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]|91")
_EARLIEST_YEAR = 1850


def normal(text: str) -> str:
    """The number without blanks, its check character in capitals."""
    return re.sub(r"\s", "", text).upper()


def problem(text: str) -> str | None:
    """What is wrong with the number, in Chinese; None if it is right."""
    number = normal(text)
    if len(number) != 18:
        return f"身份证号码应为 18 位，现在是 {len(number)} 位"
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number):
        return "身份证号码只能是数字，最后一位可以是 X"
    if not _PROVINCE.match(number):
        return "身份证号码的前两位不是有效的省份代码，请核对"
    born_on = birth_on(number)
    if born_on is None:
        return "身份证号码中的出生日期不存在，请核对第 7 到 14 位"
    if born_on > clock.local(clock.now()).date():
        return "身份证号码中的出生日期晚于今天，请核对第 7 到 14 位"
    if check_character(number) != number[17]:
        return "身份证号码的校验位不正确，请逐位核对"
    return None


def check_character(number: str) -> str:
    """The eighteenth character that belongs to the first seventeen digits (ISO 7064, MOD 11-2)."""
    total = sum(int(digit) * weight for digit, weight in zip(number, _WEIGHTS, strict=False))
    return _CHECKS[total % 11]


def birth_on(number: str) -> date | None:
    """The date of birth; None where the digits are no date."""
    try:
        born_on = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None
    return born_on if born_on.year >= _EARLIEST_YEAR else None


def sex(number: str) -> str:
    """男 where the seventeenth digit is odd, else 女."""
    return "男" if int(number[16]) % 2 else "女"


def age_on(number: str, day: date) -> int | None:
    """Full years of age on that day."""
    born_on = birth_on(number)
    if born_on is None:
        return None
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))
