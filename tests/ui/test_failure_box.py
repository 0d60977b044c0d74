"""When the window cannot be opened, a box says why in the reader's language."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from ui.application import failure_box
from workstation.base.errors import DiptychError, RefusedError, StoreError


@pytest.mark.parametrize(
    ("error", "language", "words"),
    [
        (RefusedError("home-in-use", "in use"), "en", "Another Diptych is working with this data folder."),
        (RefusedError("home-in-use", "in use"), "ru", "С этой папкой данных уже работает другой Diptych."),
        (StoreError("damaged", why="damaged"), "en", "Restore the data folder from a backup."),
        (StoreError("damaged", why="damaged"), "ru", "Восстановите папку данных из резервной копии."),
    ],
)
def test_the_box_says_what_happened_and_what_to_do(
    dressed: None, qtbot: QtBot, error: DiptychError, language: str, words: str
) -> None:
    box = failure_box(error, language)
    qtbot.addWidget(box)
    assert any(words in label.text() for label in box.findChildren(QLabel))
