"""Uploaded XML is read without entities, network, DTD or scripts, and refused in plain Chinese."""

import pytest

from engine.errors import Invalid, TooLarge
from engine.language import xml


def test_a_plain_document_is_read_without_comments_and_instructions() -> None:
    root = xml.parse(b'<?xml version="1.0" encoding="UTF-8"?><?x y?><a xmlns="urn:x"><!-- c --><b/></a>')
    assert (xml.local_name(root), xml.namespace(root)) == ("a", "urn:x")
    assert [xml.local_name(child) for child in root] == ["b"]


def test_text_around_a_comment_stays_together() -> None:
    root = xml.parse(b"<a>1<!-- c -->2</a>")
    assert root.text == "12"


def test_a_broken_document_is_refused_with_its_line() -> None:
    with pytest.raises(Invalid) as refusal:
        xml.parse(b"<a>\n<b>\n</a>", what="流程图")
    assert refusal.value.problems == {"": ["流程图不是格式正确的 XML：第 3 行有错误"]}
    assert refusal.value.notice == "流程图不是格式正确的 XML：第 3 行有错误"


@pytest.mark.parametrize("data", [b"", b"  \n"])
def test_an_empty_file_is_refused(data: bytes) -> None:
    with pytest.raises(Invalid, match="empty"):
        xml.parse(data)


def test_a_file_above_five_megabytes_is_refused_before_it_is_parsed() -> None:
    with pytest.raises(TooLarge) as refusal:
        xml.parse(b"<" * (xml.MAX_BYTES + 1), what="流程图")
    assert refusal.value.notice == "流程图太大：不能超过 5 MB"


def test_a_document_nested_thousands_deep_is_refused_not_crashed_on() -> None:
    with pytest.raises(Invalid):
        xml.parse(b"<a>" * 3000 + b"</a>" * 3000)


def test_an_undeclared_entity_is_refused() -> None:
    with pytest.raises(Invalid):
        xml.parse(b"<a>&e;</a>")


@pytest.mark.parametrize(
    "data",
    [
        b"<!DOCTYPE a><a/>",
        b'<!DOCTYPE a SYSTEM "http://127.0.0.1:9/x.dtd"><a/>',
        b'<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>',
        b'<!DOCTYPE a [<!ENTITY e "text">]><a>&e;</a>',
        b'<!DOCTYPE a [<!ENTITY a "x"><!ENTITY b "&a;&a;"><!ENTITY c "&b;&b;">]><a>&c;</a>',
    ],
)
def test_a_doctype_is_refused_whatever_it_declares(data: bytes) -> None:
    with pytest.raises(Invalid) as refusal:
        xml.parse(data)
    assert refusal.value.status == 422


@pytest.mark.parametrize(
    "data",
    [
        b"<a><script>alert(1)</script></a>",
        b'<a><x:script xmlns:x="http://www.w3.org/1999/xhtml">1</x:script></a>',
        b'<a><x:svg xmlns:x="http://www.w3.org/2000/svg" onload="1"/></a>',
        b'<a onclick="alert(1)"/>',
        b'<a ONCLICK="alert(1)"/>',
        b'<a name="&lt;script&gt;alert(1)&lt;/script&gt;"/>',
        b"<a>&lt;img src=x&gt;&lt;SCRIPT&gt;</a>",
        b"<a><![CDATA[<iframe src=1>]]></a>",
        b'<a href="javascript:alert(1)"/>',
    ],
)
def test_anything_a_browser_would_run_is_refused(data: bytes) -> None:
    with pytest.raises(Invalid) as refusal:
        xml.parse(data, what="流程图")
    assert refusal.value.problems[""][0].startswith("流程图不能含有脚本")


def test_a_script_element_of_bpmn_is_no_markup_and_left_to_the_reader() -> None:
    root = xml.parse(b'<a xmlns:b="http://www.omg.org/spec/BPMN/20100524/MODEL"><b:script>x</b:script></a>')
    assert len(root) == 1


def test_feel_comparisons_in_a_condition_are_no_tags() -> None:
    assert xml.parse(b"<a>amount &lt; script</a>").text is not None
