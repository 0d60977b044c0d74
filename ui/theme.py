"""Dark, quiet, flat: one palette, one style sheet, one scale. Blue is the AI, amber a warning, green is done."""

from __future__ import annotations

import re
from functools import cache
from string import Template

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from ui import fonts
from workstation.base import resources

DESIGN_HEIGHT = 1080
SMALLEST, LARGEST = 0.85, 4.0

_state = {"scale": 1.0}


def scale_for(logical_height: int) -> float:
    """How much larger than in the design everything is on a screen of this many logical pixels in height."""
    return min(max(logical_height / DESIGN_HEIGHT, SMALLEST), LARGEST)


def px(length: float) -> int:
    """A length of the 1080-pixel design in logical pixels of this screen; at least 1 for anything visible."""
    return max(round(length * _state["scale"]), 1) if length else 0


@cache
def colour(name: str) -> QColor:
    """A colour of the palette (`resources/theme/dark.json`)."""
    return QColor(_colours()[name])


def style_sheet(scale: float) -> str:
    """The style sheet for this scale: names filled from the palette, every "px" multiplied."""
    filled = Template(resources.path("theme", "style.qss").read_text(encoding="utf-8")).substitute(_colours())
    return re.sub(r"(\d+)px", lambda match: f"{_scaled(int(match[1]), scale)}px", filled)


def apply(application: QApplication) -> None:
    """Dress the application for its primary screen."""
    fonts.load()
    _state["scale"] = scale_for(application.primaryScreen().size().height())
    application.setStyle("Fusion")
    application.setPalette(_palette())
    application.setStyleSheet(style_sheet(_state["scale"]))


def set_role(widget: QWidget, **properties: str | bool) -> None:
    """Set style properties and let the style sheet look again; does nothing when they are as they were.

    A widget that was never shown is not looked at: the style sheet does so when it first shows.
    """
    changed = [name for name, value in properties.items() if widget.property(name) != _as_property(value)]
    if not changed:
        return
    for name in changed:
        widget.setProperty(name, _as_property(properties[name]))
    if widget.testAttribute(Qt.WidgetAttribute.WA_WState_Polished):
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def _as_property(value: str | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else value


def _scaled(length: int, scale: float) -> int:
    return max(round(length * scale), 1) if length else 0


def _colours() -> dict[str, str]:
    colours: dict[str, str] = resources.load("theme", "dark.json")
    return colours


def _palette() -> QPalette:
    palette = QPalette()
    roles = {
        QPalette.ColorRole.Window: "ground", QPalette.ColorRole.Base: "raised", QPalette.ColorRole.Button: "raised",
        QPalette.ColorRole.WindowText: "text", QPalette.ColorRole.Text: "text", QPalette.ColorRole.ButtonText: "text",
        QPalette.ColorRole.Highlight: "accent_strong", QPalette.ColorRole.HighlightedText: "text",
        QPalette.ColorRole.PlaceholderText: "faint", QPalette.ColorRole.ToolTipBase: "raised",
        QPalette.ColorRole.ToolTipText: "text",
    }  # fmt: skip
    for role, name in roles.items():
        palette.setColor(role, colour(name))
    return palette
