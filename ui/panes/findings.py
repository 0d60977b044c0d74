"""Findings: one card each, service by service, then the reader's own. The cards say; the room decides."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from ui.actions import BY_ID
from ui.bridge.catalogue import Catalogue
from ui.panes.chips import service_name
from ui.panes.finding_words import (
    CardText,
    Trouble,
    below_threshold,
    finding_text,
    own_text,
    result_troubles,
    run_words,
    undecided,
)
from ui.panes.parts import FittingScroll, button, clear, column, discard, plain_label, row
from ui.theme import px, set_role
from workstation.model.identity import FindingID
from workstation.model.result import AIResult
from workstation.reading.context import ReadingContext
from workstation.reading.state import ReadingState

VERDICTS = ("accept", "modify", "reject")
_Item = tuple[Hashable, Callable[[], QWidget]]
"""Something in the list: all that its look depends on, and how it is made."""


class FindingsPane(QWidget):
    """All findings of the context.

    Signals
    -------
    pointed_at : a card was clicked; the finding id.
    act_asked : a verdict button was clicked; ("accept" | "modify" | "reject" | "remove", finding id).
    optional_toggled : the line that folds findings below the threshold was clicked.
    """

    pointed_at = Signal(str)
    act_asked = Signal(str, str)
    optional_toggled = Signal()

    def __init__(self, say: Catalogue) -> None:
        super().__init__()
        self._say = say
        self._heading = plain_label(role="heading")
        self._decided = plain_label(role="small")
        self._list = QVBoxLayout()
        self._list.setSpacing(px(6))
        self._shown: dict[Hashable, QWidget] = {}
        self._cards: dict[FindingID, FindingCard] = {}
        inside = QWidget()
        inside.setLayout(column(self._list, None, margins=(0, 0, 6, 0)))
        self._scroll = FittingScroll(inside)
        self.setLayout(column(row(self._heading, None, self._decided), self._scroll, spacing=6))

    @property
    def walked(self) -> tuple[FindingID, ...]:
        """Findings in the order of Tab: those that are shown."""
        return tuple(self._cards)

    def card(self, finding_id: FindingID) -> FindingCard | None:
        """The card of a finding, None when it is folded away."""
        return self._cards.get(finding_id)

    def show_findings(self, context: ReadingContext, state: ReadingState, current: FindingID | None, *,
                      with_optional: bool) -> None:  # fmt: skip
        """Show everything as it is now. What looks as before stays as it is: a verdict costs one new card."""
        self._heading.setText(self._say("findings.heading"))
        waiting, all_of_them = len(undecided(context, state)), context.findings
        count = sum(finding.must_be_decided for finding in all_of_them)
        self._decided.setText(self._say("findings.decided", done=count - waiting, count=count) if count else "")
        numbers = {finding.finding_id: at for at, finding in enumerate(all_of_them, start=1)}
        items: list[_Item] = []
        if not context.results:
            items.append(self._label(self._say("findings.no_results"), "dim"))
        for result in context.results:
            items += self._of_result(result, context, state, numbers, with_optional=with_optional)
        self._place([*items, *self._own(context, state)])
        self._mark_current(current)

    def forget(self) -> None:
        """Drop everything that is shown; another study comes."""
        clear(self._list)
        self._shown, self._cards = {}, {}

    def _place(self, items: list[_Item]) -> None:
        """Let the list show these, in this order, with the widgets that are there already."""
        before, wanted = self._shown, dict(items)
        for key in before.keys() - wanted.keys():
            discard(before[key])
        self._shown = {key: before[key] if key in before else make() for key, make in wanted.items()}
        for at, widget in enumerate(self._shown.values()):
            if self._list.indexOf(widget) != at:
                self._list.insertWidget(at, widget)
        cards = (widget for widget in self._shown.values() if isinstance(widget, FindingCard))
        self._cards = {card.finding_id: card for card in cards}

    def _of_result(self, result: AIResult, context: ReadingContext, state: ReadingState,
                   numbers: dict[FindingID, int], *, with_optional: bool) -> Iterator[_Item]:  # fmt: skip
        yield ("result", result.sr_uid, self._say.language), partial(_result_head, result, self._say)
        if not result.match.ok:
            return
        own = [finding for finding in result.findings if finding.finding_id in numbers]
        folded = (
            []
            if with_optional
            else [f for f in own if below_threshold(f, context) and f.finding_id not in state.verdicts]
        )
        for finding in own:
            if finding not in folded:
                text = finding_text(numbers[finding.finding_id], finding, context, state, self._say)
                yield self._card(finding.finding_id, text, VERDICTS)
        optional = sum(below_threshold(finding, context) for finding in own)
        if optional:
            key = "findings.fold" if with_optional else "findings.unfold"
            words = self._say(key, count=optional, shortcut=" ".join(BY_ID["toggle_optional"].keys))
            yield ("fold", result.sr_uid, words), partial(button, words, self.optional_toggled.emit, "quiet")

    def _own(self, context: ReadingContext, state: ReadingState) -> Iterator[_Item]:
        if state.added:
            yield self._label(self._say("findings.own"), "heading")
        for at, (finding_id, finding) in enumerate(state.added.items()):
            yield self._card(finding_id, own_text(own_letter(at), finding, context.study, self._say), ("remove",))

    def _label(self, words: str, role: str) -> _Item:
        return ("label", words, role), partial(plain_label, words, role, wrap=True)

    def _card(self, finding_id: FindingID, text: CardText, acts: tuple[str, ...]) -> _Item:
        def made() -> FindingCard:
            card = FindingCard(finding_id, text, acts, self._say, partial(self._asked, finding_id))
            card.pressed.connect(partial(self.pointed_at.emit, finding_id))
            return card

        return ("card", finding_id, text, acts, self._say.language), made

    def _asked(self, finding_id: FindingID, act: str) -> None:
        self.act_asked.emit(act, finding_id)

    def _mark_current(self, current: FindingID | None) -> None:
        for finding_id, card in self._cards.items():
            set_role(card, current=finding_id == current)
        shown = self._cards.get(current) if current is not None else None
        if shown is not None:
            QTimer.singleShot(0, shown, lambda: self._scroll.ensureWidgetVisible(shown, 0, px(8)))


class FindingCard(QFrame):
    """One finding: what it is, what is wrong with it, what was decided."""

    pressed = Signal()

    def __init__(self, finding_id: FindingID, text: CardText, acts: tuple[str, ...], say: Catalogue,
                 run: Callable[[str], None]) -> None:  # fmt: skip
        super().__init__()
        self.finding_id = finding_id
        self.text = text
        set_role(self, role="card")
        title = plain_label(text.title, "strong", wrap=True)
        head = row(spacing=8)
        head.addWidget(title, 1)
        head.addWidget(plain_label(text.score, "strong"), 0, Qt.AlignmentFlag.AlignTop)
        lines = column(head, spacing=4, margins=(11, 8, 11, 9))
        if text.detail:
            lines.addWidget(plain_label(text.detail, "small", wrap=True))
        _add_troubles(lines, text.problems)
        self.buttons = {act: button("", partial(run, act), "verdict") for act in acts}
        for act, made in self.buttons.items():
            chosen = act == text.decision
            key = f"verdict.{act}.done" if chosen else f"verdict.{act}"
            made.setText(f"{' '.join(BY_ID[act].keys)}  {say(key)}")
            set_role(made, chosen=act if chosen else "")
        lines.addLayout(row(*self.buttons.values(), None, spacing=6))
        if text.verdict:
            lines.addWidget(plain_label(text.verdict, "small", wrap=True))
        self.setLayout(lines)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click points at the finding."""
        self.pressed.emit()
        super().mousePressEvent(event)

    def words(self) -> tuple[str, ...]:
        """Every text on the card."""
        return tuple(label.text() for label in self.findChildren(QLabel))


def own_letter(at: int) -> str:
    """Own findings are lettered a, b, c, …, so that no number of the AI's is ever shifted."""
    return chr(ord("a") + at % 26)


def _result_head(result: AIResult, say: Catalogue) -> QWidget:
    head = QWidget()
    set_role(head, role="panel")
    name = service_name(result.service, say)
    triage = say(f"triage.{result.triage.value}") if result.match.ok else ""
    lines = column(
        row(plain_label(name, "ai", wrap=True), None, plain_label(triage, "small")), spacing=3, margins=(2, 4, 2, 2)
    )
    lines.addWidget(plain_label(result.warning or say("scene.research_only"), "warning", wrap=True))
    status, troubled = run_words(result, say)
    if status:
        lines.addWidget(plain_label(status, "warning" if troubled else "dim", wrap=True))
    if not result.match.ok:
        lines.addWidget(plain_label("; ".join(result.match.problems), "small", wrap=True))
    _add_troubles(lines, result_troubles(result, say))
    for words in (result.texts.description, result.texts.conclusion):
        if words and words != result.warning and result.match.ok:
            lines.addWidget(plain_label(f"“{words}”", "small", wrap=True))
    head.setLayout(lines)
    return head


def _add_troubles(lines: QVBoxLayout, troubles: Sequence[Trouble]) -> None:
    for trouble in troubles:
        lines.addWidget(plain_label(f"⚠ {trouble.words}", "warning", wrap=True))
        if trouble.detail:
            lines.addWidget(plain_label(trouble.detail, "small", wrap=True))
