"""Every page that can be opened is opened by somebody who may, and inspected; new pages must be added here."""

import pytest
from flask import Flask

from tests.browser import water
from tests.browser.conftest import Arrives
from tests.browser.person import Person
from tests.processes.stage import Stage, at
from tests.webapp import test_policies, test_running_benefits
from tests.webapp.apply import test_documents

pytestmark = pytest.mark.browser

# What answers with something else than a page for people: files, JSON, drawings, the health of the server.
NO_PAGES = {"static", "public.region_children", "public.health", "files.show", "inbox.diagram", "api_reference.openapi"}
NO_PAGES |= {"public.policy_file"}
LEADS_ON = {"inbox.home", "apply.resume"}
# Pages that stand in the middle of a way; the whole way is walked elsewhere.
ON_THE_WAY = {"apply.page", "apply.check", "apply.submitted", "apply.consent", "apply.task"}
ON_THE_WAY |= {"inbox.answer_form", "inbox.sign_form", "inbox.remove_form"}
ON_THE_WAY |= {"inbox.beginning"}
ON_THE_WAY |= {"deploy.migration", "deploy.undo_form", "deploy.undo_all_form", "inbox.document"}
ON_THE_WAY |= {"public.notice", "public.objection_form", "public.objection", "inbox.objections"}


def test_all_pages_are_free_of_barriers(
    app: Flask, stage: Stage, visitor: Arrives, citizen: Arrives, staff: Arrives
) -> None:
    stage.bring_to("wt_verify")
    stage.supervise()
    stage.let_pass(until=at("2026-11-20"))
    applicant = citizen()
    tours = [
        (visitor(), ["/", "/items/water", "/register", "/setup", "/sign-in", "/staff/sign-in", "/nowhere", "/api/v1/"]),
        (visitor(), ["/hospitals", "/hospitals?near=532622102&kind=乡镇卫生院", "/hospitals/YL-532622-001"]),
        (visitor(), ["/query", "/items/water/data", "/items/dibao/self-test", "/contacts", "/contacts?county=532622"]),
        (visitor(), ["/items/dibao/standards", "/items/major_treat/standards", "/items/reimburse/standards"]),
        (visitor(), ["/publicity", "/publicity?tab=listed", "/publicity/paid", "/publicity/objections"]),
        (visitor(), ["/help", "/items/dibao/paper", "/items/water/paper"]),
        (visitor(), ["/policies", "/policies?category=政策", f"/policies/{policy(stage)}"]),
        (applicant, citizens_tour(stage, applicant)),
        (staff("county_water_clerk"), clerks_tour(stage)),
        (staff("county_office"), supervisors_tour(stage)),
        (
            staff("county_water_reviewer"),
            [f"/cases/{stage.case().case_no}/{act}" for act in ("suspend", "transfer", "terminate")],
        ),
        (
            staff("county_finance"),
            [
                "/ledger",
                "/ledger?month=2026-11&status=已发放",
                "/ledger/benefits",
                f"/ledger/benefits/{test_running_benefits.grant(stage.case().case_no)}",
            ],
        ),
        (staff("pref_office"), ["/supervision/staffing", "/supervision/indicators"]),
        (staff("policy_admin"), ["/versions/items"]),
        (staff("policy_admin"), ["/versions", "/versions/1", "/versions/1/migrate", "/versions/upload", "/nowhere"]),
        (
            staff("auditor"),
            [
                f"/audit/cases/{stage.case().case_no}?step=2",
                "/audit/cases",
                "/audit/incidents",
                "/audit/backups",
                "/audit/exports",
                "/audit/sign-ins",
            ],
        ),
    ]
    for person, tour in tours:
        for path in tour:
            person.open(path)
            assert person.status in (200, 404), path
    opened = {endpoint(app, path) for _, tour in tours for path in tour}
    assert pages(app) - opened == set()


def policy(stage: Stage) -> int:
    """A page of 政策与须知 that has two versions."""
    old = test_policies.enter(stage.case_id, state="superseded")
    return test_policies.enter(stage.case_id, series=old, number=2, text="不收任何费用。\n\n不用找人。")


def citizens_tour(stage: Stage, applicant: Person) -> list[str]:
    case_no = water.raises_hand(applicant)
    own = [f"/my/cases/{case_no}", f"/my/cases/{case_no}/withdraw", "/my/cases", "/my/cases?tab=ended"]
    return [
        *own,
        f"/my/documents/{test_documents.enter(case_no)}",
        "/my/messages",
        "/me",
        "/me/password",
        "/me/wards",
        "/voice/registration",
        "/apply/water",
        "/voice",
        "/voice/consult",
        "/voice/appeal",
        "/nowhere",
    ]


def clerks_tour(stage: Stage) -> list[str]:
    scopes = ("mine", "group", "overdue", "supervised", "waiting", "finished")
    lists = [f"/inbox?scope={scope}" for scope in scopes] + ["/inbox?scope=group&text=nothing"]
    task = stage.task("wt_take").id
    return [
        *lists,
        "/cases",
        "/cases?text=nothing",
        f"/cases/{stage.case().case_no}",
        f"/tasks/{task}",
        *(f"/tasks/{task}/{act}" for act in ("delegate", "cosign", "copy", "call", "return")),
        f"/inbox/transfer?task_id={task}",
        "/notices",
        "/inbox/copies",
        "/begin",
        "/bulletins",
        "/me/password",
        "/me/relatives",
    ]


def supervisors_tour(stage: Stage) -> list[str]:
    numbers = [f"/supervision?show={name}" for name in ("today", "overdue", "week", "ten", "works", "orders")]
    return [
        *numbers,
        "/supervision/staffing",
        "/me/contact",
        "/supervision/households",
        "/supervision/problems?state=all",
        "/supervision/proxies",
        "/supervision/indicators?indicator=EM13",
        "/me/accounts",
        f"/me/accounts/{looked_after(stage)}/password",
        f"/cases/{stage.case().case_no}/supervision",
        f"/cases/{stage.case().case_no}/person",
        f"/tasks/{stage.task('wt_take').id}/urge",
    ]


def looked_after(stage: Stage) -> int:
    """An account that the county's office looks after."""
    number = stage.people["town_water_clerk"].id
    assert number is not None
    return number


def pages(app: Flask) -> set[str]:
    """The endpoints that show a page."""
    found = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    return {name for name in found if not name.startswith("api.")} - NO_PAGES - LEADS_ON - ON_THE_WAY


def endpoint(app: Flask, path: str) -> str:
    if path == "/nowhere":
        return ""
    name, _ = app.url_map.bind("localhost").match(path.split("?", maxsplit=1)[0])
    return str(name)


@pytest.mark.parametrize("path", ["/", "/items/water", "/register", "/sign-in"])
def test_large_type_fits_on_a_phone(visitor: Arrives, path: str) -> None:
    villager = visitor()
    villager.open(path)
    villager.page.get_by_role("button", name="大字版").click()
    villager.page.wait_for_selector("html.large")
    villager.looks()
