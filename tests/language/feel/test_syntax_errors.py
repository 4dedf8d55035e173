"""What an author reads about an expression that is none."""

import pytest

from engine.errors import Invalid
from engine.language import feel


@pytest.mark.parametrize(
    ("text", "line", "column", "chinese"),
    [
        ("1 + (2 +)", 1, 9, "第1行第9列：这里应当是一个值，却是“)”"),
        ("1 +", 1, 4, "第1行第4列：这里应当是一个值，表达式却已经结束"),
        ("(1 + 2", 1, 7, "第1行第7列：这里应当是“)”，表达式却已经结束"),
        ("1 2", 1, 3, "第1行第3列：这里表达式应当结束，却是“2”"),
        ("if a\nthen b", 2, 7, "第2行第7列：这里应当是“else”，表达式却已经结束"),
        ("a in（1，2）", 1, 5, "第1行第5列：“（”是全角符号，请改用半角的“(”"),
        ('"abc', 1, 1, '第1行第1列：文字没有结束，缺少引号“"”'),
        ('@"abc"', 1, 1, '第1行第1列：这里应当是日期、时间或时长，却是“@"abc"”'),
        ("a # b", 1, 3, "第1行第3列：不认识的符号“#”"),
        ("", 1, 1, "第1行第1列：这里应当是一个值，表达式却已经结束"),
    ],
)
def test_a_syntax_error_says_where_and_what(text: str, line: int, column: int, chinese: str) -> None:
    with pytest.raises(feel.FeelSyntaxError) as caught:
        feel.compile(text)
    error = caught.value
    assert (error.line, error.column, error.chinese) == (line, column, chinese)
    assert error.english.startswith(f"Line {line}, column {column}: ")
    assert isinstance(error, Invalid)
    assert error.problems == {"": [chinese]}


@pytest.mark.parametrize(
    ("text", "chinese"),
    [
        ("金额 > 1000 并且 等级 = 1", "第1行第11列：这里表达式应当结束，却是“并且”，请改写为“and”"),
        ("金额 大于 1000", "第1行第4列：这里表达式应当结束，却是“大于”，请改写为“>”"),
        ("a == 1", "第1行第4列：这里应当是一个值，却是“==”，请改写为“=”"),
        ("a <> 1", "第1行第4列：这里应当是一个值，却是“<>”，请改写为“!=”"),
        ("a && b", "第1行第3列：不认识的符号“&”，请改写为“and”"),
        ("a ≥ 1", "第1行第3列：不认识的符号“≥”，请改写为“>=”"),
        ("a = 'x'", "第1行第5列：这里应当是一个值，却是“'”，请改写为“\"”"),
    ],
)
def test_words_and_signs_of_other_languages_get_a_hint(text: str, chinese: str) -> None:
    with pytest.raises(feel.FeelSyntaxError) as caught:
        feel.compile(text)
    assert caught.value.chinese == chinese
