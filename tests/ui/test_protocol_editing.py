"""The doctor writes in the protocol: saved within a second, never lost, never mixed with the keys."""

from __future__ import annotations

import errno
from collections.abc import Callable

from PySide6.QtCore import QMimeData, Qt
from pytestqt.qtbot import QtBot

from ui.main_window import MainWindow
from ui.panes.section_editor import SectionEditor
from workstation.model.protocol import Origin, SectionName, SentenceState
from workstation.model.result import Density
from workstation.model.verdict import BiRads
from workstation.store.disk import not_saved

NOTHING = Qt.KeyboardModifier.NoModifier
Press = Callable[..., None]


def findings(window: MainWindow) -> SectionEditor:
    return window.room.protocol.editor(SectionName.FINDINGS)


def sentences(window: MainWindow) -> list[str]:
    draft = window.room.reading.draft()
    return [s.text for s in draft.sentences if s.section is SectionName.FINDINGS]


def write_line(window: MainWindow, qtbot: QtBot, words: str) -> None:
    editor = findings(window)
    editor.setFocus()
    editor.moveCursor(editor.textCursor().MoveOperation.End)
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.keyClicks(editor, words)


def test_what_is_typed_is_in_the_journal_within_a_second(in_room: MainWindow, qtbot: QtBot) -> None:
    write_line(in_room, qtbot, "Skin is normal.")
    qtbot.waitUntil(lambda: "Skin is normal." in sentences(in_room), timeout=1500)
    assert findings(in_room).toPlainText().endswith("Skin is normal.")


def test_leaving_the_field_saves_at_once(in_room: MainWindow, qtbot: QtBot, press: Press) -> None:
    write_line(in_room, qtbot, "Skin is normal.")
    press("Esc")
    assert in_room.room.protocol.flush()
    assert "Skin is normal." in sentences(in_room)


def test_an_edited_ai_sentence_is_the_doctors_own_and_loses_its_tint(in_room: MainWindow, press: Press) -> None:
    press("Tab", "A")
    editor = findings(in_room)
    editor.setPlainText(editor.toPlainText().replace("mass", "round mass"))
    assert in_room.room.protocol.flush()
    edited = [s for s in in_room.room.reading.draft().sentences if "round mass" in s.text]
    assert [s.state for s in edited] == [SentenceState.EDITED]


def test_an_accepted_ai_sentence_is_tinted(in_room: MainWindow, press: Press) -> None:
    press("Tab", "A")
    editor = findings(in_room)
    of_ai = [s for s in in_room.room.reading.draft().sentences if s.origin is Origin.AI_FINDING]
    block = editor.document().findBlockByNumber(editor.toPlainText().split("\n").index(of_ai[0].text))
    assert block.layout().formats()


def test_own_words_whose_finding_is_rejected_since_wait_for_a_decision(in_room: MainWindow, press: Press) -> None:
    press("Tab", "A")
    editor = findings(in_room)
    editor.setPlainText(editor.toPlainText().replace("mass", "round mass"))
    in_room.room.protocol.flush()
    press("R", "1")
    orphan = next(s for s in in_room.room.reading.draft().sentences if s.state is SentenceState.ORPHANED)
    assert any(missing.rule == "sentence-orphaned" for missing in in_room.room.reading.missing())
    in_room.room.protocol.take_asked.emit(orphan)
    assert "round mass" not in " ".join(sentences(in_room))


def test_kept_words_stay_in_the_protocol(in_room: MainWindow, press: Press) -> None:
    press("Tab", "A")
    editor = findings(in_room)
    editor.setPlainText(editor.toPlainText().replace("mass", "round mass"))
    in_room.room.protocol.flush()
    press("R", "1")
    orphan = next(s for s in in_room.room.reading.draft().sentences if s.state is SentenceState.ORPHANED)
    in_room.room.protocol.keep_asked.emit(orphan)
    assert "round mass" in " ".join(sentences(in_room))
    assert not any(missing.rule == "sentence-orphaned" for missing in in_room.room.reading.missing())


def test_three_lines_written_at_once_keep_their_order(in_room: MainWindow) -> None:
    editor = findings(in_room)
    editor.setPlainText("First.\nSecond.\nThird.\n" + editor.toPlainText())
    in_room.room.protocol.flush()
    assert sentences(in_room)[:3] == ["First.", "Second.", "Third."]


def test_pasted_markup_stays_plain_text(in_room: MainWindow) -> None:
    data = QMimeData()
    data.setHtml("<b>bold</b> <img src='file:///etc/passwd'>")
    data.setText("<b>bold</b>")
    editor = findings(in_room)
    editor.insertFromMimeData(data)
    assert "<b>bold</b>" in editor.toPlainText()


def test_the_protocol_changes_its_language_and_keeps_own_sentences(
    in_room: MainWindow, qtbot: QtBot, press: Press
) -> None:
    write_line(in_room, qtbot, "Skin is normal.")
    press("Ctrl+E")
    draft = in_room.room.reading.draft()
    assert draft.language == "ru"
    assert "Skin is normal." in [sentence.text for sentence in draft.sentences]


def test_when_saving_fails_the_text_stays_and_the_window_says_not_saved(
    in_room: MainWindow, qtbot: QtBot, monkeypatch: object
) -> None:
    def full_disk(*_args: object, **_names: object) -> None:
        raise not_saved(OSError(errno.ENOSPC, "No space left on device"))

    monkeypatch.setattr(in_room.room.reading.session, "insert_sentence", full_disk)  # type: ignore[attr-defined]
    write_line(in_room, qtbot, "Skin is normal.")
    assert not in_room.room.protocol.flush()
    assert "Skin is normal." in findings(in_room).toPlainText()
    assert in_room.foot.saved.text() == in_room.say("saved.not")
    assert in_room.errors.message.text().startswith("Not saved. The disk is full. Free some space")
    monkeypatch.undo()  # type: ignore[attr-defined]
    assert in_room.room.protocol.flush()
    assert "Skin is normal." in sentences(in_room)


def test_a_verdict_that_cannot_be_saved_is_not_shown_as_made(
    in_room: MainWindow, press: Press, monkeypatch: object
) -> None:
    def full_disk(*_args: object, **_names: object) -> None:
        raise not_saved(OSError(errno.ENOSPC, "No space left on device"))

    monkeypatch.setattr(in_room.room.reading.session, "accept", full_disk)  # type: ignore[attr-defined]
    press("Tab", "A")
    card = in_room.room.findings.card(in_room.room.desk.current)
    assert card.text.decision == ""
    assert in_room.foot.saved.text() == in_room.say("saved.not")


def test_closing_the_window_saves_what_is_being_written(in_room: MainWindow, qtbot: QtBot) -> None:
    reading = in_room.room.reading
    write_line(in_room, qtbot, "Skin is normal.")
    in_room.close()
    assert "Skin is normal." in [sentence.text for sentence in reading.draft().sentences]


def test_the_final_key_keeps_the_text_first_and_refuses_a_finding_that_is_no_longer_told(
    in_room: MainWindow, qtbot: QtBot, press: Press
) -> None:
    reading, asked = in_room.room.reading, []
    for finding in reading.context.findings:
        reading.session.accept(finding.finding_id)
    for side in reading.context.breasts:
        reading.session.assess_birads(side, BiRads.B4A)
        reading.session.assess_density(side, Density.B)
    in_room.room.refresh()
    assert not reading.missing()
    in_room.room.finalise_asked.disconnect()
    in_room.room.finalise_asked.connect(lambda: asked.append(True))
    editor = findings(in_room)
    editor.setFocus()
    for key, held in ((Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier), (Qt.Key.Key_Backspace, NOTHING),
                      (Qt.Key.Key_X, NOTHING)):  # fmt: skip
        qtbot.keyClick(editor, key, held)
    qtbot.keyClick(editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert not asked
    assert sentences(in_room) == ["x"]
    lost = reading.untold()
    assert len(lost) == len(reading.context.findings)
    for sentence in lost:
        in_room.room.protocol.take_asked.emit(sentence)
    assert not reading.missing()


def test_what_is_typed_is_called_unsaved_until_it_is_written(in_room: MainWindow, qtbot: QtBot) -> None:
    write_line(in_room, qtbot, "Skin is normal.")
    assert in_room.foot.saved.text() == in_room.say("saved.waiting")
    assert in_room.room.protocol.flush()
    assert in_room.foot.saved.text().startswith("saved ")


def test_an_emoji_is_tinted_whole_and_pasted_control_characters_are_left_out(in_room: MainWindow, press: Press) -> None:
    press("Tab", "A")
    editor = findings(in_room)
    data = QMimeData()
    data.setText("A\x00\x07B \U0001f600\r\nC")
    editor.insertFromMimeData(data)
    assert "AB \U0001f600\nC" in editor.toPlainText()
    press("Ctrl+E")
    assert "\U0001f600" in editor.toPlainText()
