"""Where the panes of a step, their captions and the dividing lines lie: whole device pixels, no widgets."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from workstation.reading.hanging import PaneKind, Step

CAPTION_PX = 30
"""Height of the captions' strip in pixels of the 1080-line design."""
DIVIDER_PX = 2


@dataclass(frozen=True, slots=True)
class Rect:
    """A rectangle in device pixels."""

    x: int
    y: int
    width: int
    height: int

    @property
    def size(self) -> tuple[int, int]:
        """(width, height)."""
        return self.width, self.height

    def divided(self, ratio: float) -> tuple[int, int, int, int]:
        """Left, top, width and height in pixels that are `ratio` device pixels wide."""
        return round(self.x / ratio), round(self.y / ratio), round(self.width / ratio), round(self.height / ratio)

    def holds(self, x: float, y: float) -> bool:
        """Whether the point is inside."""
        return self.x <= x < self.x + self.width and self.y <= y < self.y + self.height


@dataclass(frozen=True, slots=True)
class Layout:
    """Where everything lies.

    Attributes
    ----------
    panes : in the step's order.
    captions : one per half (see `halves`), of height 0 in a step without captions.
    dividers : lines between halves and rows; True for the diptych's own, right of which is the AI's.
    """

    panes: tuple[Rect, ...]
    captions: tuple[Rect, ...]
    dividers: tuple[tuple[Rect, bool], ...]


def halves(step: Step) -> tuple[tuple[int, ...], ...]:
    """Indices of the panes that one caption names, left to right: neighbouring columns of one kind and result."""
    order = sorted(range(len(step.panes)), key=lambda index: (step.panes[index].column, step.panes[index].row))
    runs = groupby(order, key=lambda index: (step.panes[index].kind, step.panes[index].results))
    return tuple(tuple(run) for _, run in runs)


def lay_out(step: Step, size: tuple[int, int], *, scale: float = 1.0) -> Layout:
    """Divide `size` among the panes of `step`; pairs touch, halves are parted by a line.

    Parameters
    ----------
    scale : device pixels per pixel of the 1080-line design.
    """
    line = max(round(DIVIDER_PX * scale), 1)
    top = round(CAPTION_PX * scale) if any(pane.kind or pane.results for pane in step.panes) else 0
    parts = halves(step)
    begins = {step.panes[half[0]].column for half in parts[1:]}
    lefts, widths = _columns(step.columns, size[0], line, begins)
    heights = _split(max(size[1] - top - line * (step.rows - 1), step.rows), step.rows)
    tops = [top + sum(heights[:row]) + line * row for row in range(step.rows)]
    panes = [Rect(lefts[pane.column], tops[pane.row], widths[pane.column], heights[pane.row]) for pane in step.panes]
    captions = [_span([panes[index] for index in half], top) for half in parts]
    dividers = [
        (Rect(caption.x - line, 0, line, size[1]), step.panes[half[0]].kind is PaneKind.AI)
        for caption, half in zip(captions[1:], parts[1:], strict=True)
    ]
    dividers += [(Rect(0, y - line, size[0], line), False) for y in tops[1:]]
    return Layout(tuple(panes), tuple(captions), tuple(dividers))


def _span(rects: list[Rect], height: int) -> Rect:
    left, right = min(rect.x for rect in rects), max(rect.x + rect.width for rect in rects)
    return Rect(left, 0, right - left, height)


def _columns(count: int, width: int, line: int, begins: set[int]) -> tuple[list[int], list[int]]:
    """Left edges and widths; a line is left free before each column in `begins`."""
    widths = _split(max(width - line * len(begins), count), count)
    lefts, x = [], 0
    for column, own in enumerate(widths):
        x += line if column in begins else 0
        lefts.append(x)
        x += own
    return lefts, widths


def _split(length: int, parts: int) -> list[int]:
    return [length * (part + 1) // parts - length * part // parts for part in range(parts)]
