"""A reading: one reader, one study. Every act is in the journal before it shows (S4); rules that forbid one say so."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from workstation.base.clock import Origins, derived_uid
from workstation.base.errors import RefusedError
from workstation.base.i18n import text
from workstation.model.codes import Code
from workstation.model.facts import (
    ActUndone,
    BiRadsAssessed,
    DensityAssessed,
    Entry,
    Fact,
    FindingAdded,
    FindingRemoved,
    LanguageChosen,
    OpinionAssessed,
    ProtocolFinalised,
    ReadingReleased,
    SentenceEdited,
    SentenceInserted,
    SentenceKept,
    VerdictRecorded,
)
from workstation.model.geometry import Mark
from workstation.model.identity import FindingID, ReadingID, StudyUID, TrackingUID
from workstation.model.problem import ProblemKind
from workstation.model.protocol import SectionName
from workstation.model.result import Density, Finding
from workstation.model.study import Laterality
from workstation.model.verdict import BiRads, Decision, Description, Opinion, ReaderFinding, Verdict
from workstation.reading.context import ReadingContext
from workstation.reading.state import ReadingState, fold_on

LATERALITY = "laterality"
"""What `acknowledged` holds when the reader accepts a finding whose side contradicts its image (S2)."""
STALE = "stale"
"""What it holds when the reader takes over a finding of a result that has not seen the newest images (R4)."""


class Journal(Protocol):
    """The part of the store's journal that a reading needs."""

    def append(self, fact: Fact, *, reader: str) -> Entry:
        """Keep the fact; return when it is on disk."""

    def entries(self, study_uid: StudyUID | None = None, reading_id: ReadingID | None = None, *, after: int = 0
                ) -> Iterable[Entry]:  # fmt: skip
        """Entries in order, those after a sequence number."""


class ReadingSession:
    """The acts of one reader on one study.

    Parameters
    ----------
    context : what is read; its `reading_id` is this reading's.
    reader : who reads.
    origins : where new UIDs come from.
    """

    def __init__(self, journal: Journal, context: ReadingContext, *, reader: str, origins: Origins) -> None:
        self._journal = journal
        self._origins = origins
        self.context = context
        self.reader = reader
        self._entries: tuple[Entry, ...] = ()
        self._state = ReadingState()
        self._refresh()

    @property
    def state(self) -> ReadingState:
        """The reading as it stands in the journal."""
        return self._state

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The journal entries of this reading, as far as this session knows them."""
        return self._entries

    def accept(self, finding_id: FindingID, *, acknowledged: tuple[str, ...] = (), comment: str = "") -> ReadingState:
        """The finding is there.

        Refused unless acknowledged: "laterality-contradiction" when its side contradicts its image, "stale-result" when
        its result is older than an image that it speaks of.
        """
        finding = self._decidable(finding_id)
        self._refuse_stale(finding, acknowledged)
        self._refuse_contradiction(finding, acknowledged)
        return self._verdict(finding, Decision.ACCEPT, comment=comment, acknowledged=acknowledged)

    def modify(self, finding_id: FindingID, changes: Description, *, acknowledged: tuple[str, ...] = (),
               comment: str = "") -> ReadingState:  # fmt: skip
        """The finding is there, but not quite as the AI says.

        A side or an outline in `changes` settles a contradiction, unless it makes one of its own: refused then, as
        `accept` is.
        """
        finding = self._decidable(finding_id)
        self._refuse_stale(finding, acknowledged)
        if changes.laterality is None and not changes.marks:
            self._refuse_contradiction(finding, acknowledged)
        self._refuse_misplaced(changes.marks)
        marks, side = changes.marks or finding.shown_marks(), changes.laterality or finding.laterality
        if LATERALITY not in acknowledged:
            self._refuse_other_side(marks, side)
        return self._verdict(finding, Decision.MODIFY, comment=comment, acknowledged=acknowledged, changes=changes)

    def reject(self, finding_id: FindingID, reason: Code | None, *, comment: str = "") -> ReadingState:
        """The finding is not there, or is nothing. Refused ("reason-missing") without a reason."""
        finding = self._decidable(finding_id)
        if reason is None:
            raise self._refusal("reason-missing")
        return self._verdict(finding, Decision.REJECT, comment=comment, reason=reason)

    def add_finding(self, kind: Code, marks: tuple[Mark, ...], *, laterality: Laterality | None = None,
                    size_mm: float | None = None, assessment: BiRads | None = None, comment: str = "",
                    finding_id: FindingID | None = None) -> ReadingState:  # fmt: skip
        """A finding that the AI missed; with the `finding_id` of an own finding, its new form.

        The side is the marked images' where none is given.
        """
        sides = self._imaged_sides(marks)
        side = laterality or next(iter(sorted(sides)), None)
        self._refuse_misplaced(marks)
        self._refuse_other_side(marks, side)
        earlier = self._state.added.get(finding_id) if finding_id else None
        finding = ReaderFinding(
            finding_id=finding_id or FindingID(f"reader#{self._origins.uid()}"),
            tracking_uid=earlier.tracking_uid if earlier else TrackingUID(self._origins.uid()),
            kind=kind, marks=marks, laterality=side, size_mm=size_mm, assessment=assessment, comment=comment,
        )  # fmt: skip
        return self._record(FindingAdded(reading_id=self.context.reading_id, finding=finding))

    def remove_finding(self, finding_id: FindingID) -> ReadingState:
        """Take an own finding back."""
        self._refresh()
        if finding_id not in self._state.added:
            raise self._refusal("unknown-finding")
        return self._record(FindingRemoved(reading_id=self.context.reading_id, finding_id=finding_id))

    def assess_birads(self, laterality: Laterality, category: BiRads) -> ReadingState:
        """The category of one breast."""
        self._refuse_absent_breast(laterality)
        fact = BiRadsAssessed(reading_id=self.context.reading_id, laterality=laterality, category=category)
        return self._record(fact)

    def assess_density(self, laterality: Laterality, density: Density) -> ReadingState:
        """The composition of one breast."""
        self._refuse_absent_breast(laterality)
        fact = DensityAssessed(reading_id=self.context.reading_id, laterality=laterality, density=density)
        return self._record(fact)

    def assess_opinion(self, opinion: Opinion) -> ReadingState:
        """Norm or pathology of the study."""
        return self._record(OpinionAssessed(reading_id=self.context.reading_id, opinion=opinion))

    def edit_sentence(self, sentence_id: str, *, drafted: str, text: str) -> ReadingState:
        """The doctor's words in place of the drafted ones (or of an own sentence's); "" deletes the sentence."""
        fact = SentenceEdited(
            reading_id=self.context.reading_id, language=self._state.language, sentence_id=sentence_id, drafted=drafted,
            text=text,
        )  # fmt: skip
        return self._record(fact)

    def insert_sentence(self, section: SectionName, text: str, *, after: str | None = None) -> ReadingState:
        """A sentence of the doctor's own, after the sentence `after`, or first in its section."""
        fact = SentenceInserted(
            reading_id=self.context.reading_id, language=self._state.language,
            sentence_id=f"doctor:{self._origins.uid()}", section=section.value, after=after, text=text,
        )  # fmt: skip
        return self._record(fact)

    def keep_sentence(self, sentence_id: str, *, drafted: str) -> ReadingState:
        """Keep own words although the draft now says `drafted` ("" when it says nothing there any more)."""
        fact = SentenceKept(
            reading_id=self.context.reading_id, language=self._state.language, sentence_id=sentence_id, drafted=drafted
        )
        return self._record(fact)

    def choose_language(self, language: str) -> ReadingState:
        """The protocol's language, "en" or "ru"."""
        return self._record(LanguageChosen(reading_id=self.context.reading_id, language=language))

    def undo(self) -> ReadingState:
        """Take the last act back, by a new record; refused ("nothing-to-undo") when there is none."""
        self._refresh()
        if not self._state.undoable:
            raise self._refusal("nothing-to-undo")
        return self._record(ActUndone(reading_id=self.context.reading_id, undone=self._state.undoable[-1]))

    def release(self) -> ReadingState:
        """Leave the study unfinished; another reader can take it."""
        return self._record(ReadingReleased(reading_id=self.context.reading_id))

    def record_final(self, fact: ProtocolFinalised, *, written_from: ReadingState) -> ReadingState:
        """Freeze the reading; called by `protocol.finalise` when all documents are kept.

        Refused ("changed-meanwhile") when the reading is not what the documents were written from any more.
        """
        self.require_open()
        if self._state != written_from:
            raise self._refusal("changed-meanwhile")
        return self._record(fact)

    def require_open(self) -> None:
        """Refuse when no act is possible: the protocol is final (S6), another reader took over (S8), or it was left.

        Raises
        ------
        RefusedError
            "final-is-final", "locked-by-other" or "reading-released".
        """
        self._refresh()
        if self._state.final is not None:
            raise self._refusal("final-is-final")
        if self._state.taken_over_by is not None:
            raise self._refusal("locked-by-other", reader=self._state.taken_over_by)
        if not self._state.held:
            raise self._refusal("reading-released")

    def _refresh(self) -> None:
        """Read on in the journal: another session may have taken this reading over."""
        known = self._entries[-1].sequence if self._entries else 0
        later = tuple(self._journal.entries(reading_id=self.context.reading_id, after=known))
        if later:
            self._state = fold_on(self._state, self._entries, later)
            self._entries = (*self._entries, *later)

    def _record(self, fact: Fact) -> ReadingState:
        self.require_open()
        self._journal.append(fact, reader=self.reader)
        self._refresh()
        return self._state

    def _verdict(self, finding: Finding, decision: Decision, *, comment: str, reason: Code | None = None,
                 acknowledged: tuple[str, ...] = (), changes: Description | None = None) -> ReadingState:  # fmt: skip
        result = self.context.result_of(finding.finding_id)
        if result is None:
            raise self._refusal("unknown-finding")
        verdict = Verdict(
            finding_id=finding.finding_id, sr_uid=result.sr_uid,
            tracking_uid=finding.tracking_uid or TrackingUID(derived_uid(finding.finding_id)),
            decision=decision, reason=reason, comment=comment, acknowledged=acknowledged,
            changes=changes or Description(),
        )  # fmt: skip
        return self._record(VerdictRecorded(reading_id=self.context.reading_id, verdict=verdict))

    def _decidable(self, finding_id: FindingID) -> Finding:
        finding = self.context.finding(finding_id)
        if finding is None:
            raise self._refusal("unknown-finding")
        return finding

    def _refuse_stale(self, finding: Finding, acknowledged: tuple[str, ...]) -> None:
        if self.context.is_stale(finding.finding_id) and STALE not in acknowledged:
            raise self._refusal("stale-result")

    def _refuse_contradiction(self, finding: Finding, acknowledged: tuple[str, ...]) -> None:
        contradicts = any(p.kind is ProblemKind.SIDE_CONTRADICTION for part in finding.walk() for p in part.problems)
        if contradicts and LATERALITY not in acknowledged:
            raise self._refusal("laterality-contradiction")

    def _refuse_misplaced(self, marks: tuple[Mark, ...]) -> None:
        """A mark of the reader's lies inside a frame of one of the patient's own images (S2)."""
        for mark in marks:
            image = self.context.study.image(mark.sop_uid)
            if image is None or not (mark.frame is None or 1 <= mark.frame <= image.frames):
                raise self._refusal("mark-outside")
            if image.is_secondary_capture:
                raise self._refusal("mark-on-capture")
            if mark.why_not_drawable(rows=image.rows, columns=image.columns):
                raise self._refusal("mark-outside")

    def _refuse_other_side(self, marks: tuple[Mark, ...], side: Laterality | None) -> None:
        if side not in (None, Laterality.BOTH) and self._imaged_sides(marks) - {side}:
            raise self._refusal("laterality-contradiction")

    def _imaged_sides(self, marks: tuple[Mark, ...]) -> set[Laterality]:
        images = (self.context.study.image(mark.sop_uid) for mark in marks)
        return {image.laterality for image in images if image and image.laterality} - {Laterality.BOTH}

    def _refuse_absent_breast(self, laterality: Laterality) -> None:
        if laterality not in self.context.breasts:
            raise self._refusal("no-such-breast")

    def _refusal(self, rule: str, **values: str) -> RefusedError:
        return refusal(rule, self.context.language, **values)


def refusal(rule: str, language: str, **values: str) -> RefusedError:
    """The error of a rule, its message in the reader's language (key "refused.<rule>")."""
    return RefusedError(rule, text(f"refused.{rule}", language, **values), values=values)
