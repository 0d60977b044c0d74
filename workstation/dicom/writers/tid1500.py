"""Imaging Measurement Report (PS3.16 TID 1500) in a Comprehensive 3D SR: an AI result as IHE AI Results wants it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from pydicom.dataset import Dataset
from pydicom.sr.coding import Code as SRCode

from workstation.base.clock import Origins, derived_uid
from workstation.dicom.writers import common, content
from workstation.dicom.writers.cad_sr import BREAST_COMPOSITION, COMPOSITION, SUMMARY
from workstation.dicom.writers.content import dcm, sct
from workstation.model.codes import Code
from workstation.model.geometry import Mark, MarkRole, Shape
from workstation.model.identity import TrackingUID
from workstation.model.lexicon import CHEST_KINDS
from workstation.model.result import AIResult, Density, Finding, Service
from workstation.model.study import Image, Laterality, Series, Study

COMPREHENSIVE_3D_SR = "1.2.840.10008.5.1.4.1.1.88.34"
_PROBABILITY_OF_CANCER = dcm("111047", "Probability of cancer")
_CERTAINTY = dcm("111012", "Certainty of Finding")
_SUMMARY = dcm("111017", "CAD Processing and Findings Summary")
_BREAST = sct("76752008", "Breast")
_LUNG = sct("39607008", "Lung")
_SIDES = {
    Laterality.RIGHT: sct("24028007", "Right"),
    Laterality.LEFT: sct("7771000", "Left"),
    Laterality.BOTH: sct("51440002", "Right and left"),
}
_PROCEDURES = {"MG": sct("71651007", "Mammography"), "DX": sct("399208008", "Plain chest X-ray")}


def write_measurement_report(
    path: Path, result: AIResult, *, study: Study, series: Series, images: Sequence[Image], origins: Origins
) -> Path:
    """Write `result` as an Imaging Measurement Report.

    Every mark of a finding or of its parts becomes a planar measurement group (TID 1410); groups of one finding share
    its tracking UID. The study's own group (TID 1501) carries the summary of CID 6047 and the study's probability;
    each breast's composition is a group too. Warning, description and conclusion are texts of the document.

    Parameters
    ----------
    series : of the report; its description should carry the warning.
    images : all images that were processed.

    Raises
    ------
    ValueError
        When the run status says neither success nor failure, a finding has no tracking UID, or a mark lies on an image
        that is not in `images`.
    """
    if (result.run_status, bool(result.findings)) not in SUMMARY:
        raise ValueError(f"run status {result.run_status.value} cannot be written with these findings")
    root = _report(result, images)
    dataset = content.document(
        COMPREHENSIVE_3D_SR, result.sr_uid, root, "1500", study=study, series=series, images=images, origins=origins
    )
    dataset.Manufacturer = result.service.vendor or "unknown"
    dataset.ManufacturerModelName = result.service.name or "unknown"
    dataset.SoftwareVersions = result.service.version or "unknown"
    dataset.DeviceSerialNumber = "0"
    return common.save(dataset, path)


def _report(result: AIResult, images: Sequence[Image]) -> Dataset:
    from highdicom import sr

    service = result.service
    device = sr.DeviceObserverIdentifyingAttributes(
        uid=derived_uid(f"{service.vendor} {service.name} {service.version}"),
        name=service.name,
        manufacturer_name=service.vendor,
        model_name=service.name,
    )
    context = sr.ObservationContext(
        observer_device_context=sr.ObserverContext(
            observer_type=_sr_code(dcm("121007", "Device")), observer_identifying_attributes=device
        )
    )
    modality = images[0].modality if images else "MG"
    report = sr.MeasurementReport(
        observation_context=context,
        procedure_reported=_sr_code(_PROCEDURES.get(modality, _PROCEDURES["MG"])),
        imaging_measurements=[*_study_groups(result, images), *_finding_groups(result, images)],
    )
    root: Dataset = report[0]
    for item in _texts(result):
        root.ContentSequence.append(item)
    return root


def _texts(result: AIResult) -> Iterator[Any]:
    """Extension of the template, which is open: what a reader must see whatever else is shown."""
    from highdicom import sr

    for concept, words in (
        (dcm("121106", "Comment"), result.warning),
        (dcm("121070", "Findings"), result.texts.description),
        (dcm("121077", "Conclusion"), result.texts.conclusion),
    ):
        if words:
            yield sr.TextContentItem(
                name=_sr_code(concept), value=words, relationship_type=sr.RelationshipTypeValues.CONTAINS
            )


def _study_groups(result: AIResult, images: Sequence[Image]) -> Iterator[Any]:
    from highdicom import sr

    measurements = []
    if result.probability is not None:
        chest = any(image.modality != "MG" for image in images)
        measurements.append(_percent(_CERTAINTY if chest else _PROBABILITY_OF_CANCER, result.probability))
    yield sr.MeasurementsAndQualitativeEvaluations(
        tracking_identifier=_tracking("study", TrackingUID(derived_uid(f"{result.sr_uid} study"))),
        algorithm_id=_algorithm(result.service),
        finding_type=_sr_code(_SUMMARY),
        measurements=measurements or None,
        qualitative_evaluations=[_evaluation(_SUMMARY, SUMMARY[result.run_status, bool(result.findings)])],
        source_images=[_source(image) for image in images],
    )
    for side, density in result.density:
        yield _density_group(result, side, density, images)


def _density_group(result: AIResult, side: Laterality, density: Density, images: Sequence[Image]) -> Any:
    from highdicom import sr

    own = [image for image in images if side in (image.laterality, Laterality.BOTH)]
    return sr.MeasurementsAndQualitativeEvaluations(
        tracking_identifier=_tracking(f"composition {side.value}", TrackingUID(derived_uid(f"{result.sr_uid} {side}"))),
        algorithm_id=_algorithm(result.service),
        finding_type=_sr_code(BREAST_COMPOSITION),
        finding_sites=[sr.FindingSite(anatomic_location=_sr_code(_BREAST), laterality=_sr_code(_SIDES[side]))],
        qualitative_evaluations=[_evaluation(BREAST_COMPOSITION, COMPOSITION[density])],
        source_images=[_source(image) for image in own] or None,
    )


def _finding_groups(result: AIResult, images: Sequence[Image]) -> Iterator[Any]:
    for finding in result.findings:
        for part in finding.parts or (finding,):
            for mark in _regions(part.marks):
                yield _planar_group(finding, part, mark, images)


def _regions(marks: Sequence[Mark]) -> Sequence[Mark]:
    """Outlines where there are any; a center alone stays a point."""
    outlines = [mark for mark in marks if mark.role is not MarkRole.CENTER]
    return outlines or marks


def _planar_group(finding: Finding, part: Finding, mark: Mark, images: Sequence[Image]) -> Any:
    from highdicom import sr

    image = next((image for image in images if image.sop_uid == mark.sop_uid), None)
    if image is None:
        raise ValueError(f"the mark's image {mark.sop_uid} is not among the processed images")
    if finding.tracking_uid is None:
        raise ValueError(f"finding {finding.finding_id} has no tracking UID")
    chest = finding.kind in CHEST_KINDS
    laterality = finding.laterality or image.laterality
    probability = finding.probability if finding.probability is not None else part.probability
    measurements = [_measurement(measure.name, measure.value, measure.unit) for measure in part.measurements]
    if probability is not None:
        measurements.insert(0, _percent(_CERTAINTY if chest else _PROBABILITY_OF_CANCER, probability))
    evaluations = []
    if finding.assessment:
        evaluations.append(_evaluation(dcm("111005", "Assessment Category"), finding.assessment))
    return sr.PlanarROIMeasurementsAndQualitativeEvaluations(
        tracking_identifier=_tracking(finding.tracking_identifier or finding.finding_id, finding.tracking_uid),
        referenced_region=_region(mark, image),
        finding_type=_sr_code(finding.kind),
        algorithm_id=_algorithm(finding.service),
        finding_sites=[
            sr.FindingSite(
                anatomic_location=_sr_code(finding.site or (_LUNG if chest else _BREAST)),
                laterality=_sr_code(_SIDES[laterality]) if laterality else None,
            )
        ],
        measurements=measurements or None,
        qualitative_evaluations=evaluations or None,
    )


def _region(mark: Mark, image: Image) -> Any:
    from highdicom import sr

    points = mark.points + (mark.points[:1] if mark.shape is Shape.POLYGON else ())
    kind = "POLYLINE" if mark.shape is Shape.POLYGON else mark.shape.name
    return sr.ImageRegion(
        graphic_type=kind,
        graphic_data=np.asarray(points, dtype=np.float64),
        source_image=sr.SourceImageForRegion(
            referenced_sop_class_uid=image.sop_class_uid,
            referenced_sop_instance_uid=image.sop_uid,
            referenced_frame_numbers=None if mark.frame is None else [mark.frame],
        ),
    )


def _tracking(identifier: str, uid: TrackingUID) -> Any:
    from highdicom import sr

    return sr.TrackingIdentifier(uid=uid, identifier=identifier)


def _algorithm(service: Service) -> Any:
    from highdicom import sr

    return sr.AlgorithmIdentification(name=service.name or "unnamed", version=service.version or "unknown")


def _source(image: Image) -> Any:
    from highdicom import sr

    return sr.SourceImageForMeasurementGroup(
        referenced_sop_class_uid=image.sop_class_uid, referenced_sop_instance_uid=image.sop_uid
    )


def _percent(concept: Code, fraction: float) -> Any:
    return _measurement(concept, round(100 * fraction, 2), "%")


def _measurement(concept: Code, value: float, unit: str) -> Any:
    from highdicom import sr

    return sr.Measurement(name=_sr_code(concept), value=value, unit=_sr_code(content.ucum(unit)))


def _evaluation(concept: Code, value: Code) -> Any:
    from highdicom import sr

    return sr.QualitativeEvaluation(name=_sr_code(concept), value=_sr_code(value))


def _sr_code(code: Code) -> SRCode:
    return SRCode(code.value, code.scheme, code.meaning)
