"""The register simulator as a process of its own, for tests that ask it over HTTP as the platform does."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.demo.registers.content import Content, Manner, store
from engine.demo.registers.server import token_of
from engine.settings import ROOT


@dataclass(frozen=True)
class Simulator:
    """A running simulator: where it is, what it wants to be shown, and the file that it reads."""

    url: str
    token: str
    path: Path

    def offer(self, slots: dict[str, dict[str, Any]], **manners: Manner) -> None:
        """From now on hospitals have these slots, and none is taken yet."""
        store(self.path, Content({}, manners, slots))

    def hold(self, records: dict[str, dict[str, list[dict[str, Any]]]], **manners: Manner) -> None:
        """From now on the registers hold this, and behave so."""
        store(self.path, Content(records, manners))


@contextmanager
def running(folder: Path) -> Iterator[Simulator]:
    """The simulator with its folder, until the end of the block; it holds nothing at first."""
    path = folder / "registers.json"
    store(path, Content())
    command = [sys.executable, "-m", "engine.demo.registers", str(path), "--folder", str(folder)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            url = process.stdout.readline().strip()
            yield Simulator(url, token_of(folder), path)
        finally:
            process.terminate()
