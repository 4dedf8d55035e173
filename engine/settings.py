"""Where the installation keeps its things, read once from the environment (`JUSHOU_…`)."""

import os
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Settings:
    """`folder` holds what the installation itself makes (SQLite file, attachments, secrets); `content` is what policy
    staff write (processes/, forms/, rules/). `click_days`: so long a click that
    is sent again is known to be the same. `backups`: where the worker makes one every day; of so many days, weeks and
    months (`backups_kept`, `backups_weekly`, `backups_monthly`) the last one stays."""

    folder: Path
    database_url: str
    content: Path
    demo: bool
    port: int
    click_days: int = 30
    backups: Path | None = None
    backups_kept: int = 30
    backups_weekly: int = 8
    backups_monthly: int = 12

    @property
    def attachments(self) -> Path:
        return self.folder / "attachments"


def load() -> Settings:
    """The settings of this process, from its environment."""
    folder = Path(os.environ.get("JUSHOU_FOLDER", ROOT / "var")).resolve()
    backups = os.environ.get("JUSHOU_BACKUPS")
    return Settings(
        folder=folder,
        database_url=os.environ.get("JUSHOU_DATABASE_URL", f"sqlite:///{folder / 'jushou.sqlite'}"),
        content=Path(os.environ.get("JUSHOU_CONTENT", ROOT)).resolve(),
        demo=os.environ.get("JUSHOU_DEMO", "") == "1",
        port=int(os.environ.get("JUSHOU_PORT", "8000")),
        click_days=max(1, int(os.environ.get("JUSHOU_CLICK_DAYS", "30"))),
        backups=Path(backups).resolve() if backups else None,
        backups_kept=max(1, int(os.environ.get("JUSHOU_BACKUPS_KEPT", "30"))),
        backups_weekly=max(0, int(os.environ.get("JUSHOU_BACKUPS_WEEKLY", "8"))),
        backups_monthly=max(0, int(os.environ.get("JUSHOU_BACKUPS_MONTHLY", "12"))),
    )
