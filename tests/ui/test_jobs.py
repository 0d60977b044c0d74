"""Long work: its result comes to the window's thread, or is dropped when nobody waits for it any more (R1)."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from ui.bridge.catalogue import Catalogue
from ui.bridge.jobs import JobRunner
from ui.bridge.keys import KeyedWindow
from ui.bridge.notices import NoticeBook
from ui.dialogs.progress import ProgressDialog
from ui.main_window import MainWindow
from workstation.base.errors import RefusedError
from workstation.base.jobs import Job


@pytest.fixture
def notices() -> NoticeBook:
    return NoticeBook(Catalogue("en"))


@pytest.fixture
def runner(qtbot: QtBot, notices: NoticeBook):  # type: ignore[no-untyped-def]
    window = KeyedWindow()
    qtbot.addWidget(window)
    made = JobRunner(window, notices)
    yield made
    made.close()


def test_the_result_arrives_in_the_windows_thread(runner: JobRunner, qtbot: QtBot) -> None:
    threads: list[int] = []
    runner.start(
        "t",
        "c",
        lambda _job: threads.append(threading.get_ident()),
        lambda _none: threads.append(threading.get_ident()),
    )
    qtbot.waitUntil(lambda: len(threads) == 2)
    assert threads[0] != threads[1] == threading.get_ident()


def test_a_late_result_for_another_study_is_dropped(runner: JobRunner, qtbot: QtBot) -> None:
    shown: list[str] = []
    runner.start("t", "c", lambda _job: "patient one", shown.append, wanted=lambda: False)
    qtbot.waitUntil(lambda: not runner.busy)
    assert shown == []


def test_a_refusal_is_listed_with_its_details(runner: JobRunner, notices: NoticeBook, qtbot: QtBot) -> None:
    def work(_job: Job) -> None:
        raise RefusedError("rule", "Not possible.", ("first", "second"))

    runner.start("t", "c", work, lambda _none: None)
    qtbot.waitUntil(lambda: bool(notices.notices))
    assert (notices.notices[0].message, notices.notices[0].details) == ("Not possible.", ("first", "second"))


def test_an_unexpected_failure_is_told_too(runner: JobRunner, notices: NoticeBook, qtbot: QtBot) -> None:
    runner.start("t", "c", lambda _job: 1 / 0, lambda _none: None)
    qtbot.waitUntil(lambda: bool(notices.notices))
    assert "ZeroDivisionError" in notices.notices[0].message


def test_a_cancelled_job_is_no_error_and_says_that_it_ended(
    runner: JobRunner, notices: NoticeBook, qtbot: QtBot
) -> None:
    started, ended = threading.Event(), []

    def work(job: Job) -> None:
        started.set()
        while True:
            job.report(0, None, "counting")

    runner.start("t", "c", work, lambda _none: None, failed=lambda: ended.append(True))
    assert started.wait(5)
    runner.cancel()
    qtbot.waitUntil(lambda: bool(ended))
    assert notices.notices == []


def test_finalising_offers_no_cancel_because_nothing_stops_it(
    in_room: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = threading.Event()
    monkeypatch.setattr(in_room.workstation, "finalise", lambda _reading: waiting.wait(5))
    in_room.room.finalise_asked.emit()
    (dialog,) = in_room.findChildren(ProgressDialog)
    assert dialog.findChildren(QPushButton) == []
    dialog.close()
    assert in_room.jobs.busy
    waiting.set()
    qtbot.waitUntil(lambda: not in_room.jobs.busy)


def test_an_import_can_be_cancelled_by_its_button(runner: JobRunner, qtbot: QtBot) -> None:
    ended: list[bool] = []

    def work(job: Job) -> None:
        while True:
            job.report(0, None, "counting")

    runner.start("t", "Cancel", work, lambda _none: None, failed=lambda: ended.append(True))
    window = runner.parent()
    assert window is not None
    (dialog,) = window.findChildren(ProgressDialog)
    (button,) = dialog.findChildren(QPushButton)
    button.click()
    qtbot.waitUntil(lambda: bool(ended))
