"""What a pane says of how it shows its image: the window by name, the magnification, and whether it is true size."""

from __future__ import annotations

from ui.scene.annotations import Detail
from ui.scene.look import Look, center_and_width, offered
from ui.scene.marks import one_line
from ui.scene.stage import Stage
from workstation.base.i18n import text
from workstation.dicom.grey import GreyScale, Voi, VoiSource

LONGEST_NAME = 24
GAP = "   "
Words = tuple[tuple[str, bool], ...]
"""Words on one line, and whether each stands out."""


def voi_name(voi: Voi, language: str) -> str:
    """The name of a window: the file's own words, or what kind of window it is."""
    if voi.source is VoiSource.PRESET:
        return text(f"window.{voi.name}", language)
    if voi.source is VoiSource.FILE and voi.name:
        return one_line(voi.name, LONGEST_NAME)
    return text(f"window.source.{voi.source.value}", language)


def window_choices(look: Look, grey: GreyScale, language: str) -> Words:
    """The windows on offer by the digit that chooses each, the active one standing out."""
    active = look.active(grey)
    return tuple(
        (f"{number} {voi_name(voi, language)}" if number < 10 else voi_name(voi, language), number - 1 == active)
        for number, voi in enumerate(offered(grey), start=1)
    )


def window_words(look: Look, grey: GreyScale, language: str) -> str:
    """The active window: name, width and level."""
    center, width = center_and_width(look, grey)
    values = text("scene.window", language, width=f"{width:.0f}", center=f"{center:.0f}")
    return f"{voi_name(look.voi(grey), language)}  {values}"


def magnification_words(stage: Stage, index: int, language: str) -> tuple[str, ...]:
    """1:1 and which part of a tour, true size and how that is known (S12), or the factor; () without an image."""
    view, image = stage.view(index), stage.panes[index].image
    if view is None or image is None:
        return ()
    screen = stage.shown_true(index)
    if screen is not None and image.spacing is not None:
        how = text(f"calibration.{image.spacing.calibration.value}", language)
        known = text("screen.calibrated" if screen.calibrated else "screen.stated", language)
        return text("scene.true_size", language, calibration=how), known
    stop = stage.tour_stop(index)
    if stop is not None:
        return (text("scene.tour_stop", language, number=stop[0], total=stop[1]),)
    return ("1:1" if view.exact else f"×{view.zoom:.2f}",)


def status_lines(stage: Stage, index: int, language: str) -> tuple[Words, ...]:
    """The lower corner of a pane: the windows on offer where there is a choice, then the active one and the zoom.

    An inverted image says so whatever the detail.
    """
    grey, look = stage.grey(index), stage.look(index)
    magnification = magnification_words(stage, index, language)
    if not magnification:
        return ()
    if grey is None:
        return tuple(((words, True),) for words in magnification)
    detail = stage.scene.detail if stage.scene else Detail.NONE
    on_offer = tuple((f"{words}{GAP}", active) for words, active in window_choices(look, grey, language))
    window = window_words(look, grey, language)
    if len(magnification) == 1:
        active: tuple[Words, ...] = (((window, True), (f"{GAP}{magnification[0]}", False)),)
    else:
        active = (*(((words, False),) for words in magnification), ((window, True),))
    lines = {Detail.FULL: (on_offer, *active) if len(on_offer) > 1 else active, Detail.SHORT: active}
    inverted: Words = ((text("scene.inverted", language), True),)
    return ((inverted,) if look.inverted else ()) + lines.get(detail, ())
