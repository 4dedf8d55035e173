"""A PostgreSQL of one's own, with everything written to disk as in earnest, that a test may kill and start again."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PATIENCE = 60.0


def programs() -> Path | None:
    """Where initdb and pg_ctl are; None where there is no PostgreSQL."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    beside = shutil.which("initdb")
    return found[-1].parent if found else Path(beside).resolve().parent if beside else None


class Cluster:
    """The server in its folder. `down` are the moments between which it was away."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.url = f"postgresql+psycopg://jushou@/jushou_test?host={folder}"

    def _run(self, name: str, *arguments: str, check: bool = True) -> int:
        place = programs()
        assert place is not None
        user = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
        command = [*user, str(place / name), *arguments]
        done = subprocess.run(command, cwd="/tmp", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=check)
        return done.returncode

    def make(self) -> None:
        if os.getuid() == 0:
            shutil.chown(self.folder, "postgres")
        self._run("initdb", "-D", f"{self.folder}/data", "-U", "jushou", "-A", "trust", "-E", "UTF8", "--locale=C")
        self.start()
        self._run("createdb", "-h", str(self.folder), "-U", "jushou", "jushou_test")

    def start(self) -> None:
        """Start it; what a kill left behind may take a moment to go away."""
        given = f"-k {self.folder} -c listen_addresses= -c max_connections=100"
        until = time.monotonic() + PATIENCE
        arguments = ("-D", f"{self.folder}/data", "-w", "-l", f"{self.folder}/log", "-o", given, "start")
        while self._run("pg_ctl", *arguments, check=False) != 0:
            assert time.monotonic() < until, (self.folder / "log").read_text()[-2000:]
            time.sleep(0.2)

    def stop(self, mode: str = "fast") -> None:
        self._run("pg_ctl", "-D", f"{self.folder}/data", "-m", mode, "-w", "stop", check=False)

    def kill(self) -> None:
        """As when the machine loses its power: the server and all its processes at once."""
        first = int((self.folder / "data" / "postmaster.pid").read_text().split()[0])
        for pid in (first, *children(first)):
            os.kill(pid, signal.SIGKILL)


def children(pid: int) -> list[int]:
    """The processes that this one has started."""
    listed = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(number) for number in listed.read_text().split()] if listed.exists() else []


@contextmanager
def cluster() -> Iterator[Cluster]:
    folder = Path(tempfile.mkdtemp(prefix="jushou-alone.", dir="/tmp"))
    found = Cluster(folder)
    try:
        found.make()
        yield found
    finally:
        found.stop("immediate")
        shutil.rmtree(folder, ignore_errors=True)
