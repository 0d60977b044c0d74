"""The catalogue's tables: what the archive holds, for look-up."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "c0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "studies",
        sa.Column("study_uid", sa.Text, primary_key=True),
        sa.Column("patient_id", sa.Text, nullable=False),
        sa.Column("issuer", sa.Text),
        sa.Column("performed_at", sa.Text),
        sa.Column("modality", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.create_table(
        "results",
        sa.Column("sr_uid", sa.Text, primary_key=True),
        sa.Column("study_uid", sa.Text, nullable=False),
        sa.Column("matched", sa.Boolean, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.create_table(
        "objects",
        sa.Column("digest", sa.Text, primary_key=True),
        sa.Column("sop_uid", sa.Text, nullable=False),
        sa.Column("study_uid", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("current", sa.Boolean, nullable=False),
    )
    op.create_index("studies_patient_id", "studies", ["patient_id"])
    op.create_index("results_study_uid", "results", ["study_uid"])
    op.create_index("objects_sop_uid", "objects", ["sop_uid"])
    op.create_index("objects_study_uid", "objects", ["study_uid"])
