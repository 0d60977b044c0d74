"""Marks of the CC and the MLO view of one breast brought together: the same thing lies equally deep in both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from diptych_reference_detector.breast import WORK_MM, BreastView
from diptych_reference_detector.candidates import Candidate
from workstation.model.codes import Code
from workstation.model.geometry import Point
from workstation.model.lexicon import DISTORTION, MASS
from workstation.model.study import Image, Laterality

DEPTH_TOLERANCE_MM = 9.0
LOWEST = 0.12
"""Below this a mark is not even looked for in the other view."""
UNSEEN_FACTOR = 0.75
"""What a score is worth when the other view was searched and does not show the mark."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A candidate on its image.

    Attributes
    ----------
    center : (column, row) in pixels of the image.
    outline : (column, row) in pixels of the image.
    depth_mm : behind the nipple; None on a chest radiograph.
    """

    image: Image
    candidate: Candidate
    center: Point
    outline: tuple[Point, ...]
    laterality: Laterality | None
    depth_mm: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """One thing, on one or on both views."""

    kind: Code
    laterality: Laterality | None
    probability: float
    seen: tuple[Seen, ...]


def seen_on_mammogram(image: Image, view: BreastView, candidates: Sequence[Candidate]) -> tuple[Seen, ...]:
    """Candidates in the image's own pixels; a distortion around a mass is that mass's spicules and is dropped."""
    masses = [candidate for candidate in candidates if candidate.kind == MASS and candidate.probability >= LOWEST]
    kept = [candidate for candidate in candidates if candidate.kind != DISTORTION or not _near_any(candidate, masses)]
    return tuple(
        Seen(
            image=image,
            candidate=candidate,
            center=view.to_image(candidate.x, candidate.y),
            outline=tuple(view.to_image(candidate.x + dx, candidate.y + dy) for dx, dy in candidate.outline),
            laterality=image.laterality,
            depth_mm=view.depth_mm(candidate.x),
        )
        for candidate in kept
        if candidate.probability >= LOWEST
    )


def _near_any(candidate: Candidate, masses: Sequence[Candidate]) -> bool:
    return any(
        ((candidate.x - mass.x) ** 2 + (candidate.y - mass.y) ** 2) ** 0.5 * WORK_MM < mass.radius_mm + 6.0
        for mass in masses
    )


def features(seen: Sequence[Seen]) -> tuple[Feature, ...]:
    """All features of a study, the most probable first."""
    found: list[Feature] = []
    for side in (Laterality.RIGHT, Laterality.LEFT, None):
        of_side = [item for item in seen if item.laterality is side]
        for kind in dict.fromkeys(item.candidate.kind for item in of_side):
            found += _of_one_breast([item for item in of_side if item.candidate.kind == kind])
    return tuple(sorted(found, key=lambda feature: -feature.probability))


def _of_one_breast(seen: list[Seen]) -> list[Feature]:
    """Pairs of equal depth, the best first; what is left stands alone."""
    views = list(dict.fromkeys(item.image.view for item in seen))
    first = [item for item in seen if item.image.view == views[0]]
    second = [item for item in seen if item.image.view != views[0]]
    pairs = sorted(
        ((a, b) for a in first for b in second if _same(a, b)),
        key=lambda pair: _agreement(*pair),
        reverse=True,
    )
    used: set[int] = set()
    found = []
    for a, b in pairs:
        if id(a) in used or id(b) in used:
            continue
        used |= {id(a), id(b)}
        both = 1.0 - (1.0 - a.candidate.probability) * (1.0 - b.candidate.probability)
        found.append(_feature(both, (a, b)))
    found += [_feature(item.candidate.probability * UNSEEN_FACTOR, (item,)) for item in seen if id(item) not in used]
    return found


def _same(a: Seen, b: Seen) -> bool:
    if a.depth_mm is None or b.depth_mm is None:
        return False
    ratio = a.candidate.radius_mm / b.candidate.radius_mm
    return abs(a.depth_mm - b.depth_mm) <= DEPTH_TOLERANCE_MM and 0.45 <= ratio <= 2.2


def _agreement(a: Seen, b: Seen) -> float:
    """Which pair is taken first: high scores, and the same depth."""
    apart = abs((a.depth_mm or 0.0) - (b.depth_mm or 0.0)) / DEPTH_TOLERANCE_MM
    return a.candidate.probability + b.candidate.probability - 2.0 * apart


def _feature(probability: float, seen: tuple[Seen, ...]) -> Feature:
    return Feature(
        kind=seen[0].candidate.kind, laterality=seen[0].laterality, probability=min(probability, 0.97), seen=seen
    )
