"""What a web worker holds in memory once it has shown every service: a real `jushou serve`, read from /proc."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from engine.settings import ROOT

PATIENCE = 60.0


def resident_megabytes(folder: Path) -> float:
    """Megabytes resident of the one worker of a server on a fresh SQLite database with everything that is shipped."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    here = {name: value for name, value in os.environ.items() if not name.startswith("JUSHOU_")}
    environment = {**here, "JUSHOU_FOLDER": str(folder / "served"), "JUSHOU_PORT": str(port)}
    command = [sys.executable, "-c", "import sys; from webapp.command_line import main; sys.exit(main())"]
    subprocess.run([*command, "migrate"], cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)
    silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    server = subprocess.Popen([*command, "serve", "--processes", "1"], cwd=ROOT, env=environment, **silent)
    try:
        return _after_a_visit(f"http://127.0.0.1:{port}", server.pid)
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(PATIENCE)


def _after_a_visit(address: str, pid: int) -> float:
    front = _page(address)
    services = sorted(set(re.findall(r'href="(/items/[a-z_]+)"', front)))
    if not services:
        raise RuntimeError("Expected links to services on the front page, but there are none")
    for service in services:
        _page(address + service)
    (worker,) = _children(pid)
    status = Path(f"/proc/{worker}/status").read_text()
    return round(int(re.search(r"VmRSS:\s+(\d+) kB", status)[1]) / 1024, 1)


def _page(address: str) -> str:
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


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
