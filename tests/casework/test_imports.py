"""Which module of casework a program names first makes no difference: no circle that only some orders survive."""

import subprocess
import sys

import pytest

# Each is imported in a process of its own, which has everything from below casework already.
EACH_FIRST = """
import os, pkgutil, traceback
from engine import casework, db, spoken, workflow
from engine.connectors import registry
from engine.language import lint
from engine.registry import accounts, citizens
for found in pkgutil.iter_modules(casework.__path__):
    if os.fork() == 0:
        try:
            __import__(f"engine.casework.{found.name}")
        except BaseException as error:
            print(found.name, type(error).__name__, error, flush=True)
        os._exit(0)
    os.wait()
"""


@pytest.mark.long
def test_each_module_can_be_the_first_that_is_imported() -> None:
    done = subprocess.run([sys.executable, "-c", EACH_FIRST], capture_output=True, text=True, timeout=170)
    assert (done.stdout, done.stderr) == ("", "")


@pytest.mark.parametrize("name", ["reopening", "version_services"])
def test_what_a_service_begins_with_can_be_imported_first(name: str) -> None:
    """Both stand in the middle: services name them, and they ask for what in turn names the services."""
    subprocess.run([sys.executable, "-c", f"import engine.casework.{name}"], check=True, timeout=60)
