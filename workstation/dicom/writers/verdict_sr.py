"""The reader's verdicts as a measurement report (TID 1500): one group per verdict, with the AI's own tracking UID."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pydicom.dataset import Dataset
from pydicom.uid import ComprehensiveSRStorage

from workstation.base.clock import Origins, derived_uid
from workstation.dicom.writers.common import code_item
from workstation.dicom.writers.report_common import (
    CONTAINS,
    CONTEXT,
    MODIFIER,
    SIDES,
    Signature,
    Written,
    coded,
    composite,
    container,
    date_time,
    item,
    keep,
    language_item,
    observer,
    procedure_item,
    region,
    reports_of,
    signed_report,
    text_item,
    uid_item,
)
from workstation.model import lexicon
from workstation.model.codes import Code
from workstation.model.geometry import Mark
from workstation.model.identity import SOPInstanceUID, TrackingUID
from workstation.model.result import AIResult, Finding
from workstation.model.study import Calibration, Laterality, PixelSpacing, Study
from workstation.model.verdict import BiRads, ReaderFinding, Verdict

REPORT = Code(value="126000", scheme="DCM", meaning="Imaging Measurement Report")
MEASUREMENTS = Code(value="126010", scheme="DCM", meaning="Imaging Measurements")
GROUP = Code(value="125007", scheme="DCM", meaning="Measurement Group")
TRACKING_IDENTIFIER = Code(value="112039", scheme="DCM", meaning="Tracking Identifier")
TRACKING_UID = Code(value="112040", scheme="DCM", meaning="Tracking Unique Identifier")
FINDING = Code(value="121071", scheme="DCM", meaning="Finding")
FINDING_SITE = Code(value="363698007", scheme="SCT", meaning="Finding Site")
LATERALITY = Code(value="272741003", scheme="SCT", meaning="Laterality")
REGION = Code(value="111030", scheme="DCM", meaning="Image Region")
COMMENT = Code(value="121106", scheme="DCM", meaning="Comment")
ASSESSMENT = Code(value="111005", scheme="DCM", meaning="Assessment Category")
DIAMETER = Code(value="81827009", scheme="SCT", meaning="Diameter")
MILLIMETRE = Code(value="mm", scheme="UCUM", meaning="mm")
METHOD = Code(value="370129005", scheme="SCT", meaning="Measurement Method")
CALIBRATIONS: dict[Calibration | None, Code] = {
    Calibration.DETECTOR: Code(value="CAL-DETECTOR", scheme="99DIPTYCH", meaning="Measured at the detector"),
    Calibration.MAGNIFICATION_CORRECTED: Code(
        value="CAL-ERMF", scheme="99DIPTYCH", meaning="Corrected for magnification"
    ),
    Calibration.PATIENT: Code(value="CAL-PATIENT", scheme="99DIPTYCH", meaning="Calibrated in the patient"),
    None: Code(value="CAL-NONE", scheme="99DIPTYCH", meaning="Uncalibrated"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenVerdict:
    """A verdict with the finding that it is about, the result that it is in, and when it was given (aware)."""

    verdict: Verdict
    finding: Finding
    result: AIResult
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AddedFinding:
    """A finding of the reader's own, and when it was added (aware)."""

    finding: ReaderFinding
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """What one measurement group says."""

    tracking_uid: TrackingUID
    identifier: str
    decision: Code
    kind: Code
    at: datetime
    laterality: Laterality | None
    marks: tuple[Mark, ...]
    size_mm: float | None
    assessment: BiRads | None
    comment: str
    site: Code | None = None
    reason: Code | None = None
    acknowledged: tuple[str, ...] = ()
    result: AIResult | None = None


def write_verdicts(path: Path, *, study: Study, verdicts: Sequence[GivenVerdict], added: Sequence[AddedFinding],
                   sop_uid: SOPInstanceUID, language: str, procedure: Code, organ: Code | None, signature: Signature,
                   origins: Origins) -> Written:  # fmt: skip
    """Write the verdicts and the reader's own findings as a Comprehensive SR.

    Each measurement group (TID 1410 with one mark, 1411 with several, 1501 with none) holds the AI's tracking UID, the
    kind and side, the verdict and its reason as codes, the marks, and the time of the verdict as Observation DateTime
    (0040,A032). The AI's own report is cited in the group and in the evidence.

    Parameters
    ----------
    sop_uid : SOP Instance UID of the new document.
    procedure : the procedure reported.
    organ : finding site where a finding states none itself; None leaves the site out.
    signature : who gave the verdicts, and when the protocol became final.
    """
    told = [*map(_of_verdict, verdicts), *map(_of_reader, added)]
    groups = [_group(each, study, organ) for each in told]
    root = container(
        REPORT,
        [
            language_item(language),
            *observer(signature),
            procedure_item(procedure),
            container(MEASUREMENTS, groups),
        ],
        relationship=None,
        template="1500",
    )
    results = dict.fromkeys(given.result.sr_uid for given in verdicts)
    cited = [next(given.result for given in verdicts if given.result.sr_uid == uid) for uid in results]
    report = signed_report(
        root,
        study,
        sop_class_uid=ComprehensiveSRStorage,
        sop_uid=sop_uid,
        series_uid=derived_uid(f"{study.study_uid}/verdicts"),
        series_description="Verdicts on AI findings",
        signature=signature,
        used=[*study.images, *reports_of(cited)],
        origins=origins,
    )
    return keep(report, path)


def _of_verdict(given: GivenVerdict) -> _Told:
    verdict, finding = given.verdict, given.finding
    changes = verdict.changes
    return _Told(
        tracking_uid=verdict.tracking_uid,
        identifier=finding.tracking_identifier or finding.finding_id,
        decision=lexicon.DECISIONS[verdict.decision],
        kind=changes.kind or finding.kind,
        at=given.at,
        laterality=changes.laterality or finding.laterality,
        marks=changes.marks or finding.shown_marks(),
        size_mm=changes.size_mm,
        assessment=changes.assessment,
        comment=verdict.comment,
        site=finding.site,
        reason=verdict.reason,
        acknowledged=verdict.acknowledged,
        result=given.result,
    )


def _of_reader(added: AddedFinding) -> _Told:
    finding = added.finding
    return _Told(
        tracking_uid=finding.tracking_uid,
        identifier=finding.finding_id,
        decision=lexicon.ADDED,
        kind=finding.kind,
        at=added.at,
        laterality=finding.laterality,
        marks=finding.marks,
        size_mm=finding.size_mm,
        assessment=finding.assessment,
        comment=finding.comment,
    )


def _group(told: _Told, study: Study, organ: Code | None) -> Dataset:
    regions = list(_regions(told.marks, study))
    template = {0: "1501", 1: "1410"}.get(len(regions), "1411")
    children = [
        text_item(TRACKING_IDENTIFIER, told.identifier, CONTEXT),
        uid_item(TRACKING_UID, told.tracking_uid, CONTEXT),
        *_what_and_where(told, told.site or organ),
        *regions,
        *_size(told, study),
        *_evaluations(told),
    ]
    group = container(GROUP, children, template=template)
    group.ObservationDateTime = date_time(told.at)
    return group


def _what_and_where(told: _Told, site: Code | None) -> Iterator[Dataset]:
    """The kind, and the site with its side; the side stands with the kind where no site is known."""
    side = [coded(LATERALITY, SIDES[told.laterality], MODIFIER)] if told.laterality else []
    yield coded(FINDING, told.kind, children=[] if site else side)
    if site:
        yield coded(FINDING_SITE, site, MODIFIER, side)


def _regions(marks: Iterable[Mark], study: Study) -> Iterator[Dataset]:
    for mark in marks:
        image = study.image(mark.sop_uid)
        if image is not None:
            yield region(REGION, mark, image)


def _size(told: _Told, study: Study) -> Iterator[Dataset]:
    """The size that the reader stated, with its calibration (S12)."""
    if told.size_mm is None:
        return
    spacing = _spacing(told.marks, study)
    method = coded(METHOD, CALIBRATIONS[spacing.calibration if spacing else None], MODIFIER)
    measured = Dataset()
    measured.NumericValue = f"{told.size_mm:.4g}"
    measured.MeasurementUnitsCodeSequence = [code_item(MILLIMETRE)]
    number = item("NUM", DIAMETER, CONTAINS, [method])
    number.MeasuredValueSequence = [measured]
    yield number


def _spacing(marks: Iterable[Mark], study: Study) -> PixelSpacing | None:
    images = (study.image(mark.sop_uid) for mark in marks)
    return next((image.spacing for image in images if image and image.spacing), None)


def _evaluations(told: _Told) -> Iterator[Dataset]:
    yield coded(lexicon.VERDICT, told.decision)
    if told.reason is not None:
        yield coded(lexicon.VERDICT_REASON, told.reason)
    if told.assessment is not None:
        yield coded(ASSESSMENT, lexicon.BIRADS_CODES[told.assessment])
    if told.acknowledged:
        yield text_item(lexicon.ACKNOWLEDGED, ", ".join(told.acknowledged))
    if told.comment:
        yield text_item(COMMENT, told.comment)
    if told.result is not None:
        yield _citation(told.result)


def _citation(result: AIResult) -> Dataset:
    """The AI's report; by its UID alone where its SOP Class is not known."""
    if result.sr_class_uid and result.sr_series_uid:
        return composite(lexicon.AI_RESULT, result.sr_class_uid, result.sr_uid)
    return uid_item(lexicon.AI_RESULT, result.sr_uid)
