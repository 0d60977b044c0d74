"""Facts: what the journal holds. State is a fold over them; undo is one more fact (S4, S9)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from workstation.model.identity import Digest, FindingID, ReadingID, SOPInstanceUID, StudyUID
from workstation.model.result import Density
from workstation.model.study import Laterality
from workstation.model.verdict import BiRads, Opinion, ReaderFinding, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectImported:
    """A DICOM object came in, with its bytes' digest."""

    kind: Literal["object_imported"] = "object_imported"
    study_uid: StudyUID
    sop_uid: SOPInstanceUID
    digest: Digest
    role: Literal["image", "result", "other"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingOpened:
    """A reader took the study: the lock, and what was there to be seen (R25)."""

    kind: Literal["reading_opened"] = "reading_opened"
    reading_id: ReadingID
    study_uid: StudyUID
    language: str
    images: tuple[tuple[SOPInstanceUID, Digest], ...]
    results: tuple[tuple[SOPInstanceUID, Digest], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LockTakenOver:
    """Another reader took a study that was being read (S8)."""

    kind: Literal["lock_taken_over"] = "lock_taken_over"
    reading_id: ReadingID
    study_uid: StudyUID
    from_reader: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingReleased:
    """The reader left the study without finalising; the lock is free."""

    kind: Literal["reading_released"] = "reading_released"
    reading_id: ReadingID


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageChosen:
    """The language of the protocol, "ru" or "en"."""

    kind: Literal["language_chosen"] = "language_chosen"
    reading_id: ReadingID
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictRecorded:
    """A verdict; a later one on the same finding replaces it."""

    kind: Literal["verdict_recorded"] = "verdict_recorded"
    reading_id: ReadingID
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingAdded:
    """A reader's own finding; a later one with the same id replaces it."""

    kind: Literal["finding_added"] = "finding_added"
    reading_id: ReadingID
    finding: ReaderFinding


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingRemoved:
    """A reader's own finding taken back."""

    kind: Literal["finding_removed"] = "finding_removed"
    reading_id: ReadingID
    finding_id: FindingID


@dataclass(frozen=True, slots=True, kw_only=True)
class BiRadsAssessed:
    """The reader's category of one breast."""

    kind: Literal["birads_assessed"] = "birads_assessed"
    reading_id: ReadingID
    laterality: Laterality
    category: BiRads


@dataclass(frozen=True, slots=True, kw_only=True)
class DensityAssessed:
    """The reader's composition of one breast."""

    kind: Literal["density_assessed"] = "density_assessed"
    reading_id: ReadingID
    laterality: Laterality
    density: Density


@dataclass(frozen=True, slots=True, kw_only=True)
class OpinionAssessed:
    """The reader's study-level opinion (chest)."""

    kind: Literal["opinion_assessed"] = "opinion_assessed"
    reading_id: ReadingID
    opinion: Opinion


@dataclass(frozen=True, slots=True, kw_only=True)
class SentenceEdited:
    """The doctor's words in place of a drafted sentence; "" deletes it.

    Attributes
    ----------
    drafted : the drafted text that the doctor saw: a later draft that differs is shown beside the doctor's words.
    """

    kind: Literal["sentence_edited"] = "sentence_edited"
    reading_id: ReadingID
    language: str
    sentence_id: str
    drafted: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SentenceInserted:
    """A sentence of the doctor's own; after `after` in its section, at the section's start when None."""

    kind: Literal["sentence_inserted"] = "sentence_inserted"
    reading_id: ReadingID
    language: str
    sentence_id: str
    section: str
    after: str | None
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SentenceKept:
    """The doctor keeps an own sentence although its finding was rejected or its draft changed."""

    kind: Literal["sentence_kept"] = "sentence_kept"
    reading_id: ReadingID
    language: str
    sentence_id: str
    drafted: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ActUndone:
    """The entry with sequence number `undone` does not count any more; it stays in the journal."""

    kind: Literal["act_undone"] = "act_undone"
    reading_id: ReadingID
    undone: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRef:
    """A document written at finalisation."""

    role: Literal["protocol_sr", "verdict_sr", "pdf", "protocol_json"]
    uid: str
    digest: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtocolFinalised:
    """The protocol is frozen (S6): its exact text and the documents that carry it.

    Attributes
    ----------
    text : the protocol as plain text, the form that the signature and the chain cover.
    predecessor : SOP Instance UID of the protocol that this one adds to (addendum), else None.
    """

    kind: Literal["protocol_finalised"] = "protocol_finalised"
    reading_id: ReadingID
    study_uid: StudyUID
    protocol_uid: SOPInstanceUID
    language: str
    text: str
    documents: tuple[DocumentRef, ...]
    predecessor: SOPInstanceUID | None = None


Fact = (
    ObjectImported | ReadingOpened | LockTakenOver | ReadingReleased | LanguageChosen | VerdictRecorded | FindingAdded
    | FindingRemoved | BiRadsAssessed | DensityAssessed | OpinionAssessed | SentenceEdited | SentenceInserted
    | SentenceKept | ActUndone | ProtocolFinalised
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A fact as it stands in the journal.

    Attributes
    ----------
    sequence : 1-based, without gaps.
    at : UTC, aware.
    reader : who; "system" for the program's own acts.
    station, software : where and with what.
    """

    sequence: int
    at: datetime
    reader: str
    station: str
    software: str
    fact: Fact
