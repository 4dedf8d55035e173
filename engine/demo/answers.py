"""How demo people fill in forms: plausible answers drawn from the form itself, with weights for the decisions."""

from collections.abc import Mapping
from datetime import timedelta
from random import Random
from typing import Any

from engine import clock
from engine.language.forms import Form, Shown

WEIGHTS: Mapping[str, Mapping[Any, int]] = {
    "inScope": {True: 9, False: 1},
    "needCorrection": {False: 9, True: 1},
    "townAccept": {True: 14, False: 1},
    "problemTrue": {"属实": 8, "部分属实": 2, "不属实": 1},
    "needProject": {False: 6, True: 1},
    "waterBack": {True: 9, False: 1},
    "turnsToWorks": {False: 9, True: 1},
    "planDecision": {"同意": 5, "退回修改": 1},
    "worksDone": {False: 1, True: 1},
    "confirmResult": {"已解决": 9, "未解决": 1},
    "issueOrder": {True: 6, False: 1},
    "checkResult": {"满意": 4, "退回重办": 1},
    "stars": {"5": 6, "4": 4, "3": 2, "2": 1, "1": 1},
    "consentCallResult": {"同意": 8, "拒绝": 1, "找不到": 1},
}
SENTENCES = {
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
}
GENERAL = (
    "已按程序办理，情况属实，资料齐全。",
    "已与群众电话沟通，说明了办理情况。",
    "现场查看并拍照留存，群众表示理解。",
)


def answer(form: Form, context: Mapping[str, Any], rng: Random) -> dict[str, Any]:
    """Answers to what the form asks now; choosing may make it ask more, so it is gone through until it is quiet."""
    given: dict[str, Any] = {}
    for _ in range(6):
        fresh = [
            shown
            for page in form.visible({**context, **given})
            for component in page.items
            for shown in component.inputs()
            if shown.key not in given and not shown.read_only
        ]
        if not fresh:
            break
        for shown in fresh:
            given[shown.key] = _value(shown, given, context, rng)
    return {key: value for key, value in given.items() if value is not None}


def _value(shown: Shown, given: Mapping[str, Any], context: Mapping[str, Any], rng: Random) -> Any:
    kind = shown.field.kind
    if kind in ("radio", "select"):
        return _chosen(shown, context, rng)
    if kind in ("checklist", "taglist"):
        count = min(len(shown.options), rng.choice((1, 1, 2)))
        return [option.value for option in rng.sample(list(shown.options), count)]
    if kind == "checkbox":
        return True if shown.required else rng.random() < 0.3
    if kind == "number":
        low = int(shown.minimum or 0)
        return rng.randint(low, int(shown.maximum) if shown.maximum is not None else low + 60)
    if kind == "datetime":
        return _date(shown, rng)
    if kind in ("textfield", "textarea"):
        return _text(shown, rng)
    return None


def _chosen(shown: Shown, context: Mapping[str, Any], rng: Random) -> Any:
    values = [option.value for option in shown.options]
    if not values:
        return None
    if shown.key == "town" and context.get("town") in values:
        return context["town"]
    weights = WEIGHTS.get(shown.key, {})
    return rng.choices(values, [weights.get(value, 1) for value in values])[0]


def _date(shown: Shown, rng: Random) -> str:
    today = clock.local(clock.now())
    if shown.field.subtype == "datetime":
        return today.replace(second=0, microsecond=0).isoformat()
    if shown.earliest:
        return (today + timedelta(days=rng.randint(1, 20))).date().isoformat()
    return (today - timedelta(days=rng.randint(0, 3) if shown.latest else 0)).date().isoformat()


def _text(shown: Shown, rng: Random) -> str | None:
    if not shown.required and rng.random() < 0.5:
        return None
    if shown.format == "phone":
        return f"1390000{rng.randint(0, 9999):04d}"
    if shown.format == "person_name":
        return "群众亲属"
    text = rng.choice(SENTENCES.get(shown.key, GENERAL))
    return text[: shown.max_length] if shown.max_length else text
