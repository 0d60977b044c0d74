"""S9: every record of who did what is append-only and chained by hash; a changed or missing record is detected."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.store.builders import final, opened, opinion, unprotected
from workstation.model.verdict import Opinion
from workstation.store.chain import JournalProblemKind
from workstation.store.home import Home
from workstation.store.verify import verify

READER = "dr.anna"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A closed home with five records."""
    with Home.open(tmp_path / "home") as home:
        for fact in (opened(), opinion(), opinion(value=Opinion.PATHOLOGY), opinion(), final()):
            home.journal.append(fact, reader=READER)
        assert verify(home).ok
    return tmp_path / "home"


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE entries SET reader = 'dr.other' WHERE sequence = 2",
        "UPDATE entries SET payload = payload",
        "DELETE FROM entries WHERE sequence = 5",
        "DELETE FROM entries",
        "INSERT OR REPLACE INTO entries SELECT * FROM entries WHERE sequence = 3",
        "REPLACE INTO entries SELECT 3, at, 'dr.other', station, software, kind, study_uid, reading_id, payload, "
        "previous_hash, hash FROM entries WHERE sequence = 3",
        "INSERT INTO entries SELECT 0, at, reader, station, software, kind, study_uid, reading_id, payload, "
        "previous_hash, hash FROM entries WHERE sequence = 3",
    ],
)
def test_the_database_itself_refuses_to_change_a_record(folder: Path, sql: str) -> None:
    with closing(sqlite3.connect(folder / "journal.sqlite")) as raw:
        before = raw.execute("SELECT * FROM entries").fetchall()
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            raw.execute(sql)
        raw.rollback()
        assert raw.execute("SELECT * FROM entries").fetchall() == before


@pytest.mark.parametrize(
    ("sql", "kind", "sequence"),
    [
        ("UPDATE entries SET reader = 'dr.other' WHERE sequence = 2", JournalProblemKind.CHANGED, 2),
        ("UPDATE entries SET at = replace(at, '20', '19') WHERE sequence = 1", JournalProblemKind.CHANGED, 1),
        ("UPDATE entries SET payload = replace(payload, 'pathology', 'normal')", JournalProblemKind.CHANGED, 3),
        ("UPDATE entries SET study_uid = '9.9' WHERE sequence = 4", JournalProblemKind.CHANGED, 4),
        ("DELETE FROM entries WHERE sequence = 3", JournalProblemKind.MISSING, 3),
        ("DELETE FROM entries WHERE sequence < 3", JournalProblemKind.MISSING, 1),
        ("DELETE FROM entries WHERE sequence > 3", JournalProblemKind.TAIL_MISSING, 5),
        ("DELETE FROM entries", JournalProblemKind.TAIL_MISSING, 5),
    ],
)
def test_a_record_that_was_changed_behind_the_database_is_named(
    folder: Path, sql: str, kind: JournalProblemKind, sequence: int
) -> None:
    with unprotected(folder) as raw:
        raw.execute(sql)
        raw.commit()
    with Home.open(folder, read_only=True) as home:
        report = verify(home)
        assert (kind, sequence) in [(problem.kind, problem.sequence) for problem in home.journal.verify()]
    assert not report.ok
    assert not report.chain_ok
    assert (str(kind), f"entry {sequence}") in [(problem.kind, problem.where) for problem in report.problems]


def test_a_removed_protection_is_named(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "journal.sqlite")) as raw:
        raw.execute("DROP TRIGGER entries_no_update")
    with Home.open(folder) as home:
        assert [problem.kind for problem in home.journal.verify()] == [JournalProblemKind.UNPROTECTED]


def test_every_record_says_who_when_and_with_what(folder: Path) -> None:
    with Home.open(folder) as home:
        for entry in home.journal.entries():
            assert entry.reader == READER
            assert entry.at.tzinfo is not None
            assert entry.station
            assert entry.software
