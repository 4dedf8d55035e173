"""The first tables"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from engine import db
from engine.casework import append_only, packing

revision: str = "0001"
down_revision: str | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("login", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("password_due_at", db.Moment(timezone=True), nullable=True),
        sa.Column("signed_in_at", db.Moment(timezone=True), nullable=True),
        sa.Column("phone", sa.String(length=30), nullable=True),
        sa.Column("email", sa.String(length=120), nullable=True),
        sa.Column("wechat_work_id", sa.String(length=64), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("failed_logins", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("locked_until", db.Moment(timezone=True), nullable=True),
        sa.Column("session_version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", db.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("login", name=op.f("uq_account_login")),
    )
    op.create_table(
        "calendar_day",
        sa.Column("day_on", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=4), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.CheckConstraint("kind IN ('rest', 'work')", name=op.f("ck_calendar_day_kind")),
        sa.PrimaryKeyConstraint("day_on", name=op.f("pk_calendar_day")),
    )
    op.create_table(
        "case_number",
        sa.Column("prefix", sa.String(length=60), nullable=False),
        sa.Column("last", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("prefix", name=op.f("pk_case_number")),
    )
    op.create_table(
        "department",
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("county_name", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_department")),
    )
    op.create_table(
        "region",
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("level", sa.String(length=12), nullable=False),
        sa.Column("parent_code", sa.String(length=12), nullable=True),
        sa.Column("prefix", sa.String(length=12), nullable=False),
        sa.Column("office_name", sa.String(length=60), nullable=True),
        sa.Column("phone", sa.String(length=30), nullable=True),
        sa.ForeignKeyConstraint(["parent_code"], ["region.code"], name=op.f("fk_region_parent_code")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_region")),
    )
    with op.batch_alter_table("region", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_region_parent_code"), ["parent_code"], unique=False)
        batch_op.create_index(batch_op.f("ix_region_prefix"), ["prefix"], unique=False)

    op.create_table(
        "hospital",
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.Column("level", sa.String(length=8), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("functions", db.Json(), nullable=False),
        sa.Column("diseases", db.Json(), nullable=False),
        sa.Column("clinics", db.Json(), nullable=False),
        sa.Column("address", sa.String(length=120), nullable=False),
        sa.Column("phone", sa.String(length=30), nullable=True),
        sa.Column("hours", sa.String(length=100), nullable=True),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("published_at", db.Moment(timezone=True), nullable=False),
        sa.Column("published_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("case_no", sa.String(length=60), nullable=True),
        sa.Column("replaced_at", db.Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["published_by"], ["account.id"], name=op.f("fk_hospital_published_by")),
        sa.ForeignKeyConstraint(["region_code"], ["region.code"], name=op.f("fk_hospital_region_code")),
        sa.PrimaryKeyConstraint("code", "version", name=op.f("pk_hospital")),
    )
    with op.batch_alter_table("hospital", schema=None) as batch_op:
        batch_op.create_index(
            "ix_hospital_current",
            ["code"],
            unique=True,
            sqlite_where=sa.text("replaced_at IS NULL"),
            postgresql_where=sa.text("replaced_at IS NULL"),
        )
        batch_op.create_index("ix_hospital_region_code", ["region_code"], unique=False)

    op.create_table(
        "setup_token",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("created_at", db.Moment(timezone=True), nullable=False),
        sa.Column("expires_at", db.Moment(timezone=True), nullable=False),
        sa.Column("used_at", db.Moment(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_setup_token")),
        sa.UniqueConstraint("digest", name=op.f("uq_setup_token_digest")),
    )
    op.create_table(
        "citizen",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("identity_number", sa.String(length=18), nullable=False),
        sa.Column("phone", sa.String(length=30), nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("failed_logins", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("locked_until", db.Moment(timezone=True), nullable=True),
        sa.Column("session_version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("large_type", sa.Boolean(), nullable=False),
        sa.Column("created_at", db.Moment(timezone=True), nullable=False),
        sa.Column("verified_at", db.Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["region_code"], ["region.code"], name=op.f("fk_citizen_region_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_citizen")),
        sa.UniqueConstraint("identity_number", name=op.f("uq_citizen_identity_number")),
        sa.UniqueConstraint("phone", name=op.f("uq_citizen_phone")),
    )
    op.create_table(
        "guardianship",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("guardian_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ward_identity", sa.String(length=18), nullable=False),
        sa.Column("ward_name", sa.String(length=60), nullable=False),
        sa.Column("relation", sa.String(length=20), nullable=False),
        sa.Column("grounds", sa.String(length=10), nullable=False),
        sa.Column("case_no", sa.String(length=60), nullable=False),
        sa.Column("bound_at", db.Moment(timezone=True), nullable=False),
        sa.Column("bound_by", sa.String(length=40), nullable=False),
        sa.Column("lapses_on", sa.Date(), nullable=True),
        sa.Column("ended_at", db.Moment(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(length=40), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=True),
        sa.CheckConstraint("grounds IN ('minor', 'incapable')", name=op.f("ck_guardianship_grounds")),
        sa.ForeignKeyConstraint(["guardian_id"], ["citizen.id"], name=op.f("fk_guardianship_guardian_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guardianship")),
    )
    with op.batch_alter_table("guardianship", schema=None) as batch_op:
        batch_op.create_index(
            "ix_guardianship_holds",
            ["guardian_id", "ward_identity"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )
        batch_op.create_index(batch_op.f("ix_guardianship_ward_identity"), ["ward_identity"], unique=False)

    op.create_table(
        "process_version",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("process_key", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("checksum", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("uploaded_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("uploaded_at", db.Moment(timezone=True), nullable=False),
        sa.Column("approved_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("approved_at", db.Moment(timezone=True), nullable=True),
        sa.Column("warnings", db.Json(), nullable=False),
        sa.CheckConstraint(
            "state IN ('draft', 'approved', 'active', 'retired', 'rejected')", name=op.f("ck_process_version_state")
        ),
        sa.ForeignKeyConstraint(["approved_by"], ["account.id"], name=op.f("fk_process_version_approved_by")),
        sa.ForeignKeyConstraint(["uploaded_by"], ["account.id"], name=op.f("fk_process_version_uploaded_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_process_version")),
        sa.UniqueConstraint("checksum", name=op.f("uq_process_version_checksum")),
        sa.UniqueConstraint("process_key", "number", name=op.f("uq_process_version_process_key_number")),
    )
    with op.batch_alter_table("process_version", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_process_version_process_key"), ["process_key"], unique=False)

    op.create_table(
        "role",
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("level", sa.String(length=12), nullable=True),
        sa.Column("department_code", sa.String(length=20), nullable=True),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(["department_code"], ["department.code"], name=op.f("fk_role_department_code")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_role")),
    )
    op.create_table(
        "service_item",
        sa.Column("code", sa.String(length=30), nullable=False),
        sa.Column("name", sa.String(length=30), nullable=False),
        sa.Column("board", sa.String(length=30), nullable=False),
        sa.Column("department_code", sa.String(length=20), nullable=False),
        sa.Column("channel_kind", sa.String(length=8), nullable=False),
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("directory", sa.String(length=20), nullable=True),
        sa.Column("introduction", sa.Text(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["department_code"], ["department.code"], name=op.f("fk_service_item_department_code")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_service_item")),
    )
    op.create_table(
        "activation",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("process_key", sa.String(length=40), nullable=False),
        sa.Column("version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.Column("active_from", db.Moment(timezone=True), nullable=False),
        sa.Column("activated_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", db.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["activated_by"], ["account.id"], name=op.f("fk_activation_activated_by")),
        sa.ForeignKeyConstraint(["region_code"], ["region.code"], name=op.f("fk_activation_region_code")),
        sa.ForeignKeyConstraint(["version_id"], ["process_version.id"], name=op.f("fk_activation_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activation")),
    )
    with op.batch_alter_table("activation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_activation_process_key"), ["process_key"], unique=False)

    op.create_table(
        "api_token",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("citizen_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", db.Moment(timezone=True), nullable=False),
        sa.Column("expires_at", db.Moment(timezone=True), nullable=False),
        sa.Column("revoked_at", db.Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_api_token_account_id")),
        sa.ForeignKeyConstraint(["citizen_id"], ["citizen.id"], name=op.f("fk_api_token_citizen_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("digest", name=op.f("uq_api_token_digest")),
    )
    op.create_table(
        "appointment",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("role_key", sa.String(length=40), nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.Column("valid_from", db.Moment(timezone=True), nullable=True),
        sa.Column("valid_until", db.Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_appointment_account_id")),
        sa.ForeignKeyConstraint(["region_code"], ["region.code"], name=op.f("fk_appointment_region_code")),
        sa.ForeignKeyConstraint(["role_key"], ["role.key"], name=op.f("fk_appointment_role_key")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment")),
        sa.UniqueConstraint(
            "account_id", "role_key", "region_code", name=op.f("uq_appointment_account_id_role_key_region_code")
        ),
    )
    with op.batch_alter_table("appointment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_appointment_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_appointment_role_key"), ["role_key"], unique=False)
        batch_op.create_index("ix_appointment_role_region", ["role_key", "region_code"], unique=False)

    op.create_table(
        "case",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_no", sa.String(length=60), nullable=False),
        sa.Column("serial", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("process_key", sa.String(length=40), nullable=False),
        sa.Column("item_code", sa.String(length=40), nullable=False),
        sa.Column("version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("called_versions", db.Json(), nullable=False),
        sa.Column("subject_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("subject_task_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("channel", sa.String(length=8), nullable=False),
        sa.Column("citizen_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("proxy_citizen_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("proxy_account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("applicant_name", sa.String(length=60), nullable=False),
        sa.Column("applicant_identity", sa.String(length=18), nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.Column("county_code", sa.String(length=6), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=True),
        sa.Column("outcome_text", sa.Text(), nullable=True),
        sa.Column("reason_code", sa.String(length=24), nullable=True),
        sa.Column("outcome_basis", sa.Text(), nullable=True),
        sa.Column("variables", db.Json(), nullable=False),
        sa.Column("state_blob", sa.LargeBinary(), nullable=True),
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("head", db.Digest(), nullable=False),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("started_at", db.Moment(timezone=True), nullable=False),
        sa.Column("accepted_at", db.Moment(timezone=True), nullable=True),
        sa.Column("ended_at", db.Moment(timezone=True), nullable=True),
        sa.Column("promised_at", db.Moment(timezone=True), nullable=True),
        sa.Column("clock_stopped_at", db.Moment(timezone=True), nullable=True),
        sa.Column("stopped_seconds", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("supervise_at", db.Moment(timezone=True), nullable=True),
        sa.Column("supervised", sa.Boolean(), nullable=False),
        sa.Column("overdue_count", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("urged_at", db.Moment(timezone=True), nullable=True),
        sa.Column("urge_count", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("stars", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("state IN ('active', 'suspended', 'ended')", name=op.f("ck_case_state")),
        sa.ForeignKeyConstraint(["citizen_id"], ["citizen.id"], name=op.f("fk_case_citizen_id")),
        sa.ForeignKeyConstraint(["proxy_account_id"], ["account.id"], name=op.f("fk_case_proxy_account_id")),
        sa.ForeignKeyConstraint(["proxy_citizen_id"], ["citizen.id"], name=op.f("fk_case_proxy_citizen_id")),
        sa.ForeignKeyConstraint(["region_code"], ["region.code"], name=op.f("fk_case_region_code")),
        sa.ForeignKeyConstraint(["subject_id"], ["case.id"], name=op.f("fk_case_subject_id")),
        sa.ForeignKeyConstraint(["version_id"], ["process_version.id"], name=op.f("fk_case_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case")),
    )
    with op.batch_alter_table("case", schema=None) as batch_op:
        batch_op.create_index(
            "uq_case_case_no", ["case_no"], unique=True, postgresql_ops={"case_no": "varchar_pattern_ops"}
        )
        batch_op.create_index(batch_op.f("ix_case_applicant_identity"), ["applicant_identity"], unique=False)
        batch_op.create_index(batch_op.f("ix_case_citizen_id"), ["citizen_id"], unique=False)
        batch_op.create_index("ix_case_county_ended", ["county_code", "ended_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_case_region_code"), ["region_code"], unique=False)
        batch_op.create_index(batch_op.f("ix_case_started_at"), ["started_at"], unique=False)
        batch_op.create_index(
            "ix_case_subject",
            ["subject_id"],
            unique=False,
            postgresql_where=sa.text("subject_id IS NOT NULL"),
            sqlite_where=sa.text("subject_id IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_case_supervise_at",
            ["supervise_at"],
            unique=False,
            postgresql_where=sa.text("supervise_at IS NOT NULL"),
            sqlite_where=sa.text("supervise_at IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_case_county",
            ["county_code", "id"],
            unique=False,
            postgresql_where=sa.text("subject_id IS NULL"),
            sqlite_where=sa.text("subject_id IS NULL"),
        )
        batch_op.create_index(
            "ix_case_county_item",
            ["county_code", "item_code", "id"],
            unique=False,
            postgresql_where=sa.text("subject_id IS NULL"),
            sqlite_where=sa.text("subject_id IS NULL"),
        )
        batch_op.create_index(
            "ix_case_item",
            ["item_code", "id"],
            unique=False,
            postgresql_where=sa.text("subject_id IS NULL"),
            sqlite_where=sa.text("subject_id IS NULL"),
        )
        batch_op.create_index(
            "ix_case_county_name",
            ["county_code", "applicant_name"],
            unique=False,
            postgresql_where=sa.text("subject_id IS NULL"),
            sqlite_where=sa.text("subject_id IS NULL"),
            postgresql_ops={"applicant_name": "varchar_pattern_ops"},
        )
        batch_op.create_index(
            "ix_case_applicant_name",
            ["applicant_name", "region_code", "id"],
            unique=False,
            postgresql_ops={"applicant_name": "varchar_pattern_ops"},
            postgresql_where=sa.text("subject_id IS NULL"),
            sqlite_where=sa.text("subject_id IS NULL"),
        )
        batch_op.create_index(
            "ix_case_serial",
            ["serial", "county_code", "region_code"],
            unique=False,
            postgresql_where=sa.text("subject_id IS NULL"),
            sqlite_where=sa.text("subject_id IS NULL"),
        )
        batch_op.create_index(
            "ix_case_proxy_account",
            ["proxy_account_id"],
            unique=False,
            postgresql_where=sa.text("proxy_account_id IS NOT NULL"),
            sqlite_where=sa.text("proxy_account_id IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_case_suspended",
            ["id"],
            unique=False,
            postgresql_where=sa.text("state = 'suspended' AND subject_id IS NULL"),
            sqlite_where=sa.text("state = 'suspended' AND subject_id IS NULL"),
        )
        batch_op.create_index(
            "ix_case_county_suspended",
            ["county_code", "id"],
            unique=False,
            postgresql_where=sa.text("state = 'suspended' AND subject_id IS NULL"),
            sqlite_where=sa.text("state = 'suspended' AND subject_id IS NULL"),
        )
        batch_op.create_index(
            "ix_case_supervised",
            ["id"],
            unique=False,
            postgresql_where=sa.text("supervised AND state <> 'ended'"),
            sqlite_where=sa.text("supervised AND state <> 'ended'"),
        )
        batch_op.create_index(
            "ix_case_works",
            ["started_at"],
            unique=False,
            postgresql_where=sa.text("status = 'LONG_TERM' AND subject_id IS NULL AND state <> 'ended'"),
            sqlite_where=sa.text("status = 'LONG_TERM' AND subject_id IS NULL AND state <> 'ended'"),
        )
        batch_op.create_index(
            "ix_case_running",
            ["started_at"],
            unique=False,
            postgresql_where=sa.text("subject_id IS NULL AND state <> 'ended'"),
            sqlite_where=sa.text("subject_id IS NULL AND state <> 'ended'"),
        )
        batch_op.create_index(
            "ix_case_county_running",
            ["county_code", "started_at"],
            unique=False,
            postgresql_where=sa.text("subject_id IS NULL AND state <> 'ended'"),
            sqlite_where=sa.text("subject_id IS NULL AND state <> 'ended'"),
        )
        batch_op.create_index(
            "ix_case_companion",
            ["process_key", "county_code"],
            unique=False,
            postgresql_where=sa.text("subject_id IS NOT NULL AND state <> 'ended'"),
            sqlite_where=sa.text("subject_id IS NOT NULL AND state <> 'ended'"),
        )
        batch_op.create_index(
            "ix_case_companion_age",
            ["process_key", "started_at", "id"],
            unique=False,
            postgresql_where=sa.text("subject_id IS NOT NULL AND state <> 'ended'"),
            sqlite_where=sa.text("subject_id IS NOT NULL AND state <> 'ended'"),
        )

    op.create_table(
        "file_content",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_file_content")),
    )
    op.create_table(
        "version_file",
        sa.Column("version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("path", sa.String(length=120), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["sha256"], ["file_content.sha256"], name=op.f("fk_version_file_sha256")),
        sa.ForeignKeyConstraint(["version_id"], ["process_version.id"], name=op.f("fk_version_file_version_id")),
        sa.PrimaryKeyConstraint("version_id", "path", name=op.f("pk_version_file")),
    )
    op.create_table(
        "application_draft",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("process_key", sa.String(length=40), nullable=False),
        sa.Column("channel", sa.String(length=8), nullable=False),
        sa.Column("citizen_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("values", db.Json(), nullable=False),
        sa.Column("saved_at", db.Moment(timezone=True), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("practice", sa.String(length=4), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_application_draft_account_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_application_draft_case_id")),
        sa.ForeignKeyConstraint(["citizen_id"], ["citizen.id"], name=op.f("fk_application_draft_citizen_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_draft")),
        sa.UniqueConstraint("key", name=op.f("uq_application_draft_key")),
    )
    with op.batch_alter_table("application_draft", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_application_draft_citizen_id"), ["citizen_id"], unique=False)

    op.create_table(
        "attachment",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("task_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("field_key", sa.String(length=60), nullable=True),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=60), nullable=False),
        sa.Column("size", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("uploaded_by", sa.String(length=40), nullable=False),
        sa.Column("uploaded_at", db.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_attachment_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
    )
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attachment_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_attachment_sha256"), ["sha256"], unique=False)

    op.create_table(
        "history_event",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", db.Moment(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("element_id", sa.String(length=60), nullable=True),
        sa.Column("actor", sa.String(length=40), nullable=False),
        sa.Column("actor_name", sa.String(length=80), nullable=False),
        sa.Column("payload", packing.Packed(), nullable=False),
        sa.Column("hash", db.Digest(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_history_event_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_history_event")),
        sa.UniqueConstraint("case_id", "seq", name=op.f("uq_history_event_case_id_seq")),
    )
    op.create_table(
        "incident",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("job_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("outbox_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("element_id", sa.String(length=60), nullable=True),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("created_at", db.Moment(timezone=True), nullable=False),
        sa.Column("resolved_at", db.Moment(timezone=True), nullable=True),
        sa.Column("resolved_by", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_incident_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident")),
    )
    with op.batch_alter_table("incident", schema=None) as batch_op:
        batch_op.create_index(
            "ix_incident_open",
            ["case_id"],
            unique=False,
            postgresql_where=sa.text("resolved_at IS NULL"),
            sqlite_where=sa.text("resolved_at IS NULL"),
        )

    op.create_table(
        "job",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("token", sa.String(length=24), nullable=False),
        sa.Column("element_id", sa.String(length=60), nullable=False),
        sa.Column("state", sa.String(length=9), nullable=False),
        sa.Column("due_at", db.Moment(timezone=True), nullable=False),
        sa.Column("attempts", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("epoch", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("leased_until", db.Moment(timezone=True), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.CheckConstraint("kind IN ('timer', 'service')", name=op.f("ck_job_kind")),
        sa.CheckConstraint("state IN ('waiting', 'running', 'failed', 'suspended')", name=op.f("ck_job_state")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_job_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
    )
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_job_case_id"), ["case_id"], unique=False)
        batch_op.create_index(
            "ix_job_due",
            ["due_at"],
            unique=False,
            postgresql_where=sa.text("state IN ('waiting', 'running')"),
            sqlite_where=sa.text("state IN ('waiting', 'running')"),
        )

    op.create_table(
        "notice",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("citizen_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("message_key", sa.String(length=8), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", db.Moment(timezone=True), nullable=False),
        sa.Column("read_at", db.Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_notice_account_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_notice_case_id")),
        sa.ForeignKeyConstraint(["citizen_id"], ["citizen.id"], name=op.f("fk_notice_citizen_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
    )
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.create_index("ix_notice_account", ["account_id", "read_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_notice_case_id"), ["case_id"], unique=False)
        batch_op.create_index("ix_notice_citizen", ["citizen_id", "read_at"], unique=False)

    op.create_table(
        "outbox_message",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("connector", sa.String(length=20), nullable=False),
        sa.Column("recipient", sa.String(length=200), nullable=False),
        sa.Column("body", db.Json(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("due_at", db.Moment(timezone=True), nullable=False),
        sa.Column("attempts", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("epoch", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("leased_until", db.Moment(timezone=True), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.CheckConstraint("state IN ('waiting', 'running', 'failed')", name=op.f("ck_outbox_message_state")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_outbox_message_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_message")),
        sa.UniqueConstraint("key", name=op.f("uq_outbox_message_key")),
    )
    with op.batch_alter_table("outbox_message", schema=None) as batch_op:
        batch_op.create_index(
            "ix_outbox_message_due",
            ["due_at"],
            unique=False,
            postgresql_where=sa.text("state <> 'failed'"),
            sqlite_where=sa.text("state <> 'failed'"),
        )

    op.create_table(
        "user_task",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("subject_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=6), nullable=False),
        sa.Column("token", sa.String(length=24), nullable=True),
        sa.Column("host_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("position", sa.String(length=6), nullable=True),
        sa.Column("element_id", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("item_code", sa.String(length=40), nullable=False),
        sa.Column("role_key", sa.String(length=40), nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.Column("form_id", sa.String(length=60), nullable=True),
        sa.Column("instance", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("assignee_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("owner_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("submission_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("claimed_at", db.Moment(timezone=True), nullable=True),
        sa.Column("created_at", db.Moment(timezone=True), nullable=False),
        sa.Column("due_at", db.Moment(timezone=True), nullable=True),
        sa.Column("due_unit", sa.String(length=2), nullable=True),
        sa.Column("remind_at", db.Moment(timezone=True), nullable=True),
        sa.Column("companion_at", db.Moment(timezone=True), nullable=True),
        sa.Column("reminded_at", db.Moment(timezone=True), nullable=True),
        sa.Column("overdue_at", db.Moment(timezone=True), nullable=True),
        sa.Column("ended_at", db.Moment(timezone=True), nullable=True),
        sa.Column("completed_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("urged_at", db.Moment(timezone=True), nullable=True),
        sa.Column("urge_count", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("in_turn", sa.Boolean(), nullable=False),
        sa.CheckConstraint("(kind = 'step') = (host_id IS NULL)", name=op.f("ck_user_task_host")),
        sa.CheckConstraint("(kind = 'step') = (token IS NOT NULL)", name=op.f("ck_user_task_token")),
        sa.CheckConstraint("kind IN ('step', 'cosign')", name=op.f("ck_user_task_kind")),
        sa.CheckConstraint("position IN ('before', 'after')", name=op.f("ck_user_task_position")),
        sa.CheckConstraint("state IN ('waiting', 'open', 'completed', 'canceled')", name=op.f("ck_user_task_state")),
        sa.ForeignKeyConstraint(["assignee_id"], ["account.id"], name=op.f("fk_user_task_assignee_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_user_task_case_id")),
        sa.ForeignKeyConstraint(["completed_by"], ["account.id"], name=op.f("fk_user_task_completed_by")),
        sa.ForeignKeyConstraint(["host_id"], ["user_task.id"], name=op.f("fk_user_task_host_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["account.id"], name=op.f("fk_user_task_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_task")),
    )
    with op.batch_alter_table("user_task", schema=None) as batch_op:
        batch_op.create_index(
            "ix_user_task_assignee",
            ["assignee_id", "due_at"],
            unique=False,
            postgresql_where=sa.text("state = 'open'"),
            sqlite_where=sa.text("state = 'open'"),
        )
        batch_op.create_index(batch_op.f("ix_user_task_case_id"), ["case_id"], unique=False)
        batch_op.create_index(
            "ix_user_task_companion_at",
            ["companion_at"],
            unique=False,
            postgresql_where=sa.text("companion_at IS NOT NULL"),
            sqlite_where=sa.text("companion_at IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_user_task_finished", ["completed_by", "ended_at"], unique=False, postgresql_include=["case_id"]
        )
        batch_op.create_index(
            "ix_user_task_asked",
            ["assignee_id"],
            unique=False,
            postgresql_where=sa.text("owner_id IS NOT NULL"),
            sqlite_where=sa.text("owner_id IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_user_task_host",
            ["host_id"],
            unique=False,
            postgresql_where=sa.text("host_id IS NOT NULL"),
            sqlite_where=sa.text("host_id IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_user_task_owner",
            ["owner_id"],
            unique=False,
            postgresql_where=sa.text("owner_id IS NOT NULL"),
            sqlite_where=sa.text("owner_id IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_user_task_group",
            ["role_key", "region_code", "in_turn", "due_at", "id"],
            unique=False,
            postgresql_where=sa.text("state = 'open' AND assignee_id IS NULL AND kind = 'step'"),
            sqlite_where=sa.text("state = 'open' AND assignee_id IS NULL AND kind = 'step'"),
            postgresql_include=["name"],
        )
        batch_op.create_index(
            "ix_user_task_open",
            ["case_id"],
            unique=False,
            postgresql_where=sa.text("state = 'open'"),
            sqlite_where=sa.text("state = 'open'"),
        )
        batch_op.create_index(
            "ix_user_task_due",
            ["due_at"],
            unique=False,
            postgresql_where=sa.text("state = 'open'"),
            sqlite_where=sa.text("state = 'open'"),
        )
        batch_op.create_index(
            "ix_user_task_post",
            ["role_key", "region_code", "subject_id"],
            unique=False,
            postgresql_where=sa.text("kind = 'step'"),
            sqlite_where=sa.text("kind = 'step'"),
        )

    op.create_table(
        "click",
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("clicked_at", db.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_click_case_id")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_click")),
    )
    with op.batch_alter_table("click", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_click_clicked_at"), ["clicked_at"], unique=False)

    op.create_table(
        "case_migration",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("process_key", sa.String(length=40), nullable=False),
        sa.Column("from_version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("to_version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("mapping", db.Json(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("started_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("started_at", db.Moment(timezone=True), nullable=False),
        sa.Column("ended_at", db.Moment(timezone=True), nullable=True),
        sa.Column("canceled_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("state IN ('running', 'done', 'canceled')", name=op.f("ck_case_migration_state")),
        sa.ForeignKeyConstraint(["canceled_by"], ["account.id"], name=op.f("fk_case_migration_canceled_by")),
        sa.ForeignKeyConstraint(
            ["from_version_id"], ["process_version.id"], name=op.f("fk_case_migration_from_version_id")
        ),
        sa.ForeignKeyConstraint(["started_by"], ["account.id"], name=op.f("fk_case_migration_started_by")),
        sa.ForeignKeyConstraint(
            ["to_version_id"], ["process_version.id"], name=op.f("fk_case_migration_to_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_migration")),
        sa.UniqueConstraint("key", name=op.f("uq_case_migration_key")),
    )
    with op.batch_alter_table("case_migration", schema=None) as batch_op:
        batch_op.create_index(
            "ix_case_migration_running",
            ["id"],
            unique=False,
            postgresql_where=sa.text("state = 'running'"),
            sqlite_where=sa.text("state = 'running'"),
        )

    op.create_table(
        "migrated_case",
        sa.Column("migration_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("attempts", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("at", db.Moment(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'moved', 'failed', 'skipped', 'undoing', 'undone', 'kept')",
            name=op.f("ck_migrated_case_state"),
        ),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_migrated_case_case_id")),
        sa.ForeignKeyConstraint(["migration_id"], ["case_migration.id"], name=op.f("fk_migrated_case_migration_id")),
        sa.PrimaryKeyConstraint("migration_id", "case_id", name=op.f("pk_migrated_case")),
    )
    with op.batch_alter_table("migrated_case", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_migrated_case_case_id"), ["case_id"], unique=False)
        batch_op.create_index(
            "ix_migrated_case_waiting",
            ["migration_id", "case_id"],
            unique=False,
            postgresql_where=sa.text("state = 'waiting'"),
            sqlite_where=sa.text("state = 'waiting'"),
        )

    op.create_table(
        "migration_undo",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("migration_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("started_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("started_at", db.Moment(timezone=True), nullable=False),
        sa.Column("ended_at", db.Moment(timezone=True), nullable=True),
        sa.Column("canceled_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("state IN ('running', 'done', 'canceled')", name=op.f("ck_migration_undo_state")),
        sa.ForeignKeyConstraint(["canceled_by"], ["account.id"], name=op.f("fk_migration_undo_canceled_by")),
        sa.ForeignKeyConstraint(["migration_id"], ["case_migration.id"], name=op.f("fk_migration_undo_migration_id")),
        sa.ForeignKeyConstraint(["started_by"], ["account.id"], name=op.f("fk_migration_undo_started_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_migration_undo")),
        sa.UniqueConstraint("key", name=op.f("uq_migration_undo_key")),
    )
    with op.batch_alter_table("migration_undo", schema=None) as batch_op:
        batch_op.create_index(
            "ix_migration_undo_running",
            ["migration_id"],
            unique=True,
            postgresql_where=sa.text("state = 'running'"),
            sqlite_where=sa.text("state = 'running'"),
        )

    op.create_table(
        "suspension",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("suspended_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("suspended_at", db.Moment(timezone=True), nullable=False),
        sa.Column("resumed_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("resumed_at", db.Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_suspension_case_id")),
        sa.ForeignKeyConstraint(["resumed_by"], ["account.id"], name=op.f("fk_suspension_resumed_by")),
        sa.ForeignKeyConstraint(["suspended_by"], ["account.id"], name=op.f("fk_suspension_suspended_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suspension")),
    )
    with op.batch_alter_table("suspension", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_suspension_case_id"), ["case_id"], unique=False)

    op.create_table(
        "case_copy",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("task_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("copied_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("copied_at", db.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_case_copy_account_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_case_copy_case_id")),
        sa.ForeignKeyConstraint(["copied_by"], ["account.id"], name=op.f("fk_case_copy_copied_by")),
        sa.ForeignKeyConstraint(["task_id"], ["user_task.id"], name=op.f("fk_case_copy_task_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_copy")),
        sa.UniqueConstraint("account_id", "case_id", name=op.f("uq_case_copy_account_id_case_id")),
    )
    with op.batch_alter_table("case_copy", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_copy_case_id"), ["case_id"], unique=False)

    op.create_table(
        "opinion",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("task_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("signature_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("asked_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("agrees", sa.Boolean(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("given_at", db.Moment(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('delegate', 'before', 'after')", name=op.f("ck_opinion_kind")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_opinion_account_id")),
        sa.ForeignKeyConstraint(["asked_by"], ["account.id"], name=op.f("fk_opinion_asked_by")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_opinion_case_id")),
        sa.ForeignKeyConstraint(["signature_id"], ["user_task.id"], name=op.f("fk_opinion_signature_id")),
        sa.ForeignKeyConstraint(["task_id"], ["user_task.id"], name=op.f("fk_opinion_task_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opinion")),
    )
    with op.batch_alter_table("opinion", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_opinion_case_id"), ["case_id"], unique=False)

    op.create_table(
        "case_act",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("task_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("act", sa.String(length=40), nullable=False),
        sa.Column("done_at", db.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_case_act_account_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_case_act_case_id")),
        sa.ForeignKeyConstraint(["task_id"], ["user_task.id"], name=op.f("fk_case_act_task_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_act")),
        sa.UniqueConstraint("task_id", name=op.f("uq_case_act_task_id")),
    )
    with op.batch_alter_table("case_act", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_act_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_case_act_done_at"), ["done_at"], unique=False)

    op.create_table(
        "task_bar",
        sa.Column("task_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_task_bar_account_id")),
        sa.ForeignKeyConstraint(["task_id"], ["user_task.id"], name=op.f("fk_task_bar_task_id")),
        sa.PrimaryKeyConstraint("task_id", "account_id", name=op.f("pk_task_bar")),
    )
    with op.batch_alter_table("task_bar", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_task_bar_account_id"), ["account_id"], unique=False)

    op.create_table(
        "outside_call",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("county_code", sa.String(length=6), nullable=False),
        sa.Column("system", sa.String(length=64), nullable=False),
        sa.Column("called_at", db.Moment(timezone=True), nullable=False),
        sa.Column("heard", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outside_call")),
    )
    with op.batch_alter_table("outside_call", schema=None) as batch_op:
        batch_op.create_index("ix_outside_call_county", ["county_code", "called_at"], unique=False)

    op.create_table(
        "item_switch",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("item_code", sa.String(length=30), nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("since", db.Moment(timezone=True), nullable=False),
        sa.Column("case_no", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(["item_code"], ["service_item.code"], name=op.f("fk_item_switch_item_code")),
        sa.ForeignKeyConstraint(["region_code"], ["region.code"], name=op.f("fk_item_switch_region_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_switch")),
    )

    op.create_table(
        "recurring_start",
        sa.Column("process_key", sa.String(length=40), nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.Column("since_at", db.Moment(timezone=True), nullable=False),
        sa.Column("due_at", db.Moment(timezone=True), nullable=True),
        sa.Column("failed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["region_code"], ["region.code"], name=op.f("fk_recurring_start_region_code")),
        sa.PrimaryKeyConstraint("process_key", "region_code", name=op.f("pk_recurring_start")),
    )
    with op.batch_alter_table("recurring_start", schema=None) as batch_op:
        batch_op.create_index("ix_recurring_start_due", ["due_at"], unique=False)

    op.create_table(
        "backup_run",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("made_at", db.Moment(timezone=True), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("cases", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("events", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("heads", sa.String(length=64), nullable=False),
        sa.Column("files", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("size", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("trouble", sa.Text(), nullable=True),
        sa.Column("kept_as", sa.String(length=8), nullable=False),
        sa.Column("removed_at", db.Moment(timezone=True), nullable=True),
        sa.Column("checked_at", db.Moment(timezone=True), nullable=True),
        sa.Column("damage", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_backup_run")),
    )
    with op.batch_alter_table("backup_run", schema=None) as batch_op:
        batch_op.create_index("ix_backup_run_made_at", ["made_at"], unique=False)

    op.create_table(
        "near_relative",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("identity_number", sa.String(length=18), nullable=False),
        sa.Column("relation", sa.String(length=20), nullable=False),
        sa.Column("declared_at", db.Moment(timezone=True), nullable=False),
        sa.Column("declared_by", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_near_relative_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_near_relative")),
        sa.UniqueConstraint("account_id", "identity_number", name=op.f("uq_near_relative_account_id_identity_number")),
    )
    with op.batch_alter_table("near_relative", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_near_relative_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_near_relative_identity_number"), ["identity_number"], unique=False)

    op.create_table(
        "document",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("element_id", sa.String(length=60), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("content", db.Json(), nullable=False),
        sa.Column("readers", sa.String(length=600), nullable=False),
        sa.Column("published", sa.Boolean(), nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.Column("made_at", db.Moment(timezone=True), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_document_case_id")),
        sa.ForeignKeyConstraint(["region_code"], ["region.code"], name=op.f("fk_document_region_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
        sa.UniqueConstraint("number", name=op.f("uq_document_number")),
    )
    with op.batch_alter_table("document", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_document_case_id"), ["case_id"], unique=False)
        batch_op.create_index(
            "ix_document_published",
            ["region_code", "id"],
            unique=False,
            postgresql_where=sa.text("published"),
            sqlite_where=sa.text("published"),
        )

    op.create_table(
        "document_reading",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("document_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("post", sa.String(length=80), nullable=False),
        sa.Column("read_at", db.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_document_reading_account_id")),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_document_reading_document_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_reading")),
    )
    with op.batch_alter_table("document_reading", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_document_reading_document_id"), ["document_id"], unique=False)

    op.create_table(
        "overdue_record",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("task_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("element_id", sa.String(length=60), nullable=False),
        sa.Column("assignee_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("role_key", sa.String(length=40), nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.Column("due_at", db.Moment(timezone=True), nullable=False),
        sa.Column("recorded_at", db.Moment(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["assignee_id"], ["account.id"], name=op.f("fk_overdue_record_assignee_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_overdue_record_case_id")),
        sa.ForeignKeyConstraint(["task_id"], ["user_task.id"], name=op.f("fk_overdue_record_task_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_overdue_record")),
        sa.UniqueConstraint("task_id", name=op.f("uq_overdue_record_task_id")),
    )
    with op.batch_alter_table("overdue_record", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_overdue_record_case_id"), ["case_id"], unique=False)
        batch_op.create_index("ix_overdue_record_due", ["due_at", "region_code"], unique=False)

    op.create_table(
        "submission",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("task_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("element_id", sa.String(length=60), nullable=False),
        sa.Column("form_id", sa.String(length=60), nullable=True),
        sa.Column("values", db.Json(), nullable=False),
        sa.Column("actor", sa.String(length=40), nullable=False),
        sa.Column("submitted_at", db.Moment(timezone=True), nullable=False),
        sa.Column("idempotency_key", sa.String(length=80), nullable=False),
        sa.Column("digest", db.Digest(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_submission_case_id")),
        sa.ForeignKeyConstraint(["task_id"], ["user_task.id"], name=op.f("fk_submission_task_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submission")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_submission_idempotency_key")),
    )
    with op.batch_alter_table("submission", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_submission_case_id"), ["case_id"], unique=False)

    op.create_table(
        "task_draft",
        sa.Column("task_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("values", db.Json(), nullable=False),
        sa.Column("saved_at", db.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_task_draft_account_id")),
        sa.ForeignKeyConstraint(["task_id"], ["user_task.id"], name=op.f("fk_task_draft_task_id")),
        sa.PrimaryKeyConstraint("task_id", "account_id", name=op.f("pk_task_draft")),
    )
    op.create_table(
        "list_export",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("post", sa.String(length=80), nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.Column("list_name", sa.String(length=60), nullable=False),
        sa.Column("filters", db.Json(), nullable=False),
        sa.Column("form", sa.String(length=4), nullable=False),
        sa.Column("row_count", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("purpose", sa.String(length=200), nullable=False),
        sa.Column("made_at", db.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_list_export_account_id")),
        sa.ForeignKeyConstraint(["region_code"], ["region.code"], name=op.f("fk_list_export_region_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_list_export")),
    )
    with op.batch_alter_table("list_export", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_list_export_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_list_export_made_at"), ["made_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_list_export_region_code"), ["region_code"], unique=False)

    op.create_table(
        "number_guess",
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("failures", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("since", db.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_number_guess")),
    )
    with op.batch_alter_table("number_guess", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_number_guess_since"), ["since"], unique=False)

    op.create_table(
        "unit_contact",
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.Column("department_code", sa.String(length=20), nullable=False),
        sa.Column("person", sa.String(length=30), nullable=False),
        sa.Column("phone", sa.String(length=30), nullable=False),
        sa.Column("email", sa.String(length=120), nullable=False),
        sa.Column("address", sa.String(length=120), nullable=False),
        sa.Column("hours", sa.String(length=60), nullable=False),
        sa.Column("told_at", db.Moment(timezone=True), nullable=False),
        sa.Column("told_by", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["department_code"], ["department.code"], name=op.f("fk_unit_contact_department_code")
        ),
        sa.ForeignKeyConstraint(["region_code"], ["region.code"], name=op.f("fk_unit_contact_region_code")),
        sa.PrimaryKeyConstraint("region_code", "department_code", name=op.f("pk_unit_contact")),
    )

    op.create_table(
        "sign_in",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.Column("tried_at", db.Moment(timezone=True), nullable=False),
        sa.Column("admitted", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_sign_in_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in")),
    )
    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_in_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_sign_in_region_code"), ["region_code"], unique=False)

    append_only.install(op.get_bind())

    op.create_table(
        "shared_limit",
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("due_at", db.Moment(timezone=True), nullable=False),
        sa.Column("begun_at", db.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_shared_limit_case_id")),
        sa.PrimaryKeyConstraint("case_id", "key", name=op.f("pk_shared_limit")),
    )
    op.create_table(
        "public_notice",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("item_code", sa.String(length=40), nullable=False),
        sa.Column("item_name", sa.String(length=80), nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("lines", db.Json(), nullable=False),
        sa.Column("listed_lines", db.Json(), nullable=True),
        sa.Column("places", db.Json(), nullable=False),
        sa.Column("contact", sa.String(length=120), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("made_at", db.Moment(timezone=True), nullable=False),
        sa.Column("posted_at", db.Moment(timezone=True), nullable=True),
        sa.Column("until_at", db.Moment(timezone=True), nullable=True),
        sa.Column("closed_at", db.Moment(timezone=True), nullable=True),
        sa.Column("listed_until_at", db.Moment(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('draft', 'posted', 'checking', 'ended', 'withdrawn')", name=op.f("ck_public_notice_state")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_public_notice_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_public_notice")),
    )
    with op.batch_alter_table("public_notice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_public_notice_case_id"), ["case_id"], unique=False)
        batch_op.create_index("ix_public_notice_until", ["until_at"], unique=False)
        batch_op.create_index(
            "ix_public_notice_posted",
            ["until_at"],
            unique=False,
            postgresql_where=sa.text("state IN ('posted', 'checking')"),
            sqlite_where=sa.text("state IN ('posted', 'checking')"),
        )
        batch_op.create_index(
            "ix_public_notice_listed",
            ["listed_until_at"],
            unique=False,
            postgresql_where=sa.text("listed_until_at IS NOT NULL"),
            sqlite_where=sa.text("listed_until_at IS NOT NULL"),
        )

    op.create_table(
        "public_page",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("series", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("category", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("files", db.Json(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("unit", sa.String(length=60), nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("published_at", db.Moment(timezone=True), nullable=False),
        sa.Column("ended_at", db.Moment(timezone=True), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "state IN ('posted', 'superseded', 'repealed', 'taken_down')", name=op.f("ck_public_page_state")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_public_page_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_public_page")),
        sa.UniqueConstraint("series", "number", name=op.f("uq_public_page_series_number")),
    )
    with op.batch_alter_table("public_page", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_public_page_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_public_page_region_code"), ["region_code"], unique=False)
        batch_op.create_index(
            "ix_public_page_posted",
            ["published_at"],
            unique=False,
            postgresql_where=sa.text("state = 'posted'"),
            sqlite_where=sa.text("state = 'posted'"),
        )

    op.create_table(
        "public_objection",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("notice_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=True),
        sa.Column("anonymous", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=True),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column("citizen_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("entered_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("received_at", db.Moment(timezone=True), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_at", db.Moment(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('received', 'checking', 'upheld', 'rejected', 'unrelated')",
            name=op.f("ck_public_objection_state"),
        ),
        sa.CheckConstraint("anonymous = (name IS NULL)", name=op.f("ck_public_objection_anonymous")),
        sa.ForeignKeyConstraint(["citizen_id"], ["citizen.id"], name=op.f("fk_public_objection_citizen_id")),
        sa.ForeignKeyConstraint(["entered_by"], ["account.id"], name=op.f("fk_public_objection_entered_by")),
        sa.ForeignKeyConstraint(["notice_id"], ["public_notice.id"], name=op.f("fk_public_objection_notice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_public_objection")),
        sa.UniqueConstraint("code", name=op.f("uq_public_objection_code")),
        sa.UniqueConstraint("key", name=op.f("uq_public_objection_key")),
    )
    with op.batch_alter_table("public_objection", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_public_objection_notice_id"), ["notice_id"], unique=False)

    op.create_table(
        "benefit",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("citizen_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("payee_name", sa.String(length=60), nullable=False),
        sa.Column("payee_identity", sa.String(length=18), nullable=False),
        sa.Column("item_code", sa.String(length=40), nullable=False),
        sa.Column("item_name", sa.String(length=80), nullable=False),
        sa.Column("department", sa.String(length=20), nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.Column("county_code", sa.String(length=12), nullable=False),
        sa.Column("category", sa.String(length=80), nullable=False),
        sa.Column("monthly", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("persons", db.Json(), nullable=False),
        sa.Column("person_count", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("bank_name", sa.String(length=100), nullable=False),
        sa.Column("account_holder", sa.String(length=60), nullable=False),
        sa.Column("account_no", sa.String(length=40), nullable=False),
        sa.Column("holder_relation", sa.String(length=40), nullable=False),
        sa.Column("start_month", sa.String(length=7), nullable=False),
        sa.Column("paid_from", sa.String(length=7), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("end_month", sa.String(length=7), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("granted_at", db.Moment(timezone=True), nullable=False),
        sa.Column("changed_at", db.Moment(timezone=True), nullable=False),
        sa.Column("reviewed_on", sa.Date(), nullable=True),
        sa.Column("moved_to_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("state IN ('running', 'suspended', 'ended')", name=op.f("ck_benefit_state")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_benefit_case_id")),
        sa.ForeignKeyConstraint(["citizen_id"], ["citizen.id"], name=op.f("fk_benefit_citizen_id")),
        sa.ForeignKeyConstraint(["moved_to_id"], ["benefit.id"], name=op.f("fk_benefit_moved_to_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_benefit")),
        sa.UniqueConstraint("number", name=op.f("uq_benefit_number")),
    )
    with op.batch_alter_table("benefit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_benefit_account_no"), ["account_no"], unique=False)
        batch_op.create_index(batch_op.f("ix_benefit_case_id"), ["case_id"], unique=False)
        batch_op.create_index("ix_benefit_county_item", ["county_code", "item_code", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_benefit_payee_identity"), ["payee_identity"], unique=False)

    op.create_table(
        "payment",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("item_code", sa.String(length=40), nullable=False),
        sa.Column("purpose", sa.String(length=120), nullable=False),
        sa.Column("department", sa.String(length=20), nullable=False),
        sa.Column("county_code", sa.String(length=12), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=True),
        sa.Column("round_no", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("fund", sa.String(length=120), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("voucher", sa.String(length=60), nullable=True),
        sa.Column("made_at", db.Moment(timezone=True), nullable=False),
        sa.Column("closed_at", db.Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_payment_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment")),
        sa.UniqueConstraint(
            "county_code",
            "item_code",
            "month",
            "round_no",
            name=op.f("uq_payment_county_code_item_code_month_round_no"),
        ),
        sa.UniqueConstraint("number", name=op.f("uq_payment_number")),
    )
    with op.batch_alter_table("payment", schema=None) as batch_op:
        batch_op.create_index("ix_payment_county_made", ["county_code", "made_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_payment_case_id"), ["case_id"], unique=False)

    op.create_table(
        "payment_line",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("payment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("line_no", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("benefit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("citizen_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("payee_name", sa.String(length=60), nullable=False),
        sa.Column("payee_identity", sa.String(length=18), nullable=False),
        sa.Column("region_code", sa.String(length=12), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("amount", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("bank_name", sa.String(length=100), nullable=False),
        sa.Column("account_holder", sa.String(length=60), nullable=False),
        sa.Column("account_no", sa.String(length=40), nullable=False),
        sa.Column("holder_relation", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("flags", db.Json(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("sampled", sa.Boolean(), nullable=False),
        sa.Column("again", sa.Boolean(), nullable=False),
        sa.Column("replaces_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("returned_on", sa.Date(), nullable=True),
        sa.Column("returned_for", sa.Text(), nullable=False),
        sa.Column("recovered", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("deducted", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=True),
        sa.Column("bank_time", sa.String(length=40), nullable=True),
        sa.Column("bank_operator", sa.String(length=60), nullable=True),
        sa.Column("told_at", db.Moment(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('open', 'paid', 'failed', 'removed', 'recovered')", name=op.f("ck_payment_line_state")
        ),
        sa.ForeignKeyConstraint(["benefit_id"], ["benefit.id"], name=op.f("fk_payment_line_benefit_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_payment_line_case_id")),
        sa.ForeignKeyConstraint(["citizen_id"], ["citizen.id"], name=op.f("fk_payment_line_citizen_id")),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_payment_line_payment_id")),
        sa.ForeignKeyConstraint(["replaces_id"], ["payment_line.id"], name=op.f("fk_payment_line_replaces_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_line")),
        sa.UniqueConstraint("payment_id", "line_no", name=op.f("uq_payment_line_payment_id_line_no")),
    )
    with op.batch_alter_table("payment_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_payment_line_account_no"), ["account_no"], unique=False)
        batch_op.create_index(batch_op.f("ix_payment_line_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_payment_line_payee_identity"), ["payee_identity"], unique=False)
        batch_op.create_index("ix_payment_line_paid", ["paid_on", "region_code"], unique=False)
        batch_op.create_index("ix_payment_line_region", ["region_code", "month"], unique=False)
        batch_op.create_index(
            "uq_payment_line_month",
            ["benefit_id", "month"],
            unique=True,
            postgresql_where=sa.text("benefit_id IS NOT NULL AND state IN ('open', 'paid')"),
            sqlite_where=sa.text("benefit_id IS NOT NULL AND state IN ('open', 'paid')"),
        )

    op.create_table(
        "deduction",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("paid_case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("benefit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("total", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("monthly", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("share", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("begun_at", db.Moment(timezone=True), nullable=False),
        sa.Column("ended_at", db.Moment(timezone=True), nullable=True),
        sa.CheckConstraint("total > 0 AND monthly > 0", name=op.f("ck_deduction_amounts")),
        sa.CheckConstraint("share BETWEEN 1 AND 99", name=op.f("ck_deduction_share")),
        sa.ForeignKeyConstraint(["benefit_id"], ["benefit.id"], name=op.f("fk_deduction_benefit_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_deduction_case_id")),
        sa.ForeignKeyConstraint(["paid_case_id"], ["case.id"], name=op.f("fk_deduction_paid_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deduction")),
    )
    with op.batch_alter_table("deduction", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_deduction_benefit_id"), ["benefit_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_deduction_case_id"), ["case_id"], unique=False)

    op.create_table(
        "deduction_part",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("deduction_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("line_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("amount", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["deduction_id"], ["deduction.id"], name=op.f("fk_deduction_part_deduction_id")),
        sa.ForeignKeyConstraint(["line_id"], ["payment_line.id"], name=op.f("fk_deduction_part_line_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deduction_part")),
        sa.UniqueConstraint("deduction_id", "line_id", name=op.f("uq_deduction_part_deduction_id_line_id")),
    )
    with op.batch_alter_table("deduction_part", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_deduction_part_line_id"), ["line_id"], unique=False)

    op.create_table(
        "imprest_top_up",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("town_code", sa.String(length=12), nullable=False),
        sa.Column("item_code", sa.String(length=40), nullable=False),
        sa.Column("amount", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("voucher", sa.String(length=60), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("made_at", db.Moment(timezone=True), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_imprest_top_up_amount")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_imprest_top_up_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imprest_top_up")),
    )
    with op.batch_alter_table("imprest_top_up", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_imprest_top_up_case_id"), ["case_id"], unique=False)
        batch_op.create_index("ix_imprest_top_up_town", ["town_code", "item_code"], unique=False)


def downgrade() -> None:
    op.drop_table("sign_in")
    op.drop_table("unit_contact")
    op.drop_table("number_guess")
    op.drop_table("list_export")
    with op.batch_alter_table("deduction_part", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_deduction_part_line_id"))

    op.drop_table("deduction_part")
    with op.batch_alter_table("deduction", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_deduction_case_id"))
        batch_op.drop_index(batch_op.f("ix_deduction_benefit_id"))

    op.drop_table("deduction")
    with op.batch_alter_table("imprest_top_up", schema=None) as batch_op:
        batch_op.drop_index("ix_imprest_top_up_town")
        batch_op.drop_index(batch_op.f("ix_imprest_top_up_case_id"))

    op.drop_table("imprest_top_up")
    with op.batch_alter_table("payment_line", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_payment_line_month",
            postgresql_where=sa.text("benefit_id IS NOT NULL AND state IN ('open', 'paid')"),
            sqlite_where=sa.text("benefit_id IS NOT NULL AND state IN ('open', 'paid')"),
        )
        batch_op.drop_index("ix_payment_line_region")
        batch_op.drop_index("ix_payment_line_paid")
        batch_op.drop_index(batch_op.f("ix_payment_line_payee_identity"))
        batch_op.drop_index(batch_op.f("ix_payment_line_case_id"))
        batch_op.drop_index(batch_op.f("ix_payment_line_account_no"))

    op.drop_table("payment_line")
    with op.batch_alter_table("payment", schema=None) as batch_op:
        batch_op.drop_index("ix_payment_county_made")
        batch_op.drop_index(batch_op.f("ix_payment_case_id"))

    op.drop_table("payment")
    with op.batch_alter_table("benefit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_benefit_payee_identity"))
        batch_op.drop_index("ix_benefit_county_item")
        batch_op.drop_index(batch_op.f("ix_benefit_case_id"))
        batch_op.drop_index(batch_op.f("ix_benefit_account_no"))

    op.drop_table("benefit")
    with op.batch_alter_table("document_reading", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_document_reading_document_id"))

    op.drop_table("document_reading")
    with op.batch_alter_table("document", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_document_published",
            postgresql_where=sa.text("published"),
            sqlite_where=sa.text("published"),
        )
        batch_op.drop_index(batch_op.f("ix_document_case_id"))

    op.drop_table("document")
    with op.batch_alter_table("near_relative", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_near_relative_identity_number"))
        batch_op.drop_index(batch_op.f("ix_near_relative_account_id"))

    op.drop_table("near_relative")
    with op.batch_alter_table("backup_run", schema=None) as batch_op:
        batch_op.drop_index("ix_backup_run_made_at")

    op.drop_table("backup_run")
    with op.batch_alter_table("recurring_start", schema=None) as batch_op:
        batch_op.drop_index("ix_recurring_start_due")

    op.drop_table("recurring_start")
    with op.batch_alter_table("task_bar", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_task_bar_account_id"))

    op.drop_table("task_bar")
    with op.batch_alter_table("outside_call", schema=None) as batch_op:
        batch_op.drop_index("ix_outside_call_county")

    op.drop_table("outside_call")
    op.drop_table("item_switch")
    with op.batch_alter_table("case_act", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_case_act_done_at"))
        batch_op.drop_index(batch_op.f("ix_case_act_case_id"))

    op.drop_table("case_act")
    with op.batch_alter_table("public_objection", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_public_objection_notice_id"))

    op.drop_table("public_objection")
    with op.batch_alter_table("public_page", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_public_page_posted",
            postgresql_where=sa.text("state = 'posted'"),
            sqlite_where=sa.text("state = 'posted'"),
        )
        batch_op.drop_index(batch_op.f("ix_public_page_region_code"))
        batch_op.drop_index(batch_op.f("ix_public_page_case_id"))

    op.drop_table("public_page")
    with op.batch_alter_table("public_notice", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_public_notice_listed",
            postgresql_where=sa.text("listed_until_at IS NOT NULL"),
            sqlite_where=sa.text("listed_until_at IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_public_notice_posted",
            postgresql_where=sa.text("state IN ('posted', 'checking')"),
            sqlite_where=sa.text("state IN ('posted', 'checking')"),
        )
        batch_op.drop_index("ix_public_notice_until")
        batch_op.drop_index(batch_op.f("ix_public_notice_case_id"))

    op.drop_table("public_notice")
    op.drop_table("shared_limit")
    op.drop_table("task_draft")
    with op.batch_alter_table("submission", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_submission_case_id"))

    op.drop_table("submission")
    with op.batch_alter_table("overdue_record", schema=None) as batch_op:
        batch_op.drop_index("ix_overdue_record_due")
        batch_op.drop_index(batch_op.f("ix_overdue_record_case_id"))

    op.drop_table("overdue_record")
    with op.batch_alter_table("opinion", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_opinion_case_id"))

    op.drop_table("opinion")
    with op.batch_alter_table("case_copy", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_case_copy_case_id"))

    op.drop_table("case_copy")
    with op.batch_alter_table("migrated_case", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_migrated_case_waiting",
            postgresql_where=sa.text("state = 'waiting'"),
            sqlite_where=sa.text("state = 'waiting'"),
        )
        batch_op.drop_index(batch_op.f("ix_migrated_case_case_id"))

    op.drop_table("migrated_case")
    with op.batch_alter_table("migration_undo", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_migration_undo_running",
            postgresql_where=sa.text("state = 'running'"),
            sqlite_where=sa.text("state = 'running'"),
        )

    op.drop_table("migration_undo")
    with op.batch_alter_table("case_migration", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_case_migration_running",
            postgresql_where=sa.text("state = 'running'"),
            sqlite_where=sa.text("state = 'running'"),
        )

    op.drop_table("case_migration")
    with op.batch_alter_table("suspension", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_suspension_case_id"))

    op.drop_table("suspension")
    with op.batch_alter_table("click", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_click_clicked_at"))

    op.drop_table("click")
    with op.batch_alter_table("user_task", schema=None) as batch_op:
        batch_op.drop_index("ix_user_task_post")
        batch_op.drop_index("ix_user_task_due")
        batch_op.drop_index("ix_user_task_open")
        batch_op.drop_index("ix_user_task_group")
        batch_op.drop_index(
            "ix_user_task_owner",
            postgresql_where=sa.text("owner_id IS NOT NULL"),
            sqlite_where=sa.text("owner_id IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_user_task_host",
            postgresql_where=sa.text("host_id IS NOT NULL"),
            sqlite_where=sa.text("host_id IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_user_task_asked",
            postgresql_where=sa.text("owner_id IS NOT NULL"),
            sqlite_where=sa.text("owner_id IS NOT NULL"),
        )
        batch_op.drop_index("ix_user_task_finished")
        batch_op.drop_index(
            "ix_user_task_companion_at",
            postgresql_where=sa.text("companion_at IS NOT NULL"),
            sqlite_where=sa.text("companion_at IS NOT NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_user_task_case_id"))
        batch_op.drop_index(
            "ix_user_task_assignee", postgresql_where=sa.text("state = 'open'"), sqlite_where=sa.text("state = 'open'")
        )

    op.drop_table("user_task")
    with op.batch_alter_table("outbox_message", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_outbox_message_due",
            postgresql_where=sa.text("state <> 'failed'"),
            sqlite_where=sa.text("state <> 'failed'"),
        )

    op.drop_table("outbox_message")
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.drop_index("ix_notice_citizen")
        batch_op.drop_index(batch_op.f("ix_notice_case_id"))
        batch_op.drop_index("ix_notice_account")

    op.drop_table("notice")
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_job_due",
            postgresql_where=sa.text("state IN ('waiting', 'running')"),
            sqlite_where=sa.text("state IN ('waiting', 'running')"),
        )
        batch_op.drop_index(batch_op.f("ix_job_case_id"))

    op.drop_table("job")
    with op.batch_alter_table("incident", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_incident_open",
            postgresql_where=sa.text("resolved_at IS NULL"),
            sqlite_where=sa.text("resolved_at IS NULL"),
        )

    op.drop_table("incident")
    op.drop_table("history_event")
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_attachment_sha256"))
        batch_op.drop_index(batch_op.f("ix_attachment_case_id"))

    op.drop_table("attachment")
    with op.batch_alter_table("application_draft", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_application_draft_citizen_id"))

    op.drop_table("application_draft")
    op.drop_table("version_file")
    op.drop_table("file_content")
    with op.batch_alter_table("case", schema=None) as batch_op:
        batch_op.drop_index("ix_case_companion_age")
        batch_op.drop_index("ix_case_companion")
        batch_op.drop_index("ix_case_county_running")
        batch_op.drop_index("ix_case_running")
        batch_op.drop_index("ix_case_works")
        batch_op.drop_index("ix_case_supervised")
        batch_op.drop_index("ix_case_county_suspended")
        batch_op.drop_index("ix_case_suspended")
        batch_op.drop_index("ix_case_proxy_account")
        batch_op.drop_index("ix_case_serial")
        batch_op.drop_index("ix_case_applicant_name")
        batch_op.drop_index("ix_case_county_name")
        batch_op.drop_index("ix_case_item")
        batch_op.drop_index("ix_case_county_item")
        batch_op.drop_index("ix_case_county")
        batch_op.drop_index(
            "ix_case_supervise_at",
            postgresql_where=sa.text("supervise_at IS NOT NULL"),
            sqlite_where=sa.text("supervise_at IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_case_subject",
            postgresql_where=sa.text("subject_id IS NOT NULL"),
            sqlite_where=sa.text("subject_id IS NOT NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_case_started_at"))
        batch_op.drop_index(batch_op.f("ix_case_region_code"))
        batch_op.drop_index("ix_case_county_ended")
        batch_op.drop_index(batch_op.f("ix_case_citizen_id"))
        batch_op.drop_index(batch_op.f("ix_case_applicant_identity"))
        batch_op.drop_index("uq_case_case_no")

    op.drop_table("case")
    with op.batch_alter_table("appointment", schema=None) as batch_op:
        batch_op.drop_index("ix_appointment_role_region")
        batch_op.drop_index(batch_op.f("ix_appointment_role_key"))
        batch_op.drop_index(batch_op.f("ix_appointment_account_id"))

    op.drop_table("appointment")
    op.drop_table("api_token")
    with op.batch_alter_table("activation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_activation_process_key"))

    op.drop_table("activation")
    op.drop_table("service_item")
    op.drop_table("role")
    with op.batch_alter_table("process_version", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_process_version_process_key"))

    op.drop_table("process_version")
    with op.batch_alter_table("guardianship", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_guardianship_ward_identity"))
        batch_op.drop_index(
            "ix_guardianship_holds",
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    op.drop_table("guardianship")
    op.drop_table("citizen")
    op.drop_table("setup_token")
    with op.batch_alter_table("region", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_region_prefix"))
        batch_op.drop_index(batch_op.f("ix_region_parent_code"))

    op.drop_table("region")
    op.drop_table("department")
    op.drop_table("case_number")
    op.drop_table("calendar_day")
    op.drop_table("account")
