"""What an author probably meant: words and signs of other languages, and what FEEL writes instead.

The rule: a hint only completes a sentence about what is wrong; it never changes how a text is read.
"""

_INSTEAD = {
    **dict.fromkeys(("并且", "而且", "且", "和", "同时", "&", "AND", "And"), "and"),
    **dict.fromkeys(("或者", "或", "|", "OR", "Or"), "or"),
    **dict.fromkeys(("不", "非", "不是", "!"), "not(…)"),
    **dict.fromkeys(("等于", "=="), "="),
    **dict.fromkeys(("不等于", "<>", "≠"), "!="),
    **dict.fromkeys(("大于等于", "不小于", "≥"), ">="),
    **dict.fromkeys(("小于等于", "不大于", "≤"), "<="),
    **dict.fromkeys(("大于", "超过"), ">"),
    **dict.fromkeys(("小于", "低于", "不足"), "<"),
    **dict.fromkeys(("介于",), "between … and …"),
    **dict.fromkeys(("属于",), "in"),
    **dict.fromkeys(("如果",), "if"),
    **dict.fromkeys(("那么", "则"), "then"),
    **dict.fromkeys(("否则",), "else"),
    **dict.fromkeys(("×",), "*"),
    **dict.fromkeys(("÷",), "/"),
    **dict.fromkeys(("'", "`", "「"), '"'),
    "…": "..",
    "~": "..",
    "%": "modulo(…, …)",
    "、": ",",
    "《": '"',
}


def hint(found: str) -> tuple[str, str]:
    """The end of a sentence about `found`, in Chinese and in English; empty where nothing can be guessed."""
    instead = _INSTEAD.get(found)
    return (f"，请改写为“{instead}”", f", write “{instead}” instead") if instead else ("", "")
