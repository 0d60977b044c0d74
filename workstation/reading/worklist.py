"""The worklist: one row per study, as it stands now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from workstation.model.identity import Patient, StudyUID
from workstation.model.result import AIResult, Author, Defect, RunStatus, Triage
from workstation.model.study import Study
from workstation.overlays.current import current_results
from workstation.overlays.pairing import is_service_picture
from workstation.reading.policy import programme_for
from workstation.store.locks import Stage, StudyReading
from workstation.store.merging import earlier

if TYPE_CHECKING:
    from workstation.store.home import Home


class ChipState(StrEnum):
    """What a service's chip says. UNDETERMINED where a result states neither: never read as normal (R7)."""

    WAITING = "waiting"
    NORMAL = "normal"
    PATHOLOGY = "pathology"
    UNDETERMINED = "undetermined"
    FAILED = "failed"
    DEFECT = "defect"


class ReadingProgress(StrEnum):
    """How far the reading of a study is."""

    NEW = "new"
    IN_READING = "in_reading"
    FINAL = "final"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    """One AI service on one study.

    Attributes
    ----------
    probability : of the study, 0-1, only where the service states one.
    """

    service: str | None
    version: str | None
    state: ChipState
    probability: float | None = None
    defects: tuple[Defect, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WorklistRow:
    """One study of the worklist.

    Attributes
    ----------
    age : whole years at the study's date; None when either date is unknown.
    accession : number of the request, where the header states one.
    is_prior : a newer study of the same patient and modality is here, so that this one is kept for comparison.
    views, missing_views : side and view ("RCC"), those present and those that the programme asks for in vain.
    reader : who holds the study now; None when nobody does.
    problems : troubles with its images and results, to be looked at.
    """

    study_uid: StudyUID
    patient: Patient
    age: int | None
    accession: str | None
    description: str
    modality: str
    performed_at: datetime | None
    views: tuple[str, ...]
    missing_views: tuple[str, ...]
    priors: int
    is_prior: bool
    chips: tuple[Chip, ...]
    progress: ReadingProgress
    reader: str | None
    problems: int

    @property
    def to_read(self) -> bool:
        """Whether it waits for a reader, or for one to go on."""
        return self.progress is not ReadingProgress.FINAL and not self.is_prior


class Worklist:
    """The rows of a home. They are made anew when the catalogue has changed; who reads what is always as it is now."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._changes: int | None = None
        self._rows: tuple[WorklistRow, ...] = ()

    def rows(self) -> tuple[WorklistRow, ...]:
        """All studies, the newest first; undated ones last."""
        changes = self._home.catalogue.changes
        if changes != self._changes:
            self._rows, self._changes = _rows(self._home), changes
        return tuple(_as_read(row, self._home.journal.reading(row.study_uid)) for row in self._rows)


def _rows(home: Home) -> tuple[WorklistRow, ...]:
    """The rows as if nobody had read anything yet."""
    studies, results = home.catalogue.studies(), home.catalogue.matched()
    priors = _priors(studies)
    older = {prior.study_uid for study in studies for prior in priors[study.study_uid] if _comparable(prior, study)}
    rows = (
        row(study, results=results.get(study.study_uid, ()), priors=len(priors[study.study_uid]),
            is_prior=study.study_uid in older)
        for study in studies
    )  # fmt: skip
    return tuple(
        sorted(rows, key=lambda row: (row.performed_at is not None, _sortable(row.performed_at)), reverse=True)
    )


def _as_read(row: WorklistRow, reading: StudyReading) -> WorklistRow:
    if reading.stage is Stage.NEW:
        return row
    return replace(
        row, progress=ReadingProgress(reading.stage.value), reader=reading.lock.reader if reading.lock else None
    )


def _priors(studies: Iterable[Study]) -> dict[StudyUID, tuple[Study, ...]]:
    """The priors of each study, as `Catalogue.priors` finds them one by one."""
    of_patient: dict[tuple[str, str | None], list[Study]] = defaultdict(list)
    for study in studies:
        of_patient[study.patient.patient_id, study.patient.issuer].append(study)
    return {
        study.study_uid: earlier(own, study) if patient_id else ()
        for (patient_id, issuer), own in of_patient.items()
        for study in own
    }


def row(study: Study, *, results: Iterable[AIResult], priors: int, is_prior: bool) -> WorklistRow:
    """The row of one study that nobody has read yet."""
    of_ai = current_results(tuple(result for result in results if result.author is not Author.PERSON))
    wanted = programme_for(study).views
    views = _views(study)
    return WorklistRow(
        study_uid=study.study_uid,
        patient=study.patient,
        age=study.patient.age_on(study.performed_at.date()) if study.performed_at else None,
        accession=study.accession,
        description=study.description,
        modality=study.modality,
        performed_at=study.performed_at,
        views=tuple(sorted(views, key=lambda view: wanted.index(view) if view in wanted else len(wanted))),
        missing_views=tuple(view for view in wanted if view not in views),
        priors=priors,
        is_prior=is_prior,
        chips=tuple(map(chip, of_ai)),
        progress=ReadingProgress.NEW,
        reader=None,
        problems=sum(len(image.problems) for image in study.images) + sum(len(result.problems) for result in of_ai),
    )


def _comparable(prior: Study, study: Study) -> bool:
    return prior.modality == study.modality


def chip(result: AIResult) -> Chip:
    """The chip of one result."""
    return Chip(
        service=result.service.name,
        version=result.service.version,
        state=_chip_state(result),
        probability=result.probability,
        defects=result.defects,
    )


def _chip_state(result: AIResult) -> ChipState:
    """Pathology shows in spite of a defect; a result with one is never shown as normal."""
    if result.run_status in (RunStatus.FAILED, RunStatus.NOT_ATTEMPTED):
        return ChipState.FAILED
    if result.match.ok and result.triage is Triage.PATHOLOGY:
        return ChipState.PATHOLOGY
    if result.defects or not result.match.ok:
        return ChipState.DEFECT
    return ChipState.NORMAL if result.triage is Triage.NORMAL else ChipState.UNDETERMINED


def _views(study: Study) -> tuple[str, ...]:
    """Side and view of each image, once; "CC" alone where the side is unknown."""
    named = (f"{image.laterality or ''}{image.view}" for image in study.images
             if image.view and not is_service_picture(image, study))  # fmt: skip
    return tuple(dict.fromkeys(named))


def _sortable(moment: datetime | None) -> tuple[int, ...]:
    """Local and aware times in one order: by the clock on the wall."""
    return moment.timetuple()[:6] if moment else ()
