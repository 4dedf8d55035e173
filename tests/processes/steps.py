"""What people usually answer at each step, and which step leads to which: the beaten paths of the shipped diagrams."""

from typing import Any

from tests.factories import JIANGNA

FILE = object()
"""Stands for a file that is uploaded when it is asked for."""

ASKED: dict[str, dict[str, Any]] = {
    "water": {"waterProblems": ["停水"], "problemText": "村里的水管断了三天"},
    "insure": {
        "insureRegion": "户籍地",
        "insuredPersons": [
            {"name": "参保人甲", "idNo": "532622199001010014", "relation": "本人"},
            {"name": "参保人乙", "idNo": "532622201501010010", "relation": "子"},
        ],
        "insureYear": "2027",
        "personCategory": "普通",
        "prevInsurance": "无",
        "idFront": FILE,
        "idBack": FILE,
    },
    "training": {
        "isRural": True,
        "hukouRegion": f"{JIANGNA}001",
        "education": "初中",
        "healthForWork": "一般体力",
        "householdJobless": False,
        "intentCourses": ["电工", "家政"],
        "intentLevel": "零基础",
        "purpose": "就业",
        "trainPlace": "县城",
        "freeTime": "农闲",
        "needBoard": True,
    },
}
"""Item → what its citizens are asked besides who and where they are, as they usually answer it."""

COURSE: dict[str, Any] = {
    "courseName": "电工",
    "courseSchool": "县职业技能培训中心",
    "coursePlace": "县城，培训中心实训楼",
    "courseStartOn": "2026-12-07",
    "courseEndOn": "2026-12-20",
}

USUAL: dict[str, tuple[str, dict[str, Any]]] = {
    "pc_guard": (
        "village_leader",
        {"consentGuardResult": "同意", "guardianKind": "村委会", "consentNote": "村委会出具证明"},
    ),
    "pc_call": ("village_assistant", {"consentCallResult": "同意", "consentNote": "上门当面问过本人"}),
    "wt_take": ("county_water_clerk", {"inScope": True, "town": JIANGNA, "urgency": "一般"}),
    "wt_correct": ("citizen", {"supplementText": "水管在村小学后面"}),
    "wt_correct_leader": (
        "county_water_approver",
        {"correctionDecision": "同意", "correctionOpinion": "前两次的材料仍看不清位置，同意再次补正"},
    ),
    "wt_town_take": ("town_water_clerk", {"townAccept": True}),
    "wt_redispatch": ("county_water_clerk", {"town": JIANGNA}),
    "wt_verify": (
        "town_water_clerk",
        {
            "visitAt": "2026-11-16",
            "visitors": "水务站两人",
            "problemTrue": "属实",
            "cause": "管网破损",
            "affectedHouseholds": 12,
            "waterLitres": 0,
            "waterQuality": "达标",
            "waterQualityHow": "感官",
            "fetchMinutes": 30,
            "supplyRate": 50,
            "needProject": False,
        },
    ),
    "wt_not_true": ("county_water_clerk", {"explanation": "现场核实供水正常，当日为计划检修停水"}),
    "wt_solve": (
        "town_water_clerk",
        {"measure": ["维修供水设施", "应急拉水送水"], "doneOn": "2026-11-16", "waterBack": True},
    ),
    "wt_plan": (
        "town_water_clerk",
        {
            "plan": "新建供水工程",
            "planText": "新建一处集中供水点和三公里管道",
            "budget": 350000,
            "fundSource": "水利专项资金",
            "planStartOn": "2026-12-01",
            "planEndOn": "2027-03-31",
            "interimPlan": "每两天拉水送水一次",
        },
    ),
    "wt_plan_2": ("county_water_reviewer", {"planDecision": "同意", "planOpinion": "方案可行，资金已经落实"}),
    "wt_long": (
        "county_water_clerk",
        {"progress": "管道已经铺设一公里，进度正常", "interimSupply": True, "worksDone": False},
    ),
    "wt_confirm": ("county_water_clerk", {"confirmResult": "已解决"}),
    "wt_county_solve": (
        "county_water_clerk",
        {"measure": ["更换管道"], "doneOn": "2026-11-16", "solveNote": "县水务局组织施工队更换主管道"},
    ),
    "co_correct": ("citizen", {"supplementText": "已补充身份证照片上看不清的号码"}),
    "co_leader": (
        "county_hr_approver",
        {"correctionDecision": "同意", "correctionOpinion": "前两次补充的仍看不清，同意再次补正"},
    ),
    "tr_accept": ("county_hr_clerk", {"ageFits": True, "quotaUsed": False, "inScope": True}),
    "tr_zero": (
        "town_hr_clerk",
        {
            "zeroCheckedBy": ["数据比对", "村（社区）证实"],
            "workersCount": 2,
            "workersEmployed": 0,
            "zeroEmployment": True,
            "zeroNote": "村委会证实两名劳动力都没有就业",
        },
    ),
    "tr_org": ("county_hr_clerk", {"planNo": "PX-2026-101", "seatKept": True, **COURSE}),
    "tr_mobilise": (
        "town_hr_clerk",
        {**COURSE, "courseName": "养殖", "suggestReason": "家里养了牛，学了马上用得上，离家也近"},
    ),
    "tr_confirm": ("citizen", {"joinCourse": "参加"}),
    "tr_class": (
        "county_hr_clerk",
        {"attended": True, "attendanceRate": 95, "trainResult": "合格", "certificateNo": "ZS2026-0117"},
    ),
    "tr_visit": (
        "town_hr_clerk",
        {
            "visitMode": "电话",
            "visitOn": "2026-11-16",
            "visitResult": "已完训",
            "satisfaction": "满意",
            "employedAfter": "正在找工作",
            "visitNote": "说老师讲得清楚，想在县城找活",
        },
    ),
    "tr_close": (
        "county_hr_reviewer",
        {
            "closeReasonCode": "不愿参加",
            "closeText": "您表示今年不再参加培训，已按您的意愿办结",
            "closeBasis": "省人社厅公布的找培训办理流程",
            "nextYearPool": True,
        },
    ),
    "in_review": (
        "county_medins_clerk",
        {"insureResult": "通过", "categoryChecked": "普通", "onlinePay": True},
    ),
    "in_offline": (
        "county_medins_clerk",
        {"offlineOn": "2026-11-16", "originalsChecked": True, "offlinePaid": 800},
    ),
    "in_done": (
        "county_medins_clerk",
        {"registered": True, "effectiveOn": "2027-01-01", "toldByPhone": True},
    ),
    "sv_l2": (
        "county_office",
        {"issueOrder": True, "orderDemand": "限期解决停水问题并说明原因", "orderLevel": "一般", "orderDueDays": 3},
    ),
    "sv_l3": (
        "pref_water_supervisor",
        {"issueOrder": True, "orderDemand": "州级督办，限期解决停水", "orderLevel": "重点", "orderDueDays": 2},
    ),
    "sv_l4": (
        "prov_office",
        {"issueOrder": True, "orderDemand": "省级督办，限期解决停水", "orderLevel": "重点", "orderDueDays": 2},
    ),
    "sm_sign": ("county_water_reviewer", {"replyPlan": "今日组织抢修，明日恢复供水"}),
    "sm_do": ("county_water_reviewer", {"resultText": "已更换破损管道，恢复供水"}),
    "sm_report": (
        "county_water_reviewer",
        {"result": "已解决", "overdueReason": "配件到货迟了两天，耽误抢修", "measures": "建立常用配件储备和值班制度"},
    ),
    "sm_check": ("county_office", {"checkResult": "满意"}),
    "rt_rate": ("citizen", {"stars": 5}),
    "rt_callback": (
        "county_water_reviewer",
        {"badReviewTrue": "属实", "callbackNote": "电话回访，群众反映修了三次才好"},
    ),
    "rt_rectify": ("county_water_reviewer", {"rectifyText": "更换全部老旧水管，并当面致歉"}),
    "rt_rerate": ("citizen", {"stars": 4}),
}
"""Step → (who does it, what they answer when all goes well)."""

WAY: dict[str, tuple[str, dict[str, Any]]] = {
    "in_offline": (
        "in_review",
        {"onlinePay": False, "offlinePlace": "县医保局", "offlineMaterials": "身份证、居住证原件"},
    ),
    "in_done": ("in_review", {"categoryChecked": "特困"}),
    "wt_correct": ("wt_take", {"needCorrection": True, "correctionList": "请写明村小组和门牌"}),
    "wt_town_take": ("wt_take", {}),
    "wt_redispatch": ("wt_town_take", {"townAccept": False, "wrongTownReason": "该村属平远镇管辖"}),
    "wt_verify": ("wt_town_take", {}),
    "wt_not_true": ("wt_verify", {"problemTrue": "不属实"}),
    "wt_solve": ("wt_verify", {}),
    "wt_plan": ("wt_verify", {"needProject": True}),
    "wt_plan_2": ("wt_plan", {}),
    "wt_long": ("wt_plan_2", {}),
    "wt_confirm": ("wt_solve", {}),
    "co_correct": ("tr_accept", {"needCorrection": True, "correctionList": "请重拍身份证正面"}),
    "tr_org": ("tr_accept", {}),
    "tr_confirm": ("tr_org", {}),
    "tr_class": ("tr_confirm", {}),
    "tr_visit": ("tr_class", {}),
    "tr_close": ("tr_visit", {"visitResult": "不再参加"}),
    "rt_rate": ("wt_confirm", {}),
    "rt_callback": ("rt_rate", {"stars": 1}),
    "rt_rectify": ("rt_callback", {}),
    "rt_rerate": ("rt_rectify", {}),
}
"""Step → the step before it and what is answered there so that this one comes next."""
