"""A household that the government finds: its clue, the usual answers of each step, and the stretches of its way."""

from datetime import datetime, timedelta
from typing import Any

from engine import clock
from engine.casework.models import Case, PublicNotice
from engine.db import reading
from tests.demo.registers import Simulator
from tests.factories import JIANGNA, YANSHAN
from tests.processes import household
from tests.processes.stage import VILLAGE, Stage
from tests.processes.steps import SCOPE

TODAY = "2026-11-16"
MONTH = timedelta(days=30)
FILE, THREE = object(), object()
FAMILY = [("群众之妻", household.WIFE, "配偶")]
VISIT = {
    "visitDate": TODAY,
    "visitors": [
        {"visitorName": "干部甲", "visitorPost": "乡镇振兴办"},
        {"visitorName": "干部乙", "visitorPost": "村级协理员"},
    ],
    "incomePerHead": 7600,
    "selfPaid": 13000,
    "incomeFindings": "主要靠户主打零工，没有车和商品房",
    **dict.fromkeys(["eduOk", "medicalOk", "houseOk", "waterOk"], "有保障"),
    "selfHelp": "有劳动力但不足",
    "verifyResult": "无风险",
    "verifyText": "住院费用已经报销，家里收入稳定",
    "visitPhotos": THREE,
    "visitSignatures": FILE,
}
UNWILLING = {
    "familyAgrees": False,
    **dict.fromkeys(["monitorKind", "authSignDate", "authValidUntil"]),
    "authScope": [],
    "authSignatures": [],
    "unwillingText": "家里认为不需要帮助",
}
"""What is written down of a household that will not apply."""
MEETING = {
    "appraisalDate": TODAY,
    "appraisalPlace": "村委会会议室",
    "chair": "主持人甲",
    "participants": [{"name": f"代表{one}", "post": "村民代表"} for one in "甲乙丙丁戊"],
    "representatives": 5,
    "votesFor": 5,
    "votesAgainst": 0,
    "abstain": 0,
    "appraisalResult": "真实",
    "appraisalNote": "参会代表一致认为情况属实",
    "minutesPhotos": FILE,
}
STEPS: dict[str, tuple[str, dict[str, Any]]] = {
    "gl_triage": ("county_office", {"triageLevel": "橙", "triageDecision": "派乡镇核实"}),
    "gl_dept": ("county_medins_clerk", {"deptResult": "已处置", "deptText": "已补办二次报销，自付降到一千元"}),
    "gl_verify": ("town_office", VISIT),
    "gl_none": ("county_office", {"noneDecision": "同意结案", "noneText": "与部门数据一致"}),
    "gl_prepare": ("town_office", {"prepareTold": True}),
    "gl_file": ("town_office", {"fileText": "已全部提交"}),
    "gl_apply": (
        "town_office",
        {
            "familyAgrees": True,
            "monitorKind": "突发严重困难户",
            "authScope": SCOPE,
            "authSignatures": FILE,
            "authSignDate": TODAY,
            "authValidUntil": "2027-11-15",
        },
    ),
    "gl_village": ("village_leader", MEETING),
    "gl_town": ("town_leader", {"townDecision": "同意", "townOpinion": "程序完整，情况属实，同意"}),
    "gl_county": ("county_office", {"countyDecision": "建议纳入", "countyOpinion": "程序和公示符合规定，建议纳入"}),
    "gl_county_2": ("group", {"finalDecision": "纳入", "finalOpinion": "符合监测对象条件，同意纳入"}),
    "gl_measure": (
        "town_office",
        {
            "measures": [
                {
                    "measureDept": "hr",
                    "measureText": "安排公益性岗位",
                    "measurePerson": "责任人甲",
                    "measureDue": "2026-12-15",
                }
            ],
            "contactName": "联系人甲",
            "contactPhone": "13900000009",
        },
    ),
    "gl_do": ("county_hr_clerk", {"measureDoneOn": TODAY, "measureDone": "已安排村保洁员岗位"}),
    "gl_track": (
        "village_assistant",
        {
            "trackOn": TODAY,
            "trackIncome": 9000,
            "trackSecure": "有保障",
            "trackResult": "风险已消除",
            "trackText": "户主能干轻活，孩子在校，收入比上月好",
            "trackPhotos": FILE,
        },
    ),
    "gl_clear": (
        "village_assistant",
        {
            "clearOn": TODAY,
            "clearIncome": 9600,
            "clearSecure": "有保障",
            "clearFound": True,
            "clearText": "收入稳定高于监测线，各项都有保障",
            "clearPhotos": FILE,
        },
    ),
    "gl_clear_2": ("village_leader", MEETING),
    "gl_clear_3": ("town_leader", {"townDecision": "同意", "townOpinion": "收入和保障稳定，同意消除"}),
    "gl_clear_4": ("county_office", {"finalDecision": "批准", "finalOpinion": "程序完整，同意标注消除"}),
    "gl_ask_again": (
        "village_assistant",
        {"revisitMode": "上门", "revisitOn": TODAY, "revisitNeeds": False, "revisitText": "没有新的困难，还是不需要"},
    ),
    "gl_revisit": (
        "county_office",
        {"revisitMode": "电话", "revisitOn": TODAY, "revisitNeeds": False, "revisitText": "家里情况与核实时一样"},
    ),
}  # fmt: skip


def employ(stage: Stage) -> None:
    """Those whom a clue needs besides the stage's people."""
    stage.hire("cadre", "village_cadre", VILLAGE)
    stage.hire("colleague", "town_office", JIANGNA)
    stage.hire("group", "county_leading_group", YANSHAN)


def about(stage: Stage) -> dict[str, Any]:
    """About whom it is: the citizen of the stage, at home in the village."""
    citizen = stage.people["citizen"]
    return {
        "applicantName": citizen.name,
        "applicantIdNo": citizen.identity_number,
        "applicantPhone": "13900000000",
        "problemRegion": VILLAGE,
        "residenceAddress": "三组 12 号",
    }


def clue(stage: Stage, who: str = "cadre", **values: Any) -> Case:
    """Somebody reports the household; the answers of the usual clue but for `values`."""
    told = {
        "clueSource": "干部排查",
        "riskCode": "MEDICAL",
        "riskValue": 13000,
        "riskText": "户主上月住院自付一万三千元，家里主要靠他打工",
        **about(stage),
    }
    return stage.begin(who, **{**told, **values})


def do(stage: Stage, step: str, **changes: Any) -> bool:
    """The step is done by whom it belongs to, today, with the usual answers but for `changes`."""
    who, usual = STEPS[step]
    given = {key: _given(stage, value, who) for key, value in {**usual, **changes}.items()}
    return stage.complete(who, step, **given)


def _given(stage: Stage, value: Any, who: str) -> Any:
    if value is THREE:
        return [stage.file(who) for _ in range(3)]
    if value is FILE:
        return [stage.file(who)]
    return f"{clock.local(clock.now()):%Y-%m-%d}" if value == TODAY else value


def found(stage: Stage, result: str, items: list[str] | None = None) -> None:
    """Reported, dispatched and visited, with that conclusion."""
    clue(stage)
    do(stage, "gl_triage")
    do(stage, "gl_verify", verifyResult=result, **({"wantedItems": items} if items else {}))


def signed(stage: Stage, **changes: Any) -> None:
    """The household applies and signs; a wife and the citizen."""
    citizen = stage.people["citizen"]
    persons = [(citizen.name, citizen.identity_number, "本人"), *FAMILY]
    members = [{"name": name, "idNo": number, "relation": relation} for name, number, relation in persons]
    signatures = [{"name": one["name"], "idNo": one["idNo"]} for one in members]
    do(stage, "gl_apply", **{"members": members, "authPersons": signatures, **changes})


def compared(stage: Stage, registers: Simulator, *, cars: bool = False) -> None:
    """The county's centre asks the registers; with two cars the household fails."""
    citizen = stage.people["citizen"]
    persons = [(citizen.name, citizen.identity_number), FAMILY[0][:2]]
    listed = [{"name": name, "idNo": number} for name, number in persons]
    known = {number: [{"name": name, "region": VILLAGE, "members": listed}] for name, number in persons}
    truth: dict[str, Any] = {"household_register": known}
    registers.hold(truth | (household.CARS if cars else {}))
    household.checked(stage)


def notice(stage: Stage) -> PublicNotice:
    with reading() as session:
        return session.query(PublicNotice).filter_by(case_id=stage.case_id).order_by(PublicNotice.id).all()[-1]


def published(stage: Stage) -> None:
    """The notice hangs for its days, and nobody objects."""
    stage.do("pb_post")
    stage.let_pass(until=notice(stage).until_at)
    household.taken_down(stage)


def objected(stage: Stage) -> None:
    """Somebody objects while the notice hangs, and is right."""
    household.objected(stage)


def apart(process: str) -> list[Case]:
    """The cases of that process, oldest first."""
    with reading() as session:
        return session.query(Case).filter_by(process_key=process).order_by(Case.id).all()


def turn_to(stage: Stage, process: str) -> Case:
    """From now on the verbs speak about the newest case of that process."""
    case = apart(process)[-1]
    stage.case_id = case.id
    return case


def list_household(stage: Stage) -> Case:
    """The county puts a household on the list that it watched over already."""
    citizen = stage.people["citizen"]
    members = [{"name": citizen.name, "idNo": citizen.identity_number, "relation": "本人"}]
    return stage.begin(
        "county_office",
        members=members,
        monitorKind="突发严重困难户",
        riskCode="MEDICAL",
        riskText="因病自付费用高，已纳入监测",
        **about(stage),
    )


def measures(day: datetime) -> list[dict[str, Any]]:
    """One measure, to be done in thirty days."""
    [usual] = STEPS["gl_measure"][1]["measures"]
    return [{**usual, "measureDue": f"{clock.local(day) + MONTH:%Y-%m-%d}"}]


def next_month(stage: Stage, **track: Any) -> None:
    """A month goes by, and the village looks at the household."""
    stage.let_pass(until=clock.local(clock.now()) + MONTH + timedelta(days=1))
    do(stage, "gl_track", **track)


def quiet_months(stage: Stage) -> None:
    """Measures are agreed, and six quiet months go by."""
    list_household(stage)
    do(stage, "gl_measure")
    for _ in range(6):
        next_month(stage)


def cleared(stage: Stage) -> None:
    """All agree that the risk is gone."""
    do(stage, "gl_clear")
    do(stage, "gl_clear_2")
    published(stage)
    do(stage, "gl_clear_3")
    do(stage, "gl_clear_4")
