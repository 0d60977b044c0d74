"""How large a pixel of a screen is, in millimetres, and how far that is to be believed."""

from __future__ import annotations

from dataclasses import dataclass

FINEST_MM, COARSEST_MM = 0.03, 1.0
"""Beyond these a stated size is that of no screen that images are read on."""
SQUARE_WITHIN = 0.05


@dataclass(frozen=True, slots=True)
class ScreenScale:
    """The size of a device pixel.

    Attributes
    ----------
    mm_per_pixel : width of one device pixel in mm.
    calibrated : measured on this screen, not only stated by its maker.
    """

    mm_per_pixel: float
    calibrated: bool = False


def stated_scale(physical_mm: tuple[float, float], pixels: tuple[float, float]) -> ScreenScale | None:
    """The scale of a screen of `pixels` device pixels that says it is `physical_mm` large; None when it makes no sense.

    Projectors and virtual screens state nothing, or a shape with which pixels would not be square.
    """
    if min(*physical_mm, *pixels) <= 0:
        return None
    across, down = physical_mm[0] / pixels[0], physical_mm[1] / pixels[1]
    if abs(across / down - 1) > SQUARE_WITHIN or not FINEST_MM <= across <= COARSEST_MM:
        return None
    return ScreenScale(across)
