"""Key presses become actions: one filter, one table (`ui.actions`), text fields left in peace."""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QLineEdit, QPlainTextEdit, QTextEdit, QWidget

from ui.actions import Action, Context, action_for

_LAYOUT = str.maketrans("ЙЦУКЕНГШЩЗФЫВАПРОЛДЯЧСМИТЬ", "QWERTYUIOPASDFGHJKLZXCVBNM")
"""The same physical key on a Russian keyboard: a doctor who types Russian still accepts with the key that says A."""
_SAME = {"Backtab": "Tab", "Enter": "Return", "Del": "Delete"}
_MODIFIERS = (
    (Qt.KeyboardModifier.ControlModifier, "Ctrl"),
    (Qt.KeyboardModifier.AltModifier, "Alt"),
    (Qt.KeyboardModifier.ShiftModifier, "Shift"),
)


class KeyedWindow(QWidget):
    """What the dispatcher needs of a window."""

    def take_key(self, key: str) -> bool:
        """Use the key for something that is open over the window, and say whether it was used."""
        raise NotImplementedError


def key_name(event: QKeyEvent) -> str:
    """Portable name of the pressed key with its modifiers, e.g. "Shift+Tab"; the same in every keyboard layout."""
    last = QKeySequence(event.key()).toString(QKeySequence.SequenceFormat.PortableText)
    last = _SAME.get(last, last).upper() if len(last) == 1 else _SAME.get(last, last)
    held = [name for modifier, name in _MODIFIERS if event.modifiers() & modifier]
    if len(last) == 1 and not last.isalnum() and held == ["Shift"]:
        held = []  # which symbols need Shift depends on the keyboard
    return "+".join([*held, last.translate(_LAYOUT)])


class KeyDispatcher(QObject):
    """Runs the action of a key on the main window.

    Parameters
    ----------
    window : the main window; actions name its methods.
    context : tells where the user is, None while no action is possible.
    """

    def __init__(self, window: KeyedWindow, context: Callable[[], Context | None]) -> None:
        super().__init__(window)
        self._window = window
        self._context = context
        self._held: dict[int, Action] = {}
        application = QApplication.instance()
        assert application is not None
        application.installEventFilter(self)

    def eventFilter(self, receiver: QObject, event: QEvent) -> bool:
        """Take key presses of the main window that mean an action."""
        if not isinstance(event, QKeyEvent):  # of thousands of events a second, the cheap question first
            return False
        if event.type() is QEvent.Type.KeyRelease and self._held:
            return self._released(event)
        if event.type() is not QEvent.Type.KeyPress or not self._is_ours(receiver):
            return False
        if event.isAutoRepeat() and event.key() in self._held:
            return True
        return self._pressed(event, receiver)

    def run(self, action: Action) -> bool:
        """Do it, if it is possible now; whether it was."""
        if action.enabled_when and not attrgetter(action.enabled_when)(self._window):
            return False
        method: Callable[..., Any] = attrgetter(action.run)(self._window)
        method() if action.argument is None else method(action.argument)
        return True

    def _pressed(self, event: QKeyEvent, receiver: QObject) -> bool:
        key = key_name(event)
        # the window's own idea of its focus: it holds even while no window of the platform is active
        writing = is_writing(self._window.focusWidget() or receiver)
        if not writing and self._window.take_key(key):
            return True
        if writing and key == "Esc":
            self._window.setFocus()
            return True
        context = self._context()
        action = action_for(key, context) if context is not None else None
        if action is None or (writing and not action.in_text):
            return False
        if action.release:
            self._held[event.key()] = action
        self.run(action)
        return True

    def _released(self, event: QKeyEvent) -> bool:
        if event.isAutoRepeat():
            return event.key() in self._held
        action = self._held.pop(event.key(), None)
        if action is None:
            return False
        attrgetter(action.release)(self._window)()
        return True

    def _is_ours(self, receiver: QObject) -> bool:
        if QApplication.activePopupWidget() is not None or QApplication.activeModalWidget() is not None:
            return False
        return isinstance(receiver, QWidget) and receiver.window() is self._window


def is_writing(widget: QObject) -> bool:
    """Whether this widget takes text."""
    if isinstance(widget, QLineEdit | QTextEdit | QPlainTextEdit):
        return not widget.isReadOnly()
    return isinstance(widget, QAbstractSpinBox)
