"""Chips: one AI result in a few words and one colour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from ui.bridge.catalogue import Catalogue
from ui.theme import colour, px
from workstation.model.result import Service
from workstation.reading.worklist import Chip, ChipState

CHIPS_ROLE = Qt.ItemDataRole.UserRole + 1
SECOND_LINE_ROLE = Qt.ItemDataRole.UserRole + 2

_TONES = {
    "pathology": ("red", "red_ground", "red_line"),
    "normal": ("green", "green_ground", "green_line"),
    "amber": ("amber", "amber_ground", "amber_line"),
    "grey": ("dim", "raised", "line"),
}
_TONE_OF = {
    ChipState.WAITING: "grey",
    ChipState.NORMAL: "normal",
    ChipState.PATHOLOGY: "pathology",
    ChipState.UNDETERMINED: "grey",
    ChipState.FAILED: "amber",
    ChipState.DEFECT: "amber",
}
_STATED = (ChipState.NORMAL, ChipState.PATHOLOGY, ChipState.UNDETERMINED)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChipText:
    """Words and tone ("pathology", "normal", "amber", "grey")."""

    words: str
    tone: str


def service_name(service: Service, say: Catalogue) -> str:
    """Name and version; what the result does not state is said to be missing."""
    name = service.name or service.vendor or say("service.unnamed")
    return f"{name} {service.version}" if service.version else name


def percent(probability: float) -> str:
    """A probability as whole percent, never rounded to certainty: "87 %", "<1 %", ">99 %"."""
    if 0 < probability < 0.005:
        return "<1 %"
    if 0.995 <= probability < 1:
        return ">99 %"
    return f"{probability * 100:.0f} %"


def chip_text(chip: Chip, say: Catalogue) -> ChipText:
    """What a service says of the study; nothing is read from absence: unknown is a state of its own (R7)."""
    service = service_name(Service(name=chip.service, version=chip.version), say)
    state = say(f"chip.{chip.state.value}")
    if chip.state is ChipState.DEFECT and chip.defects:
        state = say("chip.defects", count=len(chip.defects))
    elif chip.probability is not None and chip.state in _STATED:
        state = f"{state} {percent(chip.probability)}"
    return ChipText(words=f"{service} · {state}", tone=_TONE_OF[chip.state])


class ChipDelegate(QStyledItemDelegate):
    """Paints the chips of a cell side by side; those that do not fit are counted."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Ground as usual, chips on it."""
        super().paint(painter, option, index)
        chips: Sequence[ChipText] = index.data(CHIPS_ROLE) or ()
        font = _font(option.font, 12)
        metrics = QFontMetrics(font)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font)
        area = option.rect.adjusted(px(8), 0, -px(8), 0)
        left = area.left()
        for chip in chips:
            width = metrics.horizontalAdvance(chip.words) + px(18)
            width = min(width, area.right() - left)
            if width < px(40):
                break
            _paint_chip(painter, chip, QRectF(left, area.center().y() - px(11), width, px(22)), metrics)
            left += width + px(6)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """As wide as all chips."""
        metrics = QFontMetrics(_font(option.font, 12))
        chips: Sequence[ChipText] = index.data(CHIPS_ROLE) or ()
        return QSize(sum(metrics.horizontalAdvance(chip.words) + px(26) for chip in chips) + px(16), px(60))


class TwoLineDelegate(QStyledItemDelegate):
    """A strong line and a dim one beneath it: the patient and the ID."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Ground as usual, then both lines."""
        super().paint(painter, option, index)
        area = option.rect.adjusted(px(8), px(9), -px(8), -px(8))
        half = area.height() // 2
        lines = (
            (index.data(Qt.ItemDataRole.AccessibleTextRole), "text", _font(option.font, 16, QFont.Weight.DemiBold), 0),
            (index.data(SECOND_LINE_ROLE), "dim", _font(option.font, 13), half),
        )
        painter.save()
        for words, tone, font, down in lines:
            painter.setFont(font)
            painter.setPen(colour(tone))
            elided = QFontMetrics(font).elidedText(words or "", Qt.TextElideMode.ElideRight, area.width())
            line = area.adjusted(0, down, 0, down - half)
            painter.drawText(line, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), elided)
        painter.restore()


def _paint_chip(painter: QPainter, chip: ChipText, box: QRectF, metrics: QFontMetrics) -> None:
    ink, ground, line = _TONES[chip.tone]
    painter.setPen(QPen(colour(line), max(1, px(1))))
    painter.setBrush(colour(ground))
    painter.drawRoundedRect(box, box.height() / 2, box.height() / 2)
    painter.setPen(colour(ink))
    words = metrics.elidedText(chip.words, Qt.TextElideMode.ElideRight, int(box.width()) - px(16))
    painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), words)


def _font(base: QFont, size: int, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    font = QFont(base)
    font.setPixelSize(px(size))
    font.setWeight(weight)
    return font
