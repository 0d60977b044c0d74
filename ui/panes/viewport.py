"""One pane on the screen: it paints what the stage says and tells the grid what the mouse did."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from ui.scene.stage_painter import StagePainter
from workstation.model.geometry import Point

WHEEL_NOTCH = 120
CLICK_WITHIN_PX = 4.0


class Viewport(QWidget):
    """A pane of the grid.

    Signals
    -------
    All points are device pixels from the pane's top left corner.
    wheeled : at point, by this many notches (positive away from the user), with Ctrl held or not.
    dragged : from point to point with the left, middle or right button.
    pressed, released, clicked, double_clicked : of the left button, at point.
    hovered : the cursor is at point with no button down.
    """

    wheeled = Signal(int, object, float, bool)
    dragged = Signal(int, object, object, object)
    pressed = Signal(int, object)
    released = Signal(int, object)
    clicked = Signal(int, object)
    double_clicked = Signal(int)
    hovered = Signal(int, object)

    def __init__(self, index: int, painter: StagePainter, parent: QWidget) -> None:
        super().__init__(parent)
        self.index = index
        self._painter = painter
        self._pressed_at: Point | None = None
        self._last: Point | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMouseTracking(True)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the pane in device pixels."""
        painter = QPainter(self)
        ratio = self.devicePixelRatioF()
        painter.scale(1 / ratio, 1 / ratio)
        self._painter.paint_pane(painter, self.index)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a drag."""
        self._pressed_at = self._last = self._device(event.position())
        if event.button() is Qt.MouseButton.LeftButton:
            self.pressed.emit(self.index, self._pressed_at)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on with a drag, or say where the cursor is."""
        at = self._device(event.position())
        if not event.buttons():
            self.hovered.emit(self.index, at)
        if self._last is None or not event.buttons():
            return
        self.dragged.emit(self.index, self._last, at, event.buttons())
        self._last = at

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End a drag; one that went nowhere was a click."""
        at, began = self._device(event.position()), self._pressed_at
        self._pressed_at = self._last = None
        if event.button() is not Qt.MouseButton.LeftButton or began is None:
            return
        self.released.emit(self.index, at)
        if abs(at[0] - began[0]) + abs(at[1] - began[1]) <= CLICK_WITHIN_PX * self.devicePixelRatioF():
            self.clicked.emit(self.index, at)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Back to the fitted view."""
        if event.button() is Qt.MouseButton.LeftButton:
            self.double_clicked.emit(self.index)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom, or with Ctrl leaf through frames."""
        held = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        notches = event.angleDelta().y() / WHEEL_NOTCH
        self.wheeled.emit(self.index, self._device(event.position()), notches, held)
        event.accept()

    def _device(self, point: QPointF) -> Point:
        ratio = self.devicePixelRatioF()
        return point.x() * ratio, point.y() * ratio
