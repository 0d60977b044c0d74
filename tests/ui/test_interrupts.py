"""Ctrl+C in the terminal: the window closes as by its cross."""

from __future__ import annotations

import signal

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from ui.main_window import MainWindow, open_window
from workstation.app import OpenReading, Workstation
from workstation.model.protocol import SectionName


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_keeps_what_is_written_and_closes_the_window(
    workstation: Workstation, dressed: None, number: signal.Signals
) -> None:
    opened: list[OpenReading] = []
    before = signal.getsignal(number)

    def write_and_interrupt() -> None:
        (window,) = [one for one in QApplication.topLevelWidgets() if isinstance(one, MainWindow) and one.isVisible()]
        window.open_selected()
        opened.append(window.room.reading)
        window.room.protocol.editor(SectionName.FINDINGS).insertPlainText("Skin is normal.\n")
        signal.raise_signal(number)

    QTimer.singleShot(0, write_and_interrupt)
    assert open_window(workstation) == 128 + number
    assert "Skin is normal." in opened[0].draft().plain_text()
    assert signal.getsignal(number) is before
