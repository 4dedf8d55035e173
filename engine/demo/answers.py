"""How demo people fill in forms: plausible answers drawn from the form itself, with weights for the decisions.

What is written into a field comes from its property `example` (several with | between), or from the sentences here.
"""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from random import Random
from typing import Any

from engine import clock
from engine.language import identity
from engine.language.forms import Form, Shown
from engine.language.forms.shown import row_scope, visible

WEIGHTS: Mapping[str, Mapping[Any, int]] = {
    "inScope": {True: 9, False: 1},
    "needCorrection": {False: 9, True: 1},
    "townAccept": {True: 14, False: 1},
    "problemTrue": {"属实": 8, "部分属实": 2, "不属实": 1},
    "needProject": {False: 6, True: 1},
    "waterBack": {True: 9, False: 1},
    "turnsToWorks": {False: 9, True: 1},
    "objectionRelated": {True: 4, False: 1},
    "objectionResult": {"不成立": 5, "成立": 1},
    "villageObjection": {False: 12, True: 1},
    "planDecision": {"同意": 5, "退回修改": 1},
    "worksDone": {False: 1, True: 1},
    "confirmResult": {"已解决": 9, "未解决": 1},
    "issueOrder": {True: 6, False: 1},
    "checkResult": {"满意": 4, "退回重办": 1},
    "checkWanted": {True: 9, False: 1},
    "editAction": {"更正账户": 1, "剔除": 0},
    "checkDecision": {"同意": 14, "退回": 1},
    "approveDecision": {"同意": 14, "退回": 1},
    "finDecision": {"无问题": 14, "有问题": 1},
    "directResult": {"已发放": 1, "发放失败": 0},
    "authSigned": {True: 9, False: 1},
    "authFits": {True: 1},
    "authInDate": {True: 1},
    "doubtConclusion": {"疑点排除": 8, "查实不符合": 1, "无法查清": 1},
    "reviewDecision": {"同意": 9, "退回": 1},
    "lowIncomeChecked": {True: 9, False: 1},
    "proofReadable": {True: 9, False: 1},
    "diagnosisClear": {True: 6, False: 1},
    "hospitalFound": {True: 3, False: 1},
    "exitReason": {"拒绝": 1},
    "reviewResult": {"可开": 8, "需面诊": 2, "不宜": 1},
    "inStock": {True: 8, False: 1},
    "patientReached": {True: 9, False: 1},
    "patientFound": {True: 6, False: 1},
    "feedbackDecision": {"同意": 7, "退回": 1},
    "treatPlan": {"门诊": 2, "住院": 6, "转诊": 1, "随访": 1},
    "followClass": {"控制满意": 7, "控制不满意": 2, "并发症": 1, "病情不稳定": 1},
    "referred": {False: 9, True: 1},
    "wishMode": {"修缮加固": 4, "拆除重建": 5, "不改造": 1},
    "civilOk": {True: 6, False: 1},
    "ruralOk": {True: 3, False: 1},
    "houseGrade": {"D": 4, "C": 4, "B": 1, "A": 0, "无房": 1},
    "aidedSafe": {False: 29, True: 1},
    "hasSafeHouse": {False: 29, True: 1},
    "townHouse": {False: 29, True: 1},
    "officialInFamily": {False: 29, True: 1},
    "illegalHouse": {False: 29, True: 1},
    "gradeDecision": {"可用": 9, "退回": 1},
    "siteOk": {True: 29, False: 1},
    "structureOk": {True: 29, False: 1},
    "seismicOk": {True: 29, False: 1},
    "areaOk": {True: 29, False: 1},
    "oldHouseOk": {True: 29, False: 1},
    "visitConclusion": {"符合": 9, "存疑": 1, "不符合": 1},
    "appraisalResult": {"真实": 9, "需再查": 1, "不真实": 0},
    "suggestion": {"同意": 9, "轮候": 1, "不同意": 1},
    "houseDecision": {"同意": 9, "轮候": 1, "不同意": 1, "退回": 1},
    "agreeResult": {"签订": 19, "放弃": 1},
    "worksState": {"竣工": 1, "施工中": 1, "延期": 0},
    "stars": {"5": 6, "4": 4, "3": 2, "2": 1, "1": 1},
    "consentCallResult": {"同意": 8, "拒绝": 1, "找不到": 1},
    "insureResult": {"通过": 8, "补正": 1, "不予受理": 1},
    "onlinePay": {True: 4, False: 1},
    "prevInsurance": {"无": 9, "职工医保": 1, "外地居民医保": 1},
    "insuredThen": {"在保": 12, "未参保": 1},
    "settledDirect": {False: 14, True: 1},
    "thirdPartyFound": {"医保": 12, "第三人": 1, "先行支付": 1, "工伤": 1},
    "thirdParty": {False: 12, True: 1},
    "inCatalogue": {True: 14, False: 1},
    "lateExcused": {False: 9, True: 1},
    "papersFit": {True: 8, False: 1},
    "origResult": {"受理": 8, "补正": 1},
    "doubtful": {False: 8, True: 1},
    "investigateResult": {"属实": 6, "部分不属实": 2, "虚假": 1},
    "medinsReview": {"同意": 9, "拟不予支付": 1, "退回": 1},
    "medinsApproval": {"同意": 9, "不同意": 1, "退回": 1},
    "removedResult": {"换账户": 3, "不再支付": 1},
    "insuredChecked": {True: 12, False: 1},
    "servedHere": {True: 12, False: 1},
    "aidedBefore": {False: 12, True: 1},
    "identityChecked": {"普通": 6, "特困": 1, "低保": 3, "低保边缘": 2, "监测对象": 2, "脱贫户": 1, "其他": 1},
    "aidDisease": {"其他": 0},
    "aidReview": {"同意": 9, "拟不予救助": 1, "退回": 1},
    "aidApproval": {"同意": 9, "不同意": 1, "退回": 1, "重新核实": 1},
}
SENTENCES: Mapping[str, tuple[str, ...]] = {
    "visitGps": ("23.6051,104.3372", "23.5810,104.2218"),
    "problemText": (
        "家里自来水断断续续，早晚高峰基本没有水。",
        "水龙头出来的水发黄，有泥沙，不敢直接喝。",
        "水窖快见底了，只够吃几天。",
        "村口主管漏水好几天，我们这一组都停水了。",
        "水有一股异味，烧开后还有沉淀。",
    ),
    "rejectReason": (
        "反映的是小区物业用水收费问题，不属于农村饮水安全受理范围。",
        "经核对所在地已纳入城市供水管网，请向供水公司反映。",
    ),
    "correctionList": ("请补充停水的具体位置（几组几号）和联系电话。", "照片看不清，请重新拍一张水龙头出水的照片。"),
    "correctionOpinion": ("申请人补充的位置仍不清楚，同意再次补正。", "现有材料可以派单，不同意再次补正，请直接办理。"),
    "supplementText": ("停水的是三组 12 号一带，联系电话没有变。", "已重新拍了水龙头出水的照片，请查看。"),
    "authReturnList": ("还有一名成年家庭成员没有签字，请补签后再提交。",),
    "checkDeclined": ("一名成年家庭成员拒绝签字授权，已两次上门说明后果。",),
    "crossText": ("在户籍地有一处出租的铺面。",),
    "doubtNote": ("已打电话核对，记录有误，本人提供了证明。", "已请村里上门看过，与申报的一致。"),
    "reviewOpinion": ("核对程序完整，疑点都有说明，同意出具报告。",),
    "urgeNote": ("对方答应一个工作日内返回。",),
    "wrongTownReason": ("问题所在村属于相邻乡镇管护，请改派。",),
    "remark": ("请当天与申请人联系，约定到现场的时间。",),
    "visitors": ("乡镇水务站工作人员二人、村管水员", "乡镇水务站站长、驻村工作队员", "村管水员、乡镇水务站技术人员"),
    "verifyNote": ("主管接头处破裂，已请村管水员关小阀门。", "水窖存水不足三天，先安排拉水。"),
    "explanation": ("现场核实供水正常，停水是入户水表欠费关阀造成，已向申请人说明缴费办法。",),
    "solveNote": ("已更换破损的接头和 20 米管道，恢复供水。", "已清洗水池并消毒，水样送检合格。"),
    "confirmNote": ("申请人反映傍晚水压仍然不足。",),
    "planText": ("从村后水源点新铺主管 1.2 公里，建 30 立方米蓄水池一座。", "改造老旧管网 800 米，更换水泵一台。"),
    "fundSource": ("县级农村饮水维修养护资金", "衔接推进乡村振兴补助资金"),
    "interimPlan": ("每两天拉水一次，每户每次 200 升。", "由村管水员分时段供水，早晚各两小时。"),
    "planOpinion": ("方案可行，投资合理，同意实施。", "过渡期供水安排不明确，请补充后再报。"),
    "progress": ("主管已铺设一半，蓄水池正在浇筑。", "管道已全部铺完，正在试压通水。"),
    "orderDemand": (
        "该件已超过办理时限，请查明原因，三个工作日内办结并书面反馈。",
        "群众多次催办，请立即到现场核实，先保障基本用水。",
    ),
    "noOrderReason": ("经核实已在办理，预计明日办结，暂不发督办单，继续跟踪。",),
    "replyPlan": ("今日联系乡镇到现场，明日采取措施，按期反馈。", "由分管领导牵头，两个工作日内解决。"),
    "resultText": ("已组织抢修恢复供水，并电话告知申请人。", "乡镇已到现场更换管道，水质检测合格。"),
    "overdueReason": ("主管破损点在山上，配件到货晚了两天。", "派单后乡镇经办人外出，没有及时转交。"),
    "measures": ("明确 AB 岗，经办人外出时由同岗人员接办。", "建立配件储备，抢修不再等待采购。"),
    "checkReason": ("只说明了打算，没有办理结果，请解决后再反馈。",),
    "objectionFindings": ("向村民小组和邻居了解，并核对了登记资料，与公示一致。", "到家中查看，并核对了登记。"),
    "objectionAnswer": ("您反映的情况已经核查，结论和依据已记入本案，谢谢监督。",),
    "villageObjectionText": ("有村民说这家还有一处房子没有写进去。",),
    "consentNote": ("已当面说明，本人清楚代办的内容。", "已打电话核对，本人知道此事。"),
    "callbackNote": ("已电话了解：申请人不满意的是到现场的时间太晚。",),
    "rectifyText": ("已要求经办人提前约定时间并守时，向申请人作了说明。",),
    "ratingText": ("水来了，谢谢。", "师傅很有耐心。", "打电话说得很清楚。"),
    "rejectBasis": ("《社会保险经办条例》第二十七条",),
    "correctionBasis": ("《社会保险经办条例》第六条",),
    "offlineMaterials": ("身份证原件", "身份证、居住证原件"),
    "offlineNote": ("原件已核对，当场缴费。",),
    "ethnicity": ("汉族", "壮族", "苗族", "彝族"),
    "skillsNote": ("会开三轮车，在工地做过小工。", "在饭馆帮过厨。"),
    "course": ("砌筑工初级班", "中式烹调"),
    "place": ("县城", "本乡"),
    "intentOther": ("修摩托车",),
    "courseName": ("家政服务员初级班", "砌筑工初级班"),
    "courseSchool": ("县职业技术学校", "县就业培训中心"),
    "coursePlace": ("县职业技术学校 2 号教室", "乡镇文化站"),
    "suggestReason": ("本地正在招这个工种，离家近，上手快。",),
    "declineReason": ("家里有老人要照顾，走不开。", "正是农忙，等忙完再说。"),
    "certificateNo": ("结业证 2026-0001",),
    "visitNote": ("已打电话了解，课程听得懂，愿意继续学。", "已入户了解，培训后在县城找到了工作。"),
    "zeroNote": ("已和村委会核对，情况与本人所说一致。",),
    "closeText": ("本人表示不再参加培训，已说明以后可以重新申请。",),
    "closeBasis": ("《云南省政府救助平台运行管理办法》",),
    "bankName": ("云南农村信用社砚山县联社",),
    "diagnosisHospital": ("砚山县人民医院", "文山州人民医院"),
    "currentMedicine": ("按医嘱每天服药一次", "暂时没有用药"),
    "bp": ("132/84", "148/92"),
    "allergy": ("没有", "青霉素过敏"),
    "assignedTeam": ("第一家庭医生团队", "第二家庭医生团队"),
    "referReason": ("基层设备不能确诊，需要做进一步检查。",),
    "notFoundAdvice": ("检查结果没有达到诊断标准，建议半年后复查。",),
    "notFoundBasis": ("《国家基本公共卫生服务规范》",),
    "healthRecordNo": ("JK-101-0001", "JK-101-0002"),
    "doctorPhone": ("13900001234", "13900005678"),
    "followPlanText": ("每季度面对面随访一次，每年体检一次。",),
    "symptoms": ("没有不舒服。", "偶尔头晕，休息后好转。"),
    "referralTo": ("砚山县人民医院",),
    "drug": ("降压药", "降糖药"),
    "spec": ("5 毫克", "0.5 克"),
    "bpOrGlucose": ("血压 138/86", "空腹血糖 6.8"),
    "refuseAdvice": ("目前不宜继续用药，请先到医院复查。",),
    "refuseBasis": ("《处方管理办法》第十四条",),
    "faceNote": ("当面看过，可以继续用药。",),
    "prescriberName": ("处方医生甲",),
    "licenceNo": ("110532600000001",),
    "prescription": ("每日一次，每次一片，饭后服用。",),
    "orderFrom": ("县医共体药房",),
    "handPlace": ("乡镇卫生院药房", "村卫生室"),
    "pickupCode": ("2468",),
    "codeShown": ("2468",),
    "stage": ("早期", "中期"),
    "hospitalNow": ("砚山县人民医院",),
    "hospitalContact": ("医务科 13900004321",),
    "hospitalDoctor": ("主治医生甲",),
    "icd10": ("C16.9", "I63.9"),
    "referHospital": ("文山州人民医院",),
    "treatProgress": ("已经入院，完成检查，按方案治疗。",),
    "feedbackOpinion": ("救治安排落实，同意反馈办理结果。", "请补充登记开始治疗以后的情况。"),
    "followState": ("恢复较好，按时复查。",),
    "deptOpinion": ("已逐笔核对收款人和账户，同意报复核。",),
    "checkOpinion": ("名单、金额与审批结果一致，同意发放。", "请核对收款账户以后再报。"),
    "approveOpinion": ("同意发放，报县财政。", "请复核人员再核对一次名单。"),
    "finReason": ("抽查发现户名与收款人不一致，请核实后重报。",),
    "finNote": ("户名与收款人不一致",),
    "editReason": ("本人已经在外县享受",),
    "editBank": ("农村信用社砚山县联社",),
    "voucherNo": ("ZF-2026-001207", "ZF-2026-001208"),
    "directReason": ("多次联系不上本人",),
    "withdrawReason": ("水已经来了，不用再处理。",),
}
DISSATISFIED = ("等了好几天才有人来。", "修好没几天又停了。", "电话打了好几次才有人接。")
BANK_CARD = "6217001234567893"
SELDOM = frozenset({"payEdits"})
"""Lists to which nobody adds a row that need not."""
# Where nothing else is known of the question.
GENERAL = ("已按程序办理，情况属实，资料齐全。", "已与申请人电话沟通，说明了办理情况。")
NUMBERS: Mapping[str, tuple[int, int]] = {
    "affectedHouseholds": (1, 60),
    "waterLitres": (15, 70),
    "fetchMinutes": (5, 40),
    "fetchMetres": (50, 1500),
    "supplyRate": (70, 98),
    "orderDueDays": (2, 5),
    "newDueDays": (2, 5),
    "budget": (30_000, 450_000),
    "daysLeft": (0, 7),
    "wishDays": (14, 84),
    "rxDays": (14, 84),
    "representatives": (5, 5),
    "payAmount": (6_000, 12_000),
    "builtYear": (1965, 2005),
    "areaM2": (40, 120),
    "editLine": (1, 1),
    "finLine": (1, 1),
    "newAreaM2": (40, 60),
    "amount": (0, 120),
    "contactTries": (1, 3),
    "costEstimate": (5_000, 80_000),
    "height": (150, 178),
    "weight": (45, 80),
    "glucose": (5, 9),
    "offlinePaid": (400, 1_600),
    "totalFee": (5_000, 60_000),
    "feeInScope": (4_000, 40_000),
    "feeTotal": (60_000, 120_000),
    "paidBasic": (20_000, 40_000),
    "ownPart": (8_000, 40_000),
    "ownInScope": (8_000, 40_000),
    "rigidMedical": (8_000, 40_000),
    "copies": (1, 5),
}


FILES_UNASKED = 0.1
"""How often somebody adds a file that is not required."""

Files = Callable[[Shown], list[str]]


class Plain(Random):
    """Always the likeliest: how a case goes that has to end well and soon."""

    def choices(self, population: Any, weights: Any = None, **_: Any) -> list[Any]:
        """The option of the greatest weight; the first where all are equal."""
        return [max(zip(population, weights, strict=True), key=lambda pair: pair[1])[0]]


def answer(form: Form, context: Mapping[str, Any], rng: Random, files: Files | None = None) -> dict[str, Any]:
    """Answers to what the form asks now; choosing may make it ask more, so it is gone through until it is quiet.
    `files` uploads what a question wants and gives the numbers; without it no files are given."""
    given: dict[str, Any] = {}
    for _ in range(6):
        asked_now = [
            shown
            for page in form.visible({**context, **given})
            for component in page.items
            for shown in component.inputs()
            if not shown.read_only
        ]
        fresh = [shown for shown in asked_now if shown.key not in given]
        if not fresh and not _fill_rows(asked_now, given, context, rng):
            break
        for shown in fresh:
            asked = shown.field.kind == "filepicker"
            given[shown.key] = _files(shown, rng, files) if asked else _value(shown, given, context, rng)
    return {key: value for key, value in given.items() if value is not None}


def _fill_rows(asked: list[Shown], given: Mapping[str, Any], context: Mapping[str, Any], rng: Random) -> bool:
    """A row asks more, too, when something was chosen in it; whether there was anything to answer."""
    missing = [
        (row, one)
        for shown in asked
        if shown.field.kind == "dynamiclist"
        for row, questions in zip(given.get(shown.key) or [], shown.rows, strict=False)
        for one in questions
        if one.key not in row
    ]
    for row, one in missing:
        row[one.key] = _value(one, given, context, rng)
    return bool(missing)


def _files(shown: Shown, rng: Random, files: Files | None) -> list[str] | None:
    wanted = files is not None and (shown.required or rng.random() < FILES_UNASKED)
    return files(shown) if files is not None and wanted else None


def _value(shown: Shown, given: Mapping[str, Any], context: Mapping[str, Any], rng: Random) -> Any:
    kind = shown.field.kind
    if shown.format == "region":  # people live where their trouble is
        return context.get("problemRegion")
    if kind in ("radio", "select"):
        return _chosen(shown, context, rng)
    if kind in ("checklist", "taglist"):
        count = min(len(shown.options), rng.choice((1, 1, 2)))
        return [option.value for option in rng.sample(list(shown.options), count)]
    if kind == "checkbox":
        weights = WEIGHTS.get(shown.key, {True: 3, False: 7})
        return True if shown.required else rng.choices(list(weights), list(weights.values()))[0]
    if kind == "number":
        return _number(shown, rng)
    if kind == "datetime":
        return _date(shown, given, rng)
    if kind in ("textfield", "textarea"):
        return _text(shown, given, rng)
    if kind == "dynamiclist":
        rows = max(0 if shown.key in SELDOM else 1, shown.field.min_rows)
        return [_row(shown, {**context, **given}, rng) for _ in range(rows)]
    return None


def _row(shown: Shown, known: Mapping[str, Any], rng: Random) -> dict[str, Any]:
    """A row of a list; what is chosen in it may make it ask more."""
    row: dict[str, Any] = {}
    for _ in range(3):
        asked = [
            one for item in visible(shown.field.fields, row_scope(shown.field, known, row)) for one in item.inputs()
        ]
        row.update({one.key: _value(one, row, known, rng) for one in asked if one.key not in row})
    return row


def _chosen(shown: Shown, context: Mapping[str, Any], rng: Random) -> Any:
    values = [option.value for option in shown.options]
    if not values:
        return None
    if shown.key == "town" and context.get("town") in values:
        return context["town"]
    weights = WEIGHTS.get(shown.key, {})
    return rng.choices(values, [weights.get(value, 1) for value in values])[0]


def _number(shown: Shown, rng: Random) -> int:
    low, high = NUMBERS.get(shown.key, (0, 60))
    if shown.minimum is not None and shown.minimum > low:
        low, high = int(shown.minimum), int(shown.minimum) + high - low
    return rng.randint(low, min(high, int(shown.maximum)) if shown.maximum is not None else high)


def _date(shown: Shown, given: Mapping[str, Any], rng: Random) -> str:
    today = clock.local(clock.now())
    begun = given.get(shown.field.not_before or "")
    if begun:
        after = (date.fromisoformat(begun) + timedelta(days=rng.randint(1, 20))).isoformat()
        return max(begun, min(after, shown.latest)) if shown.latest else after
    if shown.field.subtype == "datetime":
        return today.replace(second=0, microsecond=0).isoformat()
    if shown.earliest:
        return (today + timedelta(days=rng.randint(1, 20))).date().isoformat()
    return (today - timedelta(days=rng.randint(0, 3) if shown.latest else 0)).date().isoformat()


def _text(shown: Shown, given: Mapping[str, Any], rng: Random) -> str | None:
    if not shown.required and rng.random() < 0.5:
        return None
    if shown.format == "phone":
        return f"1390000{rng.randint(0, 9999):04d}"
    if shown.format == "person_name":
        return "群众亲属"
    if shown.format == "idno":
        first_17 = f"532622{rng.randint(1946, 2015)}0101{rng.randint(1, 999):03d}"
        return first_17 + identity.check_character(first_17)
    if shown.format == "bankcard":
        return BANK_CARD
    unhappy = shown.key == "ratingText" and str(given.get("stars")) in "123"
    example = shown.field.properties.get("example")
    own = tuple(example.split("|")) if example else SENTENCES.get(shown.key, GENERAL)
    text = rng.choice(DISSATISFIED if unhappy else own)
    return text[: shown.max_length] if shown.max_length else text
