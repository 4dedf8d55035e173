"""The XML of one decision file while it is read: finding elements, compiling FEEL, and noting what is wrong where."""

from collections.abc import Callable, Iterable

from lxml import etree

from engine.errors import Invalid, Refusal
from engine.language import feel, xml
from engine.language.decisions.types import Types, written_type
from engine.language.decisions.visible_names import VisibleNames, names_with

# What gives its name to an entry of a context; any variable may be one.
_ENTRIES = frozenset({"itemComponent", "output", "column", "variable", "formalParameter", "parameter"})

# Types that editors offered for other languages than FEEL: nothing is checked.
_OLD_TYPES = frozenset({"integer", "int", "long", "double", "float", "decimal"})

# Nobody mends more at once, and a hostile file has no end of them.
_MOST_PROBLEMS = 200


class Source:
    """`names` and `keys`: every name in the file, so that FEEL recognises those of several words.

    `types`: those that its item definitions declare. `problems` grows while reading: element id ("" = the file) →
    sentences in Chinese; `complaints` counts those of the structure, without which a table cannot be asked. `depth`:
    how many boxes stand around the one that is being read. `doubtful` grows, too: names in filters that nothing in the
    file declares.
    """

    def __init__(
        self, root: etree._Element, *, known_names: Iterable[str] = (), known_keys: Iterable[str] = ()
    ) -> None:
        self._visible = VisibleNames(root, known_names)
        self.names = self._visible.everything
        self.keys = self.names.union(names_with(root, _ENTRIES), known_keys)
        self.types = Types()
        self.problems: dict[str, list[str]] = {}
        self.complaints = 0
        self.depth = 0
        self.doubtful: set[str] = set()
        self.root = root
        self._namespace = xml.namespace(root)

    def children(self, parent: etree._Element, *tags: str) -> list[etree._Element]:
        """The children with one of these DMN tags, or all; in document order. Extensions of tools are not DMN's."""
        own = (child for child in parent if xml.namespace(child) == self._namespace)
        return [child for child in own if not tags or xml.local_name(child) in tags]

    def child(self, parent: etree._Element, tag: str) -> etree._Element | None:
        found = self.children(parent, tag)
        return found[0] if found else None

    def text(self, parent: etree._Element | None) -> str:
        """What stands in the `<text>` of an entry, without the white space around it; "" where there is none."""
        if parent is None:
            return ""
        inner = self.child(parent, "text")
        return _flat(inner) if inner is not None else ""

    def description(self, element: etree._Element) -> str:
        found = self.child(element, "description")
        return _flat(found) if found is not None else ""

    def complain(self, element: etree._Element, sentence: str) -> None:
        """Something is wrong in the structure: tie a sentence to the element, or to the nearest one with an id."""
        self.complaints += 1
        self.notice(element, sentence)

    def notice(self, element: etree._Element, sentence: str) -> None:
        """Something is wrong in a single place, and only that is null."""
        if sum(map(len, self.problems.values())) >= _MOST_PROBLEMS:
            return
        while not element.get("id") and (parent := element.getparent()) is not None:
            element = parent
        is_file = element.getparent() is None
        lines = self.problems.setdefault("" if is_file else element.get("id", ""), [])
        if sentence not in lines:
            lines.append(sentence)

    def formula(self, element: etree._Element, text: str, where: str) -> feel.Expression:
        """A FEEL expression; an empty one is null. Syntax errors become problems of `element`."""
        return self._compiled(feel.compile, element, text or "null", where)

    def test(self, element: etree._Element, text: str, where: str) -> feel.Expression:
        """FEEL unary tests, to be called with the tested value as `?`."""
        return self._compiled(feel.unary_tests, element, text, where)

    def type_of(self, element: etree._Element | None) -> feel.Type | None:
        """The declared type of a variable or an expression; None where none is declared."""
        if element is None:
            return None
        return self.type_named(element, element.get("typeRef") or self.inner_type(element))

    def inner_type(self, element: etree._Element) -> str:
        """DMN 1.1 wrote some references as an element."""
        inner = self.child(element, "typeRef")
        return _flat(inner) if inner is not None else ""

    def type_named(self, element: etree._Element, reference: str) -> feel.Type | None:
        """The type behind a reference that stands at `element`."""
        found = self.types.named(reference)
        if found is None and written_type(reference) is not None and reference not in _OLD_TYPES:
            self.notice(element, f"数据类型“{reference}”没有定义")
        return found

    def _compiled(
        self, compile: Callable[..., feel.Expression], element: etree._Element, text: str, where: str
    ) -> feel.Expression:
        language = element.get("expressionLanguage") or self.root.get("expressionLanguage", "")
        if language and "feel" not in language.lower():
            self.notice(element, f"{where}使用了“{language}”，只支持 FEEL 表达式")
            return _NOTHING
        try:
            compiled = compile(text, self._visible.at(element), keys=self.keys, types=self.types.table)
        except Refusal as error:
            # Wrong syntax comes as Invalid with its own sentences, a text that is too long or too deep with a notice.
            sentences = error.problems.get("", []) if isinstance(error, Invalid) else []
            for sentence in sentences or [error.notice]:
                self.notice(element, f"{where}：{sentence}")
            return _NOTHING
        self.doubtful |= compiled.doubtful
        return compiled


# Stands where a text could not be compiled: wrong FEEL is null.
_NOTHING = feel.compile("null")


def _flat(element: etree._Element) -> str:
    return "".join(str(part) for part in element.itertext()).strip()
