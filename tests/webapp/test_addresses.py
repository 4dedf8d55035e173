"""Addresses: no number and no letter in them makes any page fail, whoever asks."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from werkzeug.routing import IntegerConverter, Rule

from tests.webapp.conftest import Person, SignsIn
from webapp.addresses import MOST_DIGITS, KeyConverter

pytestmark = pytest.mark.usefixtures("content")
NO_KEYS = ("0", "-1", str(2**63), str(10**30), "9" * 5000)
TEXTS = ("%00", "%F0%9F%90%B4%27%25", "9" * 400)
STAFF = ("county_water_clerk", "policy_admin", "platform_ops")


def rules(app: Flask, converter: type = object) -> list[Rule]:
    """Everything with something to fill in, and of it only what is filled in by such a converter."""
    return [
        rule
        for rule in app.url_map.iter_rules()
        if rule.endpoint != "static" and rule.arguments
        and any(isinstance(rule._converters[name], converter) for name in rule.arguments)
    ]  # fmt: skip


def addresses(app: Flask, converter: type, written: str) -> Iterator[tuple[str, str]]:
    """Method and address of every page, with the same written in all its gaps."""
    for rule in rules(app, converter):
        for method in (rule.methods or set()) & {"GET", "POST"}:
            yield method, re.sub(r"<[^>]+>", written, rule.rule)


@pytest.fixture(params=["citizen", *STAFF])
def person(request: pytest.FixtureRequest, staff: SignsIn, citizen: SignsIn) -> Person:
    if request.param == "citizen":
        return citizen()
    return staff(request.param, "532622" if request.param == "county_water_clerk" else "530000")


def test_keys_are_read_by_the_one_converter(app: Flask) -> None:
    numbers = rules(app, IntegerConverter)
    assert numbers
    assert numbers == rules(app, KeyConverter)


def test_a_number_that_is_no_key_is_the_address_of_nothing(app: Flask, person: Person) -> None:
    for number in NO_KEYS:
        for method, address in addresses(app, IntegerConverter, number):
            assert person.client.open(address, method=method).status_code == 404, f"{method} {address}"


def test_no_text_and_no_unknown_key_makes_a_page_fail(app: Flask, person: Person) -> None:
    for written in (*TEXTS, "9" * MOST_DIGITS):
        for method, address in addresses(app, object, written):
            assert person.client.open(address, method=method).status_code < 500, f"{method} {address}"


def test_no_number_in_a_query_makes_a_page_fail(app: Flask, person: Person) -> None:
    lists = [rule.rule for rule in app.url_map.iter_rules() if not rule.arguments and "GET" in (rule.methods or ())]
    for address in lists:
        for number in ("0", "9" * 5000):
            query = "&".join(f"{name}={number}" for name in ("page", "step", "after", "size"))
            assert person.get(f"{address}?{query}").status_code < 500, address


def test_the_letter_nul_is_taken_from_nobody(citizen: SignsIn) -> None:
    person = citizen()
    assert person.get("/messages?page=%00").status_code == 404
    assert person.post("/sign-in", {"login": "a\0b", "password": "x"}).status_code == 400
