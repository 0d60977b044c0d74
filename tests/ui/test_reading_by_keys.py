"""A reading in the real window with the keyboard alone, on a real home."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from pytestqt.qtbot import QtBot

from ui.dialogs.modify import ModifyDialog
from ui.main_window import MainWindow
from workstation.app import OpenReading
from workstation.base.clock import Origins
from workstation.model.problem import Problem, ProblemKind
from workstation.model.result import Density
from workstation.model.study import Laterality
from workstation.model.verdict import BiRads, Decision
from workstation.reading.session import ReadingSession

Press = Callable[..., None]


def verdicts(window: MainWindow) -> list[Decision]:
    state = window.room.reading.session.state
    return [
        state.verdicts[f.finding_id].decision
        for f in window.room.reading.context.findings
        if f.finding_id in state.verdicts
    ]


def protocol_text(window: MainWindow) -> str:
    return window.room.reading.draft().plain_text()


def test_enter_opens_the_study_under_the_cursor(window: MainWindow, press: Press) -> None:
    chosen = window.worklist.selected
    press("Return")
    assert window.room.reading.context.study.study_uid == chosen


def test_space_walks_the_steps_and_ticks_those_seen(in_room: MainWindow, press: Press) -> None:
    before = in_room.room.step
    press("Space")
    assert in_room.room.step != before
    assert in_room.room.step_bar.titles[0].startswith("✓")
    press("Shift+Space")
    assert in_room.room.step == before


def test_tab_points_at_the_first_finding_and_shows_a_step_with_its_mark(in_room: MainWindow, press: Press) -> None:
    press("Tab")
    room = in_room.room
    assert room.desk.finding == room.reading.context.findings[0]
    marked = {mark.sop_uid for mark in room.desk.finding.marks}
    assert any(pane.overlay and pane.image and pane.image.sop_uid in marked for pane in room.step.panes)


def test_a_accepts_the_current_finding_and_it_enters_the_protocol(in_room: MainWindow, press: Press) -> None:
    assert "mass" not in protocol_text(in_room)
    press("Tab", "A")
    assert verdicts(in_room) == [Decision.ACCEPT]
    assert "mass" in protocol_text(in_room)


def test_a_verdict_makes_one_card_anew_and_leaves_the_others(in_room: MainWindow, press: Press) -> None:
    room = in_room.room
    press("Tab")
    before = {finding_id: room.findings.card(finding_id) for finding_id in room.findings.walked}
    press("A")
    changed = [finding_id for finding_id, card in before.items() if room.findings.card(finding_id) is not card]
    assert changed == [room.desk.current]
    assert list(before) == list(room.findings.walked)
    in_room.switch_language()
    cards = [card for finding_id in room.findings.walked if (card := room.findings.card(finding_id))]
    assert all("Прин" in card.buttons["accept"].text() for card in cards)


def test_without_a_finding_pointed_at_a_accepts_nothing(in_room: MainWindow, press: Press) -> None:
    press("A")
    assert verdicts(in_room) == []


def test_r_then_a_digit_rejects_with_that_reason_and_the_finding_stays_out(in_room: MainWindow, press: Press) -> None:
    press("Tab", "R", "2")
    room = in_room.room
    verdict = room.reading.session.state.verdicts[room.desk.current]
    assert verdict.decision is Decision.REJECT
    assert verdict.reason == room.reading.context.policy.reason_choices()[1].code
    assert "mass" not in protocol_text(in_room)


def test_esc_backs_out_of_a_rejection(in_room: MainWindow, press: Press) -> None:
    press("Tab", "R", "Esc")
    assert verdicts(in_room) == []
    assert in_room.context == "reading"


def test_m_accepts_with_changes(in_room: MainWindow, press: Press) -> None:
    press("Tab", "M")
    (dialog,) = in_room.findChildren(ModifyDialog)
    dialog.size_mm.setValue(9.0)
    dialog.category.setCurrentIndex(6)
    dialog.accept()
    verdict = in_room.room.reading.session.state.verdicts[in_room.room.desk.current]
    assert verdict.decision is Decision.MODIFY
    assert (verdict.changes.size_mm, verdict.changes.assessment) == (9.0, BiRads.B4B)
    assert "9" in protocol_text(in_room)


def test_ctrl_z_takes_the_last_verdict_back(in_room: MainWindow, press: Press) -> None:
    press("Tab", "A", "Ctrl+Z")
    assert verdicts(in_room) == []


def test_five_keys_assess_both_breasts(in_room: MainWindow, press: Press) -> None:
    press("B", "1", "4", "B", "B", "C")
    state = in_room.room.reading.session.state
    assert state.birads == {Laterality.RIGHT: BiRads.B1, Laterality.LEFT: BiRads.B4B}
    assert state.density == {Laterality.RIGHT: Density.B, Laterality.LEFT: Density.C}
    assert not in_room.room.assessment.walking


def test_four_alone_is_no_category(in_room: MainWindow, press: Press) -> None:
    press("B", "4")
    assert in_room.room.reading.session.state.birads == {}


def test_a_is_no_verdict_while_the_assessment_is_walked(in_room: MainWindow, press: Press) -> None:
    press("Tab", "B", "A")
    assert verdicts(in_room) == []


def test_n_gives_birads_1_only_where_nothing_was_chosen(in_room: MainWindow, press: Press) -> None:
    press("B", "2", "Esc", "N")
    state = in_room.room.reading.session.state
    assert state.birads == {Laterality.RIGHT: BiRads.B2, Laterality.LEFT: BiRads.B1}


def test_letters_typed_into_the_protocol_are_text_and_no_verdicts(
    in_room: MainWindow, press: Press, qtbot: QtBot
) -> None:
    press("Tab", "E")
    editor = in_room.focusWidget()
    qtbot.keyClicks(editor, "Aorta ")
    assert verdicts(in_room) == []
    assert "Aorta" in editor.toPlainText()


def test_esc_leaves_the_field_first_and_the_room_second(in_room: MainWindow, press: Press) -> None:
    press("E", "Esc")
    assert in_room.context == "reading"
    press("Esc")
    assert in_room.context == "worklist"


def test_holding_o_hides_the_overlays_until_it_is_let_go(in_room: MainWindow, qtbot: QtBot) -> None:
    from PySide6.QtCore import Qt

    qtbot.keyPress(in_room, Qt.Key.Key_O)
    assert not in_room.room.viewports.intent.overlays
    qtbot.keyRelease(in_room, Qt.Key.Key_O)
    assert in_room.room.viewports.intent.overlays


def test_the_russian_layout_has_the_same_keys(in_room: MainWindow, qtbot: QtBot, press: Press) -> None:
    from PySide6.QtCore import QEvent, QObject, Qt
    from PySide6.QtGui import QKeyEvent
    from PySide6.QtWidgets import QApplication

    press("Tab")
    cyrillic_f = QKeyEvent(QEvent.Type.KeyPress, ord("Ф"), Qt.KeyboardModifier.NoModifier, "ф")
    receiver: QObject = in_room
    QApplication.sendEvent(receiver, cyrillic_f)
    assert verdicts(in_room) == [Decision.ACCEPT]


def test_finalising_is_refused_with_the_list_of_what_is_missing(in_room: MainWindow, press: Press) -> None:
    press("Ctrl+Return")
    assert in_room.errors.isVisible()
    shown = in_room.errors.details.text()
    assert all(missing.message in shown for missing in in_room.room.reading.missing())
    assert in_room.room.reading.session.state.final is None


def test_the_whole_case_by_keyboard_ends_with_documents_and_the_next_study(
    in_room: MainWindow, press: Press, qtbot: QtBot
) -> None:
    reading = in_room.room.reading
    press("Tab", "A", "Tab", "R", "1", "B", "1", "5", "B", "B", "Ctrl+Return")
    qtbot.waitUntil(lambda: in_room.room.is_open and in_room.room.reading is not reading, timeout=20_000)
    final = reading.session.state.final
    assert {document.role for document in final.documents} == {"protocol_sr", "verdict_sr", "pdf", "protocol_json"}
    assert in_room.room.reading.context.study.study_uid != reading.context.study.study_uid


def test_d_adds_a_finding_drawn_and_named_by_keyboard(in_room: MainWindow, press: Press, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not in_room.room.viewports.is_loading, timeout=20_000)
    press("D", "Right", "Down", "Return")
    assert in_room.room.choice.isVisible()
    press("2")
    (own,) = in_room.room.reading.session.state.added.values()
    assert own.kind == in_room.room.reading.context.policy.kind_choices()[1].code
    assert own.marks
    assert own.finding_id in in_room.room.findings.walked


def test_delete_takes_an_own_finding_back(in_room: MainWindow, press: Press, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not in_room.room.viewports.is_loading, timeout=20_000)
    press("D", "Return", "1", "Shift+Tab", "Delete")
    assert in_room.room.reading.session.state.added == {}


def test_esc_stops_drawing_and_stays_in_the_room(in_room: MainWindow, press: Press, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not in_room.room.viewports.is_loading, timeout=20_000)
    press("D", "Esc")
    assert in_room.context == "reading"
    assert not in_room.room.viewports.is_drawing


def test_while_its_kind_is_asked_the_drawn_mark_stays_in_sight(in_room: MainWindow, press: Press, qtbot: QtBot) -> None:
    room = in_room.room
    qtbot.waitUntil(lambda: not room.viewports.is_loading, timeout=20_000)
    press("D", "Return")
    assert room.choice.isVisible()
    assert room.choice.x() >= room.viewports.geometry().right()
    assert room.viewports._painter.preview is not None
    press("Esc")
    assert room.viewports._painter.preview is None


def test_a_finding_of_a_stale_result_is_accepted_only_after_saying_so(window: MainWindow, press: Press) -> None:
    fresh = window.workstation.open_reading(window.worklist.selected).session
    problem = Problem(kind=ProblemKind.STALE, where="1.2", message="older than an image")
    results = tuple(replace(result, problems=(problem,)) for result in fresh.context.results)
    home, context = window.workstation.home, replace(fresh.context, results=results)
    stale = ReadingSession(home.journal, context, reader=fresh.reader, origins=Origins())
    window._show_reading(OpenReading(stale, home.documents))
    press("Tab", "A")
    assert verdicts(window) == []
    press("1")
    assert verdicts(window) == [Decision.ACCEPT]
