"""The assessment pane: what the AI states of density is this study's, never the last one's (R1)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from tests.reading.builders import finding, session
from ui.bridge.catalogue import Catalogue
from ui.main_window import MainWindow
from ui.panes.assessment import AssessmentPane
from workstation.model.result import Density
from workstation.model.study import Laterality
from workstation.model.verdict import BiRads
from workstation.reading.context import ReadingContext


def _with_density(context: ReadingContext, right: Density, left: Density) -> ReadingContext:
    stated = ((Laterality.RIGHT, right), (Laterality.LEFT, left))
    return replace(context, results=tuple(replace(result, density=stated) for result in context.results))


def _stated(pane: AssessmentPane) -> list[str]:
    return [label.text() for label in pane.findChildren(QLabel) if label.text().startswith("AI") and label.parent()]


@pytest.mark.usefixtures("dressed")
def test_the_density_that_the_ai_states_changes_with_the_study(qtbot: QtBot) -> None:
    pane = AssessmentPane(Catalogue("en"))
    qtbot.addWidget(pane)
    reading = session(finding(1))
    first = _with_density(reading.context, Density.D, Density.C)
    second = _with_density(reading.context, Density.C, Density.D)
    pane.show_assessment(first, reading.state)
    assert _stated(pane) == ["AI: D", "AI: C"]
    pane.show_assessment(second, reading.state)
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    assert _stated(pane) == ["AI: C", "AI: D"]


def test_the_normal_key_leaves_a_breast_with_a_finding_that_counts(
    in_room: MainWindow, press: Callable[..., None]
) -> None:
    """The AI's findings are in the left breast; one of them is accepted."""
    press("Tab", "A", "N")
    assert dict(in_room.room.reading.session.state.birads) == {Laterality.RIGHT: BiRads.B1}
