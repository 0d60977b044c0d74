"""One image searched for everything its modality may hold."""

from __future__ import annotations

from dataclasses import dataclass

from diptych_reference_detector import breast, calcifications, chest, distortion, masses
from diptych_reference_detector.breast import BreastView
from diptych_reference_detector.candidates import Candidate
from diptych_reference_detector.chest import ChestView
from diptych_reference_detector.images import Field
from workstation.model.geometry import Point


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Found:
    """What was found on one image: the view that maps its places, and every candidate with its (column, row)."""

    view: BreastView | ChestView
    marks: list[tuple[Candidate, Point]]


def mammogram(field: Field, spacing_mm: float, view_position: str | None) -> Found | None:
    """Masses, clusters and distortions on one mammogram; None when no breast is to be seen."""
    view = breast.look_at(field, spacing_mm, view_position)
    if view is None:
        return None
    lines = distortion.convergence_map(view)
    candidates = [
        *masses.find_masses(view, lines),
        *(distortion.find_distortions(view, lines) if spacing_mm <= distortion.COARSEST_MM else ()),
        *calcifications.find_clusters(field, spacing_mm, view),
    ]
    return Found(view=view, marks=[(candidate, view.to_image(candidate.x, candidate.y)) for candidate in candidates])


def chest_image(field: Field, spacing_mm: float) -> Found | None:
    """Nodules on one chest radiograph; None when two lungs cannot be made out."""
    view = chest.look_at(field, spacing_mm)
    if view is None:
        return None
    candidates = chest.find_nodules(view)
    return Found(view=view, marks=[(candidate, view.to_image(candidate.x, candidate.y)) for candidate in candidates])
