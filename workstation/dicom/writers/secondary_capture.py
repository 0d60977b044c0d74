"""The additional series of an AI service: the image in its own geometry with marks and a warning burned in.

Secondary Capture (PS3.3 A.8.1) in colour, compressed without loss, pointing at the image it was made from. Programme
rules: same geometry, full frame, identifiers copied, institution and department name the service and its version
(standards.md 3.3).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from workstation.base.clock import Origins
from workstation.dicom.writers import common
from workstation.model.codes import Code
from workstation.model.identity import SOPInstanceUID
from workstation.model.result import Service
from workstation.model.study import Calibration, Image, PixelSpacing, Series, Study

SECONDARY_CAPTURE = "1.2.840.10008.5.1.4.1.1.7"
JPEG_LS_LOSSLESS = "1.2.840.10008.1.2.4.80"
_SOURCE_FOR_PROCESSING = Code(value="121322", scheme="DCM", meaning="Source image for image processing operation")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OverlayImage:
    """One image of an overlay series.

    Attributes
    ----------
    source : the image it was made from: view, orientation and spacing are taken from it.
    pixels : (rows, columns, 3) RGB, the size of `source`; marks and warning are burned in already.
    """

    source: Image
    sop_uid: SOPInstanceUID
    pixels: NDArray[np.uint8]


def write_overlay_series(
    folder: Path,
    overlays: Iterable[OverlayImage],
    *,
    study: Study,
    series: Series,
    service: Service,
    origins: Origins,
    transfer_syntax: str = JPEG_LS_LOSSLESS,
) -> tuple[Path, ...]:
    """Write an overlay series into `folder`, one file per image, numbered in the order of `overlays`.

    Raises
    ------
    ValueError
        When an overlay has not the geometry of its source, or the transfer syntax is not lossless.
    """
    paths = []
    for number, overlay in enumerate(overlays, start=1):
        source = overlay.source
        if overlay.pixels.shape != (source.rows, source.columns, 3):
            raise ValueError(f"an overlay image keeps the geometry of its source, {source.rows} x {source.columns}")
        dataset = common.new_dataset(SECONDARY_CAPTURE, overlay.sop_uid, study, origins)
        _series(dataset, series, source, service, origins)
        _image(dataset, source, number)
        common.put_pixels(dataset, overlay.pixels, bits_stored=8, transfer_syntax=transfer_syntax)
        paths.append(common.save(dataset, folder / f"overlay-{number:02d}.dcm", transfer_syntax))
    return tuple(paths)


def _series(dataset: Dataset, series: Series, source: Image, service: Service, origins: Origins) -> None:
    now = origins.now()
    dataset.Modality = source.modality
    dataset.SeriesInstanceUID = series.series_uid
    dataset.SeriesNumber = series.number
    dataset.SeriesDescription = series.description[:64]
    dataset.ConversionType = "WSD"
    dataset.Manufacturer = service.vendor or ""
    dataset.ManufacturerModelName = service.name or ""
    dataset.SoftwareVersions = service.version or ""
    dataset.SecondaryCaptureDeviceManufacturer = service.vendor or ""
    dataset.SecondaryCaptureDeviceManufacturerModelName = service.name or ""
    dataset.SecondaryCaptureDeviceSoftwareVersions = service.version or ""
    dataset.InstitutionName = service.name or ""
    dataset.InstitutionalDepartmentName = service.version or ""
    dataset.OperatorsName = "AI"
    for name in ("Series", "Acquisition", "Content"):
        setattr(dataset, f"{name}Date", common.dicom_date(now.date()))
        setattr(dataset, f"{name}Time", common.dicom_time(now))
    dataset.TimezoneOffsetFromUTC = f"{now:%z}" or "+0000"


def _image(dataset: Dataset, source: Image, instance_number: int) -> None:
    dataset.InstanceNumber = instance_number
    dataset.ImageType = ["DERIVED", "SECONDARY", "AI"]
    dataset.PatientOrientation = list(source.patient_orientation or ())
    dataset.PhotometricInterpretation = "RGB"
    dataset.BurnedInAnnotation = "YES"
    dataset.RecognizableVisualFeatures = "NO"
    dataset.LossyImageCompression = "00"
    dataset.DerivationDescription = "Marks and warning of an AI service burned in; reduced to 8 bits"
    derived_from = common.reference(source.sop_class_uid, source.sop_uid)
    derived_from.SpatialLocationsPreserved = "YES"
    derived_from.PurposeOfReferenceCodeSequence = [common.code_item(_SOURCE_FOR_PROCESSING)]
    dataset.SourceImageSequence = [derived_from]
    if source.body_part:
        dataset.BodyPartExamined = source.body_part
    if source.laterality:
        dataset.ImageLaterality = source.laterality.value
    if source.view_code:
        view = common.code_item(source.view_code)
        if source.view_modifiers:
            view.ViewModifierCodeSequence = [common.code_item(modifier) for modifier in source.view_modifiers]
        dataset.ViewCodeSequence = [view]
    if source.spacing:
        _spacing(dataset, source.spacing)


def _spacing(dataset: Dataset, spacing: PixelSpacing) -> None:
    """Basic Pixel Spacing Calibration Macro (PS3.3 10.7.1); a detector's own spacing keeps its own name."""
    pair = [f"{spacing.row_mm:.10g}", f"{spacing.column_mm:.10g}"]
    if spacing.calibration is Calibration.DETECTOR:
        dataset.ImagerPixelSpacing = pair
        return
    dataset.PixelSpacing = pair
    if spacing.calibration is Calibration.MAGNIFICATION_CORRECTED:
        dataset.PixelSpacingCalibrationType = "GEOMETRY"
        dataset.PixelSpacingCalibrationDescription = "Corrected for the estimated magnification of the source image"
