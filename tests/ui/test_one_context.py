"""R1: one context drives every pane; nothing of the study before stays, whatever arrives late."""

from __future__ import annotations

from collections.abc import Callable

from pytestqt.qtbot import QtBot

from ui.main_window import MainWindow
from workstation.model.identity import StudyUID

Press = Callable[..., None]


def all_words(window: MainWindow) -> str:
    from PySide6.QtWidgets import QLabel, QTextEdit

    labels = [label.text() for label in window.room.findChildren(QLabel) if label.isVisibleTo(window)]
    return "\n".join([*labels, *(field.toPlainText() for field in window.room.findChildren(QTextEdit))])


def shown_images(window: MainWindow) -> set[str]:
    scene = window.room.viewports.scene
    return {pane.image.sop_uid for pane in scene.panes if pane.image} if scene else set()


def test_going_through_studies_every_pane_shows_only_the_open_one(
    window: MainWindow, press: Press, qtbot: QtBot
) -> None:
    contexts = [window.workstation.look_at(row.study_uid) for row in window.workstation.worklist()]
    for turn in range(12):
        wanted, others = contexts[turn % 2], [contexts[(turn + 1) % 2]]
        window.open_study(wanted.study.study_uid)
        press(*(("Tab", "Space") if turn % 3 else ("Space",)))
        qtbot.wait(turn * 3)
        words = all_words(window)
        assert wanted.study.patient.display_name in words
        assert shown_images(window) <= {image.sop_uid for image in wanted.study.images}
        assert set(window.room.findings.walked) <= {finding.finding_id for finding in wanted.findings}
        for other in others:
            assert other.study.patient.display_name not in words
            assert other.study.accession not in words


def test_back_in_the_worklist_the_room_holds_nobody(in_room: MainWindow, press: Press) -> None:
    press("Esc")
    assert not in_room.room.is_open
    assert shown_images(in_room) == set()
    assert in_room.room.findings.walked == ()
    assert in_room.room.banner.patient.text() == ""


def test_the_warning_of_the_ai_is_visible_wherever_its_content_is(in_room: MainWindow) -> None:
    assert in_room.room.banner.warning.isVisible()
    assert "For research purposes only" in in_room.room.banner.warning.text()


def test_what_is_being_written_when_a_study_is_opened_is_kept_for_its_own_study(
    in_room: MainWindow, qtbot: QtBot
) -> None:
    from workstation.model.protocol import SectionName

    first = in_room.room.reading
    in_room.room.protocol.editor(SectionName.FINDINGS).setPlainText("Half a sentence")
    other = next(r.study_uid for r in in_room.workstation.worklist() if r.study_uid != first.context.study.study_uid)
    in_room.open_study(StudyUID(other))
    assert "Half a sentence" in first.draft().plain_text()
    assert "Half a sentence" not in in_room.room.reading.draft().plain_text()
