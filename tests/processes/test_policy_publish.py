"""政策发布: filled in, looked at by a second person, in force from its day on, examined every year."""

import io
from pathlib import Path
from typing import Any

import pytest

from engine import clock
from engine.casework import attachments, deployments, public_pages
from engine.casework.models import Case, ProcessVersion
from engine.db import reading, transaction
from engine.errors import Invalid, NotAllowed
from engine.oversight import replay
from engine.settings import ROOT
from tests.factories import YANSHAN
from tests.processes.stage import PDF, Stage, at

ITEM = PROCESS = "policy_publish"
CHAPTERS = ("policy_publish_open", "policy_publish_end")
NOTICE = "申请低保，向户籍地乡镇提出，也可以在手机上举手，不收任何费用。"
BASIS = {"policyReason": "上级调整了要求，按新的规定执行", "policyBasis": "《最低生活保障审核确认办法》第二十二条"}


@pytest.fixture
def office(stage: Stage) -> Stage:
    """Two people who look after the policies of the county."""
    stage.hire("filler", "policy_admin", YANSHAN)
    stage.hire("second", "policy_admin", YANSHAN)
    return stage


def upload(stage: Stage, name: str, content: bytes) -> str:
    prepared = attachments.prepare(io.BytesIO(content), name)
    with transaction() as session:
        return attachments.keep(session, prepared, actor=stage.people["filler"]).id


def shorter() -> bytes:
    """The table of deadlines with one row that is another."""
    table = (Path(ROOT) / "rules" / "deadlines.dmn").read_bytes()
    found = b'<outputEntry id="limit_complaint_cp_register_limit"><text>1</text></outputEntry>'
    assert found in table
    return table.replace(found, found.replace(b"<text>1<", b"<text>2<"))


def content(stage: Stage, data: bytes, name: str = "deadlines.dmn", **values: Any) -> Case:
    given = {"policyKind": "时限", "publishForm": "平台内容", "policyTitle": "投诉登记时限", "policyUnit": "砚山县办"}
    files = {"policyFiles": [upload(stage, name, data)], "policyProcesses": ["complaint"], "effectiveWhen": "立即"}
    return stage.begin("filler", **{**given, **BASIS, **files, **values})


def paper(stage: Stage, **values: Any) -> Case:
    given = {
        "policyKind": "须知",
        "publishForm": "文件",
        "policyTitle": "农村低保申请须知",
        "policyUnit": "县民政局",
    }
    text = {"policyText": NOTICE, "policyPdf": [upload(stage, "原文.pdf", PDF)], "effectiveWhen": "立即"}
    return stage.begin("filler", **{**given, **BASIS, **text, **values})


def in_force() -> ProcessVersion:
    with reading() as session:
        return deployments.active(session, "complaint", YANSHAN, clock.now())


def ended(stage: Stage) -> tuple[str | None, str | None]:
    case = stage.case()
    with reading() as session:
        assert replay.replay(session, case.case_no).equal
    return case.outcome, case.outcome_text


def test_a_table_is_in_force_for_new_cases_from_its_day_on_and_can_be_taken_back(office: Stage) -> None:
    before = in_force()
    office.item = "complaint"
    said = {"complaintKind": "投诉", "department": "water", "complainedOf": "水务站", "anonymous": False}
    old = office.begin("citizen", **said, complaintText="去窗口三次都让我再开一份证明")
    office.item = ITEM
    content(office, shorter(), effectiveWhen="指定日期", effectiveOn="2026-11-23")
    shown = office.case().variables["policyDraft"]
    assert "投诉举报 第 2 版" in shown["name"]
    assert "1 → 2" in shown["changes"]
    with pytest.raises(NotAllowed):
        office.complete("filler", "pp_review", policyAgreed=True)
    office.complete("second", "pp_review", policyAgreed=True)
    office.let_pass(until=at("2026-11-22", "23:00"))
    assert in_force().id == before.id
    office.let_pass(until=at("2026-11-23", "00:01"))
    assert (in_force().number, in_force().state) == (2, "active")
    with reading() as session:
        assert session.get_one(Case, old.id).version_id == before.id
        assert deployments.active(session, "complaint", "532601", clock.now()).id == before.id
    office.complete("filler", "pp_watch", watchReason="上级文件已经废止，需要重新审查")
    reason = {"stillLawful": False, "stillTimely": False, "recheckReason": "依据的文件已经废止，不再执行"}
    office.complete("filler", "pp_recheck", recheckResult="废止", **reason)
    office.complete("second", "pp_repeal", repealAgreed=True)
    assert in_force().id == before.id
    assert ended(office) == ("COMPLETED", "已废止：依据的文件已经废止，不再执行")


def test_what_is_wrong_with_a_file_is_told_at_its_field_and_nothing_is_kept(office: Stage) -> None:
    for data, told in (
        (shorter().replace(b"<text>2<", b"<text>2 +<", 1), "deadlines.dmn"),
        ((Path(ROOT) / "rules" / "deadlines.dmn").read_bytes(), "没有改动"),
    ):
        with pytest.raises(Invalid) as refusal:
            content(office, data)
        assert told in str(refusal.value.problems["policyFiles"])
    with pytest.raises(Invalid) as refusal:
        content(office, shorter(), policyProcesses=[])
    assert "请选择要修改哪一个流程" in str(refusal.value.problems["policyFiles"])
    with pytest.raises(Invalid):
        content(office, shorter(), name="1.dmn")
    with pytest.raises(Invalid):
        content(office, PDF, name="文件.pdf")
    with reading() as session:
        assert len(deployments.listing(session, "complaint")) == 1


def test_what_was_sent_back_is_amended_or_dropped(office: Stage) -> None:
    content(office, shorter())
    office.complete("second", "pp_review", policyAgreed=False, returnReason="依据的条款写错了，请核对")
    assert "依据的条款写错了" in office.told("filler", "T140")[0]
    with reading() as session:
        assert deployments.listing(session, "complaint")[0].state == "rejected"
    same = {
        "policyDropped": False,
        "policyFiles": [upload(office, "deadlines.dmn", shorter())],
        "effectiveWhen": "立即",
    }
    with pytest.raises(Invalid) as refusal:
        office.complete("filler", "pp_amend", **same, **BASIS)
    assert "已被退回" in str(refusal.value.problems)
    other = [upload(office, "deadlines.dmn", shorter().replace(b"<text>2<", b"<text>3<", 1))]
    office.complete("filler", "pp_amend", **{**same, "policyFiles": other}, **BASIS)
    office.complete("second", "pp_review", policyAgreed=False, returnReason="还是不对，请再核对依据")
    office.complete("filler", "pp_amend", policyDropped=True)
    assert ended(office) == ("WITHDRAWN", "填报人撤销了发布")


def test_a_document_is_public_examined_every_year_amended_and_repealed(office: Stage) -> None:
    paper(office)
    assert office.open_tasks() == ["pp_review"]
    office.complete("second", "pp_review", policyAgreed=True)
    first = office.case().variables["publicPage"]["id"]
    office.sleep(until=at("2027-11-16", "09:01"))
    assert office.companions() == [], "nothing is late while it is in force"
    kept = {"stillLawful": True, "stillTimely": True, "recheckReason": "依据没有变化，内容仍然适用"}
    office.complete("filler", "pp_recheck", recheckResult="保留", **kept)
    office.complete("filler", "pp_watch", watchReason="群众反映看不懂，需要修改")
    office.complete("filler", "pp_recheck", recheckResult="修改", **kept)
    office.complete("filler", "pp_amend", policyDropped=True)
    office.complete("filler", "pp_watch", watchReason="群众反映看不懂，需要修改")
    office.complete("filler", "pp_recheck", recheckResult="修改", **kept)
    again = {"policyDropped": False, "policyText": NOTICE * 2, "policyPdf": [], "effectiveWhen": "立即"}
    office.complete("filler", "pp_amend", **again, **BASIS)
    office.complete("second", "pp_review", policyAgreed=True)
    with reading() as session:
        latest = public_pages.get(session, office.case().variables["publicPage"]["id"])
        assert [(page.number, page.state) for page in public_pages.versions(session, latest)] == [
            (2, "posted"),
            (1, "superseded"),
        ]
        assert public_pages.get(session, first).text == NOTICE
        assert [page.title for page in public_pages.current(session, category="须知").rows] == ["农村低保申请须知"]
        assert public_pages.options(session, YANSHAN)[0]["label"] == "农村低保申请须知（第 2 版）"
    office.complete("filler", "pp_watch", watchReason="上级发布了统一的须知")
    office.complete("filler", "pp_recheck", recheckResult="废止", **kept)
    office.complete("second", "pp_repeal", repealAgreed=False)
    office.complete("filler", "pp_watch", watchReason="上级发布了统一的须知")
    office.complete("filler", "pp_recheck", recheckResult="废止", **kept)
    office.complete("second", "pp_repeal", repealAgreed=True)
    with reading() as session:
        assert public_pages.get(session, latest.id).state == "repealed"
        assert public_pages.current(session).rows == []
    assert ended(office)[0] == "COMPLETED"


def test_a_new_page_may_be_the_next_version_of_another(office: Stage) -> None:
    paper(office)
    office.complete("second", "pp_review", policyAgreed=True)
    page = office.case().variables["publicPage"]["id"]
    paper(office, replacesPage=str(page), policyTitle="农村低保办事须知")
    office.complete("second", "pp_review", policyAgreed=True)
    with reading() as session:
        found = public_pages.versions(session, public_pages.get(session, page))
    assert [(one.title, one.number, one.state) for one in found] == [
        ("农村低保办事须知", 2, "posted"),
        ("农村低保申请须知", 1, "superseded"),
    ]


def test_it_may_be_supervised_and_is_reviewed_within_three_working_days(office: Stage) -> None:
    paper(office)
    assert office.task("pp_review").due_at == at("2026-11-19", "24:00")
    office.supervise()


def test_every_flow_was_taken(untaken: list[str]) -> None:
    assert untaken == []
