"""What people are told, by the shipped templates: tests name the message and what stands in its gaps, so that its
wording may change without them."""

from functools import cache
from typing import Any

from engine import settings
from engine.casework.notifications import PLACEHOLDER
from engine.language import bundle as bundles

USUAL = {
    "water": {"事项": "农村饮水安全", "no": "water-532622-20261116-00001", "unit": "砚山县水务局", "tel": "12345"},
    "insure": {"事项": "参保登记", "no": "insure-532622-20261116-00001", "unit": "砚山县医保局", "tel": "12345"},
    "reimburse": {
        "事项": "异地就医报销",
        "no": "reimburse-532622-20261116-00001",
        "unit": "砚山县医保局",
        "tel": "12345",
    },
    "med_aid": {"事项": "大病救助", "no": "med_aid-532622-20261116-00001", "unit": "砚山县医保局", "tel": "12345"},
    "training": {"事项": "找培训", "no": "training-532622-20261116-00001", "unit": "砚山县人社局", "tel": "12345"},
    "appointment": {
        "事项": "看病预约",
        "no": "appointment-532622-20261116-00001",
        "unit": "砚山县卫健局",
        "tel": "12345",
    },
    "medicine": {"事项": "用药服务", "no": "medicine-532622-20261116-00001", "unit": "砚山县卫健局", "tel": "12345"},
    "major_treat": {
        "事项": "大病专项救治",
        "no": "major_treat-532622-20261116-00001",
        "unit": "砚山县卫健局",
        "tel": "12345",
    },
    "chronic": {"事项": "慢病健康管理", "no": "chronic-532622-20261116-00001", "unit": "砚山县卫健局", "tel": "12345"},
    "dropout": {"事项": "控辍保学", "no": "dropout-532622-20261116-00001", "unit": "砚山县教体局", "tel": "12345"},
    "dibao": {"事项": "低保", "no": "dibao-532622-20261116-00001", "unit": "江那镇民政经办", "tel": "12345"},
    "tekun": {"事项": "特困供养", "no": "tekun-532622-20261116-00001", "unit": "江那镇民政经办", "tel": "12345"},
    "imprest_topup": {"事项": "补充备用金", "no": "imprest_topup-532622-20261116-00001"},
    "linshi": {"事项": "临时救助", "no": "linshi-532622-20261116-00001", "unit": "砚山县民政局", "tel": "12345"},
    "job": {"事项": "找工作", "no": "job-532622-20261116-00001", "unit": "砚山县人社局", "tel": "12345"},
    "house": {"事项": "农村危房改造", "no": "house-532622-20261116-00001", "unit": "砚山县住建局", "tel": "12345"},
}
"""Item → what stands in the gaps of every message about its first case."""


@cache
def template(message_key: str) -> str:
    content = bundles.from_folder(settings.ROOT)
    tables = bundles.read(bundles.collect("water", content)).decisions["messages"]
    found = tables.decide("messages", {"messageKey": message_key})
    assert isinstance(found, dict), message_key
    return str(found["text"])


def said(message_key: str, item: str = "water", **gaps: Any) -> str:
    """The sentence with exactly these gaps filled, beside what is the same in all tests."""
    known = {**USUAL[item], **gaps}
    named = set(PLACEHOLDER.findall(template(message_key)))
    assert gaps.keys() <= named, f"{message_key} has no gap for {gaps.keys() - named}"
    return PLACEHOLDER.sub(lambda gap: str(known[gap[1]]), template(message_key))
