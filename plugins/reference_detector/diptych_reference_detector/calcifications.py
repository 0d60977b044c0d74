"""Clusters of calcifications: small bright spots far above the noise around them, several within a centimetre."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from diptych_reference_detector.breast import WORK_MM, BreastView
from diptych_reference_detector.candidates import Candidate, Weights, circle
from diptych_reference_detector.images import Field, blur, shrink
from workstation.model.lexicon import CALCIFICATION_CLUSTER

SPOT_MM = 0.1
"""The image is brought to this pixel size before spots are looked for, unless its own is coarser."""
COARSEST_MM = 0.25
"""On coarser pixels a calcification is less than one pixel: clusters are not looked for, and the report says so."""
_THRESHOLD = 5.5
_LARGEST_MM2 = 1.0
_LINK_MM = 3.2
_FEWEST = 4
WEIGHTS = Weights(bias=-11.89, weights=(2.21, 4.71, -1.57))


def find_clusters(field: Field, spacing_mm: float, view: BreastView) -> list[Candidate]:
    """Clusters in the full-size image `field`, as places on the working image; none on pixels over 0.25 mm."""
    if spacing_mm > COARSEST_MM:
        return []
    factor = max(SPOT_MM / spacing_mm, 1.0)
    fine = shrink(field, factor)
    if view.mirrored:
        fine = np.ascontiguousarray(fine[:, ::-1])
    pixel_mm = spacing_mm * field.shape[1] / fine.shape[1]
    spots, strength = _spots(fine, pixel_mm, view)
    if len(spots) < _FEWEST:
        return []
    places = spots * (pixel_mm / WORK_MM)
    found = []
    for members in _groups(places, view.tissue.shape):
        if len(members) >= _FEWEST:
            found.append(_cluster(places[members], strength[members]))
    return found


def _spots(fine: Field, pixel_mm: float, view: BreastView) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Centres (x, y) in fine pixels of the spots, and how far each stands above the noise."""
    detail = blur(fine, 0.12 / pixel_mm) - blur(fine, 0.45 / pixel_mm)
    size = fine.shape[::-1]
    inside = cv2.resize((view.inside & (view.skin_mm > 4.0)).astype(np.uint8), size, interpolation=cv2.INTER_NEAREST)
    spread = _noise(detail, inside.astype(np.float32), pixel_mm)
    above = detail / np.maximum(spread, 5e-4)
    seeds = ((above > _THRESHOLD) & (inside > 0)).astype(np.uint8)
    count, labels, stats, centres = cv2.connectedComponentsWithStats(seeds, connectivity=8)
    if count < 2:
        return np.empty((0, 2)), np.empty(0)
    strength = np.zeros(count)
    np.maximum.at(strength, labels[seeds > 0], above[seeds > 0])
    area = stats[:, cv2.CC_STAT_AREA] * pixel_mm**2
    longest = np.maximum(stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]) * pixel_mm
    keep = (area <= _LARGEST_MM2) & (longest <= 1.6)
    keep[0] = False
    return centres[keep], strength[keep]


def _noise(detail: Field, inside: Field, pixel_mm: float) -> Field:
    """Standard deviation of `detail` in some millimetres around each place, spots themselves cut off."""
    coarse = max(0.8 / pixel_mm, 1.0)
    quiet = np.clip(detail, -0.02, 0.02) * inside
    power = blur(shrink(np.asarray(quiet * quiet, np.float32), coarse), 5.0)
    share = np.maximum(blur(shrink(inside, coarse), 5.0), 0.05)
    spread = np.sqrt(power / share)
    return np.asarray(cv2.resize(spread, detail.shape[::-1], interpolation=cv2.INTER_LINEAR), np.float32)


def _groups(places: NDArray[np.float64], shape: tuple[int, int]) -> list[NDArray[np.intp]]:
    """Spots that lie within reach of each other, as lists of their numbers."""
    reach = np.zeros(shape, np.uint8)
    whole = np.clip(np.round(places).astype(int), 0, (shape[1] - 1, shape[0] - 1))
    for x, y in whole:
        cv2.circle(reach, (int(x), int(y)), int(_LINK_MM / 2 / WORK_MM), 1, -1)
    _, labels = cv2.connectedComponents(reach)
    group = labels[whole[:, 1], whole[:, 0]]
    return [np.nonzero(group == label)[0] for label in np.unique(group)]


def _cluster(places: NDArray[np.float64], strength: NDArray[np.float64]) -> Candidate:
    x, y = places.mean(axis=0)
    spread = np.sqrt(np.maximum(np.linalg.eigvalsh(np.cov(places.T)), 1e-3))
    radius = float(np.hypot(*(places - (x, y)).T).max()) + 1.5 / WORK_MM
    features = (float(np.log(len(places))), float(np.log(strength.mean())), float(np.log(spread[1] / spread[0])))
    hull = circle(radius)
    if len(places) > 4:
        grown = np.concatenate([places + np.array(offset) for offset in circle(1.5 / WORK_MM, 8)])
        hull = tuple((float(px - x), float(py - y)) for px, py in cv2.convexHull(grown.astype(np.float32))[:, 0, :])
    return Candidate(
        kind=CALCIFICATION_CLUSTER, x=float(x), y=float(y), radius_mm=radius * WORK_MM, outline=hull,
        features=features, probability=WEIGHTS.probability(features),
    )  # fmt: skip
