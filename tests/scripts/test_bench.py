"""The bench runs, whatever it finds: its figures belong to a quiet machine, its keys to everybody who reads them."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from engine.settings import ROOT

# The suite's own limit is for tests of our code; this runs all arms, beside whatever else the machine does.
pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def found() -> dict[str, dict[str, dict[str, float]]]:
    """One round of all arms."""
    return bench("--quick", timeout=580)


def bench(*chosen: str, timeout: float) -> dict[str, Any]:
    command = [sys.executable, "-m", "bench_arms", "--json", "--rounds", "1", "--weigh", "2", *chosen]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "scripts")}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=True, timeout=timeout)
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def test_every_arm_is_measured_with_and_without_deadlines(found: dict[str, dict[str, dict[str, float]]]) -> None:
    kinds = ("naive", "engine", "http", "api", "http_and_page")
    wanted = {f"{kind}/sqlite/{word}" for kind in kinds for word in ("plain", "timed")}
    assert wanted | {"memory/plain", "memory/timed"} <= found["arms"].keys()
    assert all(arm["cpu_ms"] > 0 and arm["wall_ms"] > 0 for arm in found["arms"].values())


def test_statements_and_bytes_are_counted(found: dict[str, dict[str, dict[str, float]]]) -> None:
    assert found["arms"]["naive/sqlite/timed"]["statements"] == 2
    assert 5 < found["arms"]["engine/sqlite/timed"]["statements"] < 10
    assert found["arms"]["engine/sqlite/timed"]["bytes_per_case"] > 0


def test_the_ratios_are_told(found: dict[str, dict[str, dict[str, float]]]) -> None:
    assert {"completion_cpu_vs_naive", "http_cpu_vs_naive"} <= found["ratios"].keys()


@pytest.mark.long
def test_what_must_not_grow_is_measured() -> None:
    found = bench(timeout=580)
    assert found["growing"]["sqlite"]["commits_per_completion"] == 1
    # Far from what is promised (1.1 and 1.2), so that a busy machine does not fail.
    assert found["ratios"]["loop_100th_vs_1st"] < 3
    assert found["ratios"]["row_of_600_vs_6"] < 3
    assert all(figure > 0 for figure in found["due"]["sqlite"].values())
    assert 30 < found["web_worker_megabytes"] < 500


@pytest.mark.long
def test_peoples_work_is_measured_while_deadlines_are_drained_and_in_peace() -> None:
    found = bench("--backlog", "200", timeout=580)["sqlite"]
    assert found["deadlines"] == 200 and found["drained_per_worker_cpu_second"] > 0
    acts = {f"{act}_{kind}_ms" for act in ("worklist", "task", "completion") for kind in ("median", "p95")}
    assert found["idle"].keys() == found["draining"].keys() == found["ratios"].keys() == acts | {"web_cpu_ms"}


def test_a_condition_and_a_table_are_measured_beside_python(found: dict[str, dict[str, dict[str, float]]]) -> None:
    rules, ratios = found["rules"], found["ratios"]
    assert rules["condition"]["feel_ns"] > 0
    assert (rules["table"]["rows"], rules["table"]["inputs"]) == (200, 5)
    # Far from what is promised (1/15 and 0.3 ms), so that a busy machine does not fail: finds what is ten times off.
    assert ratios["feel_speed_vs_eval"] > 0.03
    assert rules["table"]["ms"] < 3
    assert ratios["table_time_vs_loop"] > 0
