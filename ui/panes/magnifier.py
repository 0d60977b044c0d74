"""The magnifier of a stage: on or off, and what it lies over."""

from __future__ import annotations

from ui.scene.lens import Lens
from ui.scene.stage import Stage
from workstation.model.geometry import Point


class Magnifier:
    """Follows the cursor from pane to pane; kept as a place on the screen, so that it stays there while images move."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._on = False
        self._index = 0
        self._at: Point | None = None

    def toggle(self) -> None:
        """On where the cursor was last, in the middle of the first pane before any; or off."""
        self._on = not self._on

    def move(self, index: int, at: Point) -> bool:
        """The cursor is at a point of a pane, in device pixels; whether the magnifier shows something else now."""
        self._index, self._at = index, at
        return self._on

    @property
    def lens(self) -> Lens | None:
        """What is magnified; None when it is off or over no image."""
        if not self._on or self._index >= len(self._stage.panes):
            return None
        view, key = self._stage.view(self._index), self._stage.panes[self._index].key
        if view is None or key is None:
            return None
        width, height = self._stage.layout.panes[self._index].size
        return Lens(key, view.to_image((width, height), self._at or (width / 2, height / 2)))
