"""The way of medical insurance money in tests: the department and the treasury agree, and the bank pays; or a line is
taken off the batch."""

from engine import clock as engine_clock
from tests.factories import JIANGNA
from tests.processes import paying
from tests.processes.stage import Stage

OPINION = {"checkDecision": "同意", "checkOpinion": paying.OPINION}
STEPS = {
    "py_dept": ("county_medins_clerk", {"deptOpinion": paying.OPINION}),
    "py_dept_2": ("county_medins_reviewer", OPINION),
    "py_dept_3": ("county_medins_approver", {"approveDecision": "同意", "approveOpinion": paying.OPINION}),
    "py_fin": ("county_finance", {"finDecision": "无问题"}),
    "py_pay": ("county_finance", {"voucherNo": "ZF-2026-0001"}),
}


def approve(stage: Stage) -> None:
    """The reimbursement is approved, and the department has the payment order."""
    stage.bring_to("rb_review_2")
    stage.do("rb_review_2")
    stage.let_pass(until=engine_clock.now())


def pay(stage: Stage) -> None:
    """Everybody agrees, and the money arrives."""
    stage.let_pass(until=engine_clock.now())
    for element_id, (who, answers) in STEPS.items():
        stage.complete(who, element_id, **answers)
        stage.let_pass(until=engine_clock.now())
    if "py_direct" in stage.open_tasks():
        slip = [stage.file("county_medins_clerk")]
        given = {"directResult": "已发放", "directWay": "银行转账", "directOn": "2026-11-16", "directFile": slip}
        stage.complete("county_medins_clerk", "py_direct", **given)
        return
    line = paying.lines()[-1]
    paying.bring(stage, f"1,成功,2026-11-16 15:00,李柜员,{line.amount / 100:.2f},")


def take_off(stage: Stage, reason: str) -> None:
    """The department strikes the line out."""
    struck = {"editLine": 1, "editAction": "剔除", "editReason": reason}
    stage.complete("county_medins_clerk", "py_dept", deptOpinion=paying.OPINION, payEdits=[struck])


def visit(stage: Stage, **changes: object) -> None:
    """The town has been to the family and brings its pictures."""
    stage.do("ma_town", visitPhotos=[stage.file("town_medins_clerk") for _ in range(3)], **changes)


def refuse_check(stage: Stage) -> None:
    """The check center sends the request back, and the family will not be checked."""
    if "town_civil_clerk" not in stage.people:
        paying.employ(stage, "town_civil_clerk", "town_civil_clerk", JIANGNA)
    bad = {"authSigned": False, "authFits": True, "authInDate": True, "authReturnList": "还有一名成年家庭成员没有签字"}
    stage.complete("county_check_clerk", "ec_accept", **bad)
    declined = "成年的家庭成员拒绝签字，已经两次上门说明"
    stage.complete("town_civil_clerk", "ec_request", checkWanted=False, checkDeclined=declined)
