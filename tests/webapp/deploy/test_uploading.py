"""An upload is checked before anything is kept; problems stand on the uploaded drawing, each at its element."""

import io

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


def send(person: Person, *files: tuple[str, bytes], remark: str = ""):
    uploads = [(io.BytesIO(content), name) for name, content in files]
    return person.post("/versions", {"files": uploads, "remark": remark}, content_type="multipart/form-data")


def versions() -> int:
    with transaction() as session:
        return session.scalar(select(func.count()).select_from(ProcessVersion))


def test_a_changed_diagram_becomes_a_draft_that_shows_what_changed(staff: SignsIn):
    before = versions()
    policy = staff("policy_admin", "530000")
    changed = WATER.replace('name="采取有效措施"', 'name="采取有效措施并拍照"').encode()
    answer = send(policy, ("water.bpmn", changed), remark="现场须拍照")
    assert answer.status_code == 303
    assert versions() == before + 1
    page = policy.get(answer.location).text
    assert "草稿，待审批" in page
    assert "采取有效措施并拍照" in page
    assert "修改" in page
    assert "现场须拍照" in page
    assert '"changed": ["wt_solve"' in page
    assert "须由另一位政策配置人员审批" in page


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
    head = b'--x\r\nContent-Disposition: form-data; name="files"; filename="water.bpmn"\r\n\r\n'
    body = head + b" " * (5 * 1024 * 1024 + 1) + b"\r\n--x--\r\n"
    policy = staff("policy_admin", "530000")
    answer = policy.client.post("/versions", data=body, content_type="multipart/form-data; boundary=x")
    assert answer.status_code == 413
    assert "超过 5 MB" in answer.text


def test_only_policy_staff_upload(staff: SignsIn):
    before = versions()
    assert send(staff("county_water_clerk"), ("water.bpmn", WATER.encode())).status_code == 403
    auditor = staff("auditor", "530000")
    assert send(auditor, ("water.bpmn", WATER.encode())).status_code == 403
    assert auditor.get("/versions/upload").status_code == 403
    assert staff("policy_admin", "530000").get("/versions/upload").status_code == 200
    assert versions() == before
