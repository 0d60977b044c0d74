"""Architectural distortion: places that lines converge on.

After Karssemeijer and te Brake (1996): where is the local direction of lines pointing to a place more often than
chance allows?
"""

from __future__ import annotations

import math

import cv2
import numpy as np

from diptych_reference_detector.breast import WORK_MM, BreastView
from diptych_reference_detector.candidates import Candidate, Weights, circle, contrast, peaks
from diptych_reference_detector.images import Field, blur, shrink
from workstation.model.lexicon import DISTORTION

COARSEST_MM = 0.45
"""On coarser pixels there are no fine lines to follow: distortions are not looked for, and the report says so."""
_COARSE = 2
_BINS = 16
_INNER_MM, _OUTER_MM = 3.0, 13.0
_AIM_MM = 2.2
WEIGHTS = Weights(bias=-9.29, weights=(1.66, -3.35))


def convergence_map(view: BreastView) -> Field:
    """Standardised count of line directions that point to each place, at the working size."""
    lines = _lines(view)
    step = WORK_MM * _COARSE
    outer = int(_OUTER_MM / step)
    grid = np.arange(-outer, outer + 1, dtype=np.float32) * step
    dx, dy = np.meshgrid(grid, grid)
    distance = np.hypot(dx, dy)
    member = (distance >= _INNER_MM) & (distance <= _OUTER_MM)
    aim = np.arcsin(np.clip(_AIM_MM / np.maximum(distance, _AIM_MM), 0.0, 1.0))
    chance = aim * 2 / math.pi
    hits = np.zeros(lines[0].shape, np.float32)
    expected = np.zeros_like(hits)
    variance = np.zeros_like(hits)
    present = np.asarray(sum(lines), np.float32)
    for index, layer in enumerate(lines):
        angle = (index + 0.5) * math.pi / _BINS
        off = np.abs((np.arctan2(dy, dx) - angle + math.pi / 2) % math.pi - math.pi / 2)
        kernel = (member & (off < aim)).astype(np.float32)
        hits += cv2.filter2D(layer, cv2.CV_32F, kernel, borderType=cv2.BORDER_CONSTANT)
    kernel = np.where(member, chance, 0.0).astype(np.float32)
    expected = cv2.filter2D(present, cv2.CV_32F, kernel, borderType=cv2.BORDER_CONSTANT)
    variance = cv2.filter2D(
        present, cv2.CV_32F, np.asarray(kernel * (1 - kernel), np.float32), borderType=cv2.BORDER_CONSTANT
    )
    score = (hits - expected) / np.sqrt(variance + 4.0)
    return np.asarray(cv2.resize(score, view.tissue.shape[::-1], interpolation=cv2.INTER_LINEAR), np.float32)


def _lines(view: BreastView) -> list[Field]:
    """One layer per direction: where a bright line of that direction runs."""
    inside = view.inside & (view.skin_mm > 3.0)
    smooth = blur(view.tissue, 1.2)
    xx = cv2.Sobel(smooth, cv2.CV_32F, 2, 0)
    yy = cv2.Sobel(smooth, cv2.CV_32F, 0, 2)
    xy = cv2.Sobel(smooth, cv2.CV_32F, 1, 1)
    spread = np.sqrt(((xx - yy) / 2) ** 2 + xy**2)
    lowest = (xx + yy) / 2 - spread
    across = 0.5 * np.arctan2(2 * xy, xx - yy) + math.pi / 2
    along = (across + math.pi / 2) % math.pi
    usual = blur(np.asarray(spread, np.float32), 10.0) + 1e-6
    strong = inside & (lowest < 0) & (spread > 1.1 * usual)
    which = (along / math.pi * _BINS).astype(int) % _BINS
    return [shrink(np.asarray(strong & (which == index), np.float32), _COARSE) for index in range(_BINS)]


def find_distortions(view: BreastView, lines: Field) -> list[Candidate]:
    """Places where `lines` (see `convergence_map`) is highest, away from the nipple, where ducts converge anyway, and
    from the chest wall, where half of the lines are outside the image.
    """
    column, row = np.meshgrid(np.arange(lines.shape[1]), np.arange(lines.shape[0]))
    from_nipple = np.hypot(column - view.nipple[0], row - view.nipple[1]) * WORK_MM
    from_wall = column * WORK_MM
    allowed = (view.inside & (view.skin_mm > 10.0) & (from_nipple > 26.0) & (from_wall > _OUTER_MM)).astype(np.float32)
    radius = 9.0 / WORK_MM
    found = []
    for x, y in peaks(blur(lines, 2.0), allowed, int(12.0 / WORK_MM), 4):
        body, _ = contrast(view.tissue, x, y, 4.0 / WORK_MM)
        features = (float(lines[y, x]), body)
        found.append(
            Candidate(
                kind=DISTORTION, x=x, y=y, radius_mm=9.0, outline=circle(radius), features=features,
                probability=WEIGHTS.probability(features),
            )
        )  # fmt: skip
    return found
