"""Nodules in the lungs of a chest radiograph PA."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from diptych_reference_detector.candidates import (
    Candidate,
    Gradient,
    Weights,
    blobs,
    body_outline,
    contrast,
    convergence,
    peaks,
)
from diptych_reference_detector.images import Field, blur, shrink
from workstation.model.lexicon import NODULE
from workstation.model.study import Laterality

WORK_MM = 0.8
_RADII_MM = (4.5, 6.0, 8.0, 11.0)
WEIGHTS = Weights(bias=-16.26, weights=(181.69, -8.73, -2.30, -0.15, 7.77))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ChestView:
    """A chest at 0.8 mm: brightness 0-1, and where its lungs are (0 none, 1 at the image's left, 2 at its right)."""

    field: Field
    lungs: NDArray[np.uint8]
    px: float

    def to_image(self, x: float, y: float) -> tuple[float, float]:
        """Working (x, y) to (column, row) in the image's own pixels."""
        return (x + 0.5) * self.px, (y + 0.5) * self.px

    def outwards(self, x: float, y: float) -> float:
        """0 at the inner edge of the lung, where hilum and heart are, 1 at its outer edge."""
        row = self.lungs[int(y)] == self.lungs[int(y), int(x)]
        columns = np.nonzero(row)[0]
        fraction = (x - columns[0]) / max(float(columns[-1] - columns[0]), 1.0)
        return float(1.0 - fraction if self.lungs[int(y), int(x)] == 1 else fraction)

    def side(self, x: float, y: float, orientation: tuple[str, str] | None) -> Laterality:
        """Side of a place; the patient's left is at the image's right unless the header says otherwise."""
        lung = self.lungs[min(int(y), self.lungs.shape[0] - 1), min(int(x), self.lungs.shape[1] - 1)]
        turned = orientation is not None and orientation[0].startswith("R")
        return Laterality.RIGHT if (lung == 1) != turned else Laterality.LEFT


def look_at(field: Field, spacing_mm: float) -> ChestView | None:
    """The lungs of a chest image; None when two lungs cannot be made out."""
    px = WORK_MM / spacing_mm
    small = shrink(field, px)
    low, high = np.percentile(small, (1, 99))
    small = np.asarray(np.clip((small - low) / max(float(high - low), 0.05), 0, 1), np.float32)
    lungs = _lungs(small)
    return None if lungs is None else ChestView(field=small, lungs=lungs, px=field.shape[1] / small.shape[1])


def _lungs(small: Field) -> NDArray[np.uint8] | None:
    """The two biggest dark areas that do not touch the image's edge."""
    smooth = blur(small, 4.0)
    height, width = small.shape
    level, _ = cv2.threshold((smooth * 255).astype(np.uint8), 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    for limit in (level / 255, level / 255 * 0.9, level / 255 * 0.8):
        count, labels, stats, centres = cv2.connectedComponentsWithStats((smooth < limit).astype(np.uint8))
        left, top = stats[:, cv2.CC_STAT_LEFT], stats[:, cv2.CC_STAT_TOP]
        right, bottom = left + stats[:, cv2.CC_STAT_WIDTH], top + stats[:, cv2.CC_STAT_HEIGHT]
        area = stats[:, cv2.CC_STAT_AREA] * WORK_MM**2
        inner = (left > 0) & (top > 0) & (right < width) & (bottom < height) & (area > 4000.0)
        chosen = [index for index in range(1, count) if inner[index]]
        chosen.sort(key=lambda index: -area[index])
        if len(chosen) >= 2:
            pair = sorted(chosen[:2], key=lambda index: centres[index][0])
            out = np.zeros(labels.shape, np.uint8)
            for number, index in enumerate(pair, start=1):
                out[_closed(labels == index)] = number
            return out
    return None


def _closed(area: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """An area with its gaps filled: vessels, ribs and nodules belong to the lung."""
    around = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (41, 41))
    return np.asarray(cv2.morphologyEx(area.astype(np.uint8), cv2.MORPH_CLOSE, around) > 0)


def find_nodules(view: ChestView) -> list[Candidate]:
    """The most nodule-like places in the lungs, at most ten."""
    smooth = blur(view.field, 1.2)
    response, radius = blobs(smooth, [size / WORK_MM for size in _RADII_MM])
    gradient = Gradient.of(view.field, 2.0)
    margin = cv2.erode((view.lungs > 0).astype(np.uint8), np.ones((9, 9), np.uint8)).astype(np.float32)
    found = []
    for x, y in peaks(response, margin, int(8.0 / WORK_MM), 10):
        size = float(radius[y, x])
        step, relative = contrast(smooth, x, y, size)
        features = (float(response[y, x]), convergence(gradient, x, y, size), step, relative, view.outwards(x, y))
        found.append(
            Candidate(
                kind=NODULE, x=x, y=y, radius_mm=size * WORK_MM, outline=body_outline(smooth, x, y, size),
                features=features, probability=WEIGHTS.probability(features),
            )
        )  # fmt: skip
    return found
