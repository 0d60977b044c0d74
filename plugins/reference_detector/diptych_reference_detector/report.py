"""A reading as an AI result in the product's words, ready for the writers."""

from __future__ import annotations

import math

from diptych_reference_detector import VERSION, calcifications, distortion
from diptych_reference_detector.images import spacing_of
from diptych_reference_detector.matching import Feature, Seen
from diptych_reference_detector.reading import Reading
from workstation.base.clock import Origins
from workstation.model.codes import Code
from workstation.model.geometry import Mark, MarkRole, Point, Shape
from workstation.model.identity import FindingID, SOPInstanceUID, TrackingUID
from workstation.model.lexicon import BREAST_DENSITY, CALCIFICATION_CLUSTER, DISTORTION, MASS, NODULE
from workstation.model.result import (
    AIResult,
    AlgorithmRun,
    Author,
    Finding,
    RenderingIntent,
    RunStatus,
    Service,
    Texts,
    Triage,
)
from workstation.model.study import Image, Study

SERVICE = Service(name="Diptych Reference Detector", vendor="Diptych", version=VERSION)
WARNING = "FOR RESEARCH PURPOSES ONLY / В исследовательских целях"
REQUIRED, OPTIONAL = 0.5, 0.22
"""Lowest probability of a finding that must, or may, be presented."""

_COMPOSITION_ANALYSIS = Code(value="133890006", scheme="SCT", meaning="Breast composition analysis")
_MAMMOGRAPHY_RUNS = (BREAST_DENSITY, CALCIFICATION_CLUSTER, DISTORTION, _COMPOSITION_ANALYSIS)
_CHEST_RUNS = (NODULE,)
_PART_KINDS = {MASS: BREAST_DENSITY}
"""On one image a mass is a density (CID 6014); it is a mass when views are put together (CID 6016)."""


def result_of(reading: Reading, study: Study, *, sr_uid: SOPInstanceUID, origins: Origins) -> AIResult:
    """The result; findings below the optional threshold are left out."""
    kept = [feature for feature in reading.features if feature.probability >= OPTIONAL]
    findings = tuple(_finding(feature, number, origins) for number, feature in enumerate(kept, start=1))
    status = _status(reading)
    marked = max((feature.probability for feature in reading.features), default=0.0)
    return AIResult(
        sr_uid=sr_uid,
        study_uid=study.study_uid,
        patient=study.patient,
        author=Author.DEVICE,
        reader="",
        service=SERVICE,
        created_at=origins.now(),
        run_status=status,
        runs=tuple(AlgorithmRun(what=kind, status=status, algorithm=SERVICE) for kind in _attempted(reading)),
        triage=_triage(findings, status),
        probability=None if status is RunStatus.FAILED else round(marked, 4),
        warning=WARNING,
        density=reading.density,
        texts=Texts(description=_description(findings, reading), conclusion=_conclusion(findings, status)),
        findings=findings,
        referenced_images=tuple(image.sop_uid for image in reading.searched),
    )


def _status(reading: Reading) -> RunStatus:
    if not reading.searched:
        return RunStatus.FAILED
    return RunStatus.PARTIAL if reading.failed else RunStatus.SUCCEEDED


def _attempted(reading: Reading) -> tuple[Code, ...]:
    """Algorithms that ran; one that was not attempted is not mentioned (TID 4015)."""
    if any(image.modality != "MG" for image in reading.searched):
        return _CHEST_RUNS
    coarsest = max((spacing_of(image) for image in reading.searched), default=0.0)
    limits = {CALCIFICATION_CLUSTER: calcifications.COARSEST_MM, DISTORTION: distortion.COARSEST_MM}
    return tuple(kind for kind in _MAMMOGRAPHY_RUNS if coarsest <= limits.get(kind, math.inf))


def _triage(findings: tuple[Finding, ...], status: RunStatus) -> Triage:
    if findings:
        return Triage.PATHOLOGY
    return Triage.NORMAL if status is RunStatus.SUCCEEDED else Triage.UNDETERMINED


def _finding(feature: Feature, number: int, origins: Origins) -> Finding:
    intent = RenderingIntent.REQUIRED if feature.probability >= REQUIRED else RenderingIntent.OPTIONAL
    parts = tuple(
        _part(seen, feature, f"{number}.{index}", intent, origins) for index, seen in enumerate(feature.seen, 1)
    )
    return Finding(
        finding_id=FindingID(str(number)),
        node="",
        kind=feature.kind,
        tracking_uid=TrackingUID(origins.uid()),
        tracking_identifier=f"Finding {number}",
        laterality=feature.laterality,
        view="+".join(seen.image.view or "?" for seen in feature.seen),
        probability=round(feature.probability, 4),
        rendering_intent=intent,
        service=SERVICE,
        parts=parts,
    )


def _part(seen: Seen, feature: Feature, identifier: str, intent: RenderingIntent, origins: Origins) -> Finding:
    return Finding(
        finding_id=FindingID(identifier),
        node="",
        kind=_PART_KINDS.get(feature.kind, feature.kind),
        tracking_uid=TrackingUID(origins.uid()),
        tracking_identifier=f"Finding {identifier}",
        laterality=feature.laterality,
        view=seen.image.view,
        probability=round(seen.candidate.probability, 4),
        rendering_intent=intent,
        service=SERVICE,
        marks=(
            Mark(
                sop_uid=seen.image.sop_uid,
                shape=Shape.POINT,
                points=(_inside(seen.center, seen.image),),
                role=MarkRole.CENTER,
            ),
            Mark(
                sop_uid=seen.image.sop_uid,
                shape=Shape.POLYGON,
                points=tuple(_inside(point, seen.image) for point in seen.outline),
                role=MarkRole.OUTLINE,
            ),
        ),
    )


def _inside(point: Point, image: Image) -> Point:
    """The point, brought to the image's edge when an outline runs over it."""
    column, row = point
    return round(min(max(column, 0.0), float(image.columns)), 2), round(min(max(row, 0.0), float(image.rows)), 2)


def _description(findings: tuple[Finding, ...], reading: Reading) -> str:
    lines = [
        f"{finding.tracking_identifier}: {finding.kind.meaning}, {finding.laterality or '-'}, {finding.view}, "
        f"{100 * (finding.probability or 0):.0f} %."
        for finding in findings
    ]
    lines += [f"Breast composition {side}: {density}." for side, density in reading.density]
    lines += [f"Not searched: {image.view or image.sop_uid}. {why}" for image, why in reading.failed]
    return "\n".join(lines) or "No findings."


def _conclusion(findings: tuple[Finding, ...], status: RunStatus) -> str:
    if status is RunStatus.FAILED:
        return "No image could be searched. / Изображения не удалось обработать."
    said = (
        f"Findings: {len(findings)}. / Обнаружено находок: {len(findings)}."
        if findings
        else "Without findings. / Признаки целевой патологии не обнаружены."
    )
    if status is RunStatus.PARTIAL:
        return f"Not all images could be searched. / Обработаны не все изображения. {said}"
    return said
