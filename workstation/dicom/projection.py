"""How an image was taken: side, view and its modifiers, orientation, and what a pixel measures."""

from __future__ import annotations

from pydicom.dataset import Dataset

from workstation.dicom import values
from workstation.model.codes import Code
from workstation.model.study import SECONDARY_CAPTURE, Calibration, Laterality, PixelSpacing

VIEWS = {
    "399162004": "CC", "399368009": "MLO", "399260004": "ML", "399352003": "LM", "399099002": "LMO",
    "399192008": "XCCL", "399101009": "XCCM", "399196006": "FB", "399188001": "SIO", "441555000": "ISO",
    "127457009": "SPECIMEN", "272479007": "PA", "399348003": "AP", "399173006": "LL", "399198007": "RL",
    "399067008": "LAT",
}  # fmt: skip
"""SNOMED CT values of CID 4014 and CID 4010 and the short names that readers use."""
_VIEW_NAMES = frozenset(VIEWS.values()) | {"RLD", "LLD", "RLO", "LLO"}
_PROJECTION_MODALITIES = frozenset({"CR", "DX", "IO", "MG", "PX", "RF", "RG", "XA"})
_PICTURE_MODALITIES = frozenset({"ASMT", "OT", "SC"})


def laterality(dataset: Dataset) -> Laterality | None:
    """Image Laterality (0020,0062), else Frame Laterality (0020,9072), else Laterality (0020,0060)."""
    anatomy = values.first_item(_shared(dataset), "FrameAnatomySequence") or values.first_item(
        dataset, "PerFrameFunctionalGroupsSequence", "FrameAnatomySequence"
    )
    stated = (
        values.text(dataset, "ImageLaterality"),
        values.text(anatomy, "FrameLaterality") if anatomy is not None else None,
        values.text(dataset, "Laterality"),
    )
    first = next((value for value in stated if value), "")
    return Laterality(first) if first in {"R", "L", "B"} else None


def lateralities_disagree(dataset: Dataset) -> bool:
    """Whether the image's side and the series' side contradict each other."""
    of_image, of_series = values.text(dataset, "ImageLaterality"), values.text(dataset, "Laterality")
    return {of_image, of_series} == {"R", "L"}


def view_code(dataset: Dataset) -> Code | None:
    """View Code Sequence (0054,0220), CID 4014 for mammography, CID 4010 for projection X-ray."""
    return next(iter(values.codes(dataset, "ViewCodeSequence")), None)


def view_modifiers(dataset: Dataset) -> tuple[Code, ...]:
    """View Modifier Code Sequence (0054,0222) of the view, CID 4015."""
    view = values.first_item(dataset, "ViewCodeSequence")
    return values.codes(view if view is not None else dataset, "ViewModifierCodeSequence")


def view(dataset: Dataset) -> str | None:
    """The short name: from the code, else View Position (0018,5101), else where archives misplace it."""
    coded = view_code(dataset)
    if coded is not None and coded.scheme == "SCT" and coded.value in VIEWS:
        return VIEWS[coded.value]
    stated = _stated_view(dataset)
    if stated is not None:
        return stated
    # CBIS-DDSM as published writes the view into Patient Orientation
    misplaced = values.texts(dataset, "PatientOrientation")
    return misplaced[0].upper() if len(misplaced) == 1 and misplaced[0].upper() in _VIEW_NAMES else None


def views_disagree(dataset: Dataset) -> bool:
    """Whether the coded view and View Position contradict each other."""
    coded, stated = view_code(dataset), _stated_view(dataset)
    named = VIEWS.get(coded.value) if coded is not None and coded.scheme == "SCT" else None
    return named is not None and stated is not None and stated in _VIEW_NAMES and named != stated


def patient_orientation(dataset: Dataset) -> tuple[str, str] | None:
    """Patient Orientation (0020,0020): where a row and where a column goes; None unless both are stated."""
    stated = values.texts(dataset, "PatientOrientation")
    directions = [value.upper() for value in stated]
    return (directions[0], directions[1]) if len(directions) == 2 and all(map(_is_direction, directions)) else None


def spacing(dataset: Dataset, modality: str) -> PixelSpacing | None:
    """Size of a pixel and how it is known (PS3.3 10.7.1.3); None when nothing says what a size would mean (S12).

    Pixel Spacing without its Calibration Type is a size in the patient only where the modality scans the patient: not
    for projections, and not for captured pictures, where it may be the size of a dot on paper or screen.
    """
    stated = _pair(dataset, "PixelSpacing")
    detector = _pair(dataset, "ImagerPixelSpacing")
    volume = values.first_item(_shared(dataset), "PixelMeasuresSequence") or values.first_item(
        dataset, "PerFrameFunctionalGroupsSequence", "PixelMeasuresSequence"
    )
    if volume is not None and (measured := _pair(volume, "PixelSpacing")):
        return _spacing(measured, Calibration.PATIENT)
    if stated and values.text(dataset, "PixelSpacingCalibrationType") in {"GEOMETRY", "FIDUCIAL"}:
        return _spacing(stated, Calibration.PATIENT)
    if detector:
        magnification = values.number(dataset, "EstimatedRadiographicMagnificationFactor") or 1.0
        if magnification > 1.0:
            corrected = detector[0] / magnification, detector[1] / magnification
            return _spacing(corrected, Calibration.MAGNIFICATION_CORRECTED)
        return _spacing(detector, Calibration.DETECTOR)
    captured = f"{values.text(dataset, 'SOPClassUID')}.".startswith(f"{SECONDARY_CAPTURE}.")
    silent = captured or modality in _PROJECTION_MODALITIES | _PICTURE_MODALITIES
    return _spacing(stated, Calibration.PATIENT) if stated and not silent else None


def _shared(dataset: Dataset) -> Dataset | None:
    return values.first_item(dataset, "SharedFunctionalGroupsSequence")


def _stated_view(dataset: Dataset) -> str | None:
    stated = (values.text(dataset, "ViewPosition") or "").upper()
    return stated if stated and stated != "OTHER" else None


def _is_direction(written: str) -> bool:
    return bool(written) and len(written) <= 3 and set(written) <= set("APRLHF")


def _pair(dataset: Dataset, keyword: str) -> tuple[float, float] | None:
    found = values.numbers(dataset, keyword)
    return (found[0], found[1]) if len(found) == 2 and min(found) > 0 else None


def _spacing(pair: tuple[float, float], calibration: Calibration) -> PixelSpacing:
    return PixelSpacing(row_mm=pair[0], column_mm=pair[1], calibration=calibration)
