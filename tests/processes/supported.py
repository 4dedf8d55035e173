"""Somebody who can neither work nor live alone asks for 特困供养: who they are, and what the offices answer.

The verbs do whole chapters with the usual answers; what a test is about it does by itself.
"""

from typing import Any

from engine.casework.models import Case
from tests.demo.registers import Simulator
from tests.factories import JIANGNA
from tests.processes import household
from tests.processes.stage import VILLAGE, Stage
from tests.processes.steps import FILE, FOUR_FILES, SCOPE, VISITORS

ACCOUNT = "6217000010001234569"
ASKED: dict[str, Any] = {
    "isRural": True,
    "hukouRegion": f"{JIANGNA}001",
    "crossRegion": False,
    "personType": "残疾人",
    "disabilityCert": FILE,
    "laborDecl": "从小肢体残疾，不能下地干活",
    "incomeDecl": "没有收入，靠邻居接济过日子",
    "propertyDecl": "只有一间土木老房，没有存款",
    "supportDecl": "无儿无女，没有配偶，父母已经去世",
    "noSupporters": True,
    "wageIncome": 0,
    "businessIncome": 600,
    "propertyIncome": 0,
    "transferIncome": 0,
    "exemptIncome": 1800,
    "costDeduction": 0,
    "rigidMedical": 2000,
    "rigidEducation": 0,
    "rigidDisability": 500,
    "rigidOther": 0,
    "dailyLiving": 3000,
    "deposits": 200,
    "securities": 0,
    "commercialInsurance": 0,
    "businessRegistration": False,
    "largeLivestock": 0,
    "forestMu": 0,
    "landMu": 1,
    "supportForm": "分散供养",
    "carerName": "照料人甲",
    "carerIdNo": household.WIFE,
    "carerPhone": "13900000002",
    "carerRelation": "邻居",
    "nearRelative": False,
    "authScope": SCOPE,
    "authSignatures": FILE,
    "authSignDate": "2026-11-15",
    "authValidUntil": "2027-11-14",
    "promiseSign": FILE,
    "promiseDate": "2026-11-15",
    "bankName": "云南省农村信用社",
    "accountNo": ACCOUNT,
    "isOneCard": True,
    "holderRelation": "本人",
    "cardKept": False,
}
SURVEYED: dict[str, Any] = {
    "visitDate": "2026-11-16",
    "visitors": VISITORS,
    "villageVisitor": "协理乙",
    "visitMode": "入户",
    "membersConfirmed": [{"confirmedName": "群众甲", "confirmedLives": True}],
    "laborFindings": "肢体残疾一级，走路要扶墙",
    "laborOther": False,
    "checkedIncome": 600,
    "incomeFindings": "没有劳动收入，与声明一致",
    "assetFindings": "只有一间老房，与声明一致",
    "expenseFindings": "主要是吃饭和吃药",
    "supportFinding": "没有法定义务人",
    "supportFindings": "无儿无女，向村组核实属实",
    "houseState": "土木",
    "livingState": "一个人住，做饭困难",
    "visitPhotos": FOUR_FILES,
    "neighboursAsked": [
        {"neighbourName": "邻居甲", "neighbourOpinion": "没有人照顾"},
        {"neighbourName": "邻居乙", "neighbourOpinion": "常给他送饭"},
    ],
    "visitConclusion": "符合",
    "needAppraisal": False,
    "visitSignatures": FILE,
}
ABILITIES = ("canEat", "canDress", "canBed", "canToilet", "canWalk", "canBathe")
ASSESSED: dict[str, Any] = {
    "selfcareOn": "2026-11-16",
    "assessors": VISITORS,
    **dict.fromkeys(ABILITIES, "能"),
    "canBathe": "不能",
    "selfcareNote": "能自己吃饭穿衣，洗澡要人帮",
    "selfcarePhotos": FILE,
    "selfcareSignatures": FILE,
}
OPINION: dict[str, Any] = {"draftDecision": "符合", "draftOpinion": "三项条件都符合，建议纳入特困供养"}
SIGNED: dict[str, Any] = {"prelimDecision": "符合", "prelimOpinion": "同意经办人意见，按程序公示"}
REVIEWED: dict[str, Any] = {"countyDecision": "建议同意", "countyOpinion": "材料齐全，程序合规，提请确认"}
STEPS: dict[str, tuple[str, dict[str, Any]]] = {
    "tk_accept": (
        "town_civil_clerk",
        {
            **dict.fromkeys(["checkId", "checkDecl", "checkAuth", "checkPromise", "checkProof"], "齐全"),
            "capable": True,
            "hukouHere": True,
            "competent": True,
            "inScope": True,
            "acceptOpinion": "材料齐全，符合受理条件，同意受理",
        },
    ),
    "tk_plan": (
        "town_civil_clerk",
        {"visitPlannedAt": "2026-11-18T09:30:00+08:00", "visitPlannedBy": "经办甲、协理乙"},
    ),
    "tk_survey": ("town_civil_clerk", SURVEYED),
    "tk_survey_3": ("town_civil_clerk", SURVEYED),
    "tk_appraise": (
        "village_leader",
        {
            "appraisalDate": "2026-11-16",
            "appraisalPlace": "村委会会议室",
            "chair": "主持人甲",
            "topics": "评议他的劳动能力和义务人",
            "votesFor": 5,
            "votesAgainst": 1,
            "abstain": 0,
            "appraisalResult": "真实",
            "minutesPhotos": FILE,
        },
    ),
    "tk_prelim": ("town_civil_clerk", OPINION),
    "tk_prelim_3": ("town_civil_clerk", OPINION),
    "tk_prelim_2": ("town_leader", SIGNED),
    "tk_prelim_4": ("town_leader", SIGNED),
    "tk_reinv": (
        "town_civil_clerk",
        {
            "reinvDate": "2026-11-16",
            "reinvVisitors": VISITORS,
            "reinvFindings": "重新入户，情况与第一次调查一致",
            "reinvPhotos": FOUR_FILES,
            "reinvDecision": "符合",
            "reinvOpinion": "经重新调查情况属实，维持原意见",
        },
    ),
    "tk_county": ("county_civil_reviewer", REVIEWED),
    "tk_county_3": ("county_civil_reviewer", REVIEWED),
    "tk_county_2": (
        "county_civil_clerk",
        {
            "countyVisitOn": "2026-11-16",
            "countyVisitors": VISITORS,
            "countyVisitFindings": "入户看到的情况与乡镇调查一致",
            "countyVisitPhotos": FOUR_FILES,
            "countyVisitConclusion": "符合",
        },
    ),
    "tk_selfcare": ("county_civil_clerk", ASSESSED),
    "tk_selfcare_2": ("third_party_assessor", ASSESSED),
    "tk_approve": (
        "county_civil_approver",
        {
            "approveDecision": "同意",
            "supportForm": "分散供养",
            "basicAmount": 715,
            "careAmount": 300,
            "startMonth": "2026-12",
            "approveOpinion": "符合规定，同意纳入特困供养",
        },
    ),
    "tk_publish": (
        "town_civil_clerk",
        {"certificateOn": "2026-11-16", "certificateTo": "本人", "certificatePhotos": FILE},
    ),
    "tk_publish_2": (
        "village_assistant",
        {"publishedOn": "2026-11-16", "publishPlaces": ["村务公开栏"], "publishPhotos": FILE},
    ),
    "tk_place": (
        "town_civil_clerk",
        {
            "carerName": "照料人甲",
            "carerPhone": "13900000002",
            "agreementOn": "2026-11-16",
            "agreementFile": FILE,
            "carerPaid": "付给照料人",
            "placeNote": "每天做饭、洗衣，生病时陪同看病",
        },
    ),
    "tk_place_2": (
        "town_civil_clerk",
        {
            "orgName": "江那镇中心敬老院",
            "bedNo": "201-1",
            "admittedOn": "2026-11-16",
            "admissionFile": FILE,
            "orgBankName": "云南省农村信用社",
            "orgAccountNo": "5300012345678901",
        },
    ),
    "tk_reject": (
        "county_civil_clerk",
        {
            "refuseCode": "TK04",
            "refuseText": "有法定义务人且有履行能力，不符合条件",
            "refuseBasis": "民发〔2021〕43号第八条",
            "refuseOffers": ["低保"],
            "rightsTold": True,
        },
    ),
    "tv_check": (
        "town_civil_clerk",
        {
            "checkOn": "2026-11-16",
            "checkVisitors": VISITORS,
            "checkFindings": "一个人生活，没有收入，没有义务人，照料落实",
            "checkPhotos": FOUR_FILES,
            "checkConclusion": "继续供养",
        },
    ),
    "tv_record": (
        "county_civil_reviewer",
        {"recordAgreed": True, "recordOpinion": "复核材料齐全，符合条件，年审合格"},
    ),
    "tv_adjust": (
        "county_civil_approver",
        {"newForm": "分散供养", "newAmount": 1315, "adjustOpinion": "按重新评估的档次调整照料护理标准"},
    ),
    "tv_recheck": (
        "county_civil_clerk",
        {
            "recheckOn": "2026-11-16",
            "recheckVisitors": VISITORS,
            "recheckFindings": "到家里和村组核实，与乡镇复核一致",
            "endDecision": "仍应终止",
        },
    ),
    "tv_decide": (
        "county_civil_approver",
        {
            "endDecision": "终止",
            "endText": "儿子已有赡养能力，不再符合供养条件",
            "endBasis": "民发〔2021〕43号第二十四条",
            "overpaid": False,
            "decideOpinion": "公示期满没有异议，按规定办理",
        },
    ),
    "tv_deliver": (
        "town_civil_clerk",
        {"deliveredOn": "2026-11-16", "deliveredTo": "本人", "deliveredPhotos": FILE, "otherWanted": False},
    ),
    "tk_reject_2": (
        "town_civil_clerk",
        {"deliveredOn": "2026-11-16", "deliveredTo": "申请人本人", "deliveredPhotos": FILE},
    ),
}
DENIED: dict[str, Any] = {
    "approveDecision": "不同意",
    **dict.fromkeys(["supportForm", "basicAmount", "careAmount", "startMonth"]),
    "approveCode": "TK04",
    "approveOpinion": "有法定义务人且有履行能力，不同意",
}
"""What the approver answers who does not agree."""

BACK: dict[str, Any] = {**DENIED, "approveDecision": "退回审核", "approveCode": None}
"""What the approver answers who sends it back."""


def answers(stage: Stage) -> dict[str, Any]:
    """What depends on who asks."""
    citizen = stage.people["citizen"]
    alone = {
        **household.MEMBER,
        "name": citizen.name,
        "idNo": citizen.identity_number,
        "relation": "本人",
        "maritalStatus": "未婚",
        "healthStatus": "残疾",
        "disabilityType": "肢体",
        "disabilityGrade": "一级",
        "laborCapacity": "无劳动能力",
        "employment": "无",
    }
    signed = [{"name": citizen.name, "idNo": citizen.identity_number}]
    return {"members": [alone], "authPersons": signed, "accountHolder": citizen.name}


def truth(stage: Stage) -> dict[str, dict[str, list[dict[str, Any]]]]:
    """What the police's register holds about somebody who lives alone."""
    citizen = stage.people["citizen"]
    me = {"name": citizen.name, "idNo": citizen.identity_number}
    known = {"name": citizen.name, "region": VILLAGE, "members": [me]}
    return {"household_register": {str(citizen.identity_number): [known]}}


def outcome(case: Case) -> tuple[str, str | None, str | None]:
    return case.state, case.outcome, case.outcome_text


def accepted(stage: Stage, **asked: Any) -> None:
    """They ask, and the town accepts."""
    stage.raise_hand(**asked)
    stage.do("tk_accept")


def surveyed(stage: Stage, registers: Simulator, asked: dict[str, Any] | None = None, **found: Any) -> None:
    """Accepted, visited and checked; the town is to write its opinion."""
    registers.hold(truth(stage))
    accepted(stage, **(asked or {}))
    stage.do("tk_plan")
    household.checked(stage)
    stage.do("tk_survey", **found)


def opined(stage: Stage, registers: Simulator, asked: dict[str, Any] | None = None, *, fits: bool = True) -> None:
    """The town has written and signed its opinion; one that is against it goes straight to the county."""
    surveyed(stage, registers, asked)
    against = {"draftDecision": "不符合", "draftCode": "TK04"}
    stage.do("tk_prelim", **({} if fits else against))
    stage.do("tk_prelim_2", **({} if fits else {"prelimDecision": "不符合"}))


def hung(stage: Stage) -> None:
    """The notice hangs for its seven days, and nobody objects."""
    stage.do("pb_post")
    stage.let_pass(until=household.notice(stage).until_at)
    household.taken_down(stage)
