"""What a mammogram shows of the breast as a whole: where it is, its muscle, its nipple, how dense it is."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from diptych_reference_detector.images import Field, blur, shrink
from workstation.model.result import Density

WORK_MM = 0.4
"""Pixel size of the working image."""
_DENSITY_LIMITS = (0.21, 0.36, 0.52)
"""Shares of dense area between A and B, B and C, C and D; set on phantoms."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BreastView:
    """One mammogram at 0.4 mm, chest wall at the left edge.

    Attributes
    ----------
    tissue : brightness, 0 the fat and 1 the densest tissue of this breast.
    inside : the breast without its muscle.
    skin_mm : distance to the skin.
    nipple : (x, y) in working pixels.
    mirrored : whether the image was turned to bring the chest wall to the left.
    dense_share : share of the breast's area that is dense.
    """

    tissue: Field
    inside: NDArray[np.bool_]
    skin_mm: Field
    nipple: tuple[float, float]
    mirrored: bool
    dense_share: float
    full_columns: int
    px: float

    def to_image(self, x: float, y: float) -> tuple[float, float]:
        """Working (x, y) to (column, row) in the image's own pixels."""
        column, row = (x + 0.5) * self.px, (y + 0.5) * self.px
        return (self.full_columns - column if self.mirrored else column), row

    def depth_mm(self, x: float) -> float:
        """How far behind the nipple a place lies."""
        return (self.nipple[0] - x) * WORK_MM


def look_at(field: Field, spacing_mm: float, view: str | None) -> BreastView | None:
    """The breast in an image; None when there is none to be seen."""
    px = WORK_MM / spacing_mm
    small = shrink(field, px)
    mask = _breast_mask(small)
    if mask is None:
        return None
    mirrored = bool(mask[:, -8:].mean() > mask[:, :8].mean())
    if mirrored:
        small, mask = small[:, ::-1].copy(), mask[:, ::-1].copy()
    skin_mm = _skin_distance(mask)
    tissue = _normalised(small, mask, skin_mm)
    muscle = _pectoral(tissue, mask) if view != "CC" else np.zeros_like(mask)
    inside = mask & ~muscle
    rows, columns = np.nonzero(mask)
    furthest = columns >= columns.max() - 4
    core = inside & (skin_mm > 8.0)
    share = _dense_share(blur(tissue, 2.5)[core])
    return BreastView(
        tissue=tissue,
        inside=inside,
        skin_mm=skin_mm,
        nipple=(float(columns.max()), float(rows[furthest].mean())),
        mirrored=mirrored,
        dense_share=share,
        full_columns=field.shape[1],
        px=field.shape[1] / small.shape[1],
    )


def _dense_share(tissue: Field) -> float:
    """Share of the area that is brighter than half way from the darkest to the brightest tissue."""
    if tissue.size == 0:
        return 0.0
    low, high = np.percentile(tissue, (0.5, 99.5))
    return float((tissue > (low + high) / 2).mean())


def density_from(shares: list[float]) -> Density:
    """Composition from the dense shares of a breast's views."""
    mean = sum(shares) / len(shares)
    return (Density.A, Density.B, Density.C, Density.D)[sum(mean > limit for limit in _DENSITY_LIMITS)]


def _breast_mask(small: Field) -> NDArray[np.bool_] | None:
    smooth = blur(small, 1.5)
    low, high = np.percentile(smooth, (0.5, 99.5))
    if high - low < 0.05:
        return None
    wet = (smooth > low + 0.05 * (high - low)).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(wet)
    if count < 2:
        return None
    biggest = 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA]))
    if stats[biggest, cv2.CC_STAT_AREA] * WORK_MM**2 < 900.0:
        return None
    return np.asarray(labels == biggest)


def _skin_distance(mask: NDArray[np.bool_]) -> Field:
    """Millimetres to the skin; chest wall, top and bottom edge of the image are no skin."""
    padded = cv2.copyMakeBorder(mask.astype(np.uint8), 60, 60, 60, 1, cv2.BORDER_REPLICATE)
    distance = cv2.distanceTransform(padded, cv2.DIST_L2, 5)[60:-60, 60:-1]
    return np.asarray(distance * WORK_MM, dtype=np.float32)


def _normalised(small: Field, mask: NDArray[np.bool_], skin_mm: Field) -> Field:
    """Flatten the darkening towards the skin, then 0 for fat and 1 for the densest tissue."""
    flat = small.copy()
    shells = np.minimum(skin_mm, 40.0).astype(int)
    deep = float(np.percentile(small[mask & (skin_mm > 20.0)], 10)) if (mask & (skin_mm > 20.0)).any() else 0.0
    for depth in range(2, 25):
        shell = mask & (shells == depth)
        if shell.any():
            flat[shell] *= max(deep, 0.02) / max(float(np.percentile(small[shell], 10)), 0.02)
    core = flat[mask & (skin_mm > 6.0)]
    if core.size == 0:
        core = flat[mask]
    low, high = np.percentile(core, (8.0, 99.5))
    spread = max(float(high - low), 0.30 * max(float(high), 0.05))
    tissue = np.clip((flat - low) / spread, -0.3, 1.6)
    tissue[~mask] = 0.0
    return np.asarray(tissue, dtype=np.float32)


def _pectoral(tissue: Field, mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The muscle: above the line that best parts a bright corner at the top of the chest wall from the breast."""
    smooth = blur(tissue, 5.0)
    drop = -cv2.Sobel(smooth, cv2.CV_32F, 1, 0, ksize=3)
    rows, columns = tissue.shape
    best, found = 0.0, (0.0, 0.0)
    steps = np.arange(40)
    for top in np.linspace(0.12 * columns, 0.75 * columns, 26):
        for bottom in np.linspace(0.25 * rows, 0.85 * rows, 25):
            y = (steps + 1) * bottom * 0.85 / 41
            x = top * (1 - y / bottom)
            along = drop[y.astype(int), np.minimum(x.astype(int), columns - 1)]
            strength = float(np.clip(along, 0.0, 0.12).mean()) * bottom**0.5
            if strength > best:
                best, found = strength, (float(top), float(bottom))
    top, bottom = found
    if best <= 0.0:
        return np.zeros_like(mask)
    row, column = np.mgrid[0:rows, 0:columns]
    reach = 1.14 * top * (1 - row / (1.04 * bottom)) + 12
    return np.asarray((column < reach) & (row < 1.04 * bottom) & mask)
