"""What a header says of patient, study, series and image, in the model's words."""

from __future__ import annotations

from datetime import datetime

from pydicom.dataset import Dataset

from workstation.dicom import charset, projection, values
from workstation.dicom.syntaxes import is_lossy
from workstation.model.identity import Digest, Patient, SeriesUID, Sex, SOPInstanceUID, StudyUID
from workstation.model.problem import Problem
from workstation.model.study import Image, PresentationIntent, Series, Study, Technique


def patient(dataset: Dataset) -> Patient:
    """The patient module (PS3.3 C.7.1.1)."""
    sex = values.text(dataset, "PatientSex")
    return Patient(
        patient_id=values.text(dataset, "PatientID") or "",
        issuer=values.text(dataset, "IssuerOfPatientID"),
        name=charset.person_name(values.text(dataset, "PatientName") or ""),
        birth_date=values.day(dataset, "PatientBirthDate"),
        sex=Sex(sex) if sex in {"F", "M", "O"} else None,
    )


def study(dataset: Dataset, series: Series) -> Study:
    """The study module (PS3.3 C.7.2.1) around one `series`."""
    return Study(
        study_uid=StudyUID(values.text(dataset, "StudyInstanceUID") or ""),
        patient=patient(dataset),
        series=(series,),
        accession=values.text(dataset, "AccessionNumber"),
        description=values.text(dataset, "StudyDescription") or "",
        performed_at=values.moment(dataset, "StudyDate", "StudyTime"),
        referring_physician=charset.person_name(values.text(dataset, "ReferringPhysicianName") or "") or None,
    )


def series(dataset: Dataset, series_uid: SeriesUID, images: tuple[Image, ...]) -> Series:
    """The series module (PS3.3 C.7.3.1)."""
    return Series(
        series_uid=series_uid,
        modality=values.text(dataset, "Modality") or "",
        description=values.text(dataset, "SeriesDescription") or "",
        number=values.integer(dataset, "SeriesNumber"),
        images=images,
    )


def image(
    dataset: Dataset, *, series_uid: SeriesUID, transfer_syntax: str, digest: Digest, problems: tuple[Problem, ...]
) -> Image:
    """The image's own modules; `problems` is what was found out about it."""
    modality = values.text(dataset, "Modality") or ""
    intent = values.text(dataset, "PresentationIntentType")
    return Image(
        sop_uid=SOPInstanceUID(values.text(dataset, "SOPInstanceUID") or ""),
        sop_class_uid=values.text(dataset, "SOPClassUID") or "",
        series_uid=series_uid,
        modality=modality,
        rows=values.integer(dataset, "Rows") or 0,
        columns=values.integer(dataset, "Columns") or 0,
        frames=frames(dataset),
        laterality=projection.laterality(dataset),
        view=projection.view(dataset),
        view_code=projection.view_code(dataset),
        view_modifiers=projection.view_modifiers(dataset),
        patient_orientation=projection.patient_orientation(dataset),
        transfer_syntax=transfer_syntax,
        lossy=lossy(dataset, transfer_syntax),
        presentation_intent=PresentationIntent(intent) if intent in set(PresentationIntent) else None,
        photometric=values.text(dataset, "PhotometricInterpretation") or "MONOCHROME2",
        acquired_at=acquired_at(dataset),
        content_at=values.moment(dataset, "ContentDate", "ContentTime"),
        spacing=projection.spacing(dataset, modality),
        frame_of_reference_uid=values.text(dataset, "FrameOfReferenceUID"),
        image_position_mm=_position(dataset),
        image_orientation=_orientation(dataset),
        image_type=values.texts(dataset, "ImageType"),
        source_images=_source_images(dataset),
        displaced_sources=_sources_that_say(dataset, "NO", "REORIENTED_ONLY"),
        preserved_sources=_sources_that_say(dataset, "YES"),
        body_part=values.text(dataset, "BodyPartExamined"),
        instance_number=values.integer(dataset, "InstanceNumber"),
        technique=technique(dataset),
        burned_in_annotation=values.text(dataset, "BurnedInAnnotation") == "YES",
        partial_view=values.text(dataset, "PartialView") == "YES",
        quality_control=values.text(dataset, "QualityControlImage") in {"YES", "BOTH"},
        magnification=values.number(dataset, "EstimatedRadiographicMagnificationFactor"),
        digest=digest,
        problems=problems,
    )


def frames(dataset: Dataset) -> int:
    """Number of Frames (0028,0008), at least 1."""
    return max(1, values.integer(dataset, "NumberOfFrames") or 1)


def overlay_planes(dataset: Dataset) -> int:
    """How many overlay planes (60xx, PS3.3 C.9.2) the file describes."""
    return sum((group, 0x0010) in dataset for group in range(0x6000, 0x6020, 2))


def lossy(dataset: Dataset, transfer_syntax: str) -> bool:
    """Whether the image was ever compressed with loss (0028,2110), (0028,2112), or by its transfer syntax."""
    flag = values.text(dataset, "LossyImageCompression")
    ratio = values.number(dataset, "LossyImageCompressionRatio") or 0.0
    return flag == "01" or ratio > 1.0 or is_lossy(transfer_syntax, declared_lossless=flag == "00")


def acquired_at(dataset: Dataset) -> datetime | None:
    """Acquisition DateTime (0008,002A), else Acquisition Date and Time."""
    return values.date_time(dataset, "AcquisitionDateTime") or values.moment(
        dataset, "AcquisitionDate", "AcquisitionTime"
    )


def created_at(dataset: Dataset) -> datetime | None:
    """When the object was made: Instance Creation, else Content Date and Time."""
    return values.moment(dataset, "InstanceCreationDate", "InstanceCreationTime") or values.moment(
        dataset, "ContentDate", "ContentTime"
    )


def technique(dataset: Dataset) -> Technique:
    """Exposure, compression and equipment; for tomosynthesis from the first acquisition."""
    source = values.first_item(dataset, "XRay3DAcquisitionSequence")

    def number(keyword: str) -> float | None:
        found = values.number(dataset, keyword)
        return found if found is not None or source is None else values.number(source, keyword)

    micro, dose = number("ExposureInuAs"), values.number(dataset, "OrganDose")
    return Technique(
        kvp=number("KVP"),
        exposure_mas=micro / 1000 if micro is not None else number("Exposure"),
        target=values.text(dataset, "AnodeTargetMaterial"),
        filter_material=", ".join(values.texts(dataset, "FilterMaterial")) or None,
        compression_n=number("CompressionForce"),
        thickness_mm=number("BodyPartThickness"),
        angle_deg=number("PositionerPrimaryAngle"),
        organ_dose_mgy=dose * 100 if dose is not None else None,  # (0040,0316) is in dGy
        institution=values.text(dataset, "InstitutionName"),
        station=values.text(dataset, "StationName"),
        manufacturer=values.text(dataset, "Manufacturer"),
        model=values.text(dataset, "ManufacturerModelName"),
    )


def _position(dataset: Dataset) -> tuple[float, float, float] | None:
    found = values.numbers(dataset, "ImagePositionPatient")
    return (found[0], found[1], found[2]) if len(found) == 3 else None


def _orientation(dataset: Dataset) -> tuple[float, float, float, float, float, float] | None:
    found = values.numbers(dataset, "ImageOrientationPatient")
    return (found[0], found[1], found[2], found[3], found[4], found[5]) if len(found) == 6 else None


def _source_images(dataset: Dataset) -> tuple[SOPInstanceUID, ...]:
    return tuple(uid for uid, _preserved in _sources(dataset))


def _sources_that_say(dataset: Dataset, *stated: str) -> tuple[SOPInstanceUID, ...]:
    return tuple(uid for uid, preserved in _sources(dataset) if preserved in stated)


def _sources(dataset: Dataset) -> list[tuple[SOPInstanceUID, str | None]]:
    """Source images with their Spatial Locations Preserved (0028,135A)."""
    references = (
        (values.text(item, "ReferencedSOPInstanceUID"), values.text(item, "SpatialLocationsPreserved"))
        for item in values.items(dataset, "SourceImageSequence")
    )
    return [(SOPInstanceUID(uid), preserved) for uid, preserved in references if uid]
