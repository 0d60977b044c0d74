"""Choosing a study: lists, search, chips, languages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from ui.bridge.catalogue import Catalogue
from ui.main_window import MainWindow
from ui.panes.chips import CHIPS_ROLE, chip_text, percent
from ui.panes.worklist_model import COLUMNS, WorklistModel
from ui.theme import scale_for
from workstation.model.identity import Patient, StudyUID
from workstation.model.result import Defect
from workstation.reading.worklist import Chip, ChipState, ReadingProgress, WorklistRow

Press = Callable[..., None]


def row(number: int, name: str, *, chips: tuple[Chip, ...] = (), progress: ReadingProgress = ReadingProgress.NEW,
        reader: str | None = None) -> WorklistRow:  # fmt: skip
    return WorklistRow(
        study_uid=StudyUID(f"1.2.{number}"), patient=Patient(patient_id=f"77-{number}", name=name), age=50 + number,
        accession=f"A-{number}", description="Screening", modality="MG",
        performed_at=datetime(2026, 11, number, 10, tzinfo=UTC), views=("RCC", "LCC"), missing_views=("LMLO",),
        priors=0, is_prior=False, chips=chips, progress=progress, reader=reader, problems=0,
    )  # fmt: skip


@pytest.fixture
def model(qapp: object) -> WorklistModel:
    made = WorklistModel(Catalogue("en"))
    made.show_rows([row(1, "Ivanova^Anna"), row(2, "Petrova^Maria"), row(3, "Sidorova^Olga", reader="Dr Orlov")])
    return made


def names(model: WorklistModel) -> list[str]:
    at = COLUMNS.index("patient")
    role = Qt.ItemDataRole.AccessibleTextRole
    return [model.data(model.index(number, at), role) for number in range(model.rowCount())]


def test_the_search_finds_words_in_any_order_and_any_column(model: WorklistModel) -> None:
    model.search("maria PETR")
    assert names(model) == ["PETROVA Maria"]
    model.search("77-3")
    assert names(model) == ["SIDOROVA Olga"]
    model.search("a-2")
    assert names(model) == ["PETROVA Maria"]
    model.search("orlov")
    assert names(model) == ["SIDOROVA Olga"]


def test_columns_sort_both_ways_and_back(model: WorklistModel) -> None:
    model.sort(COLUMNS.index("age"), Qt.SortOrder.DescendingOrder)
    assert names(model)[0] == "SIDOROVA Olga"
    model.sort(-1)
    assert names(model)[0] == "IVANOVA Anna"


def test_a_missing_view_is_marked(model: WorklistModel) -> None:
    assert "LMLO?" in model.data(model.index(0, COLUMNS.index("views")), Qt.ItemDataRole.DisplayRole)


@pytest.mark.parametrize(
    ("chip", "words", "tone"),
    [
        (
            Chip(service="S", version="1", state=ChipState.PATHOLOGY, probability=0.87),
            "S 1 · pathology 87 %",
            "pathology",
        ),
        (Chip(service="S", version="1", state=ChipState.NORMAL, probability=0.04), "S 1 · normal 4 %", "normal"),
        (Chip(service="S", version="1", state=ChipState.UNDETERMINED), "S 1 · undetermined", "grey"),
        (Chip(service="S", version=None, state=ChipState.FAILED), "S · failed", "amber"),
        (
            Chip(service="S", version=None, state=ChipState.DEFECT, defects=(Defect(code="x", message="y"),)),
            "S · defects: 1",
            "amber",
        ),
        (Chip(service=None, version=None, state=ChipState.WAITING), "AI service without a name · waiting", "grey"),
    ],
)
def test_a_chip_says_what_the_service_says_and_no_more(chip: Chip, words: str, tone: str) -> None:
    made = chip_text(chip, Catalogue("en"))
    assert (made.words, made.tone) == (words, tone)


def test_a_probability_is_never_rounded_to_certainty() -> None:
    assert [percent(value) for value in (0.0, 0.001, 0.5, 0.9999, 1.0)] == ["0 %", "<1 %", "50 %", ">99 %", "100 %"]


def test_finished_studies_leave_the_list_to_read(window: MainWindow) -> None:
    window.worklist.show_rows([row(1, "A^B"), row(2, "C^D", progress=ReadingProgress.FINAL)], [])
    assert names(window.worklist.model) == ["A B"]
    window.worklist.choose_list("finished")
    assert names(window.worklist.model) == ["C D"]


def test_the_ai_chips_of_real_results_are_in_the_list(window: MainWindow) -> None:
    chips = window.worklist.model.data(window.worklist.model.index(0, COLUMNS.index("ai")), CHIPS_ROLE)
    assert [chip.words for chip in chips] == ["Reference Detector 1.0 · pathology"]


def test_enter_in_the_search_field_opens_what_was_found(window: MainWindow, press: Press, qtbot: QtBot) -> None:
    wanted = window.worklist.model.study_at(1)
    press("/")
    assert window.worklist.search.hasFocus() or window.focusWidget() is window.worklist.search
    qtbot.keyClick(window.worklist.search, Qt.Key.Key_Down)
    press("Return")
    assert window.room.reading.context.study.study_uid == wanted


def test_enter_opens_no_study_that_the_reader_does_not_see(window: MainWindow, press: Press, qtbot: QtBot) -> None:
    window.worklist.choose_list("problems")
    press("Return")
    assert not window.room.is_open
    window.worklist.choose_list("to_read")
    window.worklist.search.setText("nobody has this name")
    press("Return")
    assert not window.room.is_open


def test_a_row_that_was_scrolled_away_is_shown_before_it_opens(window: MainWindow, press: Press) -> None:
    window.worklist.show_rows([row(number, f"N{number}^B") for number in range(1, 31)], [])
    table = window.worklist.table
    table.verticalScrollBar().setValue(table.verticalScrollBar().maximum())
    assert window.worklist.to_open() is None
    assert window.worklist.to_open() == "1.2.1"


def test_the_first_that_the_search_finds_is_selected(window: MainWindow) -> None:
    window.worklist.show_rows([row(1, "A^B"), row(2, "C^D")], [])
    window.worklist.search.setText("C D")
    (chosen,) = {index.row() for index in window.worklist.table.selectionModel().selectedIndexes()}
    assert window.worklist.model.study_at(chosen) == "1.2.2" == window.worklist.to_open()


def test_keys_walk_the_lists_and_esc_leaves_the_search_in_each(window: MainWindow, press: Press) -> None:
    shown = []
    for _ in range(4):
        press("/", "Ctrl+Down")
        assert window.focusWidget() is window.worklist.search
        press("Esc")
        assert window.focusWidget() is not window.worklist.search
        shown.append(window.focusWidget())
    assert window.worklist.problems in shown
    press("Ctrl+Up")
    assert window.focusWidget() is not window.worklist.search


def test_the_window_changes_its_language_at_once(window: MainWindow, press: Press) -> None:
    press("F2")
    headers = [window.worklist.model.headerData(at, Qt.Orientation.Horizontal) for at in range(len(COLUMNS))]
    assert headers[0] == "ПАЦИЕНТ"
    assert window.workstation.language == "ru"


def test_a_study_that_another_reader_holds_asks_for_a_reason(
    window: MainWindow, press: Press, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    from ui.dialogs.take_over import TakeOverDialog

    study_uid = window.worklist.selected
    assert study_uid is not None
    window.workstation.open_reading(study_uid)
    monkeypatch.setattr(window.workstation, "reader", "Dr Orlov")
    press("Return")
    assert not window.room.is_open
    (dialog,) = window.findChildren(TakeOverDialog)
    dialog.accept()
    assert not window.room.is_open, "no reason, no taking over"
    dialog.reason.setText("the shift ended")
    dialog.accept()
    assert window.room.is_open
    assert window.room.reading.session.reader == "Dr Orlov"


def test_a_study_left_unfinished_is_free_for_another_reader(
    window: MainWindow, press: Press, monkeypatch: pytest.MonkeyPatch
) -> None:
    press("Return", "Esc")
    monkeypatch.setattr(window.workstation, "reader", "Dr Orlov")
    press("Return")
    assert window.room.reading.session.reader == "Dr Orlov"


def test_large_screens_have_large_letters() -> None:
    assert [scale_for(height) for height in (1080, 2160, 1440)] == [1.0, 2.0, pytest.approx(4 / 3)]
    assert scale_for(600) > 0.8


def test_dropped_files_are_imported(window: MainWindow, tmp_path: Path, qtbot: QtBot) -> None:
    (tmp_path / "letter.txt").write_text("no DICOM")
    window.import_paths([tmp_path / "letter.txt"])
    qtbot.waitUntil(lambda: not window.jobs.busy, timeout=20_000)
    assert window.worklist.problems.count == 1
