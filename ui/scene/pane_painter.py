"""A pane and a caption, drawn: the same painters for the window and for `diptych render`. Text is plain text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter

from ui import fonts
from ui.scene import palette
from ui.scene.annotations import Line, Tone
from ui.scene.captions import Caption
from ui.scene.layout import Rect
from ui.scene.scene_state import PaneState
from workstation.reading.hanging_rules import Justify

TITLE_PX, LINE_PX, EDGE_PX, MESSAGE_PX = 17.0, 12.0, 12.0, 15.0
MARGIN_PX = 12.0
CAPTION_PX = 13.0

_GROUNDS = {Tone.AMBER: palette.AMBER_GROUND, Tone.RED: palette.RED_GROUND}
_AROUND = tuple(QPointF(x, y) for x in (-1, 0, 1) for y in (-1, 0, 1) if x or y)
_INKS = {Tone.TITLE: palette.TEXT, Tone.QUIET: palette.DIM, Tone.AMBER: palette.AMBER, Tone.RED: palette.RED}


def paint_picture(painter: QPainter, rect: Rect, values: NDArray[Any]) -> None:
    """A grey or RGB array, one element on one device pixel."""
    height, width = values.shape[:2]
    form = QImage.Format.Format_Grayscale8 if values.ndim == 2 else QImage.Format.Format_RGB888
    painter.drawImage(rect.x, rect.y, QImage(values.data, width, height, values.strides[0], form))


def paint_notes(painter: QPainter, rect: Rect, state: PaneState, *, scale: float = 1.0) -> None:
    """Annotations, warnings and orientation letters of a pane, away from its chest wall."""
    area, side = _inside(rect, scale), _side(state)
    bottom = _stack(painter, area, state.lines, side, scale)
    _stack(painter, QRectF(area.x(), bottom + 4 * scale, area.width(), area.height()), state.warnings, side, scale)
    _edges(painter, area, state, scale)


def paint_status(
    painter: QPainter, rect: Rect, state: PaneState, lines: Sequence[Sequence[tuple[str, bool]]], *, scale: float = 1.0
) -> None:
    """How the image is shown, in the lower corner away from the chest wall; a line too long for the pane is cut."""
    area, size = _inside(rect, scale), LINE_PX * scale
    metrics = QFontMetricsF(fonts.font(size, QFont.Weight.Medium))
    bottom = area.bottom()
    for line in reversed(lines):
        words = [(word, palette.TEXT if stands_out else palette.DIM) for word, stands_out in line]
        width = min(_width(words, size), area.width())
        left = area.x() if _side(state) is Qt.AlignmentFlag.AlignLeft else area.right() - width
        box = QRectF(left, bottom - metrics.height(), width, metrics.height())
        painter.fillRect(box.adjusted(-2 * scale, 0, 2 * scale, 0), palette.PLATE)
        _row(painter, box, words, size)
        bottom = box.top()


def paint_hint(painter: QPainter, rect: Rect, words: str, *, scale: float = 1.0) -> None:
    """How to draw, at the foot of the pane that is drawn on."""
    area = _inside(rect, scale)
    flags = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom | Qt.TextFlag.TextWordWrap
    painter.setFont(fonts.font(LINE_PX * scale, QFont.Weight.Medium))
    box = painter.boundingRect(area, flags, words).adjusted(-8 * scale, -4 * scale, 8 * scale, 4 * scale)
    painter.fillRect(box, palette.STRIP)
    painter.setPen(palette.TEXT)
    painter.drawText(area, flags, words)


def paint_message(painter: QPainter, rect: Rect, words: str, *, colour: QColor, scale: float = 1.0) -> None:
    """Words in the middle of a pane that shows no image: missing, loading, or why it cannot be shown."""
    painter.setFont(fonts.font(MESSAGE_PX * scale))
    painter.setPen(colour)
    painter.drawText(_inside(rect, scale), Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, words)


def paint_caption(painter: QPainter, rect: Rect, caption: Caption | None, *, scale: float = 1.0) -> None:
    """The strip above a half. Origin and warning are never cut: where it is narrow the letters become smaller."""
    painter.fillRect(rect.x, rect.y, rect.width, rect.height, palette.STRIP)
    if caption is None:
        return
    margin = MARGIN_PX * scale
    area = QRectF(rect.x, rect.y, rect.width, rect.height).adjusted(margin, 0, -margin, 0)
    left = _caption_words(caption)
    right = [(caption.warning, palette.AMBER)] if caption.warning else []
    room = area.width() - (4 * margin if right else 0)
    wanted = _width([*left, *right], CAPTION_PX * scale)
    if wanted <= room:
        size = CAPTION_PX * scale
        _row(painter, area, left, size)
        _chip(painter, area, right, size)
        return
    needed = max(_width(left, CAPTION_PX * scale), _width(right, CAPTION_PX * scale))
    size = min(CAPTION_PX * scale * min(1.0, area.width() / max(needed, 1.0)), area.height() / 2 * 0.78)
    upper, lower = area.adjusted(0, 1, 0, -area.height() / 2), area.adjusted(0, area.height() / 2 - 1, 0, 0)
    _row(painter, upper, left, size)
    _row(painter, lower, right, size)


Words = Sequence[tuple[str, QColor]]


def _caption_words(caption: Caption) -> list[tuple[str, QColor]]:
    ink = palette.AI if caption.of_the_ai else palette.DIM
    words = [(" · ".join(part for part in (caption.title.upper(), caption.origin) if part), ink)]
    stated = palette.AMBER if caption.troubled else palette.TEXT
    return words + [(f"   {statement}", stated) for statement in caption.statements]


def _width(words: Words, size: float) -> float:
    metrics = QFontMetricsF(fonts.font(size, QFont.Weight.Medium))
    return sum(metrics.horizontalAdvance(text) for text, _ in words)


def _chip(painter: QPainter, area: QRectF, words: Words, size: float) -> None:
    """Words at the right end, in a chip of the warnings' colour."""
    if not words:
        return
    width, height = _width(words, size) + 1.6 * size, min(1.7 * size, area.height())
    chip = QRectF(area.right() - width, area.center().y() - height / 2, width, height)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(palette.AMBER_LINE)
    painter.setBrush(palette.AMBER_GROUND)
    painter.drawRoundedRect(chip, height / 2, height / 2)
    _row(painter, chip.adjusted(0.8 * size, 0, -0.8 * size, 0), words, size)


def _row(painter: QPainter, area: QRectF, words: Words, size: float) -> None:
    font = fonts.font(size, QFont.Weight.Medium)
    metrics = QFontMetricsF(font)
    painter.setFont(font)
    x = area.left()
    for text, colour in words:
        painter.setPen(colour)
        advance = metrics.horizontalAdvance(text)
        painter.drawText(QRectF(x, area.y(), advance + 1, area.height()), Qt.AlignmentFlag.AlignVCenter, text)
        x += advance


def _stack(painter: QPainter, area: QRectF, lines: Sequence[Line], side: Qt.AlignmentFlag, scale: float) -> float:
    """Lines below each other, long ones wrapped; the y where they end."""
    y = area.y()
    for line in lines:
        flags = side | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
        painter.setFont(_font(line, scale))
        room = QRectF(area.x(), y, area.width(), max(area.bottom() - y, 1.0))
        box = painter.boundingRect(room, flags, line.text)
        if line.tone in _GROUNDS:
            painter.fillRect(box.adjusted(-4 * scale, -1, 4 * scale, 1), _GROUNDS[line.tone])
        painter.setPen(palette.HALO)
        for shift in _AROUND:
            painter.drawText(room.translated(shift * scale), flags, line.text)
        painter.setPen(_INKS[line.tone])
        painter.drawText(room, flags, line.text)
        y += box.height() + (5 if line.tone in _GROUNDS else 2) * scale
    return y


def _font(line: Line, scale: float) -> QFont:
    if line.tone is Tone.TITLE:
        return fonts.font(TITLE_PX * scale, QFont.Weight.DemiBold)
    return fonts.font(LINE_PX * scale, QFont.Weight.Normal if line.tone is Tone.QUIET else QFont.Weight.Medium)


def _inside(rect: Rect, scale: float) -> QRectF:
    margin = MARGIN_PX * scale
    return QRectF(rect.x, rect.y, rect.width, rect.height).adjusted(margin, margin, -margin, -margin)


def _side(state: PaneState) -> Qt.AlignmentFlag:
    """Where words stand: away from the chest wall, over no tissue."""
    return Qt.AlignmentFlag.AlignRight if state.pane.justify is Justify.LEFT else Qt.AlignmentFlag.AlignLeft


def _edges(painter: QPainter, area: QRectF, state: PaneState, scale: float) -> None:
    """Patient directions at the edges, in the faintest ink; none at the chest wall, which is tissue."""
    if state.edges is None:
        return
    painter.setFont(fonts.font(EDGE_PX * scale))
    painter.setPen(palette.FAINT)
    places = (
        Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter,
        Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignHCenter,
        Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
        Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignHCenter,
    )
    chest_wall = {Justify.LEFT: 0, Justify.RIGHT: 2}.get(state.pane.justify)
    for edge, (place, letter) in enumerate(zip(places, state.edges, strict=True)):
        if edge != chest_wall:
            painter.drawText(area, place, letter)
