"""What could not be read, matched or drawn: where, what happened, what to do (S10)."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QScrollArea, QVBoxLayout, QWidget

from ui.bridge.catalogue import Catalogue
from ui.bridge.notices import Notice
from ui.panes.finding_words import trouble_of
from ui.panes.parts import clear, column, frame, plain_label, row
from ui.theme import px
from workstation.model.problem import Problem

SHOWN = 300
"""More cards than this help nobody; the count and the command line tell the rest."""


class ProblemsPane(QScrollArea):
    """The list of troubles, newest as the core orders them; an empty list says so."""

    def __init__(self, say: Catalogue) -> None:
        super().__init__()
        self._say = say
        self.problems: Sequence[Problem] = ()
        self._notices: Sequence[Notice] = ()
        self._cards = QVBoxLayout()
        inside = QWidget()
        inside.setLayout(column(self._cards, None, margins=(0, 6, 8, 6)))
        self._cards.setSpacing(px(8))
        self.setWidget(inside)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    @property
    def count(self) -> int:
        """How many."""
        return len(self.problems)

    def show_problems(self, problems: Sequence[Problem]) -> None:
        """Show these."""
        self.problems = problems
        self._show()

    def show_notices(self, notices: Sequence[Notice]) -> None:
        """What the window had to say in this run, newest first, below the problems of the files."""
        self._notices = tuple(reversed(notices))
        self._show()

    def _show(self) -> None:
        problems = self.problems
        clear(self._cards)
        if not problems:
            self._cards.addWidget(plain_label(self._say("problems.none"), "empty"))
        for problem in problems[:SHOWN]:
            self._cards.addWidget(_card(problem, self._say))
        if len(problems) > SHOWN:
            self._cards.addWidget(plain_label(self._say("problems.more", count=len(problems) - SHOWN), "dim"))
        if self._notices:
            self._cards.addWidget(plain_label(self._say("problems.notices"), "heading"))
        for notice in self._notices[:SHOWN]:
            self._cards.addWidget(_notice_card(notice))

    def words(self) -> tuple[str, ...]:
        """Every text that is shown."""
        return tuple(label.text() for label in self.findChildren(QLabel))


def _card(problem: Problem, say: Catalogue) -> QWidget:
    card = frame("card")
    told = trouble_of(problem, say)
    kind = plain_label(told.title, "warning")
    where = plain_label(problem.where, "small", wrap=True)
    where.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    advice = plain_label(told.advice, wrap=True)
    detail = plain_label(told.detail, "small", wrap=True)
    card.setLayout(column(row(kind, None), advice, detail, where, spacing=4, margins=(14, 10, 14, 10)))
    return card


def _notice_card(notice: Notice) -> QWidget:
    card = frame("card")
    words = "\n".join([notice.message, *notice.details])
    at = plain_label(f"{notice.at.astimezone():%H:%M:%S}", "small")
    card.setLayout(column(plain_label(words, wrap=True), at, spacing=4, margins=(14, 10, 14, 10)))
    return card
