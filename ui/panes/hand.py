"""What the mouse does in the viewports: zoom, pan, window, leaf; draw or measure while that is what the reader does."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal

from ui.panes.magnifier import Magnifier
from ui.panes.mark_drawing import MarkDrawing
from ui.panes.measuring import Measuring
from ui.panes.viewport import Viewport
from ui.scene.overlay_painter import mark_at
from ui.scene.stage import Stage
from workstation.model.geometry import Point

ZOOM_PER_NOTCH = 1.2
WIDTHS_PER_PX = 1 / 600
STRETCH_PER_PX = 1.004
REACH_PX = 6.0


class Hand(QObject):
    """The mouse over the viewports of one stage.

    Signals
    -------
    changed : something looks different now.
    pressed : the left button went down in a viewport.
    leafed : by so many frames, in this pane.
    drawn : a `Mark` is drawn.
    finding_clicked : the id of the finding whose mark was clicked.
    """

    changed = Signal()
    pressed = Signal()
    leafed = Signal(int, int)
    drawn = Signal(object)
    finding_clicked = Signal(str)

    def __init__(
        self, stage: Stage, drawing: MarkDrawing, measuring: Measuring, magnifier: Magnifier, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._stage = stage
        self._drawing = drawing
        self._measuring = measuring
        self._magnifier = magnifier

    def attach(self, viewport: Viewport) -> None:
        """Listen to a viewport."""
        viewport.wheeled.connect(self._wheeled)
        viewport.dragged.connect(self._dragged)
        viewport.pressed.connect(self._pressed)
        viewport.released.connect(self._released)
        viewport.clicked.connect(self._clicked)
        viewport.hovered.connect(self._hovered)

    def _wheeled(self, index: int, at: Point, notches: float, leafing: bool) -> None:
        if leafing:
            self.leafed.emit(-round(notches), index)
            return
        self._stage.zoom_about(index, at, ZOOM_PER_NOTCH**notches)
        self.changed.emit()

    def _hovered(self, index: int, at: Point) -> None:
        magnified, measured = self._magnifier.move(index, at), self._measuring.move(index, at)
        if magnified or measured:
            self.changed.emit()

    def _dragged(self, index: int, before: Point, at: Point, buttons: Qt.MouseButton) -> None:
        right, down = at[0] - before[0], at[1] - before[1]
        self._magnifier.move(index, at)
        if not buttons & Qt.MouseButton.LeftButton:
            self._stage.window(index, shift=down * WIDTHS_PER_PX, stretch=STRETCH_PER_PX**right)
        elif self._drawing.active:
            self._drawing.drag(index, at)
        elif self._measuring.active:
            self._measuring.move(index, at)
        else:
            self._stage.pan(index, right, down)
        self.changed.emit()

    def _pressed(self, index: int, at: Point) -> None:
        self.pressed.emit()
        if self._drawing.active:
            self._drawing.press(index, at)
        elif self._measuring.press(index, at):
            self.changed.emit()

    def _released(self, index: int, at: Point) -> None:
        if self._drawing.active:
            mark = self._drawing.release()
            if mark is not None:
                self.drawn.emit(mark)
        elif self._measuring.release(index, at):
            self.changed.emit()

    def _clicked(self, index: int, at: Point) -> None:
        view = self._stage.view(index)
        if self._drawing.active or self._measuring.active or view is None:
            return
        size, marks = self._stage.layout.panes[index].size, self._stage.panes[index].marks
        hit = mark_at(size, view, marks, at, reach=REACH_PX * self._stage.scale)
        if hit is not None:
            self.finding_clicked.emit(hit.finding_id)
