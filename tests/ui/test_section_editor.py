"""The field of one section stays quick however much is pasted into it, and tints what the AI said."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from pytestqt.qtbot import QtBot

from ui.panes import section_editor
from ui.panes.section_editor import SectionEditor
from ui.panes.sentence_edits import align
from workstation.model.protocol import Origin, SectionName, Sentence


@pytest.fixture
def editor(qtbot: QtBot) -> SectionEditor:
    made = SectionEditor()
    qtbot.addWidget(made)
    texts = [f"Right: mass number {at}, seen in CC." for at in range(6)]
    made.show_sentences([
        Sentence(sentence_id=f"finding:{at}", section=SectionName.FINDINGS, text=text, drafted=text,
                 origin=Origin.AI_FINDING)
        for at, text in enumerate(texts)
    ])  # fmt: skip
    return made


def tinted(editor: SectionEditor) -> list[str]:
    document = editor.document()
    blocks = [document.findBlockByNumber(number) for number in range(document.blockCount())]
    return [block.text() for block in blocks if block.layout().formats()]


def test_a_paste_of_many_lines_is_measured_against_the_draft_once(
    editor: SectionEditor, monkeypatch: pytest.MonkeyPatch
) -> None:
    times: list[int] = []

    def counted(sentences: Sequence[Sentence], lines: Sequence[str]) -> tuple[int | None, ...]:
        times.append(len(lines))
        return align(sentences, lines)

    monkeypatch.setattr(section_editor, "align", counted)
    editor.selectAll()
    editor.insertPlainText("\n".join(f"pasted line {at} some words" for at in range(150)))
    assert len(times) <= 2
    assert len(editor.pending) == 150


def test_the_ais_lines_keep_their_tint_where_lines_are_written_between_them(editor: SectionEditor) -> None:
    cursor = editor.textCursor()
    cursor.movePosition(cursor.MoveOperation.Start)
    cursor.insertText("Skin is normal.\n\n")
    assert len(tinted(editor)) == 6
    assert "Skin is normal." not in tinted(editor)
