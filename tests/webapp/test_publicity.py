"""The public pages of publicity: read and objected to by anybody, and never more than the notice."""

import io
import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from engine import db
from engine.casework import attachments, user_tasks
from engine.casework.models import Case, PublicNotice, PublicObjection, UserTask
from engine.db import reading, transaction
from engine.registry import actors
from engine.settings import ROOT, Settings
from tests import factories
from tests.factories import JIANGNA
from tests.processes import published
from webapp import create_app, limits

VILLAGE, PDF = published.VILLAGE, b"%PDF-1.4\n%%EOF\n"
SECRETS = {
    "applicantIdNo": published.GROWN_UP,
    "applicantPhone": "13912345678",
    "accountNo": "6217001820012345678",
    "bankName": "农村信用社",
    "healthStatus": "长期慢性病",
    "majorDisease": "尿毒症",
    "disabilityType": "精神残疾",
    "residenceAddress": "江那镇三组 12 号",
    "childName": "王小明",
    "childIdNo": published.MINOR,
}
SAID = {"reason": "这家去年新买了一辆小轿车，没有申报", "evidence": "", "way": "匿名", "name": "", "phone": ""}


@dataclass
class Hanging:
    """A notice that hangs, and the case behind it."""

    number: int
    case_no: str
    database: Engine


@pytest.fixture
def hanging(content: None, reference: Engine) -> Hanging:
    """A notice of a case that is full of secrets; they are given as lines to publish, too."""
    with factories.committed():
        poster = factories.staff("village_assistant", VILLAGE).id
    lines = [*published.LINES, *({"field": field, "value": value} for field, value in SECRETS.items())]
    case_id = published.begin(contentLines=lines, **SECRETS)
    with transaction() as session:
        task = session.scalars(select(UserTask).where(UserTask.case_id == case_id)).one()
        actor = actors.staff(session, poster)
        photo = attachments.keep(session, attachments.prepare(io.BytesIO(PDF), "公示.pdf"), actor=actor).id
        values = {"publicPlace": ["村务公开栏"], "publicPhotos": [photo]}
        user_tasks.complete(session, task.id, actor=actor, values=values, key="post")
    with reading() as session:
        case = session.get_one(Case, case_id)
        notice = session.scalars(select(PublicNotice).where(PublicNotice.case_id == case_id)).one()
        return Hanging(notice.id, case.case_no, reference)


def object_(client: FlaskClient, hanging: Hanging, **values: str) -> str:
    """Where the page of the objection is."""
    address = f"/publicity/{hanging.number}/objection"
    key = re.search(r'name="key" value="([0-9a-f]{32})"', client.get(address).text)
    assert key is not None
    answer = client.post(address, data={**SAID, "key": key[1], **values})
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def test_anybody_reads_what_hangs_when_and_where(client: FlaskClient, hanging: Hanging) -> None:
    listed = client.get("/publicity").text
    assert f'href="/publicity/{hanging.number}"' in listed and "公示中" in listed
    page = client.get(f"/publicity/{hanging.number}").text
    for told in (
        "王秀英",
        "4 人",
        "640.00 元",
        "村务公开栏、平台公示页",
        "11月16日 周一 张贴",
        "11月23日 周一 24:00",
        "12345",
    ):
        assert told in page
    assert client.get(f"/publicity?region={JIANGNA}").text.count("case-card__head") == 1
    assert client.get("/publicity?region=532622102").text.count("case-card__head") == 0


def test_no_page_shows_more_than_the_notice(client: FlaskClient, hanging: Hanging) -> None:
    receipt = object_(client, hanging, way="实名", name="李大山", phone="13811112222")
    addresses = ["/publicity", f"/publicity/{hanging.number}", f"/publicity/{hanging.number}/objection", receipt]
    for address in addresses:
        page = client.get(address).text
        told = [secret for secret in (*SECRETS.values(), hanging.case_no, "李大山", "13811112222") if secret in page]
        assert told == [], address


def test_an_objection_gets_a_code_by_which_its_answer_is_read(client: FlaskClient, hanging: Hanging) -> None:
    receipt = object_(client, hanging)
    assert "已收到" not in client.get(receipt).text and "正在核查" in client.get(receipt).text
    code = receipt.rsplit("/", 1)[1]
    assert client.get("/publicity/objections", query_string={"code": code.lower()}).location == receipt
    assert client.get("/publicity/objections?code=NOTTHERE23").status_code == 404
    assert client.get("/publicity/objections").status_code == 200
    assert "核查异议" in client.get("/publicity").text


def test_a_page_that_is_sent_twice_is_one_objection(client: FlaskClient, hanging: Hanging) -> None:
    sent = {**SAID, "key": "a" * 32}
    address = f"/publicity/{hanging.number}/objection"
    assert client.post(address, data=sent).location == client.post(address, data=sent).location
    with reading() as session:
        assert session.query(PublicObjection).count() == 1


def test_what_is_wrong_is_told_at_the_field_and_nothing_is_kept(client: FlaskClient, hanging: Hanging) -> None:
    answer = client.post(f"/publicity/{hanging.number}/objection", data={**SAID, "reason": "不对", "way": "实名"})
    assert answer.status_code == 422
    assert "至少 10 个字" in answer.text and "请填写您的姓名" in answer.text and ">不对</textarea>" in answer.text
    with reading() as session:
        assert session.query(PublicObjection).count() == 0


def test_a_notice_that_does_not_hang_is_not_there(client: FlaskClient, content: None) -> None:
    published.begin()
    with reading() as session:
        number = session.scalars(select(PublicNotice.id)).one()
    for address in (f"/publicity/{number}", f"/publicity/{number}/objection", "/publicity/999"):
        assert client.get(address).status_code == 404
    assert client.post(f"/publicity/{number}/objection", data=SAID).status_code == 404
    assert "没有正在公示" in client.get("/publicity").text


def test_a_case_that_is_withdrawn_is_off_the_page_at_once(client: FlaskClient, hanging: Hanging) -> None:
    receipt = object_(client, hanging)
    with transaction() as session:
        case = session.scalars(select(Case).where(Case.case_no == hanging.case_no)).one()
        case.state, case.status, case.outcome = "ended", "WITHDRAWN", "WITHDRAWN"
    assert client.get(f"/publicity/{hanging.number}").status_code == 404
    assert "公示已经撤下" in client.get(receipt).text
    assert client.post(f"/publicity/{hanging.number}/objection", data=SAID).status_code == 404


def test_the_long_term_list_names_nobody(client: FlaskClient, content: None) -> None:
    published.begin(kind="长期公示")
    page = client.get("/publicity?tab=listed").text
    assert "王*" in page and "王秀英" not in page
    with reading() as session:
        number = session.scalars(select(PublicNotice.id)).one()
    shown = client.get(f"/publicity/{number}").text
    assert "王*" in shown and "王秀英" not in shown and "我要提异议" not in shown
    assert client.get(f"/publicity/{number}/objection").status_code == 404


def test_objections_are_limited_per_address(hanging: Hanging, tmp_path: Path) -> None:
    app = create_app(Settings(tmp_path, f"sqlite:///{tmp_path / 'unused.sqlite'}", ROOT, demo=False, port=0))
    app.config["WTF_CSRF_ENABLED"] = False
    db.use(hanging.database)
    try:
        browser = app.test_client()
        address = f"/publicity/{hanging.number}/objection"
        answers = [browser.post(address, data={**SAID, "reason": ""}).status_code for _ in range(31)]
    finally:
        limits.limiter.reset()
        limits.limiter.enabled = False
    assert (set(answers[:-1]), answers[-1]) == ({422}, 429)


@pytest.mark.parametrize(
    ("role", "region", "status"),
    [
        ("town_civil_clerk", JIANGNA, 200),
        ("county_civil_clerk", "532622", 200),
        ("village_assistant", VILLAGE, 403),
        ("town_leader", JIANGNA, 200),
        ("town_water_clerk", JIANGNA, 404),
        ("prov_office", "530000", 403),
    ],
)
def test_only_who_looks_into_it_reads_who_objected(
    client: FlaskClient, hanging: Hanging, role: str, region: str, status: int
) -> None:
    object_(client, hanging, way="实名", name="李大山", phone="13811112222")
    with factories.committed():
        login = factories.staff(role, region).login
    client.post("/staff/sign-in", data={"login": login, "password": factories.PASSWORD})
    answer = client.get(f"/cases/{hanging.case_no}/objections")
    assert answer.status_code == status
    assert ("李大山" in answer.text) == (status == 200)
