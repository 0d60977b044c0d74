"""Measuring on a stage, by mouse or by keys. What is measured stays with its image and frame and is kept nowhere."""

from __future__ import annotations

import math

from ui.scene.stage import Stage
from workstation.model.geometry import Point
from workstation.reading.measure import Measurement, Tool

ARROWS = {"Left": (-1, 0), "Right": (1, 0), "Up": (0, -1), "Down": (0, 1)}
STEP_PX, LARGE_STEP_PX = 2.0, 20.0
"""Of one press of an arrow, and with Shift, on the screen."""
CLICK_WITHIN_PX = 4.0


class Measuring:
    """Measurements of the study on the screen, and at most one in the making.

    A point is set by a click, by letting go after a drag, or by Enter where the cross stands.
    """

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._done: list[Measurement] = []
        self._tool: Tool | None = None
        self._index = 0
        self._points: tuple[Point, ...] = ()
        self._cursor: Point = (0.0, 0.0)
        self._pressed_at: Point | None = None

    @property
    def active(self) -> bool:
        """Whether the reader is measuring."""
        return self._tool is not None

    @property
    def hint_key(self) -> str:
        """Catalogue key of the words that say how to go on."""
        return f"measure.hint.{self._tool.value}" if self._tool else ""

    @property
    def cursor(self) -> tuple[int, Point] | None:
        """The pane measured on and the image point where the next point would be set."""
        return (self._index, self._cursor) if self.active else None

    @property
    def shown(self) -> tuple[Measurement, ...]:
        """All measurements, the one in the making last, as it would be if it ended at the cursor."""
        return (*self._done, *self._unfinished())

    def begin(self, tool: Tool, index: int) -> bool:
        """Measure on pane `index`, or on the first that has an image; False when none has."""
        panes = [at for at in range(len(self._stage.panes)) if self._stage.view(at) is not None]
        self._tool = None
        if not panes:
            return False
        self._tool = tool
        self._put_on(index if index in panes else panes[0])
        return True

    def end(self) -> None:
        """Stop measuring; what is finished stays."""
        self._tool, self._points, self._pressed_at = None, (), None

    def forget(self) -> None:
        """Another study: nothing stays."""
        self.end()
        self._done.clear()

    def take_key(self, key: str) -> bool:
        """Arrows, Enter, Tab and Esc while measuring; then Delete takes the last one seen off and Esc all."""
        if self._tool is None:
            return self._take_off(key)
        name = key.removeprefix("Shift+")
        if key == "Esc":
            self.end()
        elif key == "Return":
            self._set_point()
        elif name in ARROWS:
            step = LARGE_STEP_PX if name != key else STEP_PX
            self._step(*(step * self._stage.scale * direction for direction in ARROWS[name]))
        elif name == "Tab":
            panes = [at for at in range(len(self._stage.panes)) if self._stage.view(at) is not None]
            at = panes.index(self._index) if self._index in panes else 0
            self._put_on(panes[(at + (1 if name == key else -1)) % len(panes)])
        else:
            return False
        return True

    def move(self, index: int, at: Point) -> bool:
        """The mouse is at a point of a pane; whether that is of interest."""
        point = self._on_image(index, at)
        if self._tool is None or point is None or (self._points and index != self._index):
            return False
        self._index, self._cursor = index, point
        return True

    def press(self, index: int, at: Point) -> bool:
        """The mouse goes down: a point is set."""
        if not self.move(index, at):
            return False
        self._pressed_at = at
        self._set_point()
        return True

    def release(self, index: int, at: Point) -> bool:
        """The mouse goes up: after a drag another point is set."""
        began, self._pressed_at = self._pressed_at, None
        if began is None or math.dist(began, at) <= CLICK_WITHIN_PX * self._stage.scale or not self.move(index, at):
            return False
        self._set_point()
        return True

    def _unfinished(self) -> tuple[Measurement, ...]:
        key = self._stage.panes[self._index].key if self._index < len(self._stage.panes) else None
        if self._tool is None or key is None or not (self._points or self._tool is Tool.PROBE):
            return ()
        return (Measurement(sop_uid=key[0], frame=key[1], tool=self._tool, points=(*self._points, self._cursor)),)

    def _set_point(self) -> None:
        if self._tool is None:
            return
        if len(self._points) + 1 == self._tool.points:
            self._done += self._unfinished()
            self.end()
        else:
            self._points = (*self._points, self._cursor)

    def _take_off(self, key: str) -> bool:
        keys = {pane.key for pane in self._stage.panes}
        seen = [one for one in self._done if (one.sop_uid, one.frame) in keys]
        if not seen or key not in ("Delete", "Esc"):
            return False
        for one in seen[-1:] if key == "Delete" else seen:
            self._done.remove(one)
        return True

    def _put_on(self, index: int) -> None:
        """The cross to the middle of a pane; points on another image mean nothing there."""
        width, height = self._stage.layout.panes[index].size
        self._index, self._points = index, ()
        self._cursor = self._on_image(index, (width / 2, height / 2)) or (0.0, 0.0)

    def _step(self, right: float, down: float) -> None:
        view, size = self._stage.view(self._index), self._stage.layout.panes[self._index].size
        if view is not None:
            x, y = view.to_screen(size, self._cursor)
            self._cursor = self._on_image(self._index, (x + right, y + down)) or self._cursor

    def _on_image(self, index: int, at: Point) -> Point | None:
        """The nearest point of the pane's image."""
        view, image = self._stage.view(index), self._stage.panes[index].image
        if view is None or image is None:
            return None
        column, row = view.to_image(self._stage.layout.panes[index].size, at)
        return min(max(column, 0.0), float(image.columns)), min(max(row, 0.0), float(image.rows))
