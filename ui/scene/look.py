"""Window and polarity of one image: the file's choice first (S11), then what the reader makes of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

from workstation.base import resources
from workstation.dicom import grey as greys
from workstation.dicom.grey import GreyScale, Voi, VoiSource


@dataclass(frozen=True, slots=True)
class Look:
    """How grey values are shown.

    Attributes
    ----------
    choice : index into `offered`; 0 is what the file asks for.
    own : the reader's own window; it goes before `choice`.
    """

    choice: int = 0
    own: Voi | None = None
    inverted: bool = False

    def voi(self, grey: GreyScale) -> Voi:
        """The values of interest that this look means for an image."""
        choices = offered(grey)
        return self.own or choices[min(self.choice, len(choices) - 1)]

    def active(self, grey: GreyScale) -> int | None:
        """Which of the windows on offer is shown; None for the reader's own."""
        return None if self.own else min(self.choice, len(offered(grey)) - 1)

    def chosen(self, choice: int, grey: GreyScale) -> Look:
        """The window on offer as number `choice`, as far as there are so many."""
        return replace(self, choice=min(max(choice, 0), len(offered(grey)) - 1), own=None)

    def next_choice(self, grey: GreyScale) -> Look:
        """The choice after this one, the first after the last."""
        count = len(offered(grey))
        return replace(self, choice=0 if self.own else (self.choice + 1) % count, own=None)

    def windowed(self, grey: GreyScale, *, shift: float, stretch: float) -> Look:
        """The window moved by `shift` widths and made `stretch` times as wide."""
        voi = self.voi(grey)
        center, width = greys.center_and_width(grey, voi)
        return replace(self, own=greys.window(grey, center + shift * width, width * stretch, like=voi))


def offered(grey: GreyScale) -> tuple[Voi, ...]:
    """What the reader can choose among: the file's own windows, its full range, and what is customary for its units."""
    return (*greys.choices(grey), *_presets().get(grey.units, ()))


@cache
def _presets() -> dict[str, tuple[Voi, ...]]:
    """Windows by the units of their values, from `resources/windows/presets.json`."""
    return {
        units: tuple(Voi(**preset, source=VoiSource.PRESET) for preset in presets)
        for units, presets in resources.load("windows", "presets.json").items()
    }


def center_and_width(look: Look, grey: GreyScale) -> tuple[float, float]:
    """What the window reads on the screen, in modality values."""
    return greys.center_and_width(grey, look.voi(grey))


def lut_of(look: Look, grey: GreyScale) -> NDArray[np.uint8]:
    """Display grey (0-255) by stored value."""
    return _lut(replace(grey, stored_range=(0, 0), vois=()), look.voi(grey), look.inverted)


@lru_cache(maxsize=16)
def _lut(grey: GreyScale, voi: Voi, inverted: bool) -> NDArray[np.uint8]:
    """One table for all images of a study that are shown alike; a frame's own range plays no part in it."""
    return greys.display_lut(grey, voi, levels=256, invert=inverted).astype(np.uint8, copy=False)
