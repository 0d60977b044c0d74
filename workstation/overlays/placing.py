"""Regions in the patient onto the pixels of the image whose plane they lie in (PS3.3 C.7.6.2.1.1, C.18.9)."""

from __future__ import annotations

import math
from collections.abc import Iterable

from workstation.model.geometry import Mark, PatientPoint, PatientRegion, Point
from workstation.model.study import Image

DEFAULT_TOLERANCE_MM = 0.5
"""How far from its only image's plane a region may lie; between parallel slices it is half their distance."""
PARALLEL = 1e-3


def place(region: PatientRegion, images: Iterable[Image]) -> Mark | str:
    """The region as a mark on the image in whose plane it lies, or why there is none.

    Only single-frame images with a plane and a spacing in the patient count. All points must lie within half the
    distance to the next parallel image (0.5 mm where there is none); of several such images the nearest is taken.
    """
    same_frame = [image for image in images if image.frame_of_reference_uid == region.frame_of_reference_uid]
    planes = [image for image in same_frame if _has_plane(image)]
    if not planes:
        return "no image of its frame of reference is in the study"
    image = min(planes, key=lambda candidate: _farthest_mm(region, candidate))
    if _farthest_mm(region, image) > _tolerance_mm(image, planes):
        return "it lies in the plane of no image in the study"
    return Mark(
        sop_uid=image.sop_uid,
        shape=region.shape,
        points=tuple(pixel_of(point, image) for point in region.points),
        role=region.role,
    )


def pixel_of(point: PatientPoint, image: Image) -> Point:
    """(column, row) of a patient point in mm, projected at right angles onto the image.

    Image Position is the centre of the first pixel, which is (0.5, 0.5) where (0, 0) is its corner (C.18.6.1.1).

    Raises
    ------
    ValueError
        When the image has no plane.
    """
    origin, row_direction, column_direction = _plane(image)
    offset = _minus(point, origin)
    if image.spacing is None:
        raise ValueError("the image has no pixel spacing")
    return (
        _dot(offset, row_direction) / image.spacing.column_mm + 0.5,
        _dot(offset, column_direction) / image.spacing.row_mm + 0.5,
    )


def distance_mm(point: PatientPoint, image: Image) -> float:
    """Signed distance of a patient point from the image's plane, in mm along its normal."""
    origin, row_direction, column_direction = _plane(image)
    return _dot(_minus(point, origin), _cross(row_direction, column_direction))


def _has_plane(image: Image) -> bool:
    single = image.frames == 1 and image.spacing is not None
    return single and image.image_position_mm is not None and image.image_orientation is not None


def _plane(image: Image) -> tuple[PatientPoint, PatientPoint, PatientPoint]:
    if image.image_position_mm is None or image.image_orientation is None:
        raise ValueError("the image has no plane in the patient")
    directions = image.image_orientation
    return image.image_position_mm, directions[:3], directions[3:]


def _farthest_mm(region: PatientRegion, image: Image) -> float:
    return max(abs(distance_mm(point, image)) for point in region.points)


def _tolerance_mm(image: Image, planes: list[Image]) -> float:
    """Half the distance to the nearest other image that is parallel."""
    normal = _normal(image)
    gaps = [
        abs(distance_mm(other.image_position_mm, image))
        for other in planes
        if other.image_position_mm is not None and abs(abs(_dot(normal, _normal(other))) - 1) < PARALLEL
    ]
    return min((gap / 2 for gap in gaps if gap > PARALLEL), default=DEFAULT_TOLERANCE_MM)


def _normal(image: Image) -> PatientPoint:
    _, row_direction, column_direction = _plane(image)
    return _cross(row_direction, column_direction)


def _minus(a: PatientPoint, b: PatientPoint) -> PatientPoint:
    return a[0] - b[0], a[1] - b[1], a[2] - b[2]


def _dot(a: PatientPoint, b: PatientPoint) -> float:
    return math.fsum((a[0] * b[0], a[1] * b[1], a[2] * b[2]))


def _cross(a: PatientPoint, b: PatientPoint) -> PatientPoint:
    return a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]
