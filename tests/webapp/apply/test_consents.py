"""他人代举: the applicant's own answer; works, wrong person, unknown, wrong state, bad values."""

import pytest
from sqlalchemy import delete

from engine import db
from engine.casework.models import Notice
from tests import factories
from tests.webapp import conftest as web
from tests.webapp.conftest import Person, SignsIn

pytestmark = pytest.mark.usefixtures("content")


@pytest.fixture
def filed(citizen: SignsIn) -> tuple[Person, Person, str]:
    """Proxy, applicant and the number of the case that the one filed for the other."""
    identity = factories.identity_number(501)
    proxy, applicant = citizen(name="代办人"), citizen(name="老人家", identity_number=identity, phone="13700000009")
    way = web.begin(proxy, "PROXY")
    answers = {
        "noticeAccepted": "true",
        "applicantName": "老人家",
        "applicantIdNo": identity,
        "applicantPhone": "13700000009",
        "residenceAddress": "三组 5 号",
        "proxyRelation": "邻居",
        "proxyReason": "年老",
        "consentMode": "短信或微信确认",
        **web.WATER,
    }
    for _ in range(12):
        if way.address.endswith("/check"):
            break
        page = way.page()
        asked = {key: value for key, value in answers.items() if f'name="{key}"' in page}
        answer = way.fill({**web.prefilled(page), **asked})
        assert answer.status_code == 303, answer.text
    answer = proxy.post(f"/apply/drafts/{way.key}/submit")
    assert answer.status_code == 303, answer.text
    return proxy, applicant, answer.location.split("/")[3]


def test_the_applicant_is_asked_and_agrees(filed: tuple[Person, Person, str]) -> None:
    _, applicant, number = filed
    assert web.case(number).status == "CONSENT_PENDING"
    assert f"/consents/{number}" in applicant.get("/my/cases").text
    assert "代办人（邻居）" in applicant.get(f"/consents/{number}").text, "who asks is told with what they are to them"
    assert applicant.post(f"/consents/{number}", {"agrees": "yes"}).status_code == 303
    assert web.case(number).status in ("SUBMITTED", "ROUTED")
    assert f"/my/cases/{number}" in applicant.get("/my/cases").text


def test_whoever_registers_later_is_asked_wherever_they_look(filed: tuple[Person, Person, str]) -> None:
    _, applicant, number = filed
    with db.transaction() as session:
        session.execute(delete(Notice))  # as if nobody could be told when it was filed
    for address in ("/", "/my/cases", "/my/messages"):
        page = applicant.get(address).text
        assert f"/consents/{number}" in page and "代办人替您申请" in page
        assert "red-dot" in page
    applicant.post(f"/consents/{number}", {"agrees": "yes"})
    assert f"/consents/{number}" not in applicant.get("/").text
    assert "代办人替您申请" in applicant.get("/my/cases").text
    assert "您提交了诉求" not in applicant.get(f"/my/cases/{number}").text


def test_the_proxy_is_told_how_the_applicant_agrees_and_not_that_somebody_was_told(
    filed: tuple[Person, Person, str],
) -> None:
    proxy, _, number = filed
    page = proxy.get(f"/my/cases/{number}/submitted").text
    assert "请告诉 老**" in page or "请告诉 老*" in page
    assert "没有注册的先实名注册" in page and "系统已经通知本人" not in page
    assert "替 老" in proxy.get("/my/cases").text


def test_the_proxy_reads_that_the_answer_is_awaited(filed: tuple[Person, Person, str]) -> None:
    proxy, _, number = filed
    assert "正在等本人确认" in proxy.get("/my/cases").text
    assert "正在等 老* 本人确认" in proxy.get(f"/my/cases/{number}").text


def test_a_refusal_ends_the_case(filed: tuple[Person, Person, str]) -> None:
    _, applicant, number = filed
    applicant.post(f"/consents/{number}", {"agrees": "no"})
    assert web.case(number).state == "ended"


def test_the_proxy_can_not_agree_in_place_of_the_applicant(filed: tuple[Person, Person, str]) -> None:
    proxy, _, number = filed
    assert proxy.get(f"/consents/{number}").status_code == 404
    assert proxy.post(f"/consents/{number}", {"agrees": "yes"}).status_code == 404
    assert web.case(number).status == "CONSENT_PENDING"


def test_others_find_nothing_to_agree_to(filed: tuple[Person, Person, str], citizen: SignsIn, staff: SignsIn) -> None:
    number = filed[2]
    assert citizen().post(f"/consents/{number}", {"agrees": "yes"}).status_code == 404
    assert staff().post(f"/consents/{number}", {"agrees": "yes"}).status_code == 403
    assert filed[1].post("/consents/water-532622-20261116-99999", {"agrees": "yes"}).status_code == 404


def test_an_answer_is_yes_or_no(filed: tuple[Person, Person, str]) -> None:
    _, applicant, number = filed
    assert applicant.post(f"/consents/{number}", {"agrees": "perhaps"}).status_code == 422
    assert web.case(number).status == "CONSENT_PENDING"


def test_the_answer_is_given_once(filed: tuple[Person, Person, str]) -> None:
    _, applicant, number = filed
    applicant.post(f"/consents/{number}", {"agrees": "yes"})
    assert applicant.post(f"/consents/{number}", {"agrees": "no"}).status_code == 409
