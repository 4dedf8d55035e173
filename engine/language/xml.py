"""Hardened reading of uploaded XML: no entities, no network, no DTD, no scripts, at most 5 MB.

Every BPMN and DMN file comes in through `parse`; nothing else in the engine hands uploaded bytes to an XML parser.
"""

import re
from functools import lru_cache

from lxml import etree

from engine.errors import Invalid, TooLarge

MAX_BYTES = 5 * 1024 * 1024

# XHTML and SVG elements and attributes that a browser would run. BPMN's own <bpmn:script> and <scriptTask> are not
# markup: the engine never executes them, and lint refuses them with a sentence at their element.
_RUNNABLE = {"script", "iframe", "object", "embed", "foreignobject", "handler", "style", "link"}
_MARKUP = {"http://www.w3.org/1999/xhtml", "http://www.w3.org/2000/svg", ""}
_HANDLER = re.compile(r"on[a-z]+", re.IGNORECASE)
_RUNNABLE_URL = re.compile(r"^\s*(javascript|vbscript|data:text/html)", re.IGNORECASE)
_TAG_IN_TEXT = re.compile(r"</?(script|iframe|object|embed|svg)[\s/>]", re.IGNORECASE)


def parse(data: bytes, *, what: str = "文件") -> etree._Element:
    """The root element, without comments and processing instructions; `what` names the file in notices.

    Raises TooLarge above 5 MB, Invalid (problems at "") when the file is malformed, carries a DOCTYPE, or holds
    anything that a browser showing it would run.
    """
    if len(data) > MAX_BYTES:
        reason = f"Expected at most {MAX_BYTES} bytes, but got {len(data)}"
        raise TooLarge(reason, notice=f"{what}太大：不能超过 5 MB")
    if not data.strip():
        raise _refused("Expected an XML document, but it was empty", f"{what}是空的")
    try:
        root = etree.fromstring(data, _parser())
    except etree.XMLSyntaxError as error:
        line = error.lineno or 1
        reason = f"Expected well-formed XML, but line {line} is broken: {error.msg}"
        raise _refused(reason, f"{what}不是格式正确的 XML：第 {line} 行有错误") from error
    if root.getroottree().docinfo.internalDTD:
        raise _refused("Expected no DOCTYPE, but found one", f"{what}不能含有 DOCTYPE 声明")
    _refuse_runnable(root, what)
    return root


def local_name(element: etree._Element) -> str:
    """The tag without its namespace."""
    return _parts(element.tag)[1]


def namespace(element: etree._Element) -> str:
    """The namespace of the tag, "" without one."""
    return _parts(element.tag)[0]


@lru_cache(maxsize=1024)
def _parts(tag: str) -> tuple[str, str]:
    """Namespace and name. Kept, because files of thousands of elements have a few dozen tags."""
    name = etree.QName(tag)
    return name.namespace or "", name.localname


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


def _refuse_runnable(root: etree._Element, what: str) -> None:
    for element in root.iter():
        line = element.sourceline
        if _runs(element):
            reason = f"Expected no runnable content, but line {line} has some in <{element.tag}>"
            raise _refused(reason, f"{what}不能含有脚本：第 {line} 行")


def _runs(element: etree._Element) -> bool:
    if namespace(element) in _MARKUP and local_name(element).lower() in _RUNNABLE:
        return True
    if element.text and _holds_tag(element.text):
        return True
    return any(_runs_as_attribute(str(name), str(value)) for name, value in element.attrib.items())


def _runs_as_attribute(name: str, value: str) -> bool:
    if name[:2].lower() == "on" and _HANDLER.fullmatch(name):
        return True
    return bool(":" in value and _RUNNABLE_URL.match(value)) or _holds_tag(value)


def _holds_tag(text: str) -> bool:
    """Almost no text has an angle bracket, and looking for one is quick."""
    return "<" in text and bool(_TAG_IN_TEXT.search(text))


def _refused(reason: str, sentence: str) -> Invalid:
    return Invalid(reason, problems={"": [sentence]}, notice=sentence)
