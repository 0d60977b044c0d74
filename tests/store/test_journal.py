from __future__ import annotations

import math
import shutil
import sqlite3
import tempfile
import threading
from contextlib import suppress
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.store.builders import FACTS, READING, STUDY, final, opened, opinion, unprotected
from workstation.base.clock import Origins
from workstation.base.errors import RefusedError, StoreError
from workstation.model.facts import Entry, Fact, FindingAdded, SentenceInserted
from workstation.model.identity import FindingID, ReadingID, TrackingUID
from workstation.model.lexicon import MASS
from workstation.model.verdict import Opinion, ReaderFinding
from workstation.store.chain import JournalProblemKind, Row, row_hash
from workstation.store.home import Home

READER = "dr.orlova"


@given(facts=st.lists(FACTS, max_size=8))
@settings(max_examples=25, deadline=None)
def test_what_was_appended_is_read_back_equal_after_a_restart_and_what_was_refused_is_not(facts: list[Fact]) -> None:
    written: list[Entry] = []
    taken: list[Fact] = []
    with tempfile.TemporaryDirectory() as folder:
        with Home.open(Path(folder)) as home:
            for fact in facts:
                with suppress(RefusedError):  # the writer takes no act on a study that has its final protocol
                    written.append(home.journal.append(fact, reader=READER))
                    taken.append(fact)
        with Home.open(Path(folder)) as home:
            assert [entry.fact for entry in home.journal.entries()] == taken
            assert list(home.journal.entries()) == written
            assert [entry.sequence for entry in written] == list(range(1, len(taken) + 1))
            assert home.journal.verify() == ()


def test_an_entry_says_who_when_where_and_with_what(folder: Path) -> None:
    at = datetime(2026, 5, 4, 10, 0, 0, 123456, tzinfo=UTC)
    with Home.open(folder, origins=Origins(now=lambda: at, station="room-3", software="Diptych 9")) as home:
        entry = home.journal.append(opened(), reader=READER)
    assert (entry.at, entry.reader, entry.station, entry.software) == (at, READER, "room-3", "Diptych 9")


def test_acts_of_a_reading_are_found_by_its_study(home: Home) -> None:
    home.journal.append(opened(), reader=READER)
    act = home.journal.append(opinion(), reader=READER)
    home.journal.append(opened("9.9", "other"), reader=READER)
    assert home.journal.entries(STUDY)[-1] == act
    assert home.journal.entries(reading_id=READING) == home.journal.entries(study_uid=STUDY)
    assert [entry.sequence for entry in home.journal.entries(after=2)] == [3]
    assert [entry.fact for entry in home.journal.entries(kinds=("opinion_assessed",))] == [act.fact]


def test_acts_are_found_by_their_study_after_a_restart(folder: Path) -> None:
    with Home.open(folder) as home:
        home.journal.append(opened(), reader=READER)
    with Home.open(folder) as home:
        home.journal.append(opinion(), reader=READER)
        assert len(home.journal.entries(STUDY)) == 2


def test_facts_appended_together_are_kept_together_or_not_at_all(home: Home) -> None:
    with pytest.raises(StoreError, match="not saved"):
        home.journal.append_many((opened(), _unwritable()), reader=READER)
    assert home.journal.entries() == ()
    assert [entry.sequence for entry in home.journal.append_many((opened(), opinion()), reader=READER)] == [1, 2]


@pytest.mark.parametrize("size_mm", [math.nan, math.inf])
def test_a_number_that_is_none_is_not_acknowledged(home: Home, size_mm: float) -> None:
    with pytest.raises(StoreError, match="not saved"):
        home.journal.append(_unwritable(size_mm), reader=READER)
    assert home.journal.last == 0


def test_a_broken_character_is_not_acknowledged(home: Home) -> None:
    broken = SentenceInserted(
        reading_id=READING, language="ru", sentence_id="s", section="findings", after=None, text="\ud800"
    )
    with pytest.raises(StoreError, match="not saved"):
        home.journal.append(broken, reader=READER)
    assert home.journal.last == 0


def test_many_threads_append_without_gaps(home: Home) -> None:
    def work(name: str) -> None:
        for _ in range(10):
            home.journal.append(opinion(name), reader=name)

    threads = [threading.Thread(target=work, args=(f"reading-{number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [entry.sequence for entry in home.journal.entries()] == list(range(1, 41))
    assert home.journal.verify() == ()


def test_a_clock_that_goes_back_is_a_notice_and_reorders_nothing(folder: Path) -> None:
    now = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)
    times = iter([now, now - timedelta(days=365), datetime(1970, 1, 1, tzinfo=UTC), now])
    with Home.open(folder, origins=Origins(now=lambda: next(times))) as home:
        written = [home.journal.append(opinion(value=value), reader=READER) for value in [*Opinion, *Opinion]]
        assert list(home.journal.entries()) == written
        notices = home.journal.verify()
    assert [(notice.kind, notice.sequence, notice.is_notice) for notice in notices] == [
        (JournalProblemKind.CLOCK_BACK, 2, True),
        (JournalProblemKind.CLOCK_BACK, 3, True),
    ]


def test_a_local_time_zone_is_kept_as_utc(folder: Path) -> None:
    moscow = datetime.fromisoformat("2026-05-04T13:00:00+03:00")
    with Home.open(folder, origins=Origins(now=lambda: moscow)) as home:
        entry = home.journal.append(opened(), reader=READER)
    assert entry.at == moscow
    assert entry.at.utcoffset() == timedelta(0)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed home with six entries."""
    path = tmp_path_factory.mktemp("written") / "home"
    with Home.open(path) as home:
        for fact in (opened(), opinion(), opinion(value=Opinion.PATHOLOGY), opinion(), opinion(), final()):
            home.journal.append(fact, reader=READER)
    return path


@st.composite
def _tampering(draw: st.DrawFn) -> tuple[str, int, int, str, str]:
    what = draw(st.sampled_from(["change", "retype", "delete", "swap", "insert", "cut"]))
    column = draw(st.sampled_from(["at", "reader", "station", "software", "kind", "study_uid", "reading_id", "payload",
                                   "previous_hash", "hash"]))  # fmt: skip
    return what, draw(st.integers(1, 6)), draw(st.integers(1, 6)), column, draw(st.characters(codec="utf-8"))


@given(tampering=_tampering())
@settings(max_examples=120, deadline=None)
def test_any_tampering_with_the_table_is_found(written: Path, tampering: tuple[str, int, int, str, str]) -> None:
    what, first, second, column, character = tampering
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "home"
        shutil.copytree(written, path)
        with unprotected(path) as raw:
            before = raw.execute("SELECT * FROM entries ORDER BY sequence").fetchall()
            match what:
                case "change":
                    text = f"substr({column}, 1, ?) || ? || substr({column}, ?)"
                    sql = f"UPDATE entries SET {column} = {text} WHERE sequence = ?"
                    raw.execute(sql, (second * 5 - 1, character, second * 5 + 1, first))
                case "retype":
                    sql = f"UPDATE entries SET {column} = ? WHERE sequence = ?"
                    raw.execute(sql, (character.encode() if second % 2 else second, first))
                case "delete":
                    raw.execute("DELETE FROM entries WHERE sequence = ?", (first,))
                case "swap":
                    for old, new in ((first, 99), (second, first), (99, second)):
                        raw.execute("UPDATE entries SET sequence = ? WHERE sequence = ?", (new, old))
                case "insert":
                    raw.execute("UPDATE entries SET sequence = sequence + 101 WHERE sequence >= ?", (first,))
                    raw.execute("UPDATE entries SET sequence = sequence - 100 WHERE sequence > 100")
                    copied = tuple(first if name == 0 else cell for name, cell in enumerate(before[second - 1]))
                    raw.execute(f"INSERT INTO entries VALUES ({', '.join('?' * len(copied))})", copied)
                case "cut":
                    raw.execute("DELETE FROM entries WHERE sequence >= ?", (first,))
            changed = raw.execute("SELECT * FROM entries ORDER BY sequence").fetchall() != before
            raw.commit()
        with Home.open(path, read_only=True) as home:
            assert bool(home.journal.verify()) == changed


def test_a_journal_written_anew_by_its_own_rules_is_found_by_its_head(folder: Path, tmp_path: Path) -> None:
    with Home.open(folder) as home:
        home.journal.append_many((opened(), opinion(), final()), reader=READER)
    with Home.open(tmp_path / "forged") as forged:
        forged.journal.append_many((opened(), opinion(value=Opinion.PATHOLOGY), final()), reader=READER)
    (folder / "journal.sqlite").write_bytes((tmp_path / "forged" / "journal.sqlite").read_bytes())
    with pytest.raises(StoreError, match="replaced"):
        Home.open(folder)
    with Home.open(folder, read_only=True) as home:
        assert [problem.kind for problem in home.journal.verify()] == [JournalProblemKind.CHANGED]


def test_what_could_not_be_read_again_is_not_written(home: Home) -> None:
    with pytest.raises(StoreError, match="not saved"):
        home.journal.append(replace(opinion(), kind="thought_read"), reader=READER)  # type: ignore[arg-type]
    assert home.journal.last == 0


def test_an_entry_of_a_newer_version_is_not_taken_for_a_changed_one(folder: Path) -> None:
    with Home.open(folder) as home:
        home.journal.append(opened(), reader=READER)
    with unprotected(folder) as raw:
        raw.row_factory = sqlite3.Row
        last = raw.execute("SELECT * FROM entries").fetchone()
        future = Row(**{**dict(last), "sequence": 2, "kind": "thought_read", "payload": '{"kind":"thought_read"}',
                        "previous_hash": last["hash"]})  # fmt: skip
        values = tuple(asdict(replace(future, hash=row_hash(future))).values())
        raw.execute(f"INSERT INTO entries VALUES ({', '.join('?' * len(values))})", values)
        raw.commit()
    with Home.open(folder) as home:
        assert [problem.kind for problem in home.journal.verify()] == [JournalProblemKind.UNREADABLE]
        assert [entry.sequence for entry in home.journal.entries(STUDY, kinds=("reading_opened",))] == [1]
        with pytest.raises(StoreError, match="entry 2"):
            home.journal.entries()


def test_a_closed_journal_acknowledges_nothing(folder: Path) -> None:
    home = Home.open(folder)
    home.close()
    with pytest.raises(StoreError, match="not saved"):
        home.journal.append(opened(), reader=READER)


def _unwritable(size_mm: float = math.nan) -> FindingAdded:
    finding = ReaderFinding(
        finding_id=FindingID("reader#1"), tracking_uid=TrackingUID("1.2"), kind=MASS, marks=(), size_mm=size_mm
    )
    return FindingAdded(reading_id=ReadingID(READING), finding=finding)
