"""Measurements on one image and frame: pure functions of points and stored values.

A length or an area is in millimetres only where the image states the size of its pixels, and then names the
calibration; elsewhere it is in pixels and says so (S12).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workstation.dicom.grey import GreyScale, modality_values
from workstation.model.geometry import Point
from workstation.model.identity import SOPInstanceUID
from workstation.model.study import Calibration, PixelSpacing


class Tool(StrEnum):
    """What is measured."""

    LENGTH = "length"
    ANGLE = "angle"
    ELLIPSE = "ellipse"
    PROBE = "probe"

    @property
    def points(self) -> int:
        """How many points it takes: ends; arm, vertex, arm; opposite corners of the ellipse's box; the place."""
        return {Tool.LENGTH: 2, Tool.ANGLE: 3, Tool.ELLIPSE: 2, Tool.PROBE: 1}[self]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """Points on one image and frame; it belongs to no other.

    Attributes
    ----------
    frame : 1-based.
    points : (column, row) in pixels, as many as the tool takes.
    """

    sop_uid: SOPInstanceUID
    frame: int
    tool: Tool
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Extent:
    """A length, or an area of squares.

    Attributes
    ----------
    calibration : how millimetres are known; None: `value` is in pixels of the image.
    """

    value: float
    calibration: Calibration | None


@dataclass(frozen=True, slots=True)
class Statistics:
    """Modality values of some pixels, padding left out.

    Attributes
    ----------
    deviation : standard deviation of these pixels, not of a population that they would be drawn from.
    units : what the values are, e.g. "HU"; "" when the file does not say.
    """

    mean: float
    deviation: float
    lowest: float
    highest: float
    count: int
    units: str = ""


def length(start: Point, end: Point, spacing: PixelSpacing | None) -> Extent:
    """Distance between two points: mm by the pixel's own width and height, or pixels."""
    across, down, calibration = _sides(spacing)
    return Extent(math.hypot((end[0] - start[0]) * across, (end[1] - start[1]) * down), calibration)


def angle(one: Point, vertex: Point, other: Point, spacing: PixelSpacing | None) -> float | None:
    """Angle at `vertex` in degrees, 0 to 180, as it is in the patient's plane; None when an arm has no length.

    Without a spacing pixels are taken as square.
    """
    across, down, _ = _sides(spacing)
    ax, ay = (one[0] - vertex[0]) * across, (one[1] - vertex[1]) * down
    bx, by = (other[0] - vertex[0]) * across, (other[1] - vertex[1]) * down
    if not math.hypot(ax, ay) or not math.hypot(bx, by):
        return None
    return math.degrees(abs(math.atan2(ax * by - ay * bx, ax * bx + ay * by)))


def area(corner: Point, opposite: Point, spacing: PixelSpacing | None) -> Extent:
    """Area of the ellipse in a box, in mm² or square pixels."""
    across, down, calibration = _sides(spacing)
    width, height = abs(opposite[0] - corner[0]) * across, abs(opposite[1] - corner[1]) * down
    return Extent(math.pi * width * height / 4, calibration)


def ellipse_statistics(pixels: NDArray[Any], grey: GreyScale, corner: Point, opposite: Point) -> Statistics | None:
    """Values of the pixels whose centre lies in the ellipse of a box; None when there is none.

    Parameters
    ----------
    pixels : stored values (rows, columns).
    """
    rows, columns = pixels.shape
    (left, right), (top, bottom) = (sorted(pair) for pair in zip(corner, opposite, strict=True))
    first_column, last_column = _whole(left, right, columns)
    first_row, last_row = _whole(top, bottom, rows)
    across = (np.arange(first_column, last_column) + 0.5 - (left + right) / 2) / max((right - left) / 2, 1e-9)
    down = (np.arange(first_row, last_row) + 0.5 - (top + bottom) / 2) / max((bottom - top) / 2, 1e-9)
    inside = across[np.newaxis, :] ** 2 + down[:, np.newaxis] ** 2 <= 1
    return statistics(pixels[first_row:last_row, first_column:last_column][inside], grey)


def value_at(pixels: NDArray[Any], grey: GreyScale, point: Point) -> float | None:
    """Modality value of the pixel that holds `point`; None outside the image and in padding."""
    column, row = math.floor(point[0]), math.floor(point[1])
    if not (0 <= row < pixels.shape[0] and 0 <= column < pixels.shape[1]):
        return None
    found = statistics(pixels[row : row + 1, column], grey)
    return found.mean if found else None


def statistics(stored: NDArray[Any], grey: GreyScale) -> Statistics | None:
    """Of stored values, in modality values; None when all of them are padding or there is none."""
    if grey.padding is not None:
        stored = stored[(stored < grey.padding[0]) | (stored > grey.padding[1])]
    if not stored.size:
        return None
    values = modality_values(grey, stored)
    return Statistics(
        mean=float(values.mean()), deviation=float(values.std()), lowest=float(values.min()),
        highest=float(values.max()), count=int(values.size), units=grey.units,
    )  # fmt: skip


def _sides(spacing: PixelSpacing | None) -> tuple[float, float, Calibration | None]:
    """Width and height of a pixel, and how they are known."""
    return (spacing.column_mm, spacing.row_mm, spacing.calibration) if spacing else (1.0, 1.0, None)


def _whole(low: float, high: float, length_px: int) -> tuple[int, int]:
    """Indices of the pixels whose centre may lie between `low` and `high`."""
    return max(math.floor(low), 0), min(max(math.ceil(high), 0), length_px)
