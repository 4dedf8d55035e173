"""A task's page: what it asks, what becomes of what was typed, and who may send it."""

import io

import pytest
from PIL import Image

from engine.casework import attachments
from engine.casework.models import Submission
from engine.db import transaction
from tests.webapp import staff_work
from tests.webapp.conftest import SignsIn
from tests.webapp.staff_work import REFUSE, TAKE

pytestmark = pytest.mark.usefixtures("content")


def picture() -> tuple[io.BytesIO, str]:
    kept = io.BytesIO()
    Image.new("RGB", (40, 40), "blue").save(kept, "JPEG")
    kept.seek(0)
    return kept, "现场.jpg"


def submissions() -> int:
    with transaction() as session:
        return session.query(Submission).filter(Submission.element_id == "wt_take").count()


def test_what_the_citizen_told_is_read_before_what_is_asked(staff: SignsIn):
    clerk = staff()
    page = clerk.get(f"/tasks/{staff_work.task(staff_work.raise_hand()).id}").text
    told, form = page.index("群众反映的情况"), page.index("是否属于受理范围")
    assert told < page.index("水管断了三天，全组没有水喝") < form
    assert page.count("水管断了三天，全组没有水喝") == 1 and "我已认真阅读以上内容" not in page


def test_the_page_shows_form_case_basis_clock_and_diagram(staff: SignsIn):
    task = staff_work.task(staff_work.raise_hand())
    page = staff("county_water_clerk").get(f"/tasks/{task.id}").text
    assert "否：不予受理，将告知申请人，案件结束" in page
    assert "提交：是否接单" in page
    assert "24 小时内受理" in page
    assert "水管断了三天" in page
    assert 'data-source="/diagrams/' in page
    assert '"element": "wt_take"' in page
    assert 'aria-current="step"' in page


def test_somebody_elsewhere_finds_no_task(staff: SignsIn):
    task = staff_work.task(staff_work.raise_hand())
    assert staff("county_water_clerk", staff_work.ELSEWHERE).get(f"/tasks/{task.id}").status_code == 404


def test_a_reader_sees_the_form_but_cannot_send_it(staff: SignsIn):
    task = staff_work.task(staff_work.raise_hand())
    page = staff("county_water_reviewer").get(f"/tasks/{task.id}").text
    assert "<fieldset disabled>" in page
    assert "提交：是否接单" not in page


def test_an_answer_that_changes_what_is_asked_brings_the_page_with_the_new_questions(staff: SignsIn):
    task = staff_work.task(staff_work.raise_hand())
    clerk = staff("county_water_clerk")
    assert "拒绝理由" not in clerk.get(f"/tasks/{task.id}").text
    answer = clerk.post(f"/tasks/{task.id}/complete", {"inScope": "false", "reload": "1", "key": "k"})
    assert answer.status_code == 200
    assert "拒绝理由" in answer.text
    assert "派往乡镇" not in answer.text
    assert submissions() == 0


def test_taking_a_case_moves_it_on_and_shows_the_case(staff: SignsIn):
    case_no = staff_work.raise_hand()
    clerk = staff("county_water_clerk")
    answer = clerk.post(f"/tasks/{staff_work.task(case_no).id}/complete", {**TAKE, "key": "k1"})
    assert answer.status_code == 303
    assert answer.location == f"/cases/{case_no}"
    assert staff_work.task(case_no).element_id == "wt_town_take"
    assert "已提交，办件进入下一步" in clerk.get(answer.location).text


def test_refusing_a_case_ends_it(staff: SignsIn):
    case_no = staff_work.raise_hand()
    staff("county_water_clerk").post(f"/tasks/{staff_work.task(case_no).id}/complete", {**REFUSE, "key": "k1"})
    assert staff_work.case(case_no).status == "NOT_ACCEPTED"


def test_a_short_reason_is_refused_at_its_field_with_everything_kept(staff: SignsIn):
    task = staff_work.task(staff_work.raise_hand())
    typed = {**REFUSE, "rejectReason": "不归我管", "key": "the-key"}
    answer = staff("county_water_clerk").post(f"/tasks/{task.id}/complete", typed)
    assert answer.status_code == 422
    assert "不归我管</textarea>" in answer.text
    assert 'href="#f-rejectReason"' in answer.text
    assert 'value="the-key"' in answer.text
    assert "<title>有误：" in answer.text
    assert submissions() == 0
    assert staff_work.case(task.case.case_no).state == "active"


def test_what_was_refused_is_still_there_for_whoever_leaves_the_page(staff: SignsIn):
    task = staff_work.task(staff_work.raise_hand())
    clerk = staff("county_water_clerk")
    clerk.post(f"/tasks/{task.id}/complete", {**REFUSE, "rejectReason": "不归我管", "amount": "5", "key": "k"})
    page = clerk.get(f"/tasks/{task.id}").text
    assert "不归我管</textarea>" in page
    assert "草稿保存于" in page
    (kept,) = staff_work.drafts()
    assert "amount" not in kept.values


def test_a_finished_step_shows_no_time_left(staff: SignsIn):
    case_no = staff_work.raise_hand()
    task, clerk = staff_work.task(case_no), staff("county_water_clerk")
    staff_work.complete(task.id, clerk.id, TAKE)
    page = clerk.get(f"/tasks/{task.id}").text
    assert "按时办完" in page
    assert "还剩" not in page.split("流程图：现在在哪一步")[0]


@pytest.mark.parametrize("given", [{}, {"inScope": ""}])
def test_a_decision_between_yes_and_no_must_be_made(staff: SignsIn, given: dict[str, str]):
    task = staff_work.task(staff_work.raise_hand())
    answer = staff("county_water_clerk").post(f"/tasks/{task.id}/complete", {**given, "key": "k"})
    assert answer.status_code == 422
    assert "请选择是否属于受理范围" in answer.text
    assert submissions() == 0


def test_a_field_nobody_declared_is_refused(staff: SignsIn):
    task = staff_work.task(staff_work.raise_hand())
    answer = staff("county_water_clerk").post(f"/tasks/{task.id}/complete", {**TAKE, "amount": "5", "key": "k"})
    assert answer.status_code == 422
    assert "表单中没有这一项" in answer.text
    assert submissions() == 0


def test_somebody_without_the_post_may_not_complete(staff: SignsIn):
    task = staff_work.task(staff_work.raise_hand())
    assert staff("county_water_reviewer").post(f"/tasks/{task.id}/complete", {**TAKE, "key": "k"}).status_code == 403
    assert submissions() == 0


def test_completing_an_unknown_task_is_not_found(staff: SignsIn):
    assert staff("county_water_clerk").post("/tasks/999/complete", {**TAKE, "key": "k"}).status_code == 404


def test_completing_what_a_colleague_completed_says_so_and_keeps_what_was_typed(staff: SignsIn):
    task = staff_work.task(staff_work.raise_hand())
    staff_work.complete(task.id, staff_work.account("county_water_clerk", name="同事"), TAKE)
    answer = staff("county_water_clerk").post(f"/tasks/{task.id}/complete", {**REFUSE, "key": "mine"})
    assert answer.status_code == 409
    assert "已由同事于" in answer.text
    assert "该问题属于城市供水" in answer.text
    assert submissions() == 1


def test_a_second_click_does_nothing_twice(staff: SignsIn):
    task = staff_work.task(staff_work.raise_hand())
    clerk = staff("county_water_clerk")
    answers = [clerk.post(f"/tasks/{task.id}/complete", {**TAKE, "key": "same"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert submissions() == 1


def test_other_values_under_the_same_key_are_refused(staff: SignsIn):
    task = staff_work.task(staff_work.raise_hand())
    clerk = staff("county_water_clerk")
    clerk.post(f"/tasks/{task.id}/complete", {**TAKE, "key": "same"})
    assert clerk.post(f"/tasks/{task.id}/complete", {**REFUSE, "key": "same"}).status_code == 422


def test_a_draft_comes_back_on_ones_own_page_only(staff: SignsIn):
    task = staff_work.task(staff_work.raise_hand())
    clerk = staff("county_water_clerk")
    typed = {"inScope": "false", "rejectReason": "写了一半"}
    assert clerk.post(f"/tasks/{task.id}/draft", typed).status_code == 303
    page = clerk.get(f"/tasks/{task.id}").text
    assert "写了一半</textarea>" in page
    assert "草稿保存于" in page
    assert "写了一半" not in staff("county_water_clerk").get(f"/tasks/{task.id}").text


def test_drafts_are_for_the_post_for_open_tasks_and_for_tasks_that_exist(staff: SignsIn):
    task = staff_work.task(staff_work.raise_hand())
    clerk = staff("county_water_clerk")
    assert staff("county_water_reviewer").post(f"/tasks/{task.id}/draft", TAKE).status_code == 403
    assert clerk.post("/tasks/999/draft", TAKE).status_code == 404
    staff_work.complete(task.id, clerk.id, TAKE)
    answer = clerk.post(f"/tasks/{task.id}/draft", {"inScope": "false", "rejectReason": "晚了一步"})
    assert answer.status_code == 409
    assert "晚了一步" in answer.text
    assert staff_work.drafts() == []


def test_a_file_is_kept_beside_the_case_and_what_was_typed_as_a_draft(staff: SignsIn):
    task = staff_work.task(staff_work.raise_hand())
    clerk = staff("county_water_clerk")
    typed = {"inScope": "false", "rejectReason": "写了一半", "attachment": picture()}
    answer = clerk.post(f"/tasks/{task.id}/attach", typed, content_type="multipart/form-data")
    assert answer.status_code == 303
    page = clerk.get(f"/tasks/{task.id}").text
    assert "现场.jpg" in page
    assert "写了一半" in page
    assert 'loading="lazy">现场.jpg' in page


def test_what_is_no_photo_is_refused_and_nothing_saved(staff: SignsIn):
    task = staff_work.task(staff_work.raise_hand())
    typed = {"rejectReason": "写了一半", "inScope": "false", "attachment": (io.BytesIO(b"MZ\x90"), "照片.jpg")}
    answer = staff("county_water_clerk").post(f"/tasks/{task.id}/attach", typed, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert "这不是能打开的照片" in answer.text
    assert "写了一半" in answer.text
    assert staff_work.drafts() == []


def test_attaching_nothing_is_refused(staff: SignsIn):
    task = staff_work.task(staff_work.raise_hand())
    answer = staff("county_water_clerk").post(f"/tasks/{task.id}/attach", {}, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert "请先选择要上传的文件" in answer.text


def test_attaching_is_for_the_post_for_open_tasks_and_for_tasks_that_exist(staff: SignsIn):
    task = staff_work.task(staff_work.raise_hand())
    clerk = staff("county_water_clerk")
    form = {"content_type": "multipart/form-data"}
    reviewer = staff("county_water_reviewer")
    assert reviewer.post(f"/tasks/{task.id}/attach", {"attachment": picture()}, **form).status_code == 403
    assert clerk.post("/tasks/999/attach", {"attachment": picture()}, **form).status_code == 404
    staff_work.complete(task.id, clerk.id, TAKE)
    assert clerk.post(f"/tasks/{task.id}/attach", {"attachment": picture()}, **form).status_code == 409
    with transaction() as session:
        assert attachments.listing(session, task.case_id) == []
