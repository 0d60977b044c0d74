"""What panes have in common or not: the scale of their images, their sides, and what of each is worth its place."""

from __future__ import annotations

from ui.scene.look import Look, lut_of
from ui.scene.raster import Pyramid
from ui.scene.scene_state import PaneState
from ui.scene.view import Box
from workstation.model.study import Image, Laterality
from workstation.reading.hanging_rules import Justify
from workstation.reading.special import is_comparable


def tissue(pyramid: Pyramid) -> Box:
    """The breast as the file's own window shows it."""
    grey = pyramid.frame.grey
    return pyramid.tissue_box(lut_of(Look(), grey) if grey else None)


def opposite(one: Image | None, other: Image | None) -> bool:
    """Whether two images are of the two sides of one body."""
    sides = {image.laterality for image in (one, other) if image}
    return sides == {Laterality.RIGHT, Laterality.LEFT}


def column_mm(pane: PaneState) -> float | None:
    """Width of a pixel of the pane's image; None without an image or a stated size."""
    return pane.image.spacing.column_mm if pane.image and pane.image.spacing else None


def comparable_mm(pane: PaneState) -> float | None:
    """Column spacing of an image that may be shown in one scale with others; magnified and spot views never are."""
    return column_mm(pane) if pane.image and is_comparable(pane.image) else None


def to_chest_wall(found: Box, whole: Box, pane: PaneState) -> Box:
    """The box grown to the image's edge on the side where the chest wall is, so that it lies at the pane's edge."""
    if pane.pane.justify is Justify.CENTER:
        return found
    towards = -1.0 if pane.pane.justify is Justify.LEFT else 1.0
    columns, rows = pane.turn.undo(towards, 0.0)
    left, top, right, bottom = found
    return (
        whole[0] if columns < 0 else left,
        whole[1] if rows < 0 else top,
        whole[2] if columns > 0 else right,
        whole[3] if rows > 0 else bottom,
    )
