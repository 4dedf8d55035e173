"""What people usually answer at each step, and which step leads to which: the beaten paths of the shipped diagrams."""

from typing import Any

from tests.factories import JIANGNA

FILE = object()
"""Stands for a file that is uploaded when it is asked for."""

PATIENT: dict[str, Any] = {"isRural": True, "hukouRegion": f"{JIANGNA}001", "privacyConsent": True}
"""What the health items ask of everybody."""

ACCOUNT: dict[str, Any] = {
    "bankName": "云南农村信用社砚山县联社",
    "accountHolder": "群众甲",
    "accountNo": "6217001234567893",
    "holderRelation": "本人",
    "isOneCard": True,
}
"""Where money is paid to."""

ASKED: dict[str, dict[str, Any]] = {
    "medicine": {
        **PATIENT,
        "medicines": [{"drug": "降压药", "spec": "5 毫克", "daysLeft": 5, "wishDays": 84}],
        "delivery": "自取卫生院",
    },
    "major_treat": {
        **PATIENT,
        "majorDisease": "胃癌",
        "diagnosisHospital": "砚山县人民医院",
        "diagnosisDate": "2026-08-20",
        "diagnosisFile": FILE,
        "inHospital": False,
        "contactPerson": "患者亲属",
    },
    "chronic": {
        **PATIENT,
        "diseases": ["原发性高血压"],
        "diagnosisHospital": "砚山县人民医院",
        "diagnosisDate": "2026-08-20",
        "diagnosisFile": FILE,
        "preferredClinic": "江那镇卫生院",
    },
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
    "reimburse": {
        "isRural": True,
        "hukouRegion": f"{JIANGNA}001",
        "patient": "本人",
        "hospital": "昆明市第一人民医院",
        "hospitalLevel": "三级",
        "hospitalPlace": "省内",
        "careType": "住院",
        "admitDate": "2026-10-20",
        "dischargeDate": "2026-10-30",
        "diagnosis": "肺炎",
        "recordFiled": True,
        "reasonNotDirect": "系统故障",
        "totalFee": 24000,
        "thirdParty": False,
        "otherInsurance": False,
        **ACCOUNT,
        "feeReceipts": FILE,
        "settlementSheet": FILE,
        "dischargeSummary": FILE,
        "idFront": FILE,
        "idBack": FILE,
    },
    "dropout": {
        "reporterType": "群众",
        "hideReporter": True,
        "childName": "学生甲",
        "childGender": "女",
        "childAgeKnown": "年龄",
        "childAge": 13,
        "absentSince": "2026-11-02",
        "whereabouts": "在家",
        "guardianName": "监护人甲",
    },
    "job": {
        "isRural": True,
        "hukouRegion": f"{JIANGNA}001",
        "education": "初中",
        "healthForWork": "一般体力",
        "intentTypes": ["电焊", "家政"],
        "intentRegion": ["本县", "州内"],
        "salaryMin": 2500,
        "availableFrom": "2026-12-01",
        "householdJobless": False,
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
    "rb_pre": (
        "county_medins_clerk",
        {
            "insuredThen": "在保",
            "settledDirect": False,
            "thirdPartyFound": "医保",
            "inCatalogue": True,
            "lateExcused": False,
            "bringPlace": "县医保局",
            "bringMaterials": "票据、清单、出院证原件",
        },
    ),
    "rb_bring": ("county_medins_clerk", {"bringMode": "窗口", "broughtOn": "2026-11-16", "broughtBy": "本人送到"}),
    "rb_orig": (
        "county_medins_clerk",
        {
            "handover": [{"material": "收费票据", "copies": 3, "sameAsOnline": "一致"}],
            "handoverSign": FILE,
            "origResult": "受理",
        },
    ),
    "rb_calc": (
        "county_medins_clerk",
        {
            "feeInScope": 20000,
            "levelChecked": "三级",
            "filedChecked": True,
            "identityChecked": "普通",
            "startPaid": 0,
            "basicUsed": 0,
            "ownBefore": 0,
            "majorUsed": 0,
            "aidUsed": 0,
            "doubtful": False,
        },
    ),
    "rb_investigate": (
        "county_medins_clerk",
        {
            "investigateMode": ["函询医院"],
            "investigatedOn": "2026-11-16",
            "investigateResult": "部分不属实",
            "investigateNote": "医院回函，有一张票据不是本次住院的",
            "investigateFiles": FILE,
            "feeInScope": 18000,
        },
    ),
    "rb_review": ("county_medins_reviewer", {"medinsReview": "同意", "reviewNote": "票据齐全，计算无误，同意支付"}),
    "rb_review_2": (
        "county_medins_approver",
        {
            "medinsApproval": "同意",
            "payFund": "城乡居民基本医疗保险基金",
            "approveNote": "同意复核意见，按核定金额支付",
        },
    ),
    "mp_removed": ("county_medins_clerk", {"removedResult": "换账户", **ACCOUNT, "isOneCard": False}),
    "ch_accept": ("county_health_clerk", {"lowIncomeChecked": True, "proofReadable": True, "inScope": True}),
    "ch_assign": (
        "county_health_clerk",
        {"assignedTown": JIANGNA, "assignedClinic": "江那镇卫生院", "assignedTeam": "第二家庭医生团队"},
    ),
    "ch_verify": (
        "town_health_clerk",
        {
            "verifiedOn": "2026-11-16",
            "verifyMode": "入户",
            "diagnosisClear": True,
            "confirmedDiseases": ["原发性高血压"],
            "diseaseGrade": "中危",
        },
    ),
    "ch_refer": (
        "county_hospital",
        {
            "examinedOn": "2026-11-16",
            "hospitalFound": True,
            "confirmedDiseases": ["原发性高血压"],
            "diseaseGrade": "低危",
        },
    ),
    "ch_sign": (
        "town_health_clerk",
        {
            "agreementFile": FILE,
            "servicePack": ["慢病随访", "用药指导"],
            "healthRecordNo": "JK-101-0001",
            "doctorName": "家庭医生甲",
            "doctorPhone": "13900000009",
            "followPlanText": "每季度面对面随访一次",
            "firstFollowOn": "2026-12-16",
        },
    ),
    "md_review": ("town_health_clerk", {"reviewResult": "可开"}),
    "md_face": ("town_health_clerk", {"faceOn": "2026-11-16", "faceNote": "当面看过，可以继续用药"}),
    "md_rx": (
        "prescriber",
        {
            "prescriberName": "处方医生甲",
            "licenceNo": "110532600000001",
            "prescription": "每日一次，每次一片，共八十四片",
            "rxDays": 84,
            "inStock": True,
        },
    ),
    "md_order": ("town_health_clerk", {"orderFrom": "县医共体药房", "arrivedOn": "2026-11-16"}),
    "md_supply": (
        "town_health_clerk",
        {"feeType": "有偿", "amount": 12, "insuredSettled": True, "handPlace": "江那镇卫生院", "pickupCode": "2468"},
    ),
    "md_hand": (
        "town_health_clerk",
        {"codeShown": "2468", "handedOn": "2026-11-16", "guidanceGiven": True},
    ),
    "mt_accept": ("county_health_clerk", {"lowIncomeChecked": True, "proofReadable": True, "inScope": True}),
    "mt_assign": (
        "county_health_clerk",
        {"assignedHospital": "砚山县人民医院", "hospitalContact": "医务科 13900000010"},
    ),
    "mt_contact": (
        "county_hospital",
        {"patientReached": True, "contactTries": 1, "contactOn": "2026-11-16", "hospitalDoctor": "主治医生甲"},
    ),
    "mt_visit": (
        "village_assistant",
        {"patientFound": True, "visitedOn": "2026-11-16", "visitNote": "在家中找到本人，已告知医院电话"},
    ),
    "mt_confirm": ("county_hospital", {"hospitalFound": True, "confirmedOn": "2026-11-16", "icd10": "C16.9"}),
    "mt_plan": (
        "county_hospital",
        {
            "treatPlan": "住院",
            "planText": "多学科讨论后先手术再化疗",
            "admitOn": "2026-11-18",
            "costEstimate": 60000,
            "payLater": True,
        },
    ),
    "mt_refer": (
        "county_hospital",
        {"referHospital": "省级定点医院", "referAccepted": True, "referOn": "2026-11-16"},
    ),
    "mt_feedback": (
        "county_hospital",
        {"treatOn": "2026-11-16", "treatProgress": "已经入院，完成检查", "treatResult": "稳定"},
    ),
    "mt_feedback_2": (
        "county_health_reviewer",
        {"feedbackDecision": "同意", "feedbackOpinion": "救治安排落实，同意反馈办理结果"},
    ),
    "mf_visit": (
        "county_hospital",
        {"followOn": "2026-11-16", "followMode": "电话", "followState": "恢复较好，按时复查", "aidTold": True},
    ),
    "cf_visit": (
        "town_health_clerk",
        {
            "visitOn": "2026-11-16",
            "visitMode": "入户",
            "symptoms": "无不适",
            "bp": "132/84",
            "adherence": "规律",
            "followClass": "控制满意",
            "referred": False,
        },
    ),
    "do_accept": ("county_edu_clerk", {"rollStatus": "在籍", "ageOk": True, "acceptResult": "受理"}),
    "do_police": (
        "county_police_clerk",
        {"placeFound": True, "foundPlace": "平远镇某砖厂，和舅舅一起住", "policeNote": "向邻居了解到去向"},
    ),
    "do_verify": (
        "town_edu_clerk",
        {
            "verifiedOn": "2026-11-16",
            "verifiers": [
                {"unit": "中心学校", "person": "教导主任"},
                {"unit": "村（社区）", "person": "村级协理员"},
            ],
            "verifiedState": "未在校",
            "verifiedCauses": ["厌学"],
            "unfitToStudy": False,
            "childLabour": False,
            "familyPoor": False,
            "guardianAttitude": "不配合",
            "verifyPhotos": FILE,
            "verifyNote": "孩子不想上学，家里没有管",
        },
    ),
    "do_health": (
        "county_edu_reviewer",
        {
            "healthDecision": "批准",
            "healthKind": "休学",
            "healthFrom": "2026-11-17",
            "healthTo": "2027-07-10",
            "healthOpinion": "病历齐全，同意休学到本学年结束",
        },
    ),
    "do_move": (
        "county_edu_clerk",
        {"inSchool": True, "arrivalSchool": "邻县第二中学", "arrivalProof": FILE, "moveNote": "已向转入学校核实"},
    ),
    "do_labour": (
        "county_hr_clerk",
        {"labourFound": "属实", "labourResult": "责令用人单位改正，已把孩子送回家"},
    ),
    "do_poor": ("town_office", {"aidKinds": ["教育资助"], "aidNote": "已转中心学校办理教育资助"}),
    "do_s1": (
        "town_edu_clerk",
        {
            "visits": [
                {
                    "visitedOn": day,
                    "visitedBy": "班主任、村级协理员",
                    "visitTopic": "义务教育法",
                    "visitAttitude": "不配合",
                }
                for day in ("2026-11-14", "2026-11-15", "2026-11-16")
            ],
            "s1Result": "未返校",
            "orderBy": "乡镇人民政府",
        },
    ),
    "do_s2": (
        "town_leader",
        {
            "orderNo": "江教责改〔2026〕1号",
            "orderDays": 7,
            "orderServedOn": "2026-11-16",
            "orderServedHow": "本人签收",
            "orderReceipt": FILE,
        },
    ),
    "do_s2_2": ("town_leader", {"s2Returned": False, "s2Note": "期满上门，仍没有返校"}),
    "do_s3": (
        "county_edu_clerk",
        {
            "hasPenaltyBasis": True,
            "penaltyBasis": "省义务教育条例的有关条款",
            "caseFiledOn": "2026-11-16",
            "penaltyKind": "罚款五百元",
            "penaltyNoticeNo": "砚教罚告〔2026〕1号",
            "penaltyNoticeOn": "2026-11-16",
            "penaltyBy": "县教体局",
        },
    ),
    "do_s3_2": (
        "county_edu_reviewer",
        {
            "heard": "没有陈述申辩",
            "hearingHeld": False,
            "reviewDecision": "同意",
            "reviewOpinion": "事实清楚，依据充分，程序合法",
        },
    ),
    "do_s3_3": (
        "county_edu_approver",
        {
            "penaltyDecision": "给予处罚",
            "penaltyNo": "砚教罚决〔2026〕1号",
            "penaltyOn": "2026-11-16",
            "penaltyOpinion": "监护人拒不改正，依法给予处罚",
        },
    ),
    "do_s3_4": (
        "county_edu_clerk",
        {
            "penaltyServedOn": "2026-11-16",
            "penaltyReceipt": FILE,
            "penaltyPerformed": True,
            "s3Returned": False,
            "s3Note": "罚款已缴，孩子仍没有返校",
        },
    ),
    "do_s4": (
        "legal_adviser",
        {
            "courtPath": "申请强制执行",
            "courtBasis": "行政强制法第五十三条",
            "courtAdvice": "监护人没有申请复议和诉讼，可以催告后申请执行",
        },
    ),
    "do_s4_2": (
        "county_edu_approver",
        {
            "courtSigned": True,
            "courtPaperNo": "砚教催〔2026〕1号",
            "courtPaperOn": "2026-11-16",
            "courtPapers": FILE,
        },
    ),
    "do_s4_3": ("legal_adviser", {"courtResult": "已判决或已执行", "courtNote": "法院裁定准予执行"}),
    "do_return": (
        "county_edu_clerk",
        {
            "returnOn": "2026-11-16",
            "returnSchool": "江那镇中学",
            "classForm": "随班就读",
            "termEndsOn": "2027-01-15",
            "needAid": False,
            "returnNote": "安排在原来的班级",
        },
    ),
    "do_keep": (
        "school_staff",
        {"attendDays": 5, "absentDays": 0, "keepResult": "稳定", "keepNote": "每天按时到校"},
    ),
    "do_close": (
        "county_edu_reviewer",
        {"closeKind": "复学稳定", "closeText": "学生已返校并稳定就读", "closeNote": "三次跟踪都稳定，同意销号"},
    ),
    "do_end": (
        "county_edu_clerk",
        {
            "endReasonCode": "IN_SCHOOL",
            "endText": "经核实，学生一直在校就读",
            "endBasis": "义务教育法第十三条",
        },
    ),
    "jb_accept": (
        "county_hr_clerk",
        {"ageFits": True, "canWork": True, "employedNow": False, "dibaoMember": False, "inScope": True},
    ),
    "jb_zero": (
        "town_hr_clerk",
        {
            "zeroCheckedBy": ["数据比对", "村（社区）证实"],
            "workersCount": 2,
            "workersEmployed": 0,
            "zeroEmployment": True,
            "zeroNote": "村委会证实两名劳动力都没有就业",
        },
    ),
    "jb_push": ("county_hr_clerk", {"postsChecked": True}),
    "jb_choose": ("citizen", {"postChoice": "都不合适", "unfitReason": "离家太远"}),
    "jb_link": (
        "county_hr_clerk",
        {"interviews": [{"interviewPost": "GW-014", "interviewOn": "2026-11-18", "interviewResult": "已录用"}]},
    ),
    "jb_visit": (
        "town_hr_clerk",
        {
            "visitMode": "电话",
            "visitOn": "2026-11-16",
            "visitResult": "未就业",
            "visitWhy": "岗位都不合适",
            "visitNote": "说还想找离家近的",
        },
    ),
    "jb_visit_2": (
        "town_hr_clerk",
        {
            "visitAgainMode": "电话",
            "visitAgainOn": "2026-11-16",
            "visitAgain": "已就业",
            "visitAgainNote": "面试通过，下周上班",
        },
    ),
    "jb_public_post": (
        "county_hr_clerk",
        {
            "placementResult": "安置",
            "postName": "保洁员",
            "postUnit": "江那镇人民政府",
            "postPay": 1200,
            "postFrom": "2026-12-01",
            "postYears": 3,
            "placeNote": "本人愿意，离家近",
        },
    ),
    "jb_public_post_2": (
        "county_hr_approver",
        {"postDecision": "同意", "postOpinion": "零就业家庭已核实，同意安置"},
    ),
    "pb_post": ("village_assistant", {"publicPlaces": ["村务公开栏"], "publicPhotos": FILE}),
    "pb_down": ("village_assistant", {"publicDownPhotos": FILE}),
    "jb_done": (
        "town_hr_clerk",
        {
            "employerName": "县城某机械厂",
            "jobTitle": "电焊工",
            "employedAt": "2026-11-16",
            "contractKind": "劳动合同",
            "monthlyPay": 3500,
        },
    ),
    "jb_done_2": ("town_hr_clerk", {"keptOn": "2026-11-16", "stability": "稳定", "keptNote": "每天按时上班"}),
    "jb_done_3": ("town_hr_clerk", {"keptOn": "2026-11-16", "stability": "稳定", "keptNote": "已经转正，收入稳定"}),
    "jb_civil": (
        "county_civil_clerk",
        {"civilResult": "减发其本人的低保金", "civilNote": "按规定减发其本人的低保金"},
    ),
    "jb_close": (
        "county_hr_reviewer",
        {
            "closeSuggestion": "转找培训",
            "closeText": "建议先参加技能培训，再找工作",
            "closeBasis": "省人社厅公布的找工作办理流程",
        },
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
    "rb_bring": ("rb_pre", {}),
    "rb_orig": ("rb_bring", {}),
    "rb_calc": ("rb_orig", {}),
    "rb_review": ("rb_calc", {}),
    "rb_review_2": ("rb_review", {}),
    "mt_assign": ("mt_accept", {}),
    "mt_contact": ("mt_assign", {}),
    "mt_confirm": ("mt_contact", {}),
    "mt_plan": ("mt_confirm", {}),
    "mt_feedback": ("mt_plan", {}),
    "mt_feedback_2": ("mt_feedback", {}),
    "ch_assign": ("ch_accept", {}),
    "ch_verify": ("ch_assign", {}),
    "ch_refer": (
        "ch_verify",
        {
            "diagnosisClear": False,
            "confirmedDiseases": None,
            "diseaseGrade": None,
            "referReason": "血压波动大，需要动态监测",
        },
    ),
    "ch_sign": ("ch_verify", {}),
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
    "do_police": ("do_accept", {"acceptResult": "协查"}),
    "do_verify": ("do_accept", {}),
    "do_health": (
        "do_verify",
        {
            "verifiedCauses": ["身体原因"],
            "unfitToStudy": True,
            "healthPapers": FILE,
            "approveBy": "县教体局",
            "childLabour": None,
            "familyPoor": None,
        },
    ),
    "do_move": (
        "do_verify",
        {
            "verifiedState": "转学或随迁",
            "movedTo": "邻县第二中学",
            "verifiedCauses": None,
            "unfitToStudy": None,
            "childLabour": None,
            "familyPoor": None,
        },
    ),
    "do_s1": ("do_verify", {}),
    "do_s2": ("do_s1", {}),
    "do_return": ("do_s1", {"s1Result": "已返校", "orderBy": None}),
    "do_end": ("do_accept", {"acceptResult": "不属实"}),
    "jb_push": ("jb_accept", {}),
    "jb_choose": ("jb_push", {}),
    "jb_link": ("jb_choose", {"postChoice": "选择岗位", "chosenPosts": ["GW-014"], "unfitReason": None}),
    "jb_visit": ("jb_choose", {}),
    "jb_visit_2": ("jb_visit", {"visitResult": "面试中", "visitWhy": None}),
    "jb_done": ("jb_visit", {"visitResult": "已就业", "visitWhy": None}),
    "rt_rate": ("wt_confirm", {}),
    "rt_callback": ("rt_rate", {"stars": 1}),
    "rt_rectify": ("rt_callback", {}),
    "rt_rerate": ("rt_rectify", {}),
}
"""Step → the step before it and what is answered there so that this one comes next."""
