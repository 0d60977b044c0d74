"""The language of the window: one object that every pane asks for its words, and that says when it changed."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from workstation.base.i18n import LANGUAGES, text


class Catalogue(QObject):
    """`say("worklist.search")` in the language of the moment."""

    changed = Signal()

    def __init__(self, language: str) -> None:
        super().__init__()
        self.language = language

    def __call__(self, key: str, **values: object) -> str:
        """The text under `key`, its placeholders filled."""
        return text(key, self.language, **values)

    def choose(self, language: str) -> None:
        """Speak `language` from now on."""
        if language != self.language:
            self.language = language
            self.changed.emit()

    @property
    def next_language(self) -> str:
        """The language that the switch leads to."""
        return LANGUAGES[(LANGUAGES.index(self.language) + 1) % len(LANGUAGES)]
