"""Mammography CAD SR (PS3.16 TID 4000 family, PS3.3 A.35.5): what a detector found, as a CAD server says it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydicom.dataset import Dataset

from workstation.base.clock import Origins
from workstation.dicom.writers import common, content
from workstation.dicom.writers.content import (
    CONTAINS,
    HAS_ACQ_CONTEXT,
    HAS_CONCEPT_MOD,
    HAS_PROPERTIES,
    INFERRED_FROM,
    SELECTED_FROM,
    dcm,
    sct,
)
from workstation.model.codes import Code
from workstation.model.geometry import Mark, MarkRole, Shape
from workstation.model.result import (
    AIResult,
    AlgorithmRun,
    Density,
    Finding,
    RenderingIntent,
    RunStatus,
    Service,
)
from workstation.model.study import Image, Laterality, Series, Study

MAMMOGRAPHY_CAD_SR = "1.2.840.10008.5.1.4.1.1.88.50"

BREAST_COMPOSITION = sct("129715009", "Breast composition")
COMPOSITION = {
    Density.A: sct("129716005", "Almost entirely fat"),
    Density.B: sct("129717001", "Scattered fibroglandular densities"),
    Density.C: sct("129718006", "Heterogeneously dense"),
    Density.D: sct("129719003", "Extremely dense"),
}
BREAST = {
    Laterality.RIGHT: sct("73056007", "Right breast"),
    Laterality.LEFT: sct("80248007", "Left breast"),
    Laterality.BOTH: sct("63762007", "Both breasts"),
}
SUMMARY = {  # CID 6047, by (run status, whether there are findings)
    (RunStatus.SUCCEEDED, False): dcm("111241", "All algorithms succeeded; without findings"),
    (RunStatus.SUCCEEDED, True): dcm("111242", "All algorithms succeeded; with findings"),
    (RunStatus.PARTIAL, False): dcm("111243", "Not all algorithms succeeded; without findings"),
    (RunStatus.PARTIAL, True): dcm("111244", "Not all algorithms succeeded; with findings"),
    (RunStatus.FAILED, False): dcm("111245", "No algorithms succeeded; without findings"),
}
_INTENT = {
    RenderingIntent.REQUIRED: dcm("111150", "Presentation Required: Rendering device is expected to present"),
    RenderingIntent.OPTIONAL: dcm("111151", "Presentation Optional: Rendering device may present"),
    RenderingIntent.NOT_FOR_PRESENTATION: dcm(
        "111152", "Not for Presentation: Rendering device expected not to present"
    ),
}
_RUN = {  # CID 6042
    RunStatus.SUCCEEDED: dcm("111222", "Succeeded"),
    RunStatus.PARTIAL: dcm("111223", "Partially Succeeded"),
    RunStatus.FAILED: dcm("111224", "Failed"),
    RunStatus.NOT_ATTEMPTED: dcm("111225", "Not Attempted"),
}
_ANALYSES = frozenset({  # CID 6043: what is an analysis; everything else is a detection
    "111233", "111234", "133888005", "133890006", "133884007", "133885008", "133886009", "133887000", "133889002",
})  # fmt: skip
_LIBRARY = 2
"""Number of the image library among the root's children: the paths of items by reference begin with 1.2."""


def write_mammography_cad(
    path: Path, result: AIResult, *, study: Study, series: Series, images: Sequence[Image], origins: Origins
) -> Path:
    """Write `result` as a Mammography CAD SR.

    Parameters
    ----------
    result : findings with parts become composite features, others single image findings; `sr_uid` is the SOP UID;
        tracking UIDs become Observation UIDs (0040,A171) of the finding items.
    series : of the report; its description should carry the warning.
    images : all mammograms that were processed, the image library's order.

    Raises
    ------
    ValueError
        When the run status says neither success nor failure, or a mark lies on an image that is not in `images`.
    """
    if (result.run_status, bool(result.findings)) not in SUMMARY:
        raise ValueError(f"run status {result.run_status.value} cannot be written with these findings")
    tree = _Tree(result, tuple(images))
    dataset = content.document(
        MAMMOGRAPHY_CAD_SR,
        result.sr_uid,
        tree.root(),
        "4000",
        study=study,
        series=series,
        images=images,
        origins=origins,
    )
    dataset.Manufacturer = result.service.vendor or ""
    dataset.ManufacturerModelName = result.service.name or ""
    dataset.SoftwareVersions = result.service.version or ""
    dataset.DeviceSerialNumber = "0"
    return common.save(dataset, path)


class _Tree:
    """The content tree of one result."""

    def __init__(self, result: AIResult, images: tuple[Image, ...]) -> None:
        self._result, self._images = result, images
        self._node = {image.sop_uid: (1, _LIBRARY, number) for number, image in enumerate(images, start=1)}

    def root(self) -> Dataset:
        """TID 4000."""
        language = content.code(
            HAS_CONCEPT_MOD,
            dcm("121049", "Language of Content Item and Descendants"),
            Code(value="en", scheme="RFC5646", meaning="English"),
        )
        library = content.container(
            CONTAINS, dcm("111028", "Image Library"), *(_library_entry(image) for image in self._images)
        )
        analyses = [run for run in self._result.runs if run.what.value in _ANALYSES]
        detections = [run for run in self._result.runs if run.what.value not in _ANALYSES]
        return content.container(
            "",
            dcm("111036", "Mammography CAD Report"),
            language,
            library,
            self._summary(),
            self._runs(detections, "111064", "Summary of Detections", _DETECTIONS),
            self._runs(analyses, "111065", "Summary of Analyses", _ANALYSES_ROWS),
        )

    def _summary(self) -> Dataset:
        """TID 4001: the overall impression and every individual one."""
        result = self._result
        children = []
        words = ". ".join(part for part in (result.warning, result.texts.conclusion) if part)
        if words:
            children.append(content.text(HAS_PROPERTIES, dcm("111033", "Impression Description"), words))
        children += [self._impression(finding) for finding in result.findings]
        children += [self._composition(side, density) for side, density in result.density if self._first_of(side)]
        return content.code(
            CONTAINS,
            dcm("111017", "CAD Processing and Findings Summary"),
            SUMMARY[result.run_status, bool(result.findings)],
            *children,
        )

    def _impression(self, finding: Finding) -> Dataset:
        """TID 4003 around one finding."""
        assessment = (
            [content.code(CONTAINS, dcm("111005", "Assessment Category"), finding.assessment)]
            if finding.assessment
            else []
        )
        item = self._composite(finding) if finding.parts else self._single(finding, CONTAINS)
        return content.container(
            INFERRED_FROM,
            dcm("111034", "Individual Impression/Recommendation"),
            _intent(finding.rendering_intent),
            *assessment,
            item,
        )

    def _composite(self, finding: Finding) -> Dataset:
        """TID 4004: one feature, seen on several images."""
        seen_on = {mark.sop_uid for part in finding.parts for mark in part.marks}
        scope = (
            dcm("111158", "Feature detected on multiple images")
            if len(seen_on) > 1
            else dcm("111157", "Feature detected on only one of the images")
        )
        item = content.code(
            CONTAINS,
            dcm("111015", "Composite Feature"),
            finding.kind,
            _intent(finding.rendering_intent),
            content.code(
                HAS_PROPERTIES,
                dcm("111016", "Composite type"),
                dcm("111154", "Target content items are related spatially"),
            ),
            content.code(HAS_PROPERTIES, dcm("111057", "Scope of Feature"), scope),
            *_algorithm(finding.service),
            *_probability(finding),
            *(self._single(part, INFERRED_FROM) for part in finding.parts),
        )
        return _tracked(item, finding)

    def _single(self, finding: Finding, relationship: str) -> Dataset:
        """TID 4006: one finding on one image."""
        item = content.code(
            relationship,
            dcm("111059", "Single Image Finding"),
            finding.kind,
            _intent(finding.rendering_intent),
            *_algorithm(finding.service),
            *_probability(finding),
            *self._geometry(finding.marks),
            *(
                content.num(HAS_PROPERTIES, measure.name, measure.value, content.ucum(measure.unit))
                for measure in finding.measurements
            ),
        )
        return _tracked(item, finding)

    def _geometry(self, marks: Iterable[Mark]) -> list[Dataset]:
        """TID 4021: a center for every finding, an outline where one was drawn."""
        drawn = tuple(marks)
        if drawn and all(mark.role is not MarkRole.CENTER for mark in drawn):
            first = drawn[0]
            drawn = (
                Mark(sop_uid=first.sop_uid, shape=Shape.POINT, points=(first.center(),), role=MarkRole.CENTER),
                *drawn,
            )
        return [self._scoord(mark) for mark in drawn]

    def _scoord(self, mark: Mark) -> Dataset:
        if mark.sop_uid not in self._node:
            raise ValueError(f"the mark's image {mark.sop_uid} is not among the processed images")
        concept = dcm("111010", "Center") if mark.role is MarkRole.CENTER else dcm("111041", "Outline")
        return content.scoord(
            HAS_PROPERTIES, concept, mark, content.by_reference(SELECTED_FROM, self._node[mark.sop_uid])
        )

    def _first_of(self, side: Laterality) -> Image | None:
        return next((image for image in self._images if side in (image.laterality, Laterality.BOTH)), None)

    def _composition(self, side: Laterality, density: Density) -> Dataset:
        """TID 4007: the composition of one breast, inferred from its first image."""
        image = self._first_of(side)
        inferred = [content.by_reference(INFERRED_FROM, self._node[image.sop_uid])] if image else []
        finding = content.code(
            CONTAINS,
            dcm("111059", "Single Image Finding"),
            BREAST_COMPOSITION,
            _intent(RenderingIntent.OPTIONAL),
            *_algorithm(self._result.service),
            content.code(HAS_PROPERTIES, BREAST_COMPOSITION, COMPOSITION[density]),
            *inferred,
        )
        return content.container(
            INFERRED_FROM,
            dcm("111034", "Individual Impression/Recommendation"),
            _intent(RenderingIntent.OPTIONAL),
            finding,
        )

    def _runs(self, runs: Sequence[AlgorithmRun], value: str, meaning: str, rows: _RunRows) -> Dataset:
        """Summary of Detections or of Analyses: what was tried, grouped by how it ended (TID 4015, 4016)."""
        failed = [run for run in runs if run.status is RunStatus.FAILED]
        succeeded = [run for run in runs if run.status in (RunStatus.SUCCEEDED, RunStatus.PARTIAL)]
        groups = [
            content.container(INFERRED_FROM, concept, *(self._run(run, rows.performed) for run in group))
            for concept, group in ((rows.successful, succeeded), (rows.failed, failed))
            if group
        ]
        return content.code(CONTAINS, dcm(value, meaning), _RUN[_together(succeeded, failed)], *groups)

    def _run(self, run: AlgorithmRun, performed: Code) -> Dataset:
        images = [content.by_reference(HAS_PROPERTIES, node) for node in self._node.values()]
        return content.code(CONTAINS, performed, run.what, *_algorithm(run.algorithm), *images)


@dataclass(frozen=True, slots=True, kw_only=True)
class _RunRows:
    """Concept names of one summary."""

    successful: Code
    failed: Code
    performed: Code


_DETECTIONS = _RunRows(
    successful=dcm("111063", "Successful Detections"),
    failed=dcm("111025", "Failed Detections"),
    performed=dcm("111022", "Detection Performed"),
)
_ANALYSES_ROWS = _RunRows(
    successful=dcm("111062", "Successful Analyses"),
    failed=dcm("111024", "Failed Analyses"),
    performed=dcm("111004", "Analysis Performed"),
)


def _together(succeeded: Sequence[AlgorithmRun], failed: Sequence[AlgorithmRun]) -> RunStatus:
    if (succeeded and failed) or any(run.status is RunStatus.PARTIAL for run in succeeded):
        return RunStatus.PARTIAL
    if failed:
        return RunStatus.FAILED
    return RunStatus.SUCCEEDED if succeeded else RunStatus.NOT_ATTEMPTED


def _library_entry(image: Image) -> Dataset:
    """TID 4020."""
    context = []
    if image.laterality:
        context.append(content.code(HAS_ACQ_CONTEXT, dcm("111027", "Image Laterality"), BREAST[image.laterality]))
    if image.view_code:
        modifiers = [
            content.code(HAS_CONCEPT_MOD, dcm("111032", "Image View Modifier"), modifier)
            for modifier in image.view_modifiers
        ]
        context.append(content.code(HAS_ACQ_CONTEXT, dcm("111031", "Image View"), image.view_code, *modifiers))
    if image.patient_orientation:
        row, column = image.patient_orientation
        context.append(content.text(HAS_ACQ_CONTEXT, dcm("111044", "Patient Orientation Row"), row))
        context.append(content.text(HAS_ACQ_CONTEXT, dcm("111043", "Patient Orientation Column"), column))
    if image.acquired_at:
        taken = common.dicom_date(image.acquired_at.date())
        context.append(content.day(HAS_ACQ_CONTEXT, dcm("111018", "Content Date"), taken))
    if image.spacing:
        for concept, millimeters in (
            (dcm("111026", "Horizontal Pixel Spacing"), image.spacing.column_mm),
            (dcm("111066", "Vertical Pixel Spacing"), image.spacing.row_mm),
        ):
            context.append(content.num(HAS_ACQ_CONTEXT, concept, millimeters, content.MILLIMETER))
    return content.image(CONTAINS, image.sop_class_uid, image.sop_uid, *context)


def _intent(intent: RenderingIntent | None) -> Dataset:
    return content.code(HAS_CONCEPT_MOD, dcm("111056", "Rendering Intent"), _INTENT[intent or RenderingIntent.REQUIRED])


def _algorithm(service: Service) -> list[Dataset]:
    """TID 4019."""
    return [
        content.text(HAS_PROPERTIES, dcm("111001", "Algorithm Name"), service.name or "unnamed"),
        content.text(HAS_PROPERTIES, dcm("111003", "Algorithm Version"), service.version or "unknown"),
    ]


def _probability(finding: Finding) -> list[Dataset]:
    if finding.probability is None:
        return []
    percent = round(100 * finding.probability, 2)
    return [content.num(HAS_PROPERTIES, dcm("111047", "Probability of cancer"), percent, content.PERCENT)]


def _tracked(item: Dataset, finding: Finding) -> Dataset:
    if finding.tracking_uid:
        item.ObservationUID = finding.tracking_uid
    return item
