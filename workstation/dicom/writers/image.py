"""Mammograms and radiographs For Presentation (PS3.3 A.27 Digital Mammography, A.26 Digital X-Ray)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from workstation.base.clock import Origins
from workstation.dicom.writers import common
from workstation.model.codes import Code
from workstation.model.study import Image, Laterality, Series, Study, Technique

MG_FOR_PRESENTATION = "1.2.840.10008.5.1.4.1.1.1.2"
DX_FOR_PRESENTATION = "1.2.840.10008.5.1.4.1.1.1.1"

_BREAST = Code(value="76752008", scheme="SCT", meaning="Breast")
_CHEST = Code(value="51185008", scheme="SCT", meaning="Chest")


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """One VOI window on stored values (PS3.3 C.11.2.1.2)."""

    center: float
    width: float
    function: str = "LINEAR"
    """LINEAR, LINEAR_EXACT or SIGMOID; one function holds for all windows of an image."""
    explanation: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiLut:
    """One VOI LUT (PS3.3 C.11.2.1.1): `entries[i]` is shown for the stored value `first + i`."""

    first: int
    bits: int
    """Bits of an entry, 10 to 16: how 8 bits are packed is read differently by different readers."""
    entries: tuple[int, ...]
    explanation: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grey:
    """How stored values are meant to be seen.

    Attributes
    ----------
    bits_stored : 8 to 16.
    padding : Pixel Padding Value (0028,0120) of the collimated surround; None when there is none.
    """

    bits_stored: int
    padding: int | None = None
    windows: tuple[Window, ...] = ()
    luts: tuple[VoiLut, ...] = ()


def write_image(
    path: Path,
    pixels: NDArray[np.uint16],
    *,
    study: Study,
    series: Series,
    image: Image,
    grey: Grey,
    origins: Origins,
    magnification: float | None = None,
) -> Path:
    """Write one projection image For Presentation.

    Parameters
    ----------
    pixels : (rows, columns), stored values.
    image : modality "MG" or "DX"; its `transfer_syntax` is the one written (lossless only).
    magnification : Estimated Radiographic Magnification Factor (0018,1114); spacing is that of the detector.

    Raises
    ------
    ValueError
        When the modality, the transfer syntax or a LUT's depth is none that this writer knows, or `pixels` has another
        size than the header says.
    """
    if pixels.shape != (image.rows, image.columns):
        raise ValueError(f"the header says {image.rows} x {image.columns}, the pixels are {pixels.shape}")
    if image.modality not in _SPECIFIC:
        raise ValueError(f"cannot write an image of modality {image.modality}")
    sop_class, specific = _SPECIFIC[image.modality]
    dataset = common.new_dataset(sop_class, image.sop_uid, study, origins)
    _series_and_equipment(dataset, series, image, origins)
    _general_image(dataset, image)
    _detector_geometry(dataset, image, magnification)
    _grey(dataset, image, grey)
    specific(dataset, image)
    common.put_pixels(dataset, pixels, bits_stored=grey.bits_stored, transfer_syntax=image.transfer_syntax)
    return common.save(dataset, path, image.transfer_syntax)


def _series_and_equipment(dataset: Dataset, series: Series, image: Image, origins: Origins) -> None:
    dataset.Modality = image.modality
    dataset.SeriesInstanceUID = series.series_uid
    dataset.SeriesNumber = series.number
    dataset.SeriesDescription = series.description[:64]
    dataset.PresentationIntentType = "FOR PRESENTATION"
    technique = image.technique
    dataset.Manufacturer = technique.manufacturer or common.MANUFACTURER
    dataset.ManufacturerModelName = technique.model or ""
    dataset.InstitutionName = technique.institution or ""
    dataset.StationName = technique.station or origins.station
    dataset.DeviceSerialNumber = "0"
    dataset.SoftwareVersions = origins.software


def _general_image(dataset: Dataset, image: Image) -> None:
    dataset.ImageType = list(image.image_type or ("DERIVED", "PRIMARY"))
    dataset.InstanceNumber = image.instance_number
    dataset.PatientOrientation = list(image.patient_orientation or ())
    acquired = image.acquired_at
    for name in ("Series", "Acquisition", "Content"):
        setattr(dataset, f"{name}Date", common.dicom_date(acquired.date()) if acquired else "")
        setattr(dataset, f"{name}Time", common.dicom_time(acquired))
    dataset.AcquisitionNumber = image.instance_number
    dataset.BurnedInAnnotation = "YES" if image.burned_in_annotation else "NO"
    dataset.LossyImageCompression = "00"
    dataset.QualityControlImage = "NO"
    dataset.AcquisitionContextSequence = []


def _detector_geometry(dataset: Dataset, image: Image, magnification: float | None) -> None:
    if image.spacing:
        dataset.ImagerPixelSpacing = [image.spacing.row_mm, image.spacing.column_mm]
    if magnification:
        dataset.EstimatedRadiographicMagnificationFactor = f"{magnification:.4f}"
    dataset.DetectorType = "DIRECT"
    technique = image.technique
    if technique.kvp is not None:
        dataset.KVP = f"{technique.kvp:g}"
    if technique.exposure_mas is not None:
        dataset.Exposure = round(technique.exposure_mas)
        dataset.ExposureInuAs = round(technique.exposure_mas * 1000)


def _grey(dataset: Dataset, image: Image, grey: Grey) -> None:
    inverse = image.photometric == "MONOCHROME1"
    dataset.PhotometricInterpretation = image.photometric
    dataset.PresentationLUTShape = "INVERSE" if inverse else "IDENTITY"
    dataset.PixelIntensityRelationship = "LOG"
    dataset.PixelIntensityRelationshipSign = 1 if inverse else -1
    dataset.RescaleIntercept, dataset.RescaleSlope, dataset.RescaleType = "0", "1", "US"
    if grey.padding is not None:
        dataset.PixelPaddingValue = grey.padding
        dataset["PixelPaddingValue"].VR = "US"
    if grey.windows:
        dataset.WindowCenter = [f"{window.center:g}" for window in grey.windows]
        dataset.WindowWidth = [f"{window.width:g}" for window in grey.windows]
        dataset.WindowCenterWidthExplanation = [window.explanation for window in grey.windows]
        dataset.VOILUTFunction = grey.windows[0].function
    if grey.luts:
        dataset.VOILUTSequence = [_lut(lut) for lut in grey.luts]


def _lut(lut: VoiLut) -> Dataset:
    if not 10 <= lut.bits <= 16:
        raise ValueError(f"a VOI LUT of {lut.bits} bits is not written")
    item = Dataset()
    item.LUTDescriptor = [len(lut.entries) % 65536, lut.first, lut.bits]
    item["LUTDescriptor"].VR = "US"
    item.LUTExplanation = lut.explanation
    item.LUTData = np.asarray(lut.entries, dtype="<u2").tobytes()
    item["LUTData"].VR = "OW"
    return item


def _anatomy(dataset: Dataset, region: Code, body_part: str) -> None:
    dataset.BodyPartExamined = body_part
    dataset.AnatomicRegionSequence = [common.code_item(region)]


def _view(dataset: Dataset, image: Image) -> None:
    if image.view_code is None:
        return
    view = common.code_item(image.view_code)
    view.ViewModifierCodeSequence = [common.code_item(modifier) for modifier in image.view_modifiers]
    dataset.ViewCodeSequence = [view]


def _mammogram(dataset: Dataset, image: Image) -> None:
    _anatomy(dataset, _BREAST, "BREAST")
    _view(dataset, image)
    dataset.ImageLaterality = (image.laterality or Laterality.BOTH).value
    dataset.ViewPosition = image.view or ""
    dataset.OrganExposed = "BREAST"
    dataset.BreastImplantPresent = "NO"
    dataset.PartialView = "NO"
    dataset.PositionerType = "MAMMOGRAPHIC"
    _mammography_exposure(dataset, image.technique)


def _mammography_exposure(dataset: Dataset, technique: Technique) -> None:
    dataset.AnodeTargetMaterial = technique.target or ""
    dataset.FilterMaterial = technique.filter_material or ""
    dataset.Grid = ["FOCUSED", "RECIPROCATING"]
    for name, value in (
        ("CompressionForce", technique.compression_n),
        ("BodyPartThickness", technique.thickness_mm),
        ("PositionerPrimaryAngle", technique.angle_deg),
    ):
        if value is not None:
            setattr(dataset, name, f"{value:g}")
    if technique.organ_dose_mgy is not None:  # Organ Dose is in dGy
        dataset.OrganDose = f"{technique.organ_dose_mgy / 100:.6g}"


def _radiograph(dataset: Dataset, image: Image) -> None:
    _anatomy(dataset, _CHEST, "CHEST")
    _view(dataset, image)
    dataset.ImageLaterality = "U"
    dataset.ViewPosition = image.view or ""
    dataset.PositionerType = "COLUMN"
    dataset.Grid = ["FIXED"]


_SPECIFIC = {"MG": (MG_FOR_PRESENTATION, _mammogram), "DX": (DX_FOR_PRESENTATION, _radiograph)}
