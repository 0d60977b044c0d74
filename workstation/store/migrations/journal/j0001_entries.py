"""The journal's one table, and triggers that make it append-only (S9, R20)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "j0001"
down_revision = None

_REFUSALS = {
    "entries_no_update": "BEFORE UPDATE ON entries BEGIN",
    "entries_no_delete": "BEFORE DELETE ON entries BEGIN",
    # INSERT OR REPLACE would remove a row without asking the trigger above
    "entries_no_replace": "BEFORE INSERT ON entries WHEN NEW.sequence <= (SELECT max(sequence) FROM entries) BEGIN",
}


def upgrade() -> None:
    op.create_table(
        "entries",
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
    )
    for column in ("study_uid", "reading_id", "kind"):
        op.create_index(f"entries_{column}", "entries", [column])
    for name, when in _REFUSALS.items():
        op.execute(f"CREATE TRIGGER {name} {when} SELECT RAISE(ABORT, 'the journal is append-only'); END")
