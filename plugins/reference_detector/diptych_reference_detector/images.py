"""A study's folder in, images as arrays out: bright is dense, whatever the file's photometric interpretation is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from workstation.base.errors import DiptychError
from workstation.dicom.assemble import assemble
from workstation.dicom.objects import ObjectRole, read_object
from workstation.dicom.pixels import decode_frame
from workstation.model.identity import SOPInstanceUID
from workstation.model.study import Calibration, Image, PixelSpacing, Study

Field = NDArray[np.float32]
MODALITIES = ("MG", "DX", "CR")


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyFolder:
    """A study to be read, and where each of its images lies."""

    study: Study
    images: tuple[Image, ...]
    paths: dict[SOPInstanceUID, Path]


def open_study(folder: Path) -> StudyFolder:
    """The radiographs or mammograms in `folder`; other objects are left alone.

    Raises
    ------
    DiptychError
        When the folder holds no image that can be read, or images of more than one study.
    """
    found = []
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        try:
            found.append(read_object(path))
        except DiptychError:
            continue
    objects = [thing for thing in found if thing.role is ObjectRole.IMAGE and thing.modality in MODALITIES]
    primary = [thing for thing in objects if "SECONDARY" not in thing.study.images[0].image_type]
    studies = assemble(primary)
    if len(studies) != 1:
        raise DiptychError(f"{folder} holds images of {len(studies)} studies; one study is needed.")
    paths = {thing.sop_uid: Path(thing.path) for thing in primary}
    study = studies[0]
    return StudyFolder(study=study, images=tuple(_at_detector(image) for image in study.images), paths=paths)


def _at_detector(image: Image) -> Image:
    """The image with a spacing, if need be a guess: 0.1 mm, as nothing is measured without one."""
    if image.spacing is not None:
        return image
    return replace(image, spacing=PixelSpacing(row_mm=0.1, column_mm=0.1, calibration=Calibration.DETECTOR))


def spacing_of(image: Image) -> float:
    """Size of a pixel in mm."""
    return image.spacing.row_mm if image.spacing else 0.1


def brightness(path: Path, image: Image) -> Field:
    """Pixels as (rows, columns) float32, 0 the darkest and 1 the brightest stored value; dense tissue is bright."""
    stored = decode_frame(path).pixels
    if stored.ndim == 3:
        raise DiptychError(f"{path.name} is a colour image; the detector reads grey images only.")
    field = stored.astype(np.float32)
    low, high = float(field.min()), float(field.max())
    field = (field - low) / max(high - low, 1.0)
    return np.asarray(1.0 - field if image.photometric == "MONOCHROME1" else field, dtype=np.float32)


def shrink(field: Field, factor: float) -> Field:
    """`field` made `factor` times smaller by averaging; enlarged when the factor is below one."""
    size = (max(1, round(field.shape[1] / factor)), max(1, round(field.shape[0] / factor)))
    how = cv2.INTER_AREA if factor > 1 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(field, size, interpolation=how), dtype=np.float32)


def blur(field: Field, sigma_px: float) -> Field:
    """Gaussian blur."""
    return np.asarray(cv2.GaussianBlur(field, (0, 0), max(sigma_px, 0.3), borderType=cv2.BORDER_REPLICATE), np.float32)
