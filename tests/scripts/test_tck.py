"""The runner of the DMN TCK counts what passes, fails and is known to fail; here on a small suite of our own."""

import os
import subprocess
import sys
from pathlib import Path

from engine.settings import ROOT
from tests.language.decisions.written import decision, file, formula, function, imported, input_data, table

CASES = "http://www.omg.org/spec/DMN/20160719/testcase"
MODEL = (
    input_data("in_n", "n", "number"),
    input_data("in_day", "day", "date"),
    decision("double", formula("n * 2"), requires=["in_n"]),
    decision("next", formula('{on: day + @"P1D", all: [1, null]}'), requires=["in_day"]),
    decision("grade", table(["n"], ["grade"], ["< 3", '"low"'], [">= 3", '"high"']), requires=["in_n"]),
    function("triple", "n: number", formula("n * 3")),
)


def value(kind: str, text: object) -> str:
    return f"<value xsi:type='xsd:{kind}'>{text}</value>"


def case(number: int, result: str, expected: str, *inputs: tuple[str, str], called: str = "") -> str:
    """A test case; `called`: the function that it calls."""
    given = "".join(f"<inputNode name='{name}'>{written}</inputNode>" for name, written in inputs)
    kind = f" type='bkm' invocableName='{called}'" if called else ""
    asked = f"<resultNode name='{result}' type='decision'><expected>{expected}</expected></resultNode>"
    return f"<testCase id='{number:03}'{kind}>{given}{asked}</testCase>"


GOOD = (
    case(1, "double", value("decimal", "8.0"), ("n", value("decimal", 4))),
    case(2, "double", "<value xsi:nil='true'/>", ("n", value("string", "x"))),
    case(3, "grade", value("string", "high"), ("n", value("decimal", 4))),
    case(
        4,
        "next",
        f"<component name='on'>{value('date', '2026-03-01')}</component><component name='all'><list>"
        f"<item>{value('decimal', 1)}</item><item><value xsi:nil='true'/></item></list></component>",
        ("day", value("date", "2026-02-28")),
    ),
    case(5, "triple", value("decimal", 12), ("n", value("decimal", 4)), called="triple"),
)
BAD = case(6, "double", value("decimal", 9), ("n", value("decimal", 4)))


def suite(folder: Path, *cases: str, level: int = 3, name: str = "0001-own") -> Path:
    """A suite as the TCK keeps them, in the folder of a level."""
    made = folder / f"compliance-level-{level}" / name
    made.mkdir(parents=True)
    (made / f"{name}.dmn").write_bytes(file(*MODEL))
    head = f"<testCases xmlns='{CASES}' xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' xmlns:xsd='http://www.w3.org/2001/XMLSchema'>"
    written = f"{head}<modelName>{name}.dmn</modelName>{''.join(cases)}</testCases>"
    (made / f"{name}-test-01.xml").write_text(written, "utf-8")
    return made


def run(folder: Path, *arguments: str, known: str = "") -> tuple[int, list[str]]:
    """The code and the lines of the runner; `known`: a failure that it shall know of."""
    start = "import sys; from tck_suite import __main__ as runner\n"
    start += f"runner.KNOWN_FAILURES.update({{{known!r}: 'because'}} if {known!r} else {{}})\nsys.exit(runner.main())"
    done = subprocess.run(
        [sys.executable, "-c", start, str(folder), *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT / "scripts")},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, [*done.stderr.splitlines(), *done.stdout.splitlines()]


def test_a_suite_that_passes_is_counted_by_result_and_by_case(tmp_path: Path) -> None:
    suite(tmp_path, *GOOD)
    code, lines = run(tmp_path)
    assert code == 0
    assert lines == [
        "FEEL literal expressions: 3 of 3 (100.00 %)",
        "all results: 5 of 5 (100.00 %)",
        "test cases: 5 of 5 (100.00 %)",
    ]


def test_a_failure_is_named_with_what_was_got_and_expected(tmp_path: Path) -> None:
    suite(tmp_path, *GOOD, BAD)
    code, (failure, *counts) = run(tmp_path)
    assert code == 1
    assert failure.startswith("FAILED  0001-own/006/double: got Decimal('8'), expected Decimal('9')")
    assert counts[1:] == ["all results: 5 of 6 (83.33 %)", "test cases: 5 of 6 (83.33 %)"]


def test_a_case_passes_only_with_all_its_results(tmp_path: Path) -> None:
    second = "<resultNode name='grade'><expected><value>low</value></expected></resultNode></testCase>"
    suite(tmp_path, GOOD[0].replace("</testCase>", second))
    code, lines = run(tmp_path)
    assert code == 1
    assert lines[-2:] == ["all results: 1 of 2 (50.00 %)", "test cases: 0 of 1 (0.00 %)"]


def test_a_known_failure_is_counted_but_no_surprise(tmp_path: Path) -> None:
    suite(tmp_path, *GOOD, BAD)
    code, lines = run(tmp_path, known="0001-own/006/double")
    assert (code, lines[1]) == (0, "all results: 5 of 6 (83.33 %)")
    assert run(tmp_path, "--all", known="0001-own/006/double")[1][0] == "known   0001-own/006/double: because"


def test_a_known_failure_that_passes_is_a_surprise(tmp_path: Path) -> None:
    suite(tmp_path, *GOOD)
    code, lines = run(tmp_path, known="0001-own/001/double")
    assert code == 1
    assert lines[0].startswith("PASSED  0001-own/001/double")


def test_only_the_wanted_suites_are_run(tmp_path: Path) -> None:
    suite(tmp_path, *GOOD)
    suite(tmp_path, BAD, level=2, name="0002-other")
    assert run(tmp_path, "--suite", "0001")[0] == 0
    assert run(tmp_path)[0] == 1


def test_files_of_a_suite_may_import_each_other(tmp_path: Path) -> None:
    made = suite(
        tmp_path, case(1, "top", value("decimal", 8), ("lib", f"<component name='n'>{value('decimal', 4)}</component>"))
    )
    top = decision("top", formula("lib.double"), requires=["lib#double"])
    (made / "0001-own.dmn").write_bytes(file(imported("lib", "lib"), top))
    (made / "library.dmn").write_bytes(file(*MODEL, own="lib"))
    assert run(tmp_path)[0] == 0


def test_a_model_that_cannot_be_read_fails_all_its_cases(tmp_path: Path) -> None:
    made = suite(tmp_path, *GOOD)
    (made / "0001-own.dmn").write_bytes(b"<definitions/>")
    code, (refusal, *lines) = run(tmp_path)
    assert code == 1
    assert refusal.startswith("0001-own/0001-own.dmn: Expected a DMN file")
    assert "all results: 0 of 5 (0.00 %)" in lines


def test_a_folder_that_is_not_there_is_left_out_with_one_line(tmp_path: Path) -> None:
    assert run(tmp_path / "none") == (0, [f"Left out: the DMN TCK, because {tmp_path / 'none'} is not there."])
