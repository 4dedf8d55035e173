"""What a web worker holds in memory once it has shown every service: a real `jushou serve`, read from /proc."""

import re
from pathlib import Path

from bench_arms import site


def resident_megabytes(folder: Path) -> float:
    """Megabytes resident of the one worker of a server on a fresh SQLite database with everything that is shipped."""
    environment = site.surroundings(folder / "served")
    site.migrated(environment)
    with site.serving(environment, processes=1) as (address, (worker,)):
        services = sorted(set(re.findall(r'href="(/items/[a-z_]+)"', site.page(address))))
        if not services:
            raise RuntimeError("Expected links to services on the front page, but there are none")
        for service in services:
            site.page(address + service)
        status = Path(f"/proc/{worker}/status").read_text()
    return round(int(re.search(r"VmRSS:\s+(\d+) kB", status)[1]) / 1024, 1)
