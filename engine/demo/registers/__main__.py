"""The simulator alone, over a file of one's own: `python -m engine.demo.registers FILE --folder FOLDER --port PORT`.

It needs nothing of the platform, so that it starts in a moment.
"""

import argparse
from pathlib import Path

from engine.demo.registers import server


def main() -> None:
    parser = argparse.ArgumentParser(description="departments' registers, simulated")
    parser.add_argument("file", type=Path)
    parser.add_argument("--folder", type=Path, required=True, help="where its token is kept")
    parser.add_argument("--port", type=int, default=0)
    given = parser.parse_args()
    server.run(given.file, token=server.token_of(given.folder), port=given.port)


if __name__ == "__main__":
    main()
