"""The protocol (radiology report): sections of sentences, each knowing where it came from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from workstation.model.identity import FindingID, Patient, ReadingID, SOPInstanceUID, StudyUID


class SectionName(StrEnum):
    """Sections in BI-RADS order; the same for chest, where some stay empty."""

    INDICATION = "indication"
    TECHNIQUE = "technique"
    COMPOSITION = "composition"
    FINDINGS = "findings"
    COMPARISON = "comparison"
    ASSESSMENT = "assessment"
    RECOMMENDATION = "recommendation"


class Origin(StrEnum):
    """Where a sentence came from. AI_FINDING is tinted until the protocol is final."""

    HEADER = "header"
    AI_FINDING = "ai_finding"
    READER_FINDING = "reader_finding"
    ASSESSMENT = "assessment"
    PHRASE = "phrase"
    DOCTOR = "doctor"


class SentenceState(StrEnum):
    """How a sentence stands between the draft and the doctor."""

    DRAFTED = "drafted"
    EDITED = "edited"
    INSERTED = "inserted"
    DIVERGED = "diverged"
    """Edited by the doctor, and the draft says something else since: both are shown, finalising waits."""
    ORPHANED = "orphaned"
    """Edited by the doctor, and its finding was rejected since: shown struck, finalising waits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One sentence.

    Attributes
    ----------
    sentence_id : stable over re-drafts: "finding:<id>", "density:R", ..., "doctor:<uuid>".
    drafted : what the draft says; differs from `text` where the doctor edited.
    """

    sentence_id: str
    section: SectionName
    text: str
    origin: Origin
    state: SentenceState = SentenceState.DRAFTED
    drafted: str = ""
    finding_id: FindingID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A section with its heading in the protocol's language."""

    name: SectionName
    heading: str
    sentences: tuple[Sentence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """The protocol as it stands now."""

    language: str
    title: str
    sections: tuple[Section, ...]

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        """All sentences in order."""
        return tuple(sentence for section in self.sections for sentence in section.sentences)

    def plain_text(self) -> str:
        """Title, headings and sentences as plain text, empty sections left out."""
        blocks = [self.title]
        for section in self.sections:
            if told := [sentence.text for sentence in section.sentences if sentence.text]:
                blocks.append("\n".join([section.heading, *told]))
        return "\n\n".join(blocks)


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """One thing that stands between the draft and finalising; links to its place.

    Attributes
    ----------
    rule : short stable name, e.g. "finding-undecided", "birads-missing"; also the CLI's rule name (exit code 4).
    """

    rule: str
    message: str
    finding_id: FindingID | None = None
    sentence_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FinalProtocol:
    """A frozen protocol, ready to be written in any form (SR, PDF, JSON)."""

    protocol_uid: SOPInstanceUID
    reading_id: ReadingID
    study_uid: StudyUID
    patient: Patient
    accession: str | None
    reader: str
    finalised_at: datetime
    draft: Draft
    ai_statement: str
    """Which services took part, with version and warning, and that the decision is the doctor's (S3)."""
    predecessor: SOPInstanceUID | None = None
    performed_at: datetime | None = None
    """When the study was made."""
