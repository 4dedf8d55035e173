"""Passwords."""

import pytest

from engine.registry import passwords


def test_a_hash_is_argon2id_with_a_salt_of_its_own() -> None:
    first, second = passwords.hashed("Jushou-2026"), passwords.hashed("Jushou-2026")
    assert first.startswith("$argon2id$v=19$m=19456,t=2,p=1$") and first != second
    assert passwords.matches(first, "Jushou-2026") and not passwords.matches(first, "jushou-2026")
    assert not passwords.outdated(first)


def test_full_width_signs_are_the_same_password() -> None:
    assert passwords.matches(passwords.hashed("Jushou-2026"), "Ｊushou-２０２６")


@pytest.mark.parametrize("stored", [None, "", "not a hash", "$argon2id$broken"])
def test_nothing_matches_without_a_hash(stored: str | None) -> None:
    assert not passwords.matches(stored, "\0nobody")


@pytest.mark.parametrize(
    "password", ["Jushou-2026", "Abcdefg1", "abcdefg-1", "ABCDEFG-1", "举手Jushou1", "a1 b2 c3 d4"]
)
def test_three_of_four_classes_are_enough_for_staff(password: str) -> None:
    assert passwords.staff_problems(password) == []


@pytest.mark.parametrize("password", ["", "Ab-1", "abcdefgh1", "ABCDEFGH", "12345678", "Ab-1" * 40])
def test_short_plain_or_endless_passwords_are_refused(password: str) -> None:
    assert passwords.staff_problems(password)


def test_a_password_must_not_hold_the_login() -> None:
    assert passwords.staff_problems("County_office-1", login="county_office")


@pytest.mark.parametrize(
    ("password", "good"),
    [
        ("shuiku2026", True),
        ("SHUIKU2026", True),
        ("shuiku26", True),
        ("shuiku1", False),
        ("12345678", False),
        ("水库水库水库2026", False),
    ],
)
def test_citizens_need_letters_and_digits(password: str, good: bool) -> None:
    assert (passwords.citizen_problems(password) == []) is good
