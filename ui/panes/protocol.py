"""The protocol draft under the doctor's hands. Every edit goes to the session within a second (R16, S4)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QElapsedTimer, QTimer, Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from ui.bridge.catalogue import Catalogue
from ui.panes.parts import FittingScroll, button, clear, column, frame, plain_label, row
from ui.panes.section_editor import SectionEditor
from ui.panes.sentence_edits import Change
from ui.theme import px, set_role
from workstation.model.protocol import Draft, SectionName, Sentence, SentenceState

PAUSE_MS = 700
AT_MOST_MS = 3000
"""Someone who types without a pause is saved as often as this."""

_UNSETTLED = (SentenceState.DIVERGED, SentenceState.ORPHANED)


class ProtocolPane(QWidget):
    """Sections with their headings; a line is a sentence.

    Signals
    -------
    saved : the changes in the text are on disk; the draft has to be shown anew.
    waiting : whether text is written that is not on disk yet.
    keep_asked, take_asked : the doctor keeps own words, or takes what the draft says now (nothing, when orphaned).
    language_asked, preview_asked : the buttons above the text.

    Parameters
    ----------
    commit : takes the changes of one section; whether they were saved.
    """

    saved = Signal()
    waiting = Signal(bool)
    keep_asked = Signal(object)
    take_asked = Signal(object)
    language_asked = Signal()
    preview_asked = Signal()

    def __init__(self, say: Catalogue, commit: Callable[[SectionName, tuple[Change, ...]], bool]) -> None:
        super().__init__()
        self._say = say
        self._commit = commit
        self._heading = plain_label(role="heading")
        self._language = button("", self.language_asked.emit, "quiet")
        self._preview = button("", self.preview_asked.emit, "quiet")
        self._sections: dict[SectionName, _SectionBox] = {}
        self._draft: Draft | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.flush)
        self._since = QElapsedTimer()
        self._flushing = False
        self._body = QVBoxLayout()
        self._body.setSpacing(px(6))
        inside = QWidget()
        inside.setLayout(column(self._body, None, margins=(0, 0, 6, 0)))
        self._scroll = FittingScroll(inside)
        head = row(self._heading, None, self._preview, self._language, spacing=2)
        self.setLayout(column(head, self._scroll, spacing=4))

    @property
    def dirty(self) -> bool:
        """Whether there is text that the session does not know yet."""
        return any(box.editor.pending for box in self._sections.values())

    def editor(self, name: SectionName) -> SectionEditor:
        """The field of a section."""
        return self._sections[name].editor

    def show_draft(self, draft: Draft, *, editable: bool = True, untold: Sequence[Sentence] = ()) -> None:
        """Show the draft as it is now; text being written stays.

        Parameters
        ----------
        untold : sentences of findings that the doctor deleted; each can be restored.
        """
        self._draft = draft
        names = [section.name for section in draft.sections]
        if names != list(self._sections):
            self._build(names)
        key = "protocol.heading" if editable else "protocol.heading.final"
        self._heading.setText(self._say(key))
        self._language.setText(draft.language.upper())
        self._language.setToolTip(self._say("protocol.language"))
        self._preview.setText(self._say("protocol.preview"))
        self._language.setEnabled(editable)
        for section in draft.sections:
            box = self._sections[section.name]
            box.heading.setText(section.heading.upper())
            box.editor.setReadOnly(not editable)
            box.editor.setAccessibleName(section.heading)
            box.editor.show_sentences(section.sentences)
            box.show_unsettled([s for s in section.sentences if s.state in _UNSETTLED], self)
            box.show_untold([s for s in untold if s.section is section.name], self)

    def forget(self) -> None:
        """Drop everything that is shown; another study comes."""
        self._timer.stop()
        self._draft = None
        clear(self._body)
        self._sections = {}

    def write(self) -> None:
        """Put the cursor into the findings, or into the first section there is."""
        box = self._sections.get(SectionName.FINDINGS) or next(iter(self._sections.values()), None)
        if box is not None:
            self._scroll.ensureWidgetVisible(box, 0, 0)
            box.editor.setFocus()

    def reveal(self, sentence_id: str) -> None:
        """Bring the section of a sentence into sight."""
        sections = self._draft.sections if self._draft else ()
        for section in sections:
            if any(sentence.sentence_id == sentence_id for sentence in section.sentences):
                self._scroll.ensureWidgetVisible(self._sections[section.name], 0, 0)

    def flush(self) -> bool:
        """Give every unsaved change to the session now; whether all is saved."""
        self._timer.stop()
        if self._flushing:
            return True
        self._flushing = True
        try:
            waiting = [
                (name, pending)
                for name, box in self._sections.items()
                if (pending := box.editor.pending) and not box.editor.isReadOnly()
            ]
            failed = [name for name, pending in waiting if not self._commit(name, pending)]
        finally:
            self._flushing = False
        if waiting and not failed:
            self.saved.emit()
        if not failed:
            self.waiting.emit(False)
        return not failed

    def rebase(self, draft: Draft) -> None:
        """Measure what is on screen against `draft`, and leave the text as it is: part of it could not be saved."""
        for section in draft.sections:
            self._sections[section.name].editor.rebase(section.sentences)

    def word_of(self, label: str, **values: str) -> str:
        """A text of the catalogue, for the boxes."""
        return self._say(label, **values)

    def _build(self, names: list[SectionName]) -> None:
        clear(self._body)
        self._sections = {name: _SectionBox() for name in names}
        for box in self._sections.values():
            box.editor.typed.connect(self._typed)
            box.editor.left.connect(self.flush)
            self._body.addWidget(box)

    def _typed(self) -> None:
        self.waiting.emit(True)
        if not self._timer.isActive():
            self._since.start()
        if not self._timer.isActive() or self._since.elapsed() < AT_MOST_MS:
            self._timer.start(PAUSE_MS)


class _SectionBox(QWidget):
    """Heading, text, and what must be settled."""

    def __init__(self) -> None:
        super().__init__()
        set_role(self, role="panel")
        self.heading: QLabel = plain_label(role="heading")
        self.heading.setContentsMargins(px(4), 0, 0, 0)
        self.editor = SectionEditor()
        self._unsettled = QVBoxLayout()
        self._shown: list[Sentence] = []
        self.setLayout(column(self.heading, self.editor, self._unsettled, spacing=1))

    def show_unsettled(self, sentences: list[Sentence], pane: ProtocolPane) -> None:
        """A line with two buttons for every sentence that the doctor and the draft disagree on."""
        clear(self._unsettled)
        for sentence in sentences:
            key = _unsettled_key(sentence)
            told = pane.word_of(key, drafted=sentence.drafted, text=sentence.text)
            words = plain_label(told, "warning", wrap=True)
            keep = button(pane.word_of("protocol.keep"), partial(pane.keep_asked.emit, sentence))
            take_key = "protocol.take" if sentence.drafted else "protocol.discard"
            take = button(pane.word_of(take_key), partial(pane.take_asked.emit, sentence))
            self._add_card(words, keep, take)

    def show_untold(self, sentences: list[Sentence], pane: ProtocolPane) -> None:
        """A line with a button for every finding whose sentence was deleted, beneath the others."""
        for sentence in sentences:
            words = plain_label(pane.word_of("protocol.untold", drafted=sentence.drafted), "warning", wrap=True)
            self._add_card(words, button(pane.word_of("protocol.restore"), partial(pane.take_asked.emit, sentence)))

    def _add_card(self, words: QLabel, *buttons: QWidget) -> None:
        card = frame("card")
        card.setLayout(column(words, row(*buttons, None, spacing=6), spacing=5, margins=(9, 7, 9, 7)))
        self._unsettled.addWidget(card)


def _unsettled_key(sentence: Sentence) -> str:
    if sentence.state is SentenceState.ORPHANED:
        return "protocol.orphaned"
    return "protocol.diverged" if sentence.drafted else "protocol.other_language"
