"""Which files are read, and which sentence is tied to which element when one is refused."""

import pytest

from engine.errors import Invalid, TooLarge
from engine.language import decisions
from tests.language.decisions.written import decision, file, formula, one_table, table

ROW = ["1", "2"]


def problems(xml: bytes) -> dict[str, list[str]]:
    with pytest.raises(Invalid) as refused:
        decisions.checked(xml)
    return refused.value.problems


@pytest.mark.parametrize(
    "namespace",
    [
        "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
        "http://www.omg.org/spec/DMN/20180521/MODEL/",
        "https://www.omg.org/spec/DMN/20191111/MODEL/",
        "https://www.omg.org/spec/DMN/20211108/MODEL/",
        "https://www.omg.org/spec/DMN/20230324/MODEL/",
    ],
)
def test_dmn_1_1_to_1_5_are_read(namespace: str) -> None:
    xml = file(decision("d", formula("1 + 1")), namespace=namespace)
    assert decisions.read(xml).decide("d", {}) == 2


def test_what_editors_add_is_no_trouble() -> None:
    xml = b"""<?xml version="1.0" encoding="UTF-8"?>
    <!-- saved by an editor -->
    <d:definitions xmlns:d="https://www.omg.org/spec/DMN/20191111/MODEL/" xmlns:camunda="http://camunda.org/schema/1.0/dmn"
        xmlns:dmndi="https://www.omg.org/spec/DMN/20191111/DMNDI/" xmlns:dc="http://www.omg.org/spec/DMN/20180521/DC/"
        xmlns:biodi="http://bpmn.io/schema/dmn/biodi/2.0" id="f" name="F" namespace="x" exporter="Camunda Modeler">
      <d:decision id="d" name="D"><!-- note -->
        <d:extensionElements><camunda:x /></d:extensionElements>
        <d:decisionTable id="t" biodi:annotationsWidth="300">
          <d:input id="i" label="L" biodi:width="192" camunda:inputVariable="v">
            <d:inputExpression id="e" typeRef="string" expressionLanguage="feel"><d:text>v</d:text></d:inputExpression>
            <d:inputValues id="iv"><d:text>"a","b"</d:text></d:inputValues>
          </d:input>
          <d:output id="o" name="r" typeRef="string" />
          <d:annotation name="basis" />
          <d:rule id="r1">
            <d:description>a remark</d:description>
            <d:inputEntry id="c1"><d:text><![CDATA["a"]]></d:text></d:inputEntry>
            <d:outputEntry id="c2"><d:text>"x"<!-- why --></d:text></d:outputEntry>
            <d:annotationEntry><d:text>S2</d:text></d:annotationEntry>
          </d:rule>
        </d:decisionTable>
      </d:decision>
      <d:textAnnotation id="ta"><d:text>free text</d:text></d:textAnnotation>
      <dmndi:DMNDI><dmndi:DMNDiagram id="dd"><dmndi:DMNShape id="s" dmnElementRef="d">
        <dc:Bounds height="80" width="180" x="1" y="1" /></dmndi:DMNShape></dmndi:DMNDiagram></dmndi:DMNDI>
    </d:definitions>"""
    decided = decisions.read(xml).evaluate("D", {"v": "a"})
    assert decided.value == "x"
    assert decided.inputs == {"L": "a"}
    assert decided.hits[0].note == "a remark；S2"


class TestRefusedFiles:
    @pytest.mark.parametrize(
        "xml",
        [
            b"",
            b"<definitions",
            b"<definitions/>",
            b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"/>',
            b'<!DOCTYPE d [<!ENTITY a "b">]><definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/"/>',
            file(),
        ],
    )
    def test_what_is_no_decision_file_is_refused_as_a_whole(self, xml: bytes) -> None:
        assert problems(xml)[""]

    def test_a_file_above_five_megabytes_is_refused(self) -> None:
        with pytest.raises(TooLarge):
            decisions.read(file("<!--" + "x" * 5_300_000 + "-->"))


class TestProblems:
    def test_a_cell_that_is_not_feel_is_named_by_row_and_column(self) -> None:
        found = problems(one_table(["income"], ["x"], ["< 1", "1"], ["< <", "1"]))
        assert list(found) == ["r2_1"]
        assert "第 2 行“income”列" in found["r2_1"][0]

    def test_every_broken_cell_is_told_at_once(self) -> None:
        found = problems(one_table(["a b(", "y"], ["x"], ["[1..", "", "2 +"]))
        assert set(found) == {"expression_1", "r1_1", "r1_3"}

    def test_the_same_mistake_is_told_at_each_cell_that_has_it(self) -> None:
        assert set(problems(one_table(["x"], ["y"], ["< <", "1"], ["< <", "2"]))) == {"r1_1", "r2_1"}

    def test_problems_of_a_hostile_file_are_cut_off(self) -> None:
        found = problems(one_table(["x"], ["y"], *([["< <", "1"]] * 500)))
        assert len(found) == 200

    def test_a_broken_formula_is_told_at_its_place(self) -> None:
        assert "formula" in problems(file(decision("d", formula("1 +"))))

    def test_other_languages_than_feel_are_refused(self) -> None:
        for language in ("juel", "python", "http://example.org/groovy"):
            xml = one_table(["x"], ["y"], ROW, ROW).replace(
                b"<inputEntry id='r2_1'", f"<inputEntry id='r2_1' expressionLanguage='{language}'".encode()
            )
            assert language in problems(xml)["r2_1"][0]

    @pytest.mark.parametrize(
        ("content", "element", "words"),
        [
            (table(["x"], ["y"], ROW, policy="LAST"), "table", "LAST"),
            (table(["x"], ["y"], ROW, aggregation="SUM"), "table", "SUM"),
            (table(["x"], ["y"], ROW, policy="COLLECT", aggregation="AVERAGE"), "table", "AVERAGE"),
            (table(["x"], ["y", "z"], ["1", "2", "3"], policy="COLLECT", aggregation="SUM"), "table", "汇总"),
            (table(["x"], ["y"], ROW, policy="PRIORITY"), "table", "允许值"),
            (table(["x"], ["y", ""], ["1", "2", "3"]), "output_1", "名称"),
            (table(["x"], ["y", "y"], ["1", "2", "3"]), "output_0", "“y”"),
            (table(["x"], [], ["1"]), "table", "没有输出列"),
            (table([""], ["y"], ROW), "input_1", "哪个变量"),
            (table(["x"], ["y"], ["1"]), "r1", "第 1 行"),
            (formula(""), "formula", "没有表达式"),
            ("", "d", "没有内容"),
            ("<invocation/>", "d", "调用哪个函数"),
            ("<flowchart/>", "d", "flowchart"),
            (
                "<knowledgeRequirement><requiredKnowledge href='#b'/></knowledgeRequirement>" + formula("1"),
                "d",
                "业务知识模型",
            ),
        ],
    )
    def test_each_mistake_has_a_sentence_at_its_element(self, content: str, element: str, words: str) -> None:
        found = problems(file(decision("d", content)))
        assert words in found[element][0]

    def test_a_row_with_too_few_cells_is_told_and_the_table_is_null(self) -> None:
        xml = one_table(["x", "z"], ["y"], ["1", "2", "3"]).replace(
            b"<inputEntry id='r1_2'><text>2</text></inputEntry>", b""
        )
        assert "第 1 行有 1 个条件" in problems(xml)["r1"][0]
        assert decisions.read(xml).decide("grade", {"x": 1}) is None

    def test_two_decisions_of_one_name_are_refused(self) -> None:
        assert "b" in problems(file(decision("a", formula("1"), name="n"), decision("b", formula("1"), name="n")))

    def test_a_decision_that_cannot_be_named_is_told_at_the_file(self) -> None:
        assert "" in problems(file("<decision><literalExpression><text>1</text></literalExpression></decision>"))
