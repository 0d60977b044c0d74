"""A tour over an image at 1:1: the fewest stops that show all of it, walked from the chest wall outwards and back."""

from __future__ import annotations

import math

from ui.scene.view import Box, Size, ViewTransform, turned_size
from workstation.reading.hanging_rules import Justify
from workstation.reading.orientation import AS_STORED, Turn

Stops = tuple[int, int]
"""Stops of a tour in each row, and rows of stops."""
ROUNDING_PX = 1.0
"""At 1:1 a view keeps to whole pixels, so that neighbouring stops overlap by this much."""


def stops_for(box: Box, size: Size, *, aspect: float = 1.0, turn: Turn = AS_STORED) -> Stops:
    """How many panes of `size` it takes to see the whole box at 1:1, across and down."""
    width, height = turned_size(box, aspect, turn)
    return _count(width, size[0]), _count(height, size[1])


def stop_view(
    at: int,
    stops: Stops,
    box: Box,
    size: Size,
    *,
    justify: Justify = Justify.CENTER,
    aspect: float = 1.0,
    turn: Turn = AS_STORED,
) -> ViewTransform:
    """The view at stop `at` (from 0): rows from the top, to and fro, so that every step goes to a neighbour.

    The first row goes from the chest wall outwards: two breasts that stand back to back are walked as mirror images.
    """
    columns, rows = stops
    row, column = divmod(at, columns)
    column = columns - 1 - column if row % 2 else column
    across = column / max(columns - 1, 1)
    begin = {Justify.LEFT: 0.0, Justify.RIGHT: 1.0, Justify.CENTER: 0.5}[justify]
    width, height = turned_size(box, aspect, turn)
    right = _shift(1.0 - across if justify is Justify.RIGHT else across, width - size[0], narrow=begin)
    down = _shift(row / max(rows - 1, 1), height - size[1], narrow=0.5)
    along_row, along_column = turn.undo(right, down)
    middle = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
    return ViewTransform(
        center=(middle[0] + along_row, middle[1] + along_column / aspect), zoom=1.0, aspect=aspect, turn=turn
    )


def _count(length: float, pane: int) -> int:
    return max(math.ceil(length / max(pane - ROUNDING_PX, 1.0)), 1)


def _shift(share: float, excess: float, *, narrow: float) -> float:
    """From the box's middle to the view's: `share` of what the pane cannot hold, a fixed place where it holds all."""
    return ((share if excess > 0 else narrow) - 0.5) * excess
