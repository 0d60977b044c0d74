"""The program's own typeface, so that numbers look the same on every machine: Inter (SIL Open Font License 1.1)."""

from __future__ import annotations

from functools import cache

from PySide6.QtGui import QFont, QFontDatabase

from workstation.base import resources

FAMILY = "Inter"


@cache
def load() -> tuple[str, ...]:
    """Register the bundled fonts with Qt once; needs a QGuiApplication. Returns the families that came of it."""
    families: list[str] = []
    for file in sorted(resources.path("fonts").glob("*.otf")):
        families += QFontDatabase.applicationFontFamilies(QFontDatabase.addApplicationFont(str(file)))
    return tuple(dict.fromkeys(families))


def font(size_px: float, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """The typeface at `size_px` pixels, with digits of one width, so that changing numbers do not jump."""
    return QFont(_made(max(round(size_px), 1), weight))


@cache
def _made(size_px: int, weight: QFont.Weight) -> QFont:
    load()
    made = QFont(FAMILY)
    made.setPixelSize(size_px)
    made.setWeight(weight)
    made.setFeature(QFont.Tag("tnum"), 1)
    return made
