"""What the searches find before it becomes a finding, and the logistic score that turns features into a number."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from diptych_reference_detector.images import Field, blur
from workstation.model.codes import Code
from workstation.model.geometry import Point

Features = tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A suspicious place on one image, in working pixels.

    Attributes
    ----------
    outline : (x, y) about the place.
    features : what the score is made of, in the order of the weights.
    """

    kind: Code
    x: float
    y: float
    radius_mm: float
    outline: tuple[Point, ...]
    features: Features
    probability: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """A logistic score: 1 / (1 + exp(-(bias + sum of weight x feature)))."""

    bias: float
    weights: Features

    def probability(self, features: Features) -> float:
        """Score of a candidate, 0-1."""
        z = self.bias + sum(weight * feature for weight, feature in zip(self.weights, features, strict=True))
        return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, z))))


def blobs(field: Field, radii_px: Sequence[float]) -> tuple[Field, Field]:
    """How much brightness bends down in every direction, at the best of `radii_px`, and that radius.

    The weaker of the two curvatures counts: a line, which bends down across itself only, answers with nothing.
    """
    best = np.full(field.shape, -np.inf, np.float32)
    radius = np.zeros(field.shape, np.float32)
    for size in radii_px:
        sigma = size / math.sqrt(2.0)
        smooth = blur(field, sigma)
        xx, yy = cv2.Sobel(smooth, cv2.CV_32F, 2, 0), cv2.Sobel(smooth, cv2.CV_32F, 0, 2)
        xy = cv2.Sobel(smooth, cv2.CV_32F, 1, 1)
        weaker = (xx + yy) / 2 + np.sqrt(((xx - yy) / 2) ** 2 + xy**2)
        response = np.asarray(-weaker * sigma**2 / 4, np.float32)
        better = response > best
        best[better], radius[better] = response[better], size
    return best, radius


def peaks(response: Field, allowed: Field, apart_px: int, count: int) -> list[tuple[int, int]]:
    """The `count` highest local maxima (x, y) where `allowed` is above zero, at least `apart_px` apart."""
    masked = np.where(allowed > 0, response, -np.inf).astype(np.float32)
    window = np.ones((2 * apart_px + 1, 2 * apart_px + 1), np.uint8)
    top = (masked >= cv2.dilate(masked, window)) & np.isfinite(masked)
    rows, columns = np.nonzero(top)
    order = np.argsort(-masked[rows, columns])[:count]
    return [(int(columns[index]), int(rows[index])) for index in order]


@dataclass(frozen=True, slots=True, eq=False)
class Gradient:
    """Direction of steepest ascent of a field."""

    dx: Field
    dy: Field

    @classmethod
    def of(cls, field: Field, sigma_px: float) -> Gradient:
        """Gradient of `field` after a blur."""
        smooth = blur(field, sigma_px)
        dx, dy = cv2.Sobel(smooth, cv2.CV_32F, 1, 0), cv2.Sobel(smooth, cv2.CV_32F, 0, 1)
        return cls(np.asarray(dx, np.float32), np.asarray(dy, np.float32))


def ring(
    shape: tuple[int, int], x: float, y: float, inner: float, outer: float
) -> tuple[Field, Field, Field, slice, slice]:
    """Offsets (dx, dy) and membership of a ring about a place, with the window they lie in."""
    rows = slice(max(0, int(y - outer)), min(shape[0], int(y + outer) + 2))
    columns = slice(max(0, int(x - outer)), min(shape[1], int(x + outer) + 2))
    grid_y, grid_x = np.mgrid[rows, columns].astype(np.float32)
    dx, dy = grid_x - x, grid_y - y
    distance = np.hypot(dx, dy)
    member = ((distance >= inner) & (distance < outer)).astype(np.float32)
    return dx, dy, member, rows, columns


def convergence(gradient: Gradient, x: float, y: float, radius: float) -> float:
    """How well the brightness rises towards a place from all around, -1 to 1."""
    dx, dy, member, rows, columns = ring(gradient.dx.shape, x, y, 0.6 * radius, 1.7 * radius)
    gx, gy = gradient.dx[rows, columns], gradient.dy[rows, columns]
    size = np.hypot(gx, gy) * np.hypot(dx, dy) + 1e-6
    cosine = -(gx * dx + gy * dy) / size
    return float((cosine * member).sum() / max(member.sum(), 1.0))


def contrast(field: Field, x: float, y: float, radius: float) -> tuple[float, float]:
    """Mean inside minus mean around, and that divided by the spread around."""
    _, _, inner, rows, columns = ring(field.shape, x, y, 0.0, 0.75 * radius)
    inside = field[rows, columns][inner > 0]
    _, _, outer, rows, columns = ring(field.shape, x, y, 1.25 * radius, 2.0 * radius)
    around = field[rows, columns][outer > 0]
    if inside.size == 0 or around.size == 0:
        return 0.0, 0.0
    difference = float(inside.mean() - around.mean())
    return difference, difference / (float(around.std()) + 0.04)


def body_outline(field: Field, x: int, y: int, radius: float) -> tuple[Point, ...]:
    """Outline of the bright body at a place: where it falls half way to its surroundings; else a circle."""
    _, _, outer, rows, columns = ring(field.shape, x, y, 1.3 * radius, 2.0 * radius)
    around = float(np.median(field[rows, columns][outer > 0])) if outer.any() else 0.0
    peak = float(field[max(0, y - 1) : y + 2, max(0, x - 1) : x + 2].mean())
    _, _, near, rows, columns = ring(field.shape, x, y, 0.0, 1.7 * radius)
    body = ((field[rows, columns] > (peak + around) / 2) & (near > 0)).astype(np.uint8)
    _, labels = cv2.connectedComponents(body)
    label = labels[min(y - rows.start, labels.shape[0] - 1), min(x - columns.start, labels.shape[1] - 1)]
    contours, _ = cv2.findContours((labels == label).astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    area = float((labels == label).sum())
    if label == 0 or not contours or not 0.3 < area / (math.pi * radius**2) < 2.5:
        return circle(radius)
    hull = cv2.convexHull(max(contours, key=len))[:, 0, :].astype(float)
    if len(hull) < 5:
        return circle(radius)
    return tuple((float(px + columns.start - x), float(py + rows.start - y)) for px, py in hull)


def circle(radius: float, count: int = 20) -> tuple[Point, ...]:
    """A circle as a polygon about (0, 0)."""
    angles = np.linspace(0.0, 2 * math.pi, count, endpoint=False)
    return tuple((float(radius * math.cos(angle)), float(radius * math.sin(angle))) for angle in angles)
