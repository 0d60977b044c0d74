"""R36: text from files is shown as it is; nothing in the window reads it as markup."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

import ui
from ui.main_window import MainWindow
from workstation.model.identity import Patient
from workstation.model.result import Texts

HOSTILE = "<img src='file:///etc/passwd'><b>x</b>"


def test_no_source_of_the_window_uses_markup() -> None:
    forbidden = re.compile(r"setHtml|insertHtml|toHtml|RichText|AutoText|MarkdownText|setMarkdown|QMessageBox")
    sources = Path(ui.__file__).parent.rglob("*.py")
    found = [
        source.name
        for source in sources
        if forbidden.search(re.sub(r"setAcceptRichText\(False\)", "", source.read_text()))
    ]
    assert found == []


@pytest.fixture
def hostile_room(in_room: MainWindow) -> MainWindow:
    """The room with a study whose every string is markup."""
    session = in_room.room.reading.session
    context = session.context
    patient = Patient(patient_id=HOSTILE, name=f"{HOSTILE}^{HOSTILE}")
    results = tuple(
        replace(
            r,
            warning=HOSTILE,
            texts=Texts(description=HOSTILE, conclusion="<i>n</i>"),
            service=replace(r.service, name=HOSTILE),
        )
        for r in context.results
    )
    session.context = replace(
        context, study=replace(context.study, patient=patient, description=HOSTILE), results=results
    )
    in_room.room.open(in_room.room.reading, None)
    return in_room


def test_every_label_shows_hostile_strings_as_plain_text(hostile_room: MainWindow) -> None:
    labels = hostile_room.findChildren(QLabel)
    assert any("<b>x</b>" in label.text() for label in labels)
    assert [label.text() for label in labels if label.textFormat() is not Qt.TextFormat.PlainText] == []


def test_tooltips_of_foreign_text_hold_no_tags(hostile_room: MainWindow) -> None:
    tips = [widget.toolTip() for widget in hostile_room.findChildren(QLabel)]
    assert [tip for tip in tips if "<" in tip] == []
