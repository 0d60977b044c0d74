"""Study, series, image: what the header says, in our words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from workstation.model.codes import Code
from workstation.model.identity import Digest, Patient, SeriesUID, SOPInstanceUID, StudyUID
from workstation.model.problem import Problem

SECONDARY_CAPTURE = "1.2.840.10008.5.1.4.1.1.7"


class Laterality(StrEnum):
    """Side of a breast or of a finding."""

    RIGHT = "R"
    LEFT = "L"
    BOTH = "B"


class PresentationIntent(StrEnum):
    """Presentation Intent Type (0008,0068)."""

    FOR_PRESENTATION = "FOR PRESENTATION"
    FOR_PROCESSING = "FOR PROCESSING"


class Calibration(StrEnum):
    """Where a size in millimetres comes from (S12)."""

    DETECTOR = "detector"
    """Imager Pixel Spacing (0018,1164): measured at the detector's front plane."""
    MAGNIFICATION_CORRECTED = "magnification-corrected"
    """Imager Pixel Spacing divided by the Estimated Radiographic Magnification Factor (0018,1114)."""
    PATIENT = "patient"
    """Pixel Spacing (0028,0030) in the patient (CT, MR) or stated by Pixel Spacing Calibration Type."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PixelSpacing:
    """Size of one pixel in mm and how it is known."""

    row_mm: float
    """Distance between the centres of two neighbouring rows."""
    column_mm: float
    calibration: Calibration


@dataclass(frozen=True, slots=True, kw_only=True)
class Technique:
    """How the exposure was made; every value None when the header has none. For the annotations and the protocol."""

    kvp: float | None = None
    exposure_mas: float | None = None
    target: str | None = None
    filter_material: str | None = None
    compression_n: float | None = None
    thickness_mm: float | None = None
    angle_deg: float | None = None
    organ_dose_mgy: float | None = None
    institution: str | None = None
    station: str | None = None
    manufacturer: str | None = None
    model: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """A SOP instance with pixels.

    Attributes
    ----------
    view : short name of the view (CID 4014 and plain chest ones): CC, MLO, ML, LM, XCCL, PA, AP, LL, ...; None unknown.
    view_modifiers : CID 4015, e.g. Magnification, Spot Compression, Implant Displaced.
    patient_orientation : Patient Orientation (0020,0020): direction of a row to the right, of a column downwards.
    source_images : Source Image Sequence (0008,2112): images this one was made from.
    displaced_sources : those of source_images whose places are not this image's: Spatial Locations Preserved
        (0028,135A) NO or REORIENTED_ONLY. A mark made on one of them is not drawn here (PS3.17 E.5).
    preserved_sources : those of source_images of which it says YES.
    partial_view : Partial View (0028,1350): one of several pictures that together show the breast.
    quality_control : Quality Control Image (0028,0300): a test object is in it, alone (YES) or with the patient (BOTH).
    magnification : Estimated Radiographic Magnification Factor (0018,1114).
    """

    sop_uid: SOPInstanceUID
    sop_class_uid: str
    series_uid: SeriesUID
    modality: str
    rows: int
    columns: int
    frames: int = 1
    laterality: Laterality | None = None
    view: str | None = None
    view_code: Code | None = None
    view_modifiers: tuple[Code, ...] = ()
    patient_orientation: tuple[str, str] | None = None
    transfer_syntax: str = ""
    lossy: bool = False
    presentation_intent: PresentationIntent | None = None
    photometric: str = "MONOCHROME2"
    acquired_at: datetime | None = None
    content_at: datetime | None = None
    spacing: PixelSpacing | None = None
    frame_of_reference_uid: str | None = None
    image_position_mm: tuple[float, float, float] | None = None
    image_orientation: tuple[float, float, float, float, float, float] | None = None
    image_type: tuple[str, ...] = ()
    source_images: tuple[SOPInstanceUID, ...] = ()
    displaced_sources: tuple[SOPInstanceUID, ...] = ()
    preserved_sources: tuple[SOPInstanceUID, ...] = ()
    body_part: str | None = None
    instance_number: int | None = None
    technique: Technique = Technique()
    burned_in_annotation: bool = False
    partial_view: bool = False
    quality_control: bool = False
    magnification: float | None = None
    digest: Digest | None = None
    problems: tuple[Problem, ...] = ()

    @property
    def is_secondary_capture(self) -> bool:
        """Whether it is a picture made of pictures (PS3.4 B.5, Secondary Capture), or a digitised film.

        AI services send their additional series so; the new ones bear the modality ASMT. Which of the two it is:
        `workstation.overlays.pairing.is_service_picture`.
        """
        family = self.sop_class_uid == SECONDARY_CAPTURE or self.sop_class_uid.startswith(f"{SECONDARY_CAPTURE}.")
        return family or self.modality == "ASMT"


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """A series and its images in reading order."""

    series_uid: SeriesUID
    modality: str
    description: str = ""
    number: int | None = None
    images: tuple[Image, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """A study: one visit's images. AI results are kept apart, see `workstation.model.result`."""

    study_uid: StudyUID
    patient: Patient
    series: tuple[Series, ...] = ()
    accession: str | None = None
    description: str = ""
    performed_at: datetime | None = None
    referring_physician: str | None = None

    @property
    def images(self) -> tuple[Image, ...]:
        """All images, series by series."""
        return tuple(image for series in self.series for image in series.images)

    @property
    def own_images(self) -> tuple[Image, ...]:
        """The patient's images: all but secondary captures; those too where there is nothing else (digitised films)."""
        return tuple(image for image in self.images if not image.is_secondary_capture) or self.images

    @property
    def modality(self) -> str:
        """The modality that the study is read as; "" for a study without images.

        MG where any of the patient's images is one (ultrasound images beside them are usually more), else what most
        of them are.
        """
        names = [image.modality for image in self.own_images]
        if "MG" in names:
            return "MG"
        return max(sorted(set(names)), key=names.count, default="")

    def image(self, sop_uid: SOPInstanceUID) -> Image | None:
        """The image with this SOP Instance UID, or None."""
        return next((image for image in self.images if image.sop_uid == sop_uid), None)
