"""流程版本: policy staff upload, approve and activate; auditors and operators look."""

from webapp.deploy import activation, item_states, migrating, uploading, versions
from webapp.deploy.blueprint import blueprint

__all__ = ["activation", "blueprint", "item_states", "migrating", "uploading", "versions"]
