"""The database's schema through time: Alembic migrations, applied by `jushou migrate`."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine

FOLDER = Path(__file__).resolve().parent


def migrate(engine: Engine) -> None:
    """Bring the tables to the newest revision."""
    with engine.connect() as connection:
        command.upgrade(configuration(connection), "head")


def configuration(connection: object = None) -> Config:
    """Alembic's configuration for these migrations, on an open connection."""
    found = Config()
    found.set_main_option("script_location", str(FOLDER))
    found.attributes["connection"] = connection
    return found
