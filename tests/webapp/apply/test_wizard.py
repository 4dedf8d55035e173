"""The way of an application, page by page: works, wrong person, unknown, wrong state, bad values."""

import io
import re

import pytest
from PIL import Image
from sqlalchemy import delete, select

from engine import db
from engine.casework import cases
from engine.casework.models import Activation, ApplicationDraft, Attachment, Submission
from engine.registry import actors
from tests import factories
from tests.webapp import conftest as web
from tests.webapp.conftest import SignsIn
from webapp.apply import steps

pytestmark = pytest.mark.usefixtures("content")


def photo() -> io.BytesIO:
    file = io.BytesIO()
    Image.new("RGB", (8, 8), "blue").save(file, "JPEG")
    file.seek(0)
    return file


def test_the_way_leads_from_the_notice_to_a_case_number(citizen: SignsIn) -> None:
    number = web.apply_for_water(citizen())
    with db.reading() as session:
        wanted = select(Submission.values).where(
            Submission.case_id == web.case(number).id, Submission.form_id == "water_apply"
        )
        assert session.scalars(wanted).one()["waterProblems"] == ["停水", "浑浊"]
    assert number.startswith("water-532622-20261116-")


def test_a_visitor_is_asked_to_sign_in_and_comes_back(client: web.FlaskClient) -> None:
    answer = client.get("/apply/water")
    assert (answer.status_code, answer.location) == (303, "/sign-in?next=/apply/water")


def test_staff_have_no_application_of_their_own(staff: SignsIn) -> None:
    assert staff().get("/apply/water").status_code == 403
    assert staff().post("/apply/water", {"channel": "SELF"}).status_code == 403


def test_an_item_that_is_not_open_has_no_way(citizen: SignsIn) -> None:
    with db.transaction() as session:
        session.execute(delete(Activation))
    assert citizen().get("/apply/water").status_code == 404
    assert citizen().post("/apply/water", {"channel": "SELF"}).status_code == 404


def test_an_unknown_channel_is_refused(citizen: SignsIn) -> None:
    assert citizen().post("/apply/water", {"channel": "GOV"}).status_code == 422


def test_registration_fills_in_what_it_knows(citizen: SignsIn) -> None:
    way = web.begin(citizen(name="群众甲"))
    way.fill({"noticeAccepted": "true"})
    assert web.prefilled(way.page())["applicantName"] == "群众甲"


def test_the_notice_must_be_ticked(citizen: SignsIn) -> None:
    way = web.begin(citizen())
    answer = way.fill({})
    assert answer.status_code == 422
    assert "请勾选" in answer.text
    assert 'href="#f-noticeAccepted"' in answer.text
    assert web.cases() == 0


def test_what_was_typed_stays_when_something_is_wrong(citizen: SignsIn) -> None:
    person = citizen()
    way = web.begin(person)
    way.fill({"noticeAccepted": "true"})
    answer = way.fill({**web.prefilled(way.page()), "applicantIdNo": "532622199001011230"})
    assert answer.status_code == 422
    assert "532622199001011230" in answer.text
    assert 'aria-describedby="f-applicantIdNo-hint f-applicantIdNo-problem"' in answer.text
    assert web.draft(way.key).values["applicantIdNo"] == "532622199001011230"


def test_another_citizen_does_not_find_the_draft(citizen: SignsIn) -> None:
    way = web.begin(citizen())
    stranger = citizen()
    assert stranger.get(way.address).status_code == 404
    assert stranger.post(way.address, {"noticeAccepted": "true"}).status_code == 404
    assert stranger.post(f"/apply/drafts/{way.key}/submit").status_code == 404


def test_an_unknown_page_of_a_draft_is_not_found(citizen: SignsIn) -> None:
    person = citizen()
    way = web.begin(person)
    assert person.get(f"/apply/drafts/{way.key}/pages/water_apply.nothing").status_code == 404
    assert person.post(f"/apply/drafts/{way.key}/pages/water_apply.nothing").status_code == 404


def test_a_submitted_draft_can_not_be_changed(citizen: SignsIn) -> None:
    person = citizen()
    way = web.walk_to_check(person)
    person.post(f"/apply/drafts/{way.key}/submit")
    page = f"/apply/drafts/{way.key}/pages/water_apply.water_apply_problems"
    assert person.post(page, web.WATER).status_code == 409
    assert person.get(page).status_code == 303


def test_a_second_click_gives_the_same_case(citizen: SignsIn) -> None:
    person = citizen()
    way = web.walk_to_check(person)
    answers = [person.post(f"/apply/drafts/{way.key}/submit").location for _ in range(2)]
    assert answers[0] == answers[1]
    assert web.cases() == 1


def test_submitting_half_a_draft_leads_to_the_pages_that_are_missing(citizen: SignsIn) -> None:
    person = citizen()
    way = web.begin(person)
    answer = person.post(f"/apply/drafts/{way.key}/submit", follow_redirects=True)
    assert answer.status_code == 422
    assert "pages/intake_notice.intake_notice_notice?then=check" in answer.text
    assert web.draft(way.key).case_id is None
    assert web.cases() == 0


def test_a_second_application_for_the_same_thing_is_refused_before_anything_is_asked(citizen: SignsIn) -> None:
    person = citizen()
    number = web.apply_for_water(person)
    assert f"/my/cases/{number}" in person.get("/apply/water").text
    answer = person.post("/apply/water", {"channel": "SELF"})
    assert answer.status_code == 422
    assert "现在不能为自己提交" in answer.text
    assert '“<a class="inline-target" href="/my/cases">我的申请</a>”' in answer.text
    assert person.post("/apply/water", {"channel": "PROXY"}).status_code == 303
    assert web.cases() == 1


def test_what_comes_up_meanwhile_is_said_at_the_submission_and_keeps_nothing(citizen: SignsIn) -> None:
    person = citizen()
    way = web.walk_to_check(person)
    values = web.draft(way.key).values
    with db.transaction() as session:
        cases.start(session, "water", actor=actors.citizen(session, person.id), channel="SELF", values=values)
    answer = person.post(f"/apply/drafts/{way.key}/submit", follow_redirects=True)
    assert answer.status_code == 422
    assert "还不能提交" in answer.text and 'href="/my/cases">我的申请' in answer.text
    assert web.cases() == 1


@pytest.mark.parametrize("channel", ["SELF", "PROXY"])
def test_the_wrong_persons_number_is_refused_at_its_field(citizen: SignsIn, channel: str) -> None:
    own, other = factories.identity_number(501), factories.identity_number(503)
    person = citizen(identity_number=own)
    way = web.begin(person, channel)
    way.fill({"noticeAccepted": "true"})
    wrong = {"applicantName": "群众乙", "applicantPhone": "13900001234"}
    answer = way.fill({**wrong, "applicantIdNo": other if channel == "SELF" else own})
    assert answer.status_code == 422
    assert 'aria-describedby="f-applicantIdNo-hint f-applicantIdNo-problem"' in answer.text
    assert ("与您实名登记的身份证号码不一致" if channel == "SELF" else "申请人就是您本人") in answer.text
    assert web.cases() == 0


def test_a_page_that_was_refused_is_asked_for_by_its_own_address(citizen: SignsIn) -> None:
    person = citizen()
    way = web.begin(person)
    answer = person.post(way.address, {})
    assert answer.status_code == 303
    assert person.get(answer.location).status_code == 422
    way.fill({"noticeAccepted": "true"})
    assert person.get(answer.location).status_code == 200


def test_what_is_wrong_names_its_question_where_it_is_summed_up(citizen: SignsIn) -> None:
    way = web.walk_to_check(citizen())
    way.address = f"/apply/drafts/{way.key}/pages/water_apply.water_apply_problems"
    answer = way.fill({**web.WATER, "problemText": "短"})
    assert re.search(r'<a href="#f-problemText">[^<]*描述[^<]*：至少写', answer.text)
    assert "</span>至少写" in answer.text


def test_questions_that_only_now_come_up_are_asked_before_they_are_missed(citizen: SignsIn) -> None:
    way = web.begin(citizen(), "PROXY")
    way.address = f"/apply/drafts/{way.key}/pages/proxy.proxy_consent"
    asked = re.search(r'name="asked" value="([^"]*)"', way.page())
    assert asked is not None and asked[1] == "consentMode"
    answer = way.fill({"consentMode": "本人签字照片", "asked": asked[1]})
    assert (answer.status_code, answer.location.partition("?")[0]) == (303, way.address.partition("?")[0])
    page = way.page()
    assert "请接着回答下面新出现的问题" in page and 'name="consentFile"' in page and "error-summary" not in page
    answer = way.fill({"consentMode": "本人签字照片", "asked": "consentMode consentFile"})
    assert answer.status_code == 422
    assert "请上传同意材料" in answer.text


def test_an_answer_of_an_earlier_page_spares_the_later_ones_it_makes_needless(citizen: SignsIn) -> None:
    """Whoever needs help at once is asked for no income, as soon as the page that says so has been sent."""
    person = citizen()
    for urgent, asked in (("true", False), ("false", True)):
        values = {"urgentNow": urgent, "problemRegion": f"{factories.JIANGNA}001"}
        draft = ApplicationDraft(process_key="linshi", channel="SELF", citizen_id=person.id, values=values)
        with db.reading() as session:
            pages = [step.shown.page.id for step in steps.way(session, draft).steps]
        assert ("linshi_apply_income" in pages) is asked


def test_answers_are_shown_in_words_before_they_are_sent(citizen: SignsIn) -> None:
    way = web.walk_to_check(citizen())
    page = way.page()
    assert "停水、浑浊" in page
    assert "云南省文山壮族苗族自治州砚山县江那镇" in page
    assert "pages/water_apply.water_apply_problems?then=check#f-waterProblems" in page


def test_changing_an_answer_leads_back_to_the_check(citizen: SignsIn) -> None:
    way = web.walk_to_check(citizen())
    way.address = f"/apply/drafts/{way.key}/pages/water_apply.water_apply_problems"
    answer = way.fill({**web.WATER, "problemText": "改过的描述内容", "then": "check"})
    assert answer.location == f"/apply/drafts/{way.key}/check"
    assert "改过的描述内容" in way.page()


def test_photos_are_kept_shown_and_removed(citizen: SignsIn) -> None:
    way = web.walk_to_check(citizen())
    way.address = f"/apply/drafts/{way.key}/pages/water_apply.water_apply_more"
    assert way.fill({"photos": [(photo(), "一.jpg"), (photo(), "二.jpg")], "then": "check"}).status_code == 303
    kept = web.draft(way.key).values["photos"]
    assert len(kept) == 2
    assert f"/files/{kept[0]}" in way.page()
    way.address = f"/apply/drafts/{way.key}/pages/water_apply.water_apply_more"
    answer = way.fill({"photos": kept, "remove-file": kept[0]})
    assert answer.location.endswith("water_apply_more")
    assert web.draft(way.key).values["photos"] == kept[1:]


def test_a_photo_that_is_none_is_refused_at_its_field(citizen: SignsIn) -> None:
    way = web.walk_to_check(citizen())
    way.address = f"/apply/drafts/{way.key}/pages/water_apply.water_apply_more"
    answer = way.fill({"photos": [(io.BytesIO(b"<svg onload=alert(1)>"), "照片.jpg"), (photo(), "好.jpg")]})
    assert answer.status_code == 422
    assert "照片.jpg" in answer.text
    with db.reading() as session:
        assert len(session.scalars(select(Attachment)).all()) == 1
    assert len(web.draft(way.key).values["photos"]) == 1


def test_the_region_opens_level_by_level_without_script(citizen: SignsIn) -> None:
    way = web.begin(citizen())
    way.address = f"/apply/drafts/{way.key}/pages/water_apply.water_apply_address"
    region = {
        "problemRegion.province": "530000",
        "problemRegion.prefecture": "532600",
        "problemRegion.county": "532622",
    }
    answer = way.fill({"residenceAddress": "三组", **region, "reload": "problemRegion"})
    assert answer.status_code == 303
    page = way.page()
    assert '<option value="532622101">江那镇</option>' in page
    assert 'value="三组"' in page


def test_a_new_county_lets_the_old_town_fall_away(citizen: SignsIn) -> None:
    way = web.begin(citizen())
    way.address = f"/apply/drafts/{way.key}/pages/water_apply.water_apply_address"
    region = {
        "problemRegion.province": "530000",
        "problemRegion.prefecture": "532600",
        "problemRegion.county": "532601",
        "problemRegion.town": "532622101",
    }
    assert way.fill({"residenceAddress": "三组", **region}).status_code == 422
    assert web.draft(way.key).values["problemRegion"] == "532601"


def test_the_confirmation_names_number_date_and_telephone(citizen: SignsIn) -> None:
    person = citizen()
    number = web.apply_for_water(person)
    page = person.get(f"/my/cases/{number}/submitted").text
    assert number in page
    assert "11月26日 周四 24:00" in page
    assert "12345" in page


def test_the_confirmation_is_for_the_applicant_only(citizen: SignsIn) -> None:
    number = web.apply_for_water(citizen())
    assert citizen().get(f"/my/cases/{number}/submitted").status_code == 404
