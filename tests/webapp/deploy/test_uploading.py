"""An upload is checked before anything is kept; problems stand on the uploaded drawing, each at its element."""

import io
import re

import pytest
from sqlalchemy import func, select

from engine.casework.models import ProcessVersion
from engine.db import transaction
from engine.settings import ROOT
from tests.webapp.conftest import Person, SignsIn

pytestmark = pytest.mark.usefixtures("content")
WATER = (ROOT / "processes" / "water.bpmn").read_text("utf-8")
SCRIPT = "<bpmn:script>1</bpmn:script>"
SCRIPTED = WATER.replace("<zeebe:formDefinition", f"{SCRIPT}<zeebe:formDefinition", 1)


DEADLINES = (ROOT / "rules" / "deadlines.dmn").read_text("utf-8")
STRICTER = DEADLINES.replace(
    '<outputEntry id="limit_water_wt_take_limit"><text>24</text>',
    '<outputEntry id="limit_water_wt_take_limit"><text>12</text>',
)
FORM = (ROOT / "forms" / "water_solve.form").read_text("utf-8")


def send(person: Person, *files: tuple[str, bytes], to: str = "/versions", remark: str = "按规定改", process: str = ""):
    uploads = [(io.BytesIO(content), name) for name, content in files]
    form = {"files": uploads, "remark": remark, "process": process}
    return person.post(to, form, content_type="multipart/form-data")


def send_large(person: Person, to: str, content: bytes):
    """The same with a diagram for which the test's browser would leave a file behind."""
    head = b'--x\r\nContent-Disposition: form-data; name="files"; filename="water.bpmn"\r\n\r\n'
    body = head + content + b"\r\n--x--\r\n"
    return person.client.post(to, data=body, content_type="multipart/form-data; boundary=x")


def look(person: Person, *files: tuple[str, bytes], **more: str):
    return send(person, *files, to="/versions/check", **more)


def hidden(page: str, action: str = "/versions") -> dict[str, str]:
    """What the form on that page sends along without asking."""
    form = page.split(f'action="{action}"')[1].split("</form>", maxsplit=1)[0]
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form))


def versions() -> int:
    with transaction() as session:
        return session.scalar(select(func.count()).select_from(ProcessVersion))


def test_a_changed_diagram_becomes_a_draft_that_shows_what_changed(staff: SignsIn):
    before = versions()
    policy = staff("policy_admin", "530000")
    changed = WATER.replace('name="现场核实"', 'name="现场核实并拍照"').encode()
    answer = send(policy, ("water.bpmn", changed), remark="现场须拍照")
    assert answer.status_code == 303
    assert versions() == before + 1
    page = policy.get(answer.location).text
    assert "草稿，待审批" in page
    assert "现场核实并拍照" in page
    assert "修改" in page
    assert "现场须拍照" in page
    assert '"changed": ["wt_verify"' in page
    assert "须由另一位政策配置人员审批" in page


def test_what_would_change_is_shown_before_anything_is_saved(staff: SignsIn):
    before = versions()
    policy = staff("policy_admin", "530000")
    changed = WATER.replace('name="现场核实"', 'name="现场核实并拍照"').encode()
    looked = look(policy, ("water.bpmn", changed), remark="现场须拍照")
    assert looked.status_code == 200
    assert "核对改动：农村饮水安全" in looked.text
    assert "与现行第 1 版相比" in looked.text
    assert '"changed": ["wt_verify"' in looked.text
    assert '"centre": "wt_verify"' in looked.text
    assert "现场须拍照</textarea>" in looked.text
    assert versions() == before
    saved = policy.post("/versions", {**hidden(looked.text), "remark": "改好了。"}, content_type="multipart/form-data")
    assert saved.status_code == 303
    assert versions() == before + 1
    assert "改好了" in policy.get(saved.location).text


def test_without_a_word_on_the_change_nothing_is_saved_and_the_files_stay(staff: SignsIn):
    before = versions()
    changed = WATER.replace('name="现场核实"', 'name="现场核实并拍照"').encode()
    answer = send(staff("policy_admin", "530000"), ("water.bpmn", changed), remark="改")
    assert answer.status_code == 422
    assert "请写明改动说明" in answer.text
    assert "carried.water.bpmn" in hidden(answer.text)
    assert versions() == before


def test_a_newer_draft_is_pointed_out_because_its_changes_are_left_out(staff: SignsIn):
    policy = staff("policy_admin", "530000")
    send(policy, ("water.bpmn", WATER.replace('name="现场核实"', 'name="现场核实并拍照"').encode()))
    page = look(staff("policy_admin", "530000"), ("deadlines.dmn", STRICTER.encode()), process="water").text
    assert "第 2 版（草稿，待审批）</a>比它新" in page
    assert "现场核实并拍照" not in page


def test_a_form_alone_goes_with_the_active_version_and_says_what_changed_in_it(staff: SignsIn):
    changed = FORM.replace('"label": "措施说明"', '"label": "采取了什么措施"')
    assert changed != FORM
    page = look(staff("policy_admin", "530000"), ("water_solve.form", changed.encode())).text
    assert "个文件沿用第 1 版（已启用）" in page
    assert "forms/water_solve.form" in page
    assert "字段“采取了什么措施”：标签 措施说明 → 采取了什么措施" in page


def test_a_table_that_many_processes_share_changes_the_one_that_was_chosen(staff: SignsIn):
    assert STRICTER != DEADLINES
    before = versions()
    policy = staff("policy_admin", "530000")
    undecided = look(policy, ("deadlines.dmn", STRICTER.encode()))
    assert undecided.status_code == 422
    assert "请选择要修改哪一个流程" in undecided.text
    form = {**hidden(undecided.text, "/versions/check"), "process": "water"}
    looked = policy.post("/versions/check", form, content_type="multipart/form-data")
    assert looked.status_code == 200, looked.text
    assert re.search(r"“办理时限”第 \d+ 行（&#34;water.wt_take&#34;）：时限 24 → 12", looked.text)
    said = {**hidden(looked.text), "remark": "缩短时限"}
    saved = policy.post("/versions", said, content_type="multipart/form-data")
    assert saved.status_code == 303
    assert "时限 24 → 12" in policy.get(saved.location).text
    assert versions() == before + 1


def test_the_chosen_process_and_the_diagram_must_agree(staff: SignsIn):
    refused = look(staff("policy_admin", "530000"), ("water.bpmn", WATER.encode()), process="rating")
    assert refused.status_code == 422
    assert "选择的流程是“rating”，上传的流程图却是“water”" in refused.text
    assert '<option value="rating" selected>' in refused.text


def test_what_is_the_same_needs_no_saving(staff: SignsIn):
    page = look(staff("policy_admin", "530000"), ("water.bpmn", WATER.encode())).text
    assert "不会产生新的版本" in page
    assert "保存为草稿，送审" not in page


def test_files_too_large_to_be_carried_are_chosen_once_more(staff: SignsIn):
    padded = WATER.replace("</bpmn:definitions>", f"<!-- {'x' * 1024 * 1024} --></bpmn:definitions>")
    page = send_large(staff("policy_admin", "530000"), "/versions/check", padded.encode()).text
    assert "文件较大，请再选择一次" in page
    assert not any(name.startswith("carried.") for name in hidden(page))


def test_what_a_page_carried_is_checked_like_an_upload(staff: SignsIn):
    before = versions()
    policy = staff("policy_admin", "530000")
    for name, text in (("carried.water.bpmn", "no base 64"), ("carried.../../etc/passwd", "QQ=="), ("carried.", "")):
        assert policy.post("/versions", {name: text}, content_type="multipart/form-data").status_code == 422
    assert versions() == before


def test_the_same_content_leads_to_the_version_that_holds_it(staff: SignsIn):
    before = versions()
    answer = send(staff("policy_admin", "530000"), ("water.bpmn", WATER.encode()))
    assert answer.status_code == 303
    assert versions() == before


def test_problems_stand_on_the_uploaded_drawing_and_nothing_is_saved(staff: SignsIn):
    before = versions()
    broken = WATER.replace('formId="water_take"', 'formId="no_such_form"').encode()
    answer = send(staff("policy_admin", "530000"), ("water.bpmn", broken), remark="试一试")
    assert answer.status_code == 422
    assert '"element": "wt_take"' in answer.text
    assert '<script type="application/json" id="uploaded">' in answer.text
    assert "没有保存" in answer.text
    assert "试一试" in answer.text
    assert versions() == before


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("water.bpmn", b"<bpmn:definitions"),
        ("water.bpmn", b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'),
        ("water.bpmn", SCRIPTED.encode()),
        ("water.exe", b"MZ"),
    ],
    ids=["malformed", "doctype", "script", "strange"],
)
def test_what_cannot_be_read_is_refused_in_plain_words(staff: SignsIn, name: str, content: bytes):
    before = versions()
    answer = send(staff("policy_admin", "530000"), (name, content))
    assert answer.status_code == 422
    assert "没有保存" in answer.text
    assert versions() == before


def test_no_file_at_all_is_refused(staff: SignsIn):
    answer = staff("policy_admin", "530000").post("/versions", {}, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert "请选择要上传的文件" in answer.text


def test_a_file_above_five_megabytes_is_too_large(staff: SignsIn):
    answer = send_large(staff("policy_admin", "530000"), "/versions", b" " * (5 * 1024 * 1024 + 1))
    assert answer.status_code == 413
    assert "超过 5 MB" in answer.text


def test_only_policy_staff_upload(staff: SignsIn):
    before = versions()
    assert send(staff("county_water_clerk"), ("water.bpmn", WATER.encode())).status_code == 403
    auditor = staff("auditor", "530000")
    assert send(auditor, ("water.bpmn", WATER.encode())).status_code == 403
    assert look(auditor, ("water.bpmn", WATER.encode())).status_code == 403
    assert auditor.get("/versions/upload").status_code == 403
    assert staff("policy_admin", "530000").get("/versions/upload").status_code == 200
    assert versions() == before
