"""How Alembic runs our migrations: on the connection it is given, all in one transaction."""

from alembic import context

from engine.casework import models as casework_models
from engine.db import Base
from engine.registry import models as registry_models

assert casework_models.Base is registry_models.Base is Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
