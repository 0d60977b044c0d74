"""Masses: bright blobs that the brightness rises towards from all sides."""

from __future__ import annotations

from diptych_reference_detector.breast import WORK_MM, BreastView
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
from diptych_reference_detector.images import Field, blur
from workstation.model.lexicon import MASS

_RADII_MM = (2.8, 3.8, 5.0, 6.6, 8.8)
WEIGHTS = Weights(bias=-9.54, weights=(-13.54, -0.66, 12.34, 1.92, 0.42))


def find_masses(view: BreastView, lines: Field) -> list[Candidate]:
    """The most mass-like places of a breast, at most twelve.

    Parameters
    ----------
    lines : `distortion.convergence_map` of the same view: spicules count for a mass.
    """
    smooth = blur(view.tissue, 1.0)
    response, radius = blobs(smooth, [size / WORK_MM for size in _RADII_MM])
    gradient = Gradient.of(view.tissue, 2.0)
    allowed = (view.inside & (view.skin_mm > 6.0)).astype(smooth.dtype)
    found = []
    for x, y in peaks(response, allowed, int(4.0 / WORK_MM), 12):
        size = float(radius[y, x])
        step, relative = contrast(smooth, x, y, size)
        features = (float(response[y, x]), convergence(gradient, x, y, size), step, relative, float(lines[y, x]))
        found.append(
            Candidate(
                kind=MASS, x=x, y=y, radius_mm=size * WORK_MM, outline=body_outline(smooth, x, y, size),
                features=features, probability=WEIGHTS.probability(features),
            )
        )  # fmt: skip
    return found
