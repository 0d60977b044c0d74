"""Marks look as mammography CAD has taught readers to expect."""

from __future__ import annotations

import pytest

from tests.overlays.made import finding_with
from workstation.model import lexicon
from workstation.model.codes import Code
from workstation.model.result import RenderingIntent
from workstation.overlays.hooks import ColourRole, Glyph, Line
from workstation.overlays.style import default_style


@pytest.mark.parametrize(
    ("kind", "glyph"),
    [
        (lexicon.CALCIFICATION_CLUSTER, Glyph.TRIANGLE),
        (lexicon.MASS, Glyph.CIRCLE),
        (lexicon.BREAST_DENSITY, Glyph.CIRCLE),
        (lexicon.DISTORTION, Glyph.SQUARE),
        (Code(value="X", scheme="99ACME", meaning="something"), Glyph.CROSS),
    ],
)
def test_the_sign_follows_the_kind(kind: Code, glyph: Glyph) -> None:
    assert default_style(finding_with(kind=kind)).glyph is glyph


def test_an_optional_finding_is_dashed() -> None:
    style = default_style(finding_with(rendering_intent=RenderingIntent.OPTIONAL, probability=0.9))
    assert (style.line, style.colour) == (Line.DASHED, ColourRole.OPTIONAL)
    assert default_style(finding_with(probability=0.9)).colour is ColourRole.SUSPICIOUS
