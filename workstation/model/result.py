"""AI results: what one service said of one study."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from workstation.model.codes import Code
from workstation.model.geometry import Mark, PatientRegion
from workstation.model.identity import Digest, FindingID, Patient, SeriesUID, SOPInstanceUID, StudyUID, TrackingUID
from workstation.model.problem import Problem
from workstation.model.study import Laterality


class Author(StrEnum):
    """Who made the report: only a device's is an AI result."""

    DEVICE = "device"
    PERSON = "person"
    UNKNOWN = "unknown"


class RunStatus(StrEnum):
    """What the service says of its own run. UNKNOWN is never read as success (architecture.md, Processes)."""

    SUCCEEDED = "succeeded"
    PARTIAL = "partial"
    FAILED = "failed"
    NOT_ATTEMPTED = "not-attempted"
    UNKNOWN = "unknown"


class Triage(StrEnum):
    """Normal or not, as the service states it. UNDETERMINED when it states nothing (R7)."""

    NORMAL = "normal"
    PATHOLOGY = "pathology"
    UNDETERMINED = "undetermined"


class RenderingIntent(StrEnum):
    """CID 6034 Intended Use of CAD Output; the duty to show or not (PS3.4 O.2.2.1)."""

    REQUIRED = "required"
    OPTIONAL = "optional"
    NOT_FOR_PRESENTATION = "not for presentation"


class Density(StrEnum):
    """Breast composition, BI-RADS 5th edition a-d."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """An AI product; a value that the result does not state is None, and that is a defect."""

    name: str | None = None
    vendor: str | None = None
    version: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """An algorithm's own number, under its own name and unit; never turned into an assessment."""

    name: str
    value: float
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """A number with its concept and UCUM unit, as stated (R5)."""

    name: Code
    value: float
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing pointed at.

    Attributes
    ----------
    finding_id : unique over all results of a study.
    node : 1-based path of the content item in its SR ("1.2.4.2").
    tracking_uid : stated by the SR (112040 or Observation UID); None when it states none.
    probability : 0-1, only where the service states a probability with its unit.
    score : any other number the service ranks by.
    assessment : the service's suggested category, as coded or written; never the reader's.
    rendering_intent : None where the format has no such thing (TID 1500): such a finding must be shown.
    operating_point : CAD Operating Point (111071) at or above which an optional finding shows.
    regions : geometry in the patient that is to be placed on the study's images (overlays/placing.py).
    parts : findings this one was inferred from (single image findings of a composite feature).
    problems : why part of it cannot be shown or trusted.
    """

    finding_id: FindingID
    node: str
    kind: Code
    tracking_uid: TrackingUID | None = None
    tracking_identifier: str | None = None
    modifier: Code | None = None
    laterality: Laterality | None = None
    view: str | None = None
    probability: float | None = None
    score: Score | None = None
    assessment: Code | None = None
    rendering_intent: RenderingIntent | None = None
    operating_point: float | None = None
    service: Service = Service()
    site: Code | None = None
    marks: tuple[Mark, ...] = ()
    regions: tuple[PatientRegion, ...] = ()
    measurements: tuple[Measurement, ...] = ()
    parts: tuple[Finding, ...] = ()
    from_prior_report: bool = False
    problems: tuple[Problem, ...] = ()

    def walk(self) -> Iterator[Finding]:
        """Yield the finding itself, then its parts, depth first."""
        yield self
        for part in self.parts:
            yield from part.walk()

    def shown_marks(self) -> tuple[Mark, ...]:
        """Own marks and those of parts that are to be shown, up to the first not-for-presentation (PS3.4 O.2.2.1)."""
        if self.rendering_intent is RenderingIntent.NOT_FOR_PRESENTATION:
            return ()
        return self.marks + tuple(mark for part in self.parts for mark in part.shown_marks())

    @property
    def must_be_decided(self) -> bool:
        """Whether the protocol waits for a verdict (S5): every finding that must be presented."""
        return self.rendering_intent in (None, RenderingIntent.REQUIRED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """The service's own words; quoted, never trusted as markup."""

    description: str | None = None
    conclusion: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Defect:
    """A technological fault of a result, for the list and for the vendor."""

    code: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Whether the result belongs to the study (S1). `ok` False: it waits under "unmatched" and is never drawn."""

    ok: bool
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AlgorithmRun:
    """One detection or analysis that the service reports (TID 4017, 4018)."""

    what: Code
    status: RunStatus
    algorithm: Service = Service()


@dataclass(frozen=True, slots=True, kw_only=True)
class AIResult:
    """What one service said of one study, from one SR.

    Attributes
    ----------
    sr_series_uid, sr_class_uid : series and SOP Class of that SR, so that our documents can name it as evidence.
    warning : the warning as the result states it; None when it states none (then the display adds its own, S3).
    reader : name of the overlay plugin that read it.
    referenced_images : every image that the result points to or lists.
    overlay_series : additional series with burned-in marks that belong to this result.
    density : per side as the service states it; Laterality.BOTH where it states one for the study.
    """

    sr_uid: SOPInstanceUID
    study_uid: StudyUID
    patient: Patient
    author: Author
    reader: str
    sr_series_uid: SeriesUID | None = None
    sr_class_uid: str | None = None
    service: Service = Service()
    digest: Digest | None = None
    created_at: datetime | None = None
    run_status: RunStatus = RunStatus.UNKNOWN
    runs: tuple[AlgorithmRun, ...] = ()
    triage: Triage = Triage.UNDETERMINED
    probability: float | None = None
    warning: str | None = None
    complete: bool = True
    density: tuple[tuple[Laterality, Density], ...] = ()
    texts: Texts = Texts()
    findings: tuple[Finding, ...] = ()
    referenced_images: tuple[SOPInstanceUID, ...] = ()
    overlay_series: tuple[SeriesUID, ...] = ()
    match: Match = Match(ok=False, problems=("not compared with a study yet",))
    defects: tuple[Defect, ...] = ()
    problems: tuple[Problem, ...] = ()

    def all_findings(self) -> Iterator[Finding]:
        """Every finding and part, in document order."""
        for finding in self.findings:
            yield from finding.walk()
