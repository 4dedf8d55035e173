"""A real `jushou serve`, and real workers, as processes of their own on one database; what they spend is in /proc."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from engine.settings import ROOT

PATIENCE = 180.0
_COMMAND = [sys.executable, "-c", "import sys; from webapp.command_line import main; sys.exit(main())"]
_TICKS = os.sysconf("SC_CLK_TCK")


def surroundings(folder: Path, url: str | None = None) -> dict[str, str]:
    """The environment of an installation in this folder, on a SQLite file in it or on the database named."""
    here = {name: value for name, value in os.environ.items() if not name.startswith("JUSHOU_")}
    return {**here, "JUSHOU_FOLDER": str(folder), **({"JUSHOU_DATABASE_URL": url} if url else {})}


def migrated(environment: Mapping[str, str]) -> None:
    """Set up its tables and everything that is shipped."""
    subprocess.run([*_COMMAND, "migrate"], cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)


@contextmanager
def serving(environment: Mapping[str, str], *, processes: int) -> Iterator[tuple[str, list[int]]]:
    """The pages: their address, and the processes that make them."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    with _running({**environment, "JUSHOU_PORT": str(port)}, "serve", "--processes", str(processes)) as pid:
        page(address)
        listed = Path(f"/proc/{pid}/task/{pid}/children").read_text()
        yield address, [int(child) for child in listed.split()]


@contextmanager
def working(environment: Mapping[str, str]) -> Iterator[int]:
    """A worker."""
    with _running(environment, "worker") as pid:
        yield pid


@contextmanager
def _running(environment: Mapping[str, str], *arguments: str) -> Iterator[int]:
    silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen([*_COMMAND, *arguments], cwd=ROOT, env=environment, **silent)
    try:
        yield process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE)


def page(address: str) -> str:
    """The page, as soon as the server answers."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            with urllib.request.urlopen(address, timeout=PATIENCE) as answer:
                return str(answer.read().decode())
        except (urllib.error.URLError, ConnectionError):
            if time.monotonic() > until:
                raise
            time.sleep(0.2)


def cpu_seconds(pids: list[int]) -> float:
    """What these processes have spent so far."""
    spent = 0.0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        spent += (int(fields[11]) + int(fields[12])) / _TICKS
    return spent
