"""How a finding looks by the habit of mammography CAD: triangle for calcifications, circle for masses."""

from __future__ import annotations

from workstation.model import lexicon
from workstation.model.result import Finding, RenderingIntent
from workstation.overlays.hooks import ColourRole, Glyph, Line, MarkStyle

CALCIFICATIONS = (lexicon.CALCIFICATION_CLUSTER, lexicon.INDIVIDUAL_CALCIFICATION)
MASSES = (lexicon.MASS, lexicon.BREAST_DENSITY, lexicon.NODULE)
STRUCTURE = (lexicon.DISTORTION, lexicon.ASYMMETRY, lexicon.FOCAL_ASYMMETRY, lexicon.ABNORMAL_OPACITY)
SUSPICIOUS_FROM = 0.5
"""Probability from which a mark takes the stronger colour."""


def default_style(finding: Finding) -> MarkStyle:
    """The style of a finding that no plugin styles."""
    optional = finding.rendering_intent is RenderingIntent.OPTIONAL
    return MarkStyle(
        colour=_colour(finding, optional=optional),
        glyph=_glyph(finding),
        line=Line.DASHED if optional else Line.SOLID,
    )


def _colour(finding: Finding, *, optional: bool) -> ColourRole:
    if optional:
        return ColourRole.OPTIONAL
    strong = finding.probability is not None and finding.probability >= SUSPICIOUS_FROM
    return ColourRole.SUSPICIOUS if strong else ColourRole.FINDING


def _glyph(finding: Finding) -> Glyph:
    kinds = (finding.modifier, finding.kind)
    for known, glyph in ((CALCIFICATIONS, Glyph.TRIANGLE), (MASSES, Glyph.CIRCLE), (STRUCTURE, Glyph.SQUARE)):
        if any(kind in known for kind in kinds if kind is not None):
            return glyph
    return Glyph.CROSS
