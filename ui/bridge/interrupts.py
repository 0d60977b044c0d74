"""Ctrl+C in the terminal closes the window as its cross does: what is being written is kept first."""

from __future__ import annotations

import signal
import socket
from types import FrameType

from PySide6.QtCore import QObject, QSocketNotifier, QTimer
from PySide6.QtWidgets import QWidget

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Interrupts(QObject):
    """Turns signals of the terminal and of the system into closing a window.

    Python runs signal handlers between its own instructions, and Qt's loop runs none while it waits: a signal writes a
    byte to a socket, which wakes the loop.

    Attributes
    ----------
    status : exit status of a program that a signal ended (128 and its number); None without a signal.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.status: int | None = None
        self._window = window
        self._woken, self._waking = socket.socketpair()
        for end in (self._woken, self._waking):
            end.setblocking(False)
        self._notifier = QSocketNotifier(self._woken.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(lambda: self._woken.recv(64))
        self._wakeup_before = signal.set_wakeup_fd(self._waking.fileno(), warn_on_full_buffer=False)
        self._before = {number: signal.signal(number, self._close) for number in SIGNALS}

    def stop(self) -> None:
        """Signals mean again what they meant before."""
        self._notifier.setEnabled(False)
        signal.set_wakeup_fd(self._wakeup_before)
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._woken.close()
        self._waking.close()

    def _close(self, number: int, _frame: FrameType | None) -> None:
        """Close when the loop is next free: a signal comes in the middle of anything."""
        self.status = 128 + number
        QTimer.singleShot(0, self._window.close)
