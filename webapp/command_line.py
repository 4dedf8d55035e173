"""The command `jushou`: the engine's commands, and `serve` above them.

The rule: the web and the worker run from the same settings.
"""

import argparse
import os
import sys

from engine import command_line, settings


def main(arguments: list[str] | None = None) -> int:
    """Run one command; gives its exit status."""
    return command_line.main(arguments, more=add_serve)


def add_serve(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """`jushou serve`: the pages and the API."""
    serve = subparsers.add_parser("serve", help="run the web pages and the API")
    serve.add_argument("--host", default="127.0.0.1", help="address to listen on (default 127.0.0.1)")
    serve.add_argument("--processes", type=int, default=2, help="processes (default 2)")
    serve.add_argument("--threads", type=int, default=8, help="threads of each process (default 8)")
    serve.set_defaults(run=serve_pages)


def serve_pages(options: argparse.Namespace) -> int:
    """Become gunicorn; signals and the exit status are its own."""
    port = settings.load().port
    print(f"http://{options.host}:{port}", flush=True)
    command = [
        sys.executable, "-m", "gunicorn", "webapp.wsgi:app",
        "--worker-class", "gthread",
        "--bind", f"{options.host}:{port}",
        "--workers", str(options.processes),
        "--threads", str(options.threads),
        "--timeout", "60",
        "--graceful-timeout", "20",
        "--no-control-socket",
    ]  # fmt: skip
    os.execv(sys.executable, command)
