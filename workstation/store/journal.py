"""The journal: append-only facts in a hash chain (S4, S9). `append` returns when the fact is on disk."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from datetime import UTC
from pathlib import Path

import sqlalchemy as sa

from workstation.base.clock import Origins
from workstation.base.errors import BadInputError, StoreError
from workstation.model.facts import Entry, Fact
from workstation.model.identity import ReadingID, StudyUID
from workstation.store import chain, disk
from workstation.store.chain import Head, JournalProblem, JournalProblemKind, Row
from workstation.store.database import Database
from workstation.store.locks import LOCK_KINDS, Readings, StudyReading
from workstation.store.schema import entries as table

HEAD_NAME = "journal.head"
PAGE = 1000
CHECKED_WHOLE_BYTES = 64 << 20
"""Up to this size the database file is checked whole at every start; `verify` always reads all of it."""
TRIGGERS = frozenset({"entries_no_update", "entries_no_delete", "entries_no_replace"})


class Journal:
    """Facts in the order in which they were written. One thread writes; any thread may append, read and wait.

    Parameters
    ----------
    database : migrated; its folder also holds the head.
    """

    def __init__(self, database: Database, origins: Origins) -> None:
        self._database = database
        self._origins = origins
        self._head_path = database.path.with_name(HEAD_NAME)
        self._written = Head()
        self._last: Head | None = None
        self._readings: Readings | None = None
        self._studies: dict[ReadingID, StudyUID] = {}
        self._writer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="journal")

    def append(self, fact: Fact, *, reader: str) -> Entry:
        """Write one fact; it is on disk when this returns.

        Raises
        ------
        StoreError
            "not saved: ...": nothing was written, and the journal can be tried again.
        RefusedError
            "locked-by-other": another reader holds the study (S8). "already-final": it has its final protocol (R22).
        """
        return self.append_many((fact,), reader=reader)[0]

    def append_many(self, facts: Sequence[Fact], *, reader: str) -> tuple[Entry, ...]:
        """Write facts in one transaction, all or none; raises as `append`."""
        try:
            written = self._writer.submit(self._append, tuple(facts), reader)
        except RuntimeError as error:
            raise StoreError("not saved: the data folder is closed already. Start Diptych again.") from error
        entries = written.result()
        self._writer.submit(self._write_head)
        return entries

    def entries(self, study_uid: StudyUID | None = None, reading_id: ReadingID | None = None, *, after: int = 0,
                kinds: Collection[str] | None = None) -> tuple[Entry, ...]:  # fmt: skip
        """Entries in order: of a study (its readings' too), of a reading, of some kinds, after a sequence number.

        Raises
        ------
        StoreError
            When the journal is damaged: `verify` says where.
        """
        wanted = [table.c.study_uid == study_uid] if study_uid is not None else []
        wanted += [table.c.reading_id == reading_id] if reading_id is not None else []
        wanted += [table.c.kind.in_(kinds)] if kinds is not None else []
        return tuple(_readable(row) for row in self._rows(*wanted, after=after))

    @property
    def last(self) -> int:
        """Sequence number of the last entry; 0 when there is none."""
        with self._database.read() as connection:
            return connection.execute(sa.select(sa.func.max(table.c.sequence))).scalar() or 0

    def reading(self, study_uid: StudyUID) -> StudyReading:
        """How far the reading of a study is, and who holds it."""
        readings = self._readings or self._writer.submit(self._all_readings).result()
        return readings.of(study_uid)

    def verify(self) -> tuple[JournalProblem, ...]:
        """Read the whole journal and list what is not as it was written, and notices of a clock that went back."""
        try:
            damage = tuple(map(_damaged, self._database.problems()))
            return (*damage, *self._unprotected(), *chain.check_chain(self._rows()), *self._check_head())
        except StoreError as error:
            return (_damaged(str(error)),)

    def damage_at_start(self) -> tuple[JournalProblem, ...]:
        """What a quick look finds: the file's structure when it is not large, the head and the entry that it names."""
        try:
            damage = self._database.problems(largest_bytes=CHECKED_WHOLE_BYTES)
            return (*map(_damaged, damage), *self._check_head())
        except StoreError as error:
            return (_damaged(str(error)),)

    def close(self) -> None:
        """Wait for what is being written, then close."""
        self._writer.shutdown()
        self._database.close()

    def _append(self, facts: tuple[Fact, ...], reader: str) -> tuple[Entry, ...]:
        if not facts:
            return ()
        readings = self._all_readings()
        trial = readings.trial()
        last = self._last or self._read_last()
        rows: list[Row] = []
        for fact in facts:
            row = self._row(fact, reader, last)
            trial.refuse(row)
            trial.apply(row)
            rows.append(row)
            last = Head(sequence=row.sequence, hash=row.hash)
        entries = tuple(map(_read_back, rows))
        self._last = None  # until the disk has said yes, what is there is what is read
        with self._database.write() as connection:
            connection.execute(sa.insert(table), [asdict(row) for row in rows])
        self._last = last
        for row in rows:
            readings.apply(row)
        return entries

    def _row(self, fact: Fact, reader: str, last: Head) -> Row:
        reading_id: ReadingID | None = getattr(fact, "reading_id", None)
        study_uid: StudyUID | None = getattr(fact, "study_uid", None)
        if reading_id is not None:
            study_uid = study_uid or self._study_of(reading_id)
            if study_uid is not None:
                self._studies[reading_id] = study_uid
        try:
            row = Row(
                sequence=last.sequence + 1,
                at=self._origins.now().astimezone(UTC).isoformat(timespec="microseconds"),
                reader=reader,
                station=self._origins.station,
                software=self._origins.software,
                kind=fact.kind,
                study_uid=study_uid,
                reading_id=reading_id,
                payload=chain.payload_of(fact),
                previous_hash=last.hash,
            )
            return replace(row, hash=chain.row_hash(row))
        except ValueError as error:  # a lone surrogate in a text, a number that is not one
            raise StoreError(f"not saved: a character or a number in it cannot be written ({error}).") from error

    def _study_of(self, reading_id: ReadingID) -> StudyUID | None:
        if reading_id not in self._studies:
            named = sa.select(table.c.study_uid).where(table.c.reading_id == reading_id).limit(1)
            with self._database.read() as connection:
                return connection.execute(named.where(table.c.study_uid.is_not(None))).scalar()
        return self._studies[reading_id]

    def _rows(self, *wanted: sa.ColumnElement[bool], after: int = 0) -> Iterator[Row]:
        """Rows in order, page by page: a commit never waits for a long read."""
        while True:
            page = sa.select(table).where(table.c.sequence > after, *wanted).order_by(table.c.sequence).limit(PAGE)
            with self._database.read() as connection:
                rows = [Row(**row) for row in connection.execute(page).mappings()]
            yield from rows
            if len(rows) < PAGE:
                return
            after = rows[-1].sequence

    def _read_last(self) -> Head:
        newest = sa.select(table.c.sequence, table.c.hash).order_by(table.c.sequence.desc()).limit(1)
        with self._database.read() as connection:
            row = connection.execute(newest).first()
        return Head(sequence=row.sequence, hash=row.hash) if row else Head()

    def _all_readings(self) -> Readings:
        """Folded once; on the writer's thread, so that no fold misses an append."""
        if self._readings is None:
            readings = Readings()
            for row in self._rows(table.c.kind.in_(LOCK_KINDS)):
                try:
                    readings.apply(row)
                except (TypeError, ValueError) as error:
                    raise _unreadable(row, error) from error
            self._readings = readings
        return self._readings

    def _write_head(self) -> None:
        """Note the last entry beside the journal. It may lag by what was in hand when the program was killed."""
        if self._last is None or self._last == self._written:
            return
        try:
            disk.write_durably(self._head_path, chain.head_bytes(self._last))
        except StoreError:
            return  # the fact itself is on disk and acknowledged; the next append writes the head again
        self._written = self._last

    def _check_head(self) -> Iterator[JournalProblem]:
        try:
            head = chain.head_from(self._head_path.read_bytes())
        except (OSError, BadInputError) as error:
            yield JournalProblem(
                kind=JournalProblemKind.HEAD_UNREADABLE,
                sequence=None,
                message=f"{HEAD_NAME}, which names the journal's last entry, cannot be read ({error}): whether the "
                "last entries are all there cannot be told.",
            )
            return
        at_head = next(self._rows(table.c.sequence == head.sequence), None)
        problem = chain.check_head(head, at_head)
        if problem is not None:
            yield problem

    def _unprotected(self) -> Iterator[JournalProblem]:
        names = sa.text("SELECT name FROM sqlite_master WHERE type='trigger'")
        with self._database.read() as connection:
            missing = TRIGGERS - set(connection.execute(names).scalars())
        if missing:
            yield JournalProblem(
                kind=JournalProblemKind.UNPROTECTED,
                sequence=None,
                message=f"The journal's protection against changes was removed ({', '.join(sorted(missing))}).",
            )


def create_head(folder: Path) -> None:
    """The head of an empty journal; from now on a journal that is not there is a damaged one (R14)."""
    disk.write_durably(folder / HEAD_NAME, chain.head_bytes(Head()))


def _read_back(row: Row) -> Entry:
    """The entry as it will be read: nothing is written that could not be read again."""
    try:
        return chain.entry_of(row)
    except BadInputError as error:
        raise StoreError(f"not saved: it could not be read back ({error}). Report this to the makers.") from error


def _readable(row: Row) -> Entry:
    try:
        return chain.entry_of(row)
    except BadInputError as error:
        raise _unreadable(row, error) from error


def _unreadable(row: Row, error: Exception) -> StoreError:
    return StoreError(f"entry {row.sequence} of the journal cannot be read: {error}. Run `diptych verify`.")


def _damaged(what: str) -> JournalProblem:
    kind = JournalProblemKind.DAMAGED
    return JournalProblem(kind=kind, sequence=None, message=f"The journal's file is damaged: {what}")
