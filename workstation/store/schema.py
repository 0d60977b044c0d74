"""The tables as SQLAlchemy Core sees them. The migrations make them; a test compares the two."""

from __future__ import annotations

import sqlalchemy as sa

journal = sa.MetaData()
catalogue = sa.MetaData()

entries = sa.Table(
    "entries",
    journal,
    sa.Column("sequence", sa.Integer, primary_key=True),
    sa.Column("at", sa.Text, nullable=False),
    sa.Column("reader", sa.Text, nullable=False),
    sa.Column("station", sa.Text, nullable=False),
    sa.Column("software", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("study_uid", sa.Text),
    sa.Column("reading_id", sa.Text),
    sa.Column("payload", sa.Text, nullable=False),
    sa.Column("previous_hash", sa.Text, nullable=False),
    sa.Column("hash", sa.Text, nullable=False),
    *(sa.Index(f"entries_{name}", name) for name in ("study_uid", "reading_id", "kind")),
)

studies = sa.Table(
    "studies",
    catalogue,
    sa.Column("study_uid", sa.Text, primary_key=True),
    sa.Column("patient_id", sa.Text, nullable=False),
    sa.Column("issuer", sa.Text),
    sa.Column("performed_at", sa.Text),
    sa.Column("modality", sa.Text, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Index("studies_patient_id", "patient_id"),
)

results = sa.Table(
    "results",
    catalogue,
    sa.Column("sr_uid", sa.Text, primary_key=True),
    sa.Column("study_uid", sa.Text, nullable=False),
    sa.Column("matched", sa.Boolean, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Index("results_study_uid", "study_uid"),
)

objects = sa.Table(
    "objects",
    catalogue,
    sa.Column("digest", sa.Text, primary_key=True),
    sa.Column("sop_uid", sa.Text, nullable=False),
    sa.Column("study_uid", sa.Text, nullable=False),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("current", sa.Boolean, nullable=False),
    *(sa.Index(f"objects_{name}", name) for name in ("sop_uid", "study_uid")),
)
