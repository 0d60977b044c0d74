"""One section of the protocol as editable plain text: a line is a sentence, the AI's are tinted."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from PySide6.QtCore import QMimeData, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QResizeEvent, QSyntaxHighlighter, QTextCharFormat, QTextDocument
from PySide6.QtWidgets import QSizePolicy, QTextEdit

from ui.panes.sentence_edits import Change, align, changes, lines_of
from ui.theme import colour, px, set_role
from workstation.model.protocol import Origin, Sentence, SentenceState

_AS_THE_AI_SAID = (SentenceState.DRAFTED, SentenceState.INSERTED)
_BLOCK, _LINE = "\u2029", "\u2028"
"""How Qt writes the end of a block, and of a line within it."""
_NEVER = Qt.ScrollBarPolicy.ScrollBarAlwaysOff


class _Tint(QSyntaxHighlighter):
    """Colours lines by where their sentence came from; it never enters the undo history."""

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        self._sentences: Sequence[Sentence] = ()
        self._formats = _formats()
        self._looks: Sequence[str] = ()
        self._measured: str | None = None

    def measure_against(self, sentences: Sequence[Sentence]) -> None:
        """Lines are coloured as these sentences from now on."""
        self._sentences = sentences
        self._measured = None

    def highlightBlock(self, text: str) -> None:
        """Colour one line."""
        whole = self.document().toRawText()
        if whole != self._measured:
            self._measured = whole
            self._looks = _looks_of(whole.split(_BLOCK), self._sentences)
        number = self.currentBlock().blockNumber()
        if number < len(self._looks) and (look := self._looks[number]):
            self.setFormat(0, _qt_length(text), self._formats[look])


class SectionEditor(QTextEdit):
    """Plain text in, plain text out; undo and redo stay in the field.

    Signals
    -------
    typed : the doctor changed something.
    left : the focus went elsewhere.
    """

    typed = Signal()
    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        set_role(self, role="section")
        self.setAcceptRichText(False)
        self.setTabChangesFocus(True)
        self.setVerticalScrollBarPolicy(_NEVER)
        self.setHorizontalScrollBarPolicy(_NEVER)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.document().setDocumentMargin(px(3))
        self._tint = _Tint(self.document())
        self._sentences: tuple[Sentence, ...] = ()
        self._filling = False
        self.textChanged.connect(self._changed)
        self._fit()

    @property
    def pending(self) -> tuple[Change, ...]:
        """What the doctor changed and the session does not know yet."""
        return changes(self._sentences, self.toPlainText())

    def rebase(self, sentences: Sequence[Sentence]) -> None:
        """Take `sentences` as what is saved; the text stays."""
        self._sentences = tuple(sentence for sentence in sentences if sentence.text)

    def show_sentences(self, sentences: Sequence[Sentence]) -> None:
        """Show the section as drafted; the text, its cursor and its undo stay when it says the same already."""
        shown = tuple(sentence for sentence in sentences if sentence.text)
        same_look = [_look(s) for s in shown] == [_look(s) for s in self._sentences]
        self._sentences = shown
        self._tint.measure_against(shown)
        self._filling = True
        if lines_of(self.toPlainText()) != lines_of("\n".join(sentence.text for sentence in shown)):
            self._fill()
        elif not same_look:
            self._tint.rehighlight()
        self._filling = False
        self._fit()

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Paste as plain text, control characters left out (R36)."""
        self.insertPlainText(_printable(source.text()))

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Leaving the field keeps what was written."""
        super().focusOutEvent(event)
        self.left.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """As high as the text at this width."""
        super().resizeEvent(event)
        self._fit()

    def sizeHint(self) -> QSize:
        """As high as the text."""
        return QSize(px(200), self.minimumHeight())

    def _fill(self) -> None:
        at = self.textCursor().position()
        self.setPlainText("\n".join(sentence.text for sentence in self._sentences))
        cursor = self.textCursor()
        cursor.setPosition(min(at, self.document().characterCount() - 1))
        self.setTextCursor(cursor)

    def _changed(self) -> None:
        self._fit()
        if not self._filling:
            self.typed.emit()

    def _fit(self) -> None:
        self.document().setTextWidth(max(self.viewport().width(), px(120)))
        height = max(int(self.document().size().height()), px(24)) + px(5)
        if height != self.minimumHeight():
            self.setFixedHeight(height)


def _qt_length(text: str) -> int:
    """Length as Qt counts it, in UTF-16 units: an emoji has two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _printable(text: str) -> str:
    kept = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(one for one in kept if one in "\n\t" or unicodedata.category(one) not in ("Cc", "Cs", "Co", "Cn"))


def _looks_of(blocks: Sequence[str], sentences: Sequence[Sentence]) -> list[str]:
    """How every block of the text looks: as the sentence that its first line is."""
    lines = [lines_of(block.replace(_LINE, "\n")) for block in blocks]
    pairs = align(sentences, [line for of_block in lines for line in of_block])
    looks, at = [], 0
    for of_block in lines:
        sentence = pairs[at] if of_block else None
        looks.append("" if sentence is None else _look(sentences[sentence]))
        at += len(of_block)
    return looks


def _look(sentence: Sentence) -> str:
    if sentence.state in (SentenceState.DIVERGED, SentenceState.ORPHANED):
        return sentence.state.value
    is_ai = sentence.origin is Origin.AI_FINDING and sentence.state in _AS_THE_AI_SAID
    return "ai" if is_ai else ""


def _formats() -> dict[str, QTextCharFormat]:
    ai, diverged, orphaned = QTextCharFormat(), QTextCharFormat(), QTextCharFormat()
    ai.setBackground(colour("accent_ground"))
    ai.setUnderlineStyle(QTextCharFormat.UnderlineStyle.SingleUnderline)
    ai.setUnderlineColor(colour("accent_line"))
    diverged.setForeground(colour("amber"))
    orphaned.setForeground(colour("amber"))
    orphaned.setFontStrikeOut(True)
    return {"ai": ai, SentenceState.DIVERGED.value: diverged, SentenceState.ORPHANED.value: orphaned}
