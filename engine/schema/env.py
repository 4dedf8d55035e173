"""How Alembic runs our migrations: on the connection it is given, all in one transaction."""

from alembic import context

from engine.casework.models import Case
from engine.oversight.backup_models import BackupRun
from engine.registry.models import Region

assert Case.metadata is Region.metadata is BackupRun.metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Case.metadata,
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
