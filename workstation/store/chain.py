"""The hash chain of the journal, as pure functions over rows (S9, R20).

Each row's hash covers all of the row and the hash before it, so that a row that was changed, removed, inserted or
moved is found. The last row is known from the head, a small file of its own. What the chain cannot show is a journal
that someone with the key to the machine wrote anew from end to end, head included.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from workstation.base.codec import canonical, digest_of, dump, load_json, tagged
from workstation.base.errors import BadInputError, DiptychError
from workstation.model.facts import Entry, Fact

GENESIS = "0" * 64
"""Previous hash of the first row."""

_StoredFact: Any = tagged(Fact, "kind")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """An entry as the table holds it."""

    sequence: int
    at: str
    reader: str
    station: str
    software: str
    kind: str
    study_uid: str | None
    reading_id: str | None
    payload: str
    previous_hash: str
    hash: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The last row that is known to have been written; sequence 0: none yet."""

    sequence: int = 0
    hash: str = GENESIS


class JournalProblemKind(StrEnum):
    """What is wrong with the journal. CLOCK_BACK is a notice: the sequence decides the order (R26)."""

    CHANGED = "entry-changed"
    MISSING = "entry-missing"
    OUT_OF_PLACE = "entry-out-of-place"
    TAIL_MISSING = "tail-missing"
    HEAD_UNREADABLE = "head-unreadable"
    UNREADABLE = "entry-unreadable"
    DAMAGED = "database-damaged"
    UNPROTECTED = "protection-removed"
    CLOCK_BACK = "clock-went-back"


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalProblem:
    """One thing wrong with the journal, at an entry (None: with the whole)."""

    kind: JournalProblemKind
    sequence: int | None
    message: str

    @property
    def is_notice(self) -> bool:
        """Whether the records are sound all the same."""
        return self.kind is JournalProblemKind.CLOCK_BACK


def payload_of(fact: Fact) -> str:
    """The fact as the table holds it: canonical JSON."""
    return canonical(dump(fact)).decode()


def entry_of(row: Row) -> Entry:
    """The row as an entry.

    Raises
    ------
    BadInputError
        When its time or its fact is not in the expected form.
    """
    fact: Fact = load_json(_StoredFact, row.payload)
    try:
        at = datetime.fromisoformat(row.at)
    except (TypeError, ValueError) as error:
        raise BadInputError(f"not a time: {row.at!r:.60}") from error
    return Entry(
        sequence=row.sequence, at=at, reader=row.reader, station=row.station, software=row.software, fact=fact
    )  # fmt: skip


def row_hash(row: Row) -> str:
    """SHA-256 over all of the row but its own hash."""
    fields = asdict(row)
    del fields["hash"]
    return digest_of(canonical(fields))


def head_bytes(head: Head) -> bytes:
    """The head as its file holds it."""
    return canonical(asdict(head))


def head_from(data: bytes) -> Head:
    """The head from its file; raises BadInputError."""
    return load_json(Head, data)


def check_chain(rows: Iterable[Row], start: Head | None = None) -> Iterator[JournalProblem]:
    """Yield what is wrong with `rows`, which follow `start` (default: the beginning), in the order of the table."""
    last = start or Head()
    last_at: str | None = None
    for row in rows:
        yield from _place(row, last)
        yield from _content(row)
        if last_at is not None and str(row.at) < str(last_at):  # a damaged time may be of another type
            yield JournalProblem(
                kind=JournalProblemKind.CLOCK_BACK,
                sequence=row.sequence,
                message=f"Entry {row.sequence} is dated {row.at}, before the entry that it follows ({last_at}). "
                "The order of entries holds; check this computer's clock.",
            )
        last, last_at = Head(sequence=row.sequence, hash=row.hash), row.at


def _place(row: Row, last: Head) -> Iterator[JournalProblem]:
    if row.sequence != last.sequence + 1:
        gap = f"{last.sequence + 1}" + (f" to {row.sequence - 1}" if row.sequence - 1 > last.sequence + 1 else "")
        yield JournalProblem(
            kind=JournalProblemKind.MISSING,
            sequence=last.sequence + 1,
            message=f"Entry {gap} is missing before entry {row.sequence}: it was removed after it was written.",
        )
    elif row.previous_hash != last.hash:
        yield JournalProblem(
            kind=JournalProblemKind.OUT_OF_PLACE,
            sequence=row.sequence,
            message=f"Entry {row.sequence} does not follow the entry before it: one of the two was changed, moved or "
            "put in later.",
        )


def _content(row: Row) -> Iterator[JournalProblem]:
    try:
        is_as_written = row_hash(row) == row.hash
    except (TypeError, ValueError):  # a blob or a broken text where a text was written
        is_as_written = False
    if not is_as_written:
        yield JournalProblem(
            kind=JournalProblemKind.CHANGED,
            sequence=row.sequence,
            message=f"Entry {row.sequence} is not as it was written: its content was changed.",
        )
        return
    try:
        entry_of(row)
        matches = json.loads(row.payload).get("kind") == row.kind
    except DiptychError:
        matches = False
    if not matches:
        yield JournalProblem(
            kind=JournalProblemKind.UNREADABLE,
            sequence=row.sequence,
            message=f"Entry {row.sequence} is as it was written, but this version of Diptych cannot read it: start the "
            "newest version.",
        )


def check_head(head: Head, at_head: Row | None) -> JournalProblem | None:
    """What the head says against the row with its sequence (None: there is no such row)."""
    if head.sequence == 0:
        return None
    if at_head is None:
        return JournalProblem(
            kind=JournalProblemKind.TAIL_MISSING,
            sequence=head.sequence,
            message=f"The journal ends before entry {head.sequence}, which was written: its last entries are missing.",
        )
    if at_head.hash != head.hash:
        return JournalProblem(
            kind=JournalProblemKind.CHANGED,
            sequence=head.sequence,
            message=f"Entry {head.sequence} is not the entry that was written last: it was replaced.",
        )
    return None
