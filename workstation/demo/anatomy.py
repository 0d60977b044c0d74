"""One breast in three dimensions, and how its views project it.

Positions are (depth, lateral, superior) in mm from the nipple: depth towards the chest wall, lateral away from the
middle of the body. A view is drawn as if of a left breast (chest wall at the left edge) and mirrored for the right.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from workstation.demo.texture import Field, power_noise
from workstation.model.codes import Code
from workstation.model.geometry import Point
from workstation.model.result import Density
from workstation.model.study import Laterality

VIEWS = ("CC", "MLO")
Position = tuple[float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesion:
    """Something to be found.

    Attributes
    ----------
    margin : BI-RADS margin of a mass (circumscribed, obscured, microlobulated, indistinct, spiculated) or morphology of
        calcifications (pleomorphic, round); "" for a distortion.
    size_mm : diameter.
    position : (depth, lateral, superior) from the nipple in mm.
    contrast : added brightness at the centre, as a fraction of the step from fat to dense tissue.
    suspicious : False for what a reader calls benign.
    """

    kind: Code
    margin: str
    size_mm: float
    position: Position
    contrast: float = 0.8
    suspicious: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Breast:
    """One breast; the same values draw the same pixels."""

    seed: int
    laterality: Laterality
    density: Density
    depth_mm: float = 95.0
    """Nipple to chest wall, compressed, in CC."""
    half_width_mm: float = 92.0
    visit: int = 0
    """Another visit is the same anatomy, positioned and exposed anew."""
    lesions: tuple[Lesion, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Canvas:
    """The image that a view is drawn on."""

    rows: int
    columns: int
    spacing_mm: float


def project(position: Position, view: str) -> tuple[float, float]:
    """(depth, up) in mm from the nipple in a view: up is lateral in CC, superolateral in MLO (45 degrees)."""
    depth, lateral, superior = position
    return (depth, lateral) if view == "CC" else (depth, (lateral + superior) / math.sqrt(2))


def nipple_mm(breast: Breast, view: str, canvas: Canvas) -> tuple[float, float]:
    """(x, y) of the nipple in mm from the top left of the unmirrored image."""
    height = canvas.rows * canvas.spacing_mm
    return (breast.depth_mm, height * 0.50) if view == "CC" else (breast.depth_mm * 1.16, height * 0.60)


def on_image(position: Position, breast: Breast, view: str, canvas: Canvas) -> Point:
    """(column, row) in pixels of a position, in the image as displayed."""
    depth, up = project(position, view)
    x, y = nipple_mm(breast, view, canvas)
    column, row = (x - depth) / canvas.spacing_mm, (y - up) / canvas.spacing_mm
    return (canvas.columns - column, row) if breast.laterality is Laterality.RIGHT else (column, row)


def outline_mm(breast: Breast, view: str, canvas: Canvas) -> NDArray[np.float64]:
    """Skin line of the unmirrored view: a closed polygon, (n, 2) of (x, y) in mm, that runs past the chest wall."""
    nipple_x, nipple_y = nipple_mm(breast, view, canvas)
    wobble = np.random.default_rng((breast.seed, 11, VIEWS.index(view), breast.visit)).uniform(0.97, 1.03, 12)
    beyond = -60.0
    if view == "CC":
        angle = np.linspace(-np.pi / 2, np.pi / 2, 61)
        power = 2.0 / (2.35 * wobble[0])
        x = nipple_x * np.abs(np.cos(angle)) ** power
        y = nipple_y + breast.half_width_mm * wobble[1] * np.sign(np.sin(angle)) * np.abs(np.sin(angle)) ** 0.92
        curve = np.stack([x, y], axis=1)
        ends = np.array([[beyond, curve[-1, 1] + 6], [beyond, curve[0, 1] - 6]])
        return np.concatenate([curve, ends])
    height = canvas.rows * canvas.spacing_mm
    fold = nipple_y + breast.half_width_mm * 0.80 * wobble[2]
    knots = np.array([
        (nipple_x * 0.58 * wobble[3], -40.0),
        (nipple_x * 0.56 * wobble[3], 0.0),
        (nipple_x * 0.63 * wobble[4], height * 0.13),
        (nipple_x * 0.80 * wobble[5], height * 0.29),
        (nipple_x * 0.95, nipple_y - 0.42 * breast.half_width_mm),
        (nipple_x, nipple_y),
        (nipple_x * 0.94, nipple_y + 0.30 * breast.half_width_mm),
        (nipple_x * 0.72 * wobble[6], nipple_y + 0.57 * breast.half_width_mm),
        (nipple_x * 0.36 * wobble[7], fold - 7.0),
        (nipple_x * 0.16 * wobble[8], fold + 1.0),
        (nipple_x * 0.15 * wobble[9], fold + 9.0),
        (nipple_x * 0.27, height + 8.0),
        (nipple_x * 0.36, height + 40.0),
    ])  # fmt: skip
    curve = spline(knots, 12)
    return np.concatenate([curve, np.array([[beyond, height + 40.0], [beyond, -40.0]])])


def spline(knots: NDArray[np.float64], steps: int) -> NDArray[np.float64]:
    """Centripetal-like Catmull-Rom curve through `knots`, `steps` points per span."""
    padded = np.concatenate([2 * knots[:1] - knots[1:2], knots, 2 * knots[-1:] - knots[-2:-1]])
    t = np.linspace(0, 1, steps, endpoint=False)[:, None]
    spans = [
        0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
        for a, b, c, d in zip(padded, padded[1:], padded[2:], padded[3:], strict=False)
    ]
    return np.concatenate([*spans, knots[-1:]])


_THRESHOLD = {Density.A: 0.95, Density.B: 0.42, Density.C: -0.02, Density.D: -0.50}
_VOXEL_MM = 2.5


@lru_cache(maxsize=4)
def glandular_tissue(breast: Breast) -> Field:
    """Fibroglandular fraction 0-1 on a grid of 2.5 mm: (depth, lateral, superior), nipple at (0, middle, middle).

    Both views are projected from this one volume, so that a lump of dense tissue seen in one is there in the other. The
    array is shared between calls and not to be changed.
    """
    rng = np.random.default_rng((breast.seed, 3))
    half = int(1.15 * breast.half_width_mm / _VOXEL_MM)
    shape = (int(1.3 * breast.depth_mm / _VOXEL_MM), 2 * half, 2 * half)
    noise = power_noise(shape, 3.3, rng)
    depth = (np.arange(shape[0], dtype=np.float32) + np.float32(0.5))[:, None, None] * _VOXEL_MM / breast.depth_mm
    across = (np.arange(-half, half, dtype=np.float32) + np.float32(0.5)) * _VOXEL_MM / breast.half_width_mm
    lateral, superior = across[None, :, None], across[None, None, :]
    spread = 0.22 + 0.62 * np.minimum(depth / 0.55, 1.0)
    radial = ((lateral - 0.12 * depth) ** 2 + (superior - 0.10 * depth) ** 2) / spread**2
    behind = np.maximum(depth - 0.50, 0.0) / 0.42
    inside = 1.0 - radial - behind**2
    excess = inside + 0.55 * noise - _THRESHOLD[breast.density] - 0.25
    fraction: Field = 0.5 + 0.5 * np.tanh(3.0 * excess)
    fraction *= np.clip((1.14 - np.hypot(lateral, superior)) / 0.25, 0.0, 1.0)
    fraction.setflags(write=False)
    return fraction


def projected_tissue(volume: Field, breast: Breast, view: str, canvas: Canvas, shape: tuple[int, int]) -> Field:
    """Fibroglandular tissue along the beam, 0-1, on `shape` (rows, columns) over the whole unmirrored canvas."""
    plane = volume.mean(axis=2) if view == "CC" else _oblique(volume)
    plane = plane * 1.9
    nipple_x, nipple_y = nipple_mm(breast, view, canvas)
    rows, columns = shape
    x = (np.arange(columns) + 0.5) * canvas.columns * canvas.spacing_mm / columns
    y = (np.arange(rows) + 0.5) * canvas.rows * canvas.spacing_mm / rows
    depth_index = (nipple_x - x) / _VOXEL_MM - 0.5
    up_index = (nipple_y - y) / _VOXEL_MM + plane.shape[1] / 2 - 0.5
    return _sample(plane, up_index, depth_index)


def _oblique(volume: Field) -> Field:
    import cv2

    half = volume.shape[1] / 2
    turn = cv2.getRotationMatrix2D((half - 0.5, half - 0.5), 45.0, 1.0)
    size = (volume.shape[2], volume.shape[1])
    turned = [cv2.warpAffine(slab, turn, size, flags=cv2.INTER_LINEAR).mean(axis=0) for slab in volume]
    return np.asarray(turned, dtype=np.float32)


def _sample(plane: Field, up_index: NDArray[np.float64], depth_index: NDArray[np.float64]) -> Field:
    import cv2

    grid_up, grid_depth = np.meshgrid(up_index, depth_index, indexing="ij")
    sampled = cv2.remap(
        plane,
        grid_up.astype(np.float32),
        grid_depth.astype(np.float32),
        cv2.INTER_CUBIC,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=0.0,
    )
    return np.asarray(np.clip(sampled, 0.0, 1.2), dtype=np.float32)
