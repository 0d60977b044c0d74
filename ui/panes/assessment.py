"""The reader's own assessment: BI-RADS and density per breast, or normal and pathology. Walked with few keys."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QWidget

from ui.bridge.catalogue import Catalogue
from ui.panes.parts import button, clear, column, plain_label, row
from ui.theme import px, set_role
from workstation.model.result import Density
from workstation.model.study import Laterality
from workstation.model.verdict import BiRads, Opinion
from workstation.reading.context import ReadingContext
from workstation.reading.lexicon import categories
from workstation.reading.state import ReadingState

SUBDIVIDED = "4"
"""4 alone is no category here: the key waits for A, B or C."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of choices. `what`: "birads", "density" or "opinion"."""

    what: str
    laterality: Laterality | None
    values: tuple[str, ...]


def rows_for(context: ReadingContext) -> tuple[Row, ...]:
    """What the programme asks of this study."""
    policy, made = context.policy, []
    if policy.needs_birads:
        made += [Row(what="birads", laterality=side, values=tuple(BiRads)) for side in context.breasts]
    if policy.needs_density:
        made += [Row(what="density", laterality=side, values=tuple(Density)) for side in context.breasts]
    if policy.needs_opinion:
        made.append(Row(what="opinion", laterality=None, values=tuple(Opinion)))
    return tuple(made)


def value_in(one: Row, state: ReadingState) -> str | None:
    """What the reader chose in this row, None while nothing is."""
    if one.what == "opinion":
        return state.opinion
    chosen = state.birads if one.what == "birads" else state.density
    return chosen.get(one.laterality) if one.laterality else None


class AssessmentPane(QWidget):
    """Rows of buttons; `B` walks them by key.

    Signals
    -------
    chosen : (row, value) that the reader chose.
    walked_off : the keyboard left the pane.
    """

    chosen = Signal(object, str)
    walked_off = Signal()

    def __init__(self, say: Catalogue) -> None:
        super().__init__()
        self._say = say
        self._heading = plain_label(role="heading")
        self._hint = plain_label(role="small")
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(px(5))
        self._grid.setVerticalSpacing(px(6))
        self._context: ReadingContext | None = None
        self._rows: tuple[Row, ...] = ()
        self._language = ""
        self._names: list[QLabel] = []
        self._buttons: dict[tuple[Row, str], QPushButton] = {}
        self._at: int | None = None
        self._half = ""
        self.setLayout(column(row(self._heading, None, self._hint), self._grid, spacing=6))

    @property
    def walking(self) -> bool:
        """Whether the keys belong to this pane now."""
        return self._at is not None

    def show_assessment(self, context: ReadingContext, state: ReadingState) -> None:
        """Show what is chosen."""
        if context is not self._context or self._language != self._say.language:
            self._context, self._rows, self._language = context, rows_for(context), self._say.language
            self._build(context)
        for (one, value), made in self._buttons.items():
            set_role(made, chosen=value_in(one, state) == value)
        self._tell()

    def walk(self) -> None:
        """Give the keys to this pane, beginning at its first row."""
        if self._rows:
            self._at, self._half = 0, ""
            self._tell()

    def walk_off(self) -> None:
        """Give the keys back."""
        self._at, self._half = None, ""
        self._tell()
        self.walked_off.emit()

    def take_key(self, key: str) -> bool:
        """Digits and letters choose, arrows move, Esc and Enter leave. Keys of no meaning here stay the actions'."""
        if self._at is None:
            return False
        if key in ("Esc", "Return", "B") and not (key == "B" and self._value_of("B") is not None):
            self.walk_off()
            return True
        if key in ("Up", "Down"):
            self._at = (self._at + (1 if key == "Down" else -1)) % len(self._rows)
            self._half = ""
            self._tell()
            return True
        return self._take_value(key)

    def _take_value(self, key: str) -> bool:
        one = self._rows[self._at or 0]
        if one.what == "birads" and key == SUBDIVIDED:
            self._half = SUBDIVIDED
            self._tell()
            return True
        value = self._value_of(key)
        if value is None:
            return len(key) == 1 and key.isalnum()
        self._half = ""
        self._choose(one, value)
        return True

    def _value_of(self, key: str) -> str | None:
        one = self._rows[self._at or 0]
        if one.what == "opinion":
            return {"N": Opinion.NORMAL, "P": Opinion.PATHOLOGY, "1": Opinion.NORMAL, "2": Opinion.PATHOLOGY}.get(key)
        by_digit = dict(zip("1234", Density, strict=True)) if one.what == "density" else {}
        wanted = by_digit.get(key, self._half + key)
        return next((value for value in one.values if value == wanted), None)

    def _choose(self, one: Row, value: str) -> None:
        self.chosen.emit(one, value)
        if self._at is None:
            return
        at = self._rows.index(one) + 1
        if at < len(self._rows):
            self._at = at
            self._tell()
        else:
            self.walk_off()

    def _build(self, context: ReadingContext) -> None:
        clear(self._grid)
        self._buttons, self._names = {}, []
        self._at = None
        for at, one in enumerate(self._rows):
            name = plain_label(self._name(one))
            self._names.append(name)
            self._grid.addWidget(name, at, 0)
            for place, value in enumerate(one.values, start=1):
                made = button(self._value_name(one, value), partial(self.chosen.emit, one, value), "choice")
                made.setToolTip(self._tip(one, value))
                set_role(made, wide=one.what == "opinion")
                self._buttons[one, value] = made
                self._grid.addWidget(made, at, place)
            stated = self._stated_by_ai(one, context)
            if stated:
                self._grid.addWidget(plain_label(stated, "ai"), at, len(one.values) + 1, 1, 5)
        self._grid.setColumnMinimumWidth(0, px(92))
        self._grid.setColumnStretch(12, 1)

    def _tell(self) -> None:
        self._heading.setText(self._say("assessment.heading"))
        for at, (name, one) in enumerate(zip(self._names, self._rows, strict=True)):
            name.setText(f"▸ {self._name(one)}" if at == self._at else self._name(one))
            set_role(name, role="strong" if at == self._at else "dim")
        key = (
            "assessment.hint.idle"
            if self._at is None
            else ("assessment.hint.half" if self._half else "assessment.hint.walk")
        )
        self._hint.setText(self._say(key) if self._rows else self._say("assessment.nothing"))

    def _name(self, one: Row) -> str:
        side = self._say(f"side.{one.laterality.value}.letter") if one.laterality else ""
        return self._say(f"assessment.{one.what}", side=side)

    def _value_name(self, one: Row, value: str) -> str:
        return self._say(f"opinion.{value}") if one.what == "opinion" else str(value)

    def _tip(self, one: Row, value: str) -> str:
        if one.what == "birads":
            return f"BI-RADS {value}: {categories()[BiRads(value)].name(self._say.language)}"
        return self._say(f"density.{value}") if one.what == "density" else ""

    def _stated_by_ai(self, one: Row, context: ReadingContext) -> str:
        if one.what != "density":
            return ""
        stated = [
            density.value
            for result in context.matched
            for side, density in result.density
            if side in (one.laterality, Laterality.BOTH)
        ]
        return self._say("assessment.ai_density", densities=", ".join(stated)) if stated else ""
