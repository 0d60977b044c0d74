"""Colours of the viewports: the theme's own, and what only pictures need. Blue is the AI's, white the reader's."""

from __future__ import annotations

from PySide6.QtGui import QColor

from workstation.base import resources

_theme: dict[str, str] = resources.load("theme", "dark.json")

GROUND = QColor(0, 0, 0)
"""Behind images: black, so that nothing outside the tissue is brighter than the film's own ground."""
STRIP = QColor(_theme["ground"])
TEXT = QColor(_theme["text"])
DIM = QColor(_theme["dim"])
FAINT = QColor(_theme["faint"])
LINE = QColor(_theme["line"])
AI = QColor(_theme["accent"])
AI_LINE = QColor(_theme["accent_line"])
AMBER = QColor(_theme["amber"])
AMBER_LINE = QColor(_theme["amber_line"])
AMBER_GROUND = QColor(_theme["amber_ground"])
GREEN = QColor(_theme["green"])
RED = QColor(_theme["red"])
RED_LINE = QColor(_theme["red_line"])
RED_GROUND = QColor(_theme["red_ground"])
REJECTED = QColor(_theme["faint"])
READER = QColor(255, 255, 255)
MEASURE = QColor(226, 240, 120)
"""Pale, so that it is none of the findings' inks."""
HALO = QColor(0, 0, 0, 190)
"""Under every line and letter that stands on an image: readable on white calcium as on black."""
PLATE = QColor(0, 0, 0, 150)
"""Behind a mark's words."""
