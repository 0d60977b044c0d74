"""Taking a study to read: who holds it, who has read it, how a reader takes over (S8)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from workstation.base.clock import Origins
from workstation.model.facts import LockTakenOver, ReadingOpened
from workstation.model.identity import Digest, ReadingID, SOPInstanceUID, StudyUID
from workstation.model.result import AIResult
from workstation.model.study import Study
from workstation.reading.context import ReadingContext
from workstation.reading.hanging_rules import HangingRules
from workstation.reading.policy import Programme, programme_for
from workstation.reading.session import Journal, ReadingSession, refusal
from workstation.reading.state import ReadingState, fold


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """What there is to read: a study, its priors, its results as `ReadingContext.results` has them."""

    study: Study
    priors: tuple[Study, ...] = ()
    results: tuple[AIResult, ...] = ()
    programme: Programme | None = None
    """None: the one for the study's modality."""
    hanging: tuple[HangingRules, ...] = ()
    """(): those shipped."""

    def seen_images(self) -> tuple[tuple[SOPInstanceUID, Digest], ...]:
        """The images with their bytes' digests, as the journal records them (R25)."""
        return tuple((image.sop_uid, image.digest) for image in self.study.images if image.digest)

    def seen_results(self) -> tuple[tuple[SOPInstanceUID, Digest], ...]:
        """The results with their bytes' digests."""
        return tuple((result.sr_uid, result.digest) for result in self.results if result.digest)


def readings_of(journal: Journal, study_uid: StudyUID) -> tuple[ReadingState, ...]:
    """Every reading of the study, in the order in which they were first opened."""
    opened = dict.fromkeys(
        entry.fact.reading_id for entry in journal.entries(study_uid=study_uid) if isinstance(entry.fact, ReadingOpened)
    )
    return tuple(fold(journal.entries(reading_id=reading_id)) for reading_id in opened)


def open_reading(journal: Journal, material: Material, *, reader: str, origins: Origins, language: str = "en",
                 take_over: str | None = None) -> ReadingSession:  # fmt: skip
    """The study's final reading to look at, whoever's it is; else the reader's own, at hand or left; else a new one.

    A study has one final protocol (R22): a final reading is opened without a record, and takes no act.

    Parameters
    ----------
    take_over : why the study is taken from a reader who holds it; recorded.

    Raises
    ------
    RefusedError
        "locked-by-other" when another reader holds the study and `take_over` gives no reason.
    """
    readings = readings_of(journal, material.study.study_uid)
    own = next((state for state in reversed(readings) if state.reader == reader), None)
    final = next((state for state in (own, *reversed(readings)) if state is not None and state.final), None)
    if final is not None:
        return _session(journal, material, final.reading_id, reader=reader, origins=origins, language=language)
    if own is None or not own.held:
        _free(journal, readings, reader=reader, language=language, take_over=take_over)
    elif _has_seen(own, material):
        return _session(journal, material, own.reading_id, reader=reader, origins=origins, language=language)
    reading_id = own.reading_id if own else None
    return _begin(journal, material, reading_id, reader=reader, origins=origins, language=language)


def _free(journal: Journal, readings: Iterable[ReadingState], *, reader: str, language: str,
          take_over: str | None) -> None:  # fmt: skip
    """Take the study out of another reader's hand, with the reason on record."""
    for state in readings:
        if not state.held or state.reading_id is None or state.study_uid is None:
            continue
        if not (take_over and take_over.strip()):
            raise refusal("locked-by-other", language, reader=state.reader)
        fact = LockTakenOver(
            reading_id=state.reading_id, study_uid=state.study_uid, from_reader=state.reader, reason=take_over.strip()
        )
        journal.append(fact, reader=reader)


def _has_seen(state: ReadingState, material: Material) -> bool:
    """Whether the journal says already that the reader saw just this (R25)."""
    opened = state.opened
    return opened is not None and (opened.images, opened.results) == (material.seen_images(), material.seen_results())


def _begin(journal: Journal, material: Material, reading_id: ReadingID | None, *, reader: str, origins: Origins,
           language: str) -> ReadingSession:  # fmt: skip
    study = material.study
    fact = ReadingOpened(
        reading_id=reading_id or ReadingID(origins.uid()),
        study_uid=study.study_uid,
        language=language,
        images=material.seen_images(),
        results=material.seen_results(),
    )
    journal.append(fact, reader=reader)
    return _session(journal, material, fact.reading_id, reader=reader, origins=origins, language=language)


def _session(journal: Journal, material: Material, reading_id: ReadingID | None, *, reader: str, origins: Origins,
             language: str) -> ReadingSession:  # fmt: skip
    context = ReadingContext(
        reading_id=reading_id or ReadingID(origins.uid()),
        study=material.study,
        policy=material.programme or programme_for(material.study),
        priors=material.priors,
        results=material.results,
        language=language,
        hanging=material.hanging,
    )
    return ReadingSession(journal, context, reader=reader, origins=origins)
