"""Versions: uploaded, approved by a second person, activated for places from a date; running cases stay on theirs."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, func, select

from engine import clock as clocks
from engine.casework import deployments
from engine.casework.models import Activation, ProcessVersion
from engine.db import reading, transaction
from engine.errors import Conflict, Invalid, NotAllowed, NotFound
from engine.registry.actors import SYSTEM, Actor
from engine.settings import ROOT
from tests.casework import content
from tests.casework.conftest import Office, employ
from tests.factories import YANSHAN
from tests.processes.stage import Stage

PROVINCE = "530000"
NEIGHBOUR = "532623"


@pytest.fixture
def author(office: Office) -> Actor:
    return employ("policy_admin", PROVINCE)


@pytest.fixture
def second(office: Office) -> Actor:
    return employ("policy_admin", PROVINCE)


def upload(files: dict[str, bytes], actor: Actor) -> ProcessVersion:
    with transaction() as session:
        return deployments.upload(session, files, actor=actor)


def count() -> int:
    with reading() as session:
        return session.scalar(select(func.count()).select_from(ProcessVersion)) or 0


def active_number(region: str = YANSHAN, at: Any = None) -> int:
    with reading() as session:
        return deployments.active(session, "small", region, at or clocks.now()).number


def test_a_good_upload_is_a_draft_with_the_next_number(office: Office, author: Actor) -> None:
    version = upload(content.small(task_name="回答"), author)
    assert (version.number, version.state, version.uploaded_by) == (2, "draft", author.id)
    assert active_number() == 1


def test_the_same_content_is_the_version_that_exists(office: Office, author: Actor) -> None:
    first = upload(content.small(task_name="回答"), author)
    assert upload(content.small(task_name="回答"), author).id == first.id
    assert count() == 2


def test_errors_are_told_per_element_and_nothing_is_saved(office: Office, author: Actor) -> None:
    files = content.small()
    drawn = files["processes/small.bpmn"].decode()
    for old, new, element in (
        ("=not(good)<", "=not(goood)<", "sm_good"),
        ('formId="small_again"', 'formId="nowhere"', "sm_again"),
        ('<bpmn:lane id="town_water_clerk"', '<bpmn:lane id="town_water_clark"', None),
    ):
        assert old in drawn
        with pytest.raises(Invalid) as refusal:
            upload({**files, "processes/small.bpmn": drawn.replace(old, new).encode()}, author)
        assert refusal.value.problems
        if element is not None:
            assert any(element in key for key in refusal.value.problems), refusal.value.problems
    assert count() == 1


@pytest.mark.parametrize("data", [b"", b"<a/>", b"<!DOCTYPE x><a/>", b"\xff\xfe", b"<" * 5000])
def test_what_is_no_diagram_is_refused(office: Office, author: Actor, data: bytes) -> None:
    with pytest.raises(Invalid) as refusal:
        upload({**content.small(), "processes/small.bpmn": data}, author)
    assert refusal.value.problems and refusal.value.notice
    assert count() == 1


def test_a_changed_form_alone_goes_with_the_diagram_that_stands(office: Office, author: Actor) -> None:
    files = content.small()
    changed = content.form("small_again", content.text("reason", "复核理由", minLength=20))
    version = upload({"processes/small.bpmn": files["processes/small.bpmn"], "forms/small_again.form": changed}, author)
    alone = upload({"forms/small_again.form": changed}, author)
    assert alone.id == version.id
    with reading() as session:
        bundle = deployments.bundle_of(session, version.id)
        assert bundle.files["forms/small_again.form"] == changed
        assert bundle.files["forms/small_apply.form"] == files["forms/small_apply.form"]
        assert deployments.diagram_xml(session, version.id) == files["processes/small.bpmn"]


def test_files_that_several_processes_hold_need_the_process(office: Office, author: Actor) -> None:
    with transaction() as session:
        deployments.deploy_folder(session, ROOT, actor=SYSTEM)
    table = content.small()["rules/deadlines.dmn"]
    changed = {"rules/deadlines.dmn": table.replace(b"<text>24</text>", b"<text>23</text>")}
    with pytest.raises(Invalid) as refusal:
        upload(changed, author)
    assert set(refusal.value.problems) == {"process"}
    with transaction() as session:
        version = deployments.upload(session, changed, actor=author, process="small")
        assert (version.process_key, version.number) == ("small", 2)
        found = deployments.check(session, changed, "small")
    assert (found.same, found.newer) == (version, version)
    assert found.base is not None and found.base.number == 1


def test_what_others_have_drafted_is_not_passed_on(office: Office, author: Actor, second: Actor) -> None:
    drafted = content.form("small_again", content.text("reason", "别人改的"))
    upload({"forms/small_again.form": drafted}, second)
    changed = content.form("small_answer", content.yes_no("good", "行不行"), content.text("opinion", "意见"))
    mine = upload({"forms/small_answer.form": changed}, author)
    with reading() as session:
        files = deployments.bundle_of(session, mine.id).files
    assert files == {**content.small(), "forms/small_answer.form": changed}


def test_where_nothing_is_active_the_newest_version_passes_its_files_on(office: Office, author: Actor) -> None:
    with transaction() as session:
        session.execute(delete(Activation))
    drafted = content.form("small_again", content.text("reason", "复核理由", minLength=20))
    upload({"forms/small_again.form": drafted}, author)
    changed = content.form("small_answer", content.yes_no("good", "行不行"), content.text("opinion", "意见"))
    version = upload({"forms/small_answer.form": changed}, author)
    with reading() as session:
        assert deployments.bundle_of(session, version.id).files["forms/small_again.form"] == drafted


def test_the_process_that_was_named_must_be_that_of_the_diagram(office: Office, author: Actor) -> None:
    with pytest.raises(Invalid) as refusal, transaction() as session:
        deployments.upload(session, content.small(task_name="回答"), actor=author, process="water")
    assert set(refusal.value.problems) == {"process"}
    assert count() == 1


def test_a_rejected_version_leaves_nothing_to_the_next(office: Office, author: Actor, second: Actor) -> None:
    strange = content.form("small_again", content.text("reason", "奇怪的问题", minLength=20))
    version = upload({"forms/small_again.form": strange}, author)
    with transaction() as session:
        deployments.reject(session, version.id, actor=second, reason="问题写得不清楚")
    changed = content.form("small_answer", content.yes_no("good", "行不行"), content.text("opinion", "意见"))
    following = upload({"forms/small_answer.form": changed}, author)
    with reading() as session:
        files = deployments.bundle_of(session, following.id).files
        assert files["forms/small_again.form"] == content.small()["forms/small_again.form"]


def test_approval_takes_a_second_person(office: Office, author: Actor, second: Actor) -> None:
    version = upload(content.small(task_name="回答"), author)
    with pytest.raises(NotAllowed), transaction() as session:
        deployments.approve(session, version.id, actor=author)
    with pytest.raises(Conflict), transaction() as session:
        deployments.activate(session, version.id, actor=second)
    with transaction() as session:
        approved = deployments.approve(session, version.id, actor=second)
        assert (approved.state, approved.approved_by) == ("approved", second.id)
    with transaction() as session:  # the same click once more changes nothing
        again = deployments.approve(session, version.id, actor=second)
        assert (again.state, again.approved_at) == ("approved", approved.approved_at)
    with pytest.raises(Conflict), transaction() as session:
        deployments.approve(session, version.id, actor=employ("policy_admin", "530000"))
    with pytest.raises(Conflict), transaction() as session:
        deployments.reject(session, version.id, actor=second, reason="现在才发现不合适")
    with pytest.raises(NotFound), transaction() as session:
        deployments.approve(session, 999, actor=second)


def test_a_rejection_gives_its_reason(office: Office, author: Actor, second: Actor) -> None:
    version = upload(content.small(task_name="回答"), author)
    with pytest.raises(Invalid), transaction() as session:
        deployments.reject(session, version.id, actor=second, reason="不行")
    with transaction() as session:
        rejected = deployments.reject(session, version.id, actor=second, reason="答复环节的名称不规范")
    assert rejected.state == "rejected" and "名称不规范" in rejected.remark


@pytest.mark.parametrize("who", ["town", "citizen"])
def test_only_policy_staff_deal_with_versions(office: Office, author: Actor, who: str) -> None:
    version = upload(content.small(task_name="回答"), author)
    actor = getattr(office, who)
    with pytest.raises(NotAllowed):
        upload(content.small(task_name="又一版"), actor)
    for act in (deployments.approve, deployments.activate, deployments.get):
        with pytest.raises(NotAllowed), transaction() as session:
            act(session, version.id, actor=actor)  # type: ignore[operator]
    assert count() == 2


def test_activation_holds_from_its_date_and_in_its_region(
    office: Office, author: Actor, second: Actor, clock: Any
) -> None:
    version = upload(content.small(task_name="回答"), author)
    later = clock.moment + timedelta(days=3)
    with transaction() as session:
        deployments.approve(session, version.id, actor=second)
        deployments.activate(session, version.id, actor=second, active_from=later, region_codes=[YANSHAN])
    assert active_number() == 1
    assert active_number(at=later) == 2
    assert active_number(NEIGHBOUR, at=later) == 1
    assert active_number(f"{YANSHAN}101001", at=later) == 2
    with pytest.raises(NotFound), transaction() as session:
        deployments.activate(session, version.id, actor=second, region_codes=["999999"])
    with reading() as session:
        assert session.scalar(select(func.count()).select_from(Activation)) == 2


def test_a_narrower_region_keeps_its_version_when_the_province_gets_another(office: Office) -> None:
    mine = office.deploy(content.small(task_name="回答"))
    with transaction() as session:
        deployments.activate(session, mine, actor=SYSTEM, region_codes=[YANSHAN])
    office.deploy(content.small(task_name="第三版"))
    assert (active_number(), active_number(NEIGHBOUR)) == (2, 3)


def test_running_cases_stay_on_their_version_and_finish_there(office: Office) -> None:
    case = office.raise_hand()
    office.deploy(content.small(task_name="新的答复"))
    office.citizen = office.other_citizen
    younger = office.raise_hand()
    assert (office.task(case, "sm_answer").name, office.task(younger, "sm_answer").name) == ("答复", "新的答复")
    assert office.complete(office.town, case, "sm_answer", good=True).ended
    assert office.case(case).version_id != office.case(younger).version_id


def test_the_shipped_content_is_deployed_once(stage: Stage) -> None:
    from engine import settings

    with transaction() as session:
        assert deployments.deploy_folder(session, settings.ROOT, actor=SYSTEM) == []
    with reading() as session:
        keys = [version.process_key for version in deployments.listing(session)]
        assert keys == sorted(keys) and "water" in keys
        assert [v.process_key for v in deployments.listing(session, "water")] == ["water"]
