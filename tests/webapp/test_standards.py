"""办理依据和标准: each item tells which rules it goes by, what it asks for, and by which measure it is given."""

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from engine import db
from engine.casework import deployments
from engine.language import bundle as bundles
from engine.language.bundle import Bundle
from engine.registry import items
from engine.registry.actors import SYSTEM
from engine.settings import ROOT
from webapp.public import introduction, standards

pytestmark = pytest.mark.usefixtures("content")


def listed() -> list[str]:
    """The items that are open and have a process."""
    with db.reading() as session:
        found = items.listing(session)
        return [one.code for one in found if introduction.is_open(session, one) and not one.directory]


def cited(found: list[Bundle]) -> list[str]:
    """All that the steps of these processes go by."""
    steps = (element for bundle in found for element in bundle.process.walk())
    return [element.properties["legalBasis"] for element in steps if "legalBasis" in element.properties]


def test_each_open_item_publishes_basis_scope_materials_flow_standard_and_limit(client: FlaskClient) -> None:
    assert len(listed()) == 15
    for code in listed():
        with db.reading() as session:
            item = items.get(session, code)
            guide = introduction.guide(session, item)
            found = list(introduction.bundles(session, code))
            tables = list(standards.tables(session, code))
        page, more = client.get(f"/items/{code}").text, client.get(f"/items/{code}/standards").text
        assert item.introduction[:20] in page and f'href="/items/{code}/standards"' in page
        assert guide.steps and any(step.limit for step in guide.steps), code
        assert guide.basis and all(part in page and part in more for part in guide.basis), code
        assert all(any(part in text for text in cited(found)) for part in guide.basis), code
        assert guide.standard or tables, code
        named = found[0].process.properties.get("standardTables", "").split(",")
        assert len(tables) == len([name for name in named if name]), code
        assert all(f"<h2>{table.name}</h2>" in more for table in tables), code
        assert all(material in page for material in guide.materials), code


def test_a_standard_is_told_in_words_with_the_counties_own_first(client: FlaskClient) -> None:
    page = re.sub(r"<[^>]+>", "", client.get("/items/linshi/standards").text)
    assert "县（市、区）：砚山县；农村户口：是；标准（元/人·月）：550" in page
    assert "县（市、区）：其他；农村户口：其他；标准（元/人·月）：700" in page
    assert "各行都是：封顶月数：6；特别困难封顶：12" in page
    assert "遭遇的情况：家庭成员突发重大疾病；建议月数：4" in page
    assert "注 K 的是通行做法" in page
    assert "注 K" not in client.get("/items/job/standards").text


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ('"特困","低保"', "特困、低保"),
        ('"532622"', "砚山县"),
        ('"1、3、6"', "1、3、6"),
        ("true", "是"),
        ("null", "无"),
        ("2 / 3", "2/3"),
        ("<= 1 / 3", "不超过 1/3"),
        ("[1..4)", "1（含）到 4（不含）"),
        ('date("2026-12-07")', "2026年12月7日"),
        ('date("2099-12-31")', "没有期限"),
        ("99999999", "没有上限"),
        ('list contains(?, "火灾")', "火灾"),
        ('insureYear + "-02-28"', standards.WORKED_OUT),
    ],
)
def test_a_cell_reads_as_people_say_it(cell: str, words: str) -> None:
    with db.reading() as session:
        assert standards.in_words(session, cell) == words


def test_what_is_shown_is_what_new_cases_are_decided_by(client: FlaskClient, tmp_path: Path) -> None:
    for path, content in bundles.from_folder(ROOT).items():
        file = tmp_path / path
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(content.replace(b"<text>550</text>", b"<text>565</text>"))
    assert "565" not in client.get("/items/linshi/standards").text
    with db.transaction() as session:
        deployments.deploy_folder(session, tmp_path, actor=SYSTEM)
    assert "标准（元/人·月）：</span>565" in client.get("/items/linshi/standards").text


def test_an_item_without_a_process_has_no_such_page(client: FlaskClient) -> None:
    assert client.get("/items/hospital_query/standards").status_code == 404
    assert client.get("/items/nothing/standards").status_code == 404
