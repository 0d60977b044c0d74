"""Lesions drawn on a small patch: masses by their margin, calcifications, distortion.

A patch is brightness to be added, 1.0 being the step from fat to dense tissue. Sizes are in pixels of the patch.
"""

from __future__ import annotations

from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from workstation.demo.texture import Field, blur, power_noise, step

_SHIFT = 4
Points = NDArray[np.float64]


def lobed_outline(radius_px: float, roughness: float, lobes: int, rng: np.random.Generator) -> Points:
    """A closed outline (n, 2) of (x, y) about (0, 0): an ellipse whose radius wanders over `lobes` harmonics."""
    angle = np.linspace(0, 2 * np.pi, 96, endpoint=False)
    radius = np.ones_like(angle)
    for harmonic in range(2, lobes + 1):
        weight = roughness * rng.normal() / np.sqrt(harmonic)
        radius += weight * np.cos(harmonic * angle + rng.uniform(0, 2 * np.pi))
    stretch, turn = rng.uniform(0.82, 1.0), rng.uniform(0, np.pi)
    x, y = radius * np.cos(angle), radius * np.sin(angle) * stretch
    turned = np.stack([x * np.cos(turn) - y * np.sin(turn), x * np.sin(turn) + y * np.cos(turn)], axis=1)
    return np.asarray(turned * radius_px, dtype=np.float64)


_MASS = {  # roughness, highest harmonic, softness of the edge as a fraction of the radius
    "circumscribed": (0.04, 4, 0.10),
    "obscured": (0.06, 5, 0.30),
    "microlobulated": (0.16, 11, 0.10),
    "indistinct": (0.12, 6, 0.42),
    "spiculated": (0.17, 9, 0.22),
}
MARGINS = tuple(_MASS)


def mass(margin: str, radius_px: float, rng: np.random.Generator) -> tuple[Field, Points]:
    """A mass and its outline.

    Returns
    -------
    patch : square, the mass in its middle; as wide as its spicules reach.
    outline : (n, 2) of (x, y) about the middle, of the body without spicules.
    """
    roughness, lobes, softness = _MASS[margin]
    outline = lobed_outline(radius_px, roughness, lobes, rng)
    half = int(radius_px * (3.4 if margin == "spiculated" else 2.0)) + 4
    patch = np.zeros((2 * half, 2 * half), np.float32)
    _fill(patch, outline + half, 1.0)
    distance = cv2.distanceTransform((patch > 0.5).astype(np.uint8), cv2.DIST_L2, 3)
    dome = np.sqrt(np.clip(distance / max(radius_px, 1.0), 0.0, 1.0)).astype(np.float32)
    body = blur(np.asarray(patch * (0.55 + 0.45 * dome), np.float32), softness * radius_px)
    if margin == "obscured":
        body *= 0.55 + 0.45 * step(power_noise(patch.shape, 3.2, rng), -0.8, 0.6)
    if margin == "spiculated":
        body = np.maximum(body, spicules(half, radius_px, (0.6, 2.4), rng) * 0.55)
    return body, outline


def spicules(
    half: int, radius_px: float, reach: tuple[float, float], rng: np.random.Generator, *, thickness: float = 0.09
) -> Field:
    """Fine lines that radiate from the middle, from `reach[0]` to at most `reach[1]` radii, fading outwards."""
    patch = np.zeros((2 * half, 2 * half), np.float32)
    count = int(rng.integers(16, 26))
    for angle in np.linspace(0, 2 * np.pi, count, endpoint=False) + rng.normal(0, 0.12, count):
        length = radius_px * rng.uniform(0.5 * (reach[0] + reach[1]), reach[1])
        bend = rng.normal(0, 0.16)
        along = np.linspace(reach[0] * radius_px, length, 14)
        bearing = angle + bend * (along / length) ** 2
        points = np.stack([half + along * np.cos(bearing), half + along * np.sin(bearing)], axis=1)
        width = max(1, round(thickness * radius_px * rng.uniform(0.5, 1.1)))
        for index, (a, b) in enumerate(pairwise(points)):
            fade = 1.0 - index / len(points)
            _line(patch, a, b, float(fade**0.8), width if fade > 0.5 else max(1, width // 2))
    return blur(patch, max(radius_px * 0.035, 0.5))


def calcifications(
    morphology: str, radius_px: float, grain_px: float, rng: np.random.Generator
) -> tuple[Field, Points]:
    """A cluster of calcifications.

    Parameters
    ----------
    morphology : "pleomorphic" or "round".
    radius_px : radius of the cluster.
    grain_px : typical diameter of one calcification; 0.2 to 0.6 mm.

    Returns
    -------
    patch, centres : the patch, and (n, 2) centres of the single calcifications about its middle.
    """
    half = int(radius_px + 3 * grain_px) + 4
    patch = np.zeros((2 * half, 2 * half), np.float32)
    count = int(rng.integers(13, 22))
    spread = rng.normal(0, 0.42, (count, 2)) * radius_px
    centres = np.clip(spread, -radius_px * 0.95, radius_px * 0.95)
    for centre in centres:
        size = grain_px * rng.uniform(0.6, 1.5)
        strength = float(rng.uniform(0.55, 1.0))
        shape = lobed_outline(size / 2, 0.30 if morphology == "pleomorphic" else 0.02, 5, rng)
        if morphology == "pleomorphic":
            shape[:, 0] *= rng.uniform(0.7, 2.4)
            turn = rng.uniform(0, np.pi)
            shape = shape @ np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
        _fill(patch, shape + half + centre, strength)
    return blur(patch, max(0.16 * grain_px, 0.4)), centres


def coarse_calcification(diameter_px: float, rng: np.random.Generator) -> Field:
    """One benign calcification, round with a lucent middle (rim)."""
    half = int(diameter_px) + 3
    patch = np.zeros((2 * half, 2 * half), np.float32)
    _fill(patch, lobed_outline(diameter_px / 2, 0.03, 3, rng) + half, 1.0)
    _fill(patch, lobed_outline(diameter_px / 3.6, 0.03, 3, rng) + half, 0.55)
    return blur(patch, max(0.06 * diameter_px, 0.4))


def distortion(radius_px: float, rng: np.random.Generator) -> Field:
    """Lines that converge on a point without a mass."""
    half = int(radius_px * 1.5) + 4
    bright = spicules(half, radius_px, (0.06, 1.40), rng, thickness=0.035)
    dark = spicules(half, radius_px, (0.14, 1.10), rng, thickness=0.05)
    return np.asarray(bright - 0.40 * dark, dtype=np.float32)


def pull(field: Field, centre: tuple[float, float], radius_px: float, strength: float) -> None:
    """Draw the texture of `field` towards `centre` (x, y), in place: tissue retracted by a scar or a tumour."""
    x, y = centre
    left, top = max(int(x - radius_px), 0), max(int(y - radius_px), 0)
    right, bottom = min(int(x + radius_px) + 1, field.shape[1]), min(int(y + radius_px) + 1, field.shape[0])
    if right - left < 4 or bottom - top < 4:
        return
    column, row = np.meshgrid(np.arange(left, right, dtype=np.float32), np.arange(top, bottom, dtype=np.float32))
    distance = np.hypot(column - x, row - y) / radius_px
    outward = 1.0 + strength * np.clip(1.0 - distance, 0.0, 1.0) ** 2 / np.maximum(distance, 0.2)
    source_x = np.asarray(x + (column - x) * outward, np.float32)
    source_y = np.asarray(y + (row - y) * outward, np.float32)
    field[top:bottom, left:right] = cv2.remap(
        field, source_x, source_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT
    )


def add_patch(field: Field, patch: Field, centre: tuple[float, float], gain: float) -> None:
    """Add `patch` x `gain` to `field` around `centre` (x, y), in place; what reaches outside is cut off."""
    half_y, half_x = patch.shape[0] // 2, patch.shape[1] // 2
    left, top = round(centre[0]) - half_x, round(centre[1]) - half_y
    x0, y0 = max(left, 0), max(top, 0)
    x1, y1 = min(left + patch.shape[1], field.shape[1]), min(top + patch.shape[0], field.shape[0])
    if x1 > x0 and y1 > y0:
        field[y0:y1, x0:x1] += gain * patch[y0 - top : y1 - top, x0 - left : x1 - left]


def _fill(patch: Field, points: Points, brightness: float) -> None:
    fixed = np.round(points * (1 << _SHIFT)).astype(np.int32)
    cv2.fillPoly(patch, [fixed], brightness, lineType=cv2.LINE_8, shift=_SHIFT)


def _line(patch: Field, start: Points, end: Points, brightness: float, width: int) -> None:
    a, b = (tuple(round(float(value) * (1 << _SHIFT)) for value in point) for point in (start, end))
    cv2.line(patch, a, b, brightness, width, cv2.LINE_8, _SHIFT)
