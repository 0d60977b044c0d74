"""The main window: the worklist and the reading room, and what leads from one to the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QStackedWidget, QWidget

from ui.actions import BY_ID, Context
from ui.bridge.catalogue import Catalogue
from ui.bridge.interrupts import Interrupts
from ui.bridge.jobs import JobRunner
from ui.bridge.keys import KeyDispatcher, KeyedWindow
from ui.bridge.notices import Notice, NoticeBook
from ui.dialogs.keys import KeysDialog
from ui.dialogs.take_over import TakeOverDialog
from ui.panes.error_bar import ErrorBar
from ui.panes.foot_bar import FootBar
from ui.panes.parts import CountButton, column, plain_label
from ui.panes.reading_room import ReadingRoom
from ui.panes.worklist import WorklistPane
from ui.theme import px
from workstation.app import OpenReading, Workstation
from workstation.base.errors import RefusedError
from workstation.base.jobs import Job
from workstation.intake import ImportReport
from workstation.model.identity import StudyUID
from workstation.protocol.finalise import Finalised


class MainWindow(KeyedWindow):
    """One workstation, one window."""

    def __init__(self, workstation: Workstation) -> None:
        super().__init__()
        self.workstation = workstation
        self.say = Catalogue(workstation.language)
        self.notices = NoticeBook(self.say)
        self.jobs = JobRunner(self, self.notices)
        self.worklist = WorklistPane(self.say)
        self.room = ReadingRoom(self.say, self.notices, workstation.frame)
        self.foot = FootBar(self.say)
        self.errors = ErrorBar()
        self._told_unsaved = False
        self._pages = QStackedWidget()
        self._pages.addWidget(self.worklist)
        self._pages.addWidget(self.room)
        whole = column(self.errors, spacing=0)
        whole.addWidget(self._pages, 1)
        whole.addWidget(self.foot)
        self.setLayout(whole)
        self._language = CountButton(self.switch_language)
        self._keys = CountButton(self.show_keys)
        self._not_certified = plain_label(role="small", wrap=True)
        for widget in (self._keys, self._language, self._not_certified):
            self.worklist.foot.addWidget(widget)
        self._connect()
        self.dispatcher = KeyDispatcher(self, lambda: self.context)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAcceptDrops(True)
        self.setMinimumSize(px(1000), px(640))
        self._retell()
        self.refresh_worklist()
        self._focus_at_home()

    def _connect(self) -> None:
        self.notices.added.connect(self._notice)
        self.worklist.study_chosen.connect(self.open_study)
        self.worklist.import_asked.connect(self.import_files)
        self.room.left.connect(self._back_to_worklist)
        self.room.finalise_asked.connect(self._finalise)
        self.room.desk.saved.connect(self.foot.show_saved)
        self.room.desk.saved.connect(lambda _at: self.errors.hide())
        self.room.desk.unsaved.connect(self.foot.show_unsaved)
        self.room.protocol.waiting.connect(self.foot.show_waiting)
        self.say.changed.connect(self._retell)

    @property
    def context(self) -> Context | None:
        """Where the user is; None while a job holds the window."""
        if self.jobs.busy:
            return None
        return "reading" if self._pages.currentWidget() is self.room else "worklist"

    def take_key(self, key: str) -> bool:
        """Keys that something open over the window wants before the actions do."""
        return self.context == "reading" and self.room.take_key(key)

    # --- worklist

    def refresh_worklist(self) -> None:
        """Read the worklist and the problems again."""
        seen = self.room.viewports.stage.check.contradictions.values()

        def show() -> None:
            self.worklist.show_rows(self.workstation.worklist(), (*self.workstation.problems(), *seen))

        self.notices.attempt(show)

    def open_selected(self) -> None:
        """Open the study under the cursor, if it can be seen."""
        study_uid = self.worklist.to_open()
        if study_uid is not None:
            self.open_study(study_uid)

    def open_study(self, study_uid: str, reason: str | None = None) -> None:
        """Open a study for reading; ask for a reason when another reader holds it (S8)."""
        uid = StudyUID(study_uid)
        try:
            reading = self.workstation.open_reading(uid, take_over_reason=reason)
        except RefusedError as error:
            if error.rule != "locked-by-other":
                self.notices.report(error)
                return
            TakeOverDialog(self, self.say, str(error), lambda why: self.open_study(study_uid, why)).open()
            return
        except Exception as error:
            self.notices.report(error)
            return
        self._show_reading(reading)

    def _show_reading(self, reading: OpenReading) -> None:
        self.room.open(reading, self._position_of(reading.context.study.study_uid))
        self._show_page(self.room)

    def _position_of(self, study_uid: StudyUID) -> tuple[int, int] | None:
        at = self.worklist.model.row_of(study_uid)
        return (at + 1, self.worklist.model.rowCount()) if at is not None else None

    def _back_to_worklist(self) -> None:
        kept = self.room.reading.context.study.study_uid if self.room.is_open else None
        self.room.close_reading()
        self.foot.show_saved(None)
        self._show_page(self.worklist)
        self.refresh_worklist()
        self.worklist.select(kept)

    def _show_page(self, page: QWidget) -> None:
        self._pages.setCurrentWidget(page)
        self.errors.hide()
        self.foot.teach("reading" if page is self.room else "worklist")
        self._focus_at_home()

    def _focus_at_home(self) -> None:
        """Where keys go when no text is written: to the list, so that arrows walk it, or to the images."""
        in_list = self._pages.currentWidget() is self.worklist
        self.setFocusProxy(self.worklist if in_list else self.room.viewports)
        self.setFocus()

    # --- import

    def import_files(self) -> None:
        """Ask for files and import them."""
        names, _kind = QFileDialog.getOpenFileNames(self, self.say("import.files"))
        self.import_paths([Path(name) for name in names])

    def import_folder(self) -> None:
        """Ask for a folder and import it."""
        name = QFileDialog.getExistingDirectory(self, self.say("import.folder"))
        self.import_paths([Path(name)] if name else [])

    def import_paths(self, paths: Sequence[Path]) -> None:
        """Import in the background; what could not be used is told and listed (S10)."""
        if not paths:
            return

        def work(job: Job) -> ImportReport:
            return self.workstation.import_paths(paths, job)

        self.jobs.start(self.say("import.title"), self.say("dialog.cancel"), work, self._imported,
                        failed=self.refresh_worklist)  # fmt: skip

    def prepare(self, work: Callable[[Job], None]) -> None:
        """Fill the worklist in the background; cancelled, it stays as far as it got."""
        self.jobs.start(self.say("prepare.title"), self.say("dialog.cancel"), work,
                        lambda _nothing: self.refresh_worklist(), failed=self.refresh_worklist)  # fmt: skip

    def _imported(self, report: ImportReport) -> None:
        self.refresh_worklist()
        if report.problems:
            self.notices.add(self.say("import.problems", count=len(report.problems), studies=len(report.studies)))
        if report.studies:
            self.worklist.select(StudyUID(report.studies[0]))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files and folders are welcome in the worklist."""
        if self.context == "worklist" and event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Import what was dropped."""
        event.acceptProposedAction()
        self.import_paths([Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()])

    # --- finalising

    def _finalise(self) -> None:
        reading = self.room.reading

        def done(_final: Finalised) -> None:
            self._go_on(reading.context.study.study_uid)

        self.jobs.start(self.say("finalise.title"), None, lambda _job: self.workstation.finalise(reading), done,
                        wanted=lambda: self.room.is_open and self.room.reading is reading,
                        failed=self.room.refresh)  # fmt: skip

    def _go_on(self, after: StudyUID) -> None:
        self.refresh_worklist()
        following = self.workstation.next_to_read(after)
        if following is None:
            self._back_to_worklist()
        else:
            self.worklist.select(following)
            self.open_study(following)

    # --- program

    def switch_language(self) -> None:
        """The other language for the window."""
        self.workstation.set_language(self.say.next_language)
        self.say.choose(self.say.next_language)

    def show_problems(self) -> None:
        """The list of what could not be read, matched or drawn."""
        if self.context == "reading":
            self.room.leave()
        if self.context == "worklist":
            self.worklist.choose_list("problems")

    def show_keys(self) -> None:
        """The key map."""
        KeysDialog(self, self.say).open()

    def toggle_hints(self) -> None:
        """Hide the bottom line's keys, or show them."""
        self.foot.toggle(self.context or "worklist")

    def closeEvent(self, event: QCloseEvent) -> None:
        """Keep what is being written, stop what runs. Unsaved text holds the window open once, and says so."""
        if self.room.is_open and not self.room.protocol.flush() and not self._told_unsaved:
            self._told_unsaved = True
            self.notices.add(self.say("close.unsaved"))
            event.ignore()
            return
        self.jobs.close()
        self.room.close_reading()
        event.accept()

    def _notice(self, notice: Notice) -> None:
        self.errors.show_notice(notice)
        self.worklist.problems.show_notices(self.notices.notices)

    def _retell(self) -> None:
        self.setWindowTitle("Diptych")
        self._language.tell(self.say("language.other"), " ".join(BY_ID["switch_language"].keys))
        self._keys.tell(self.say("action.show_keys"), " ".join(BY_ID["show_keys"].keys))
        self._not_certified.setText(self.say("not_certified"))
        self.foot.teach(self.context or "worklist")


def open_window(workstation: Workstation, prepare: Callable[[Job], None] | None = None) -> int:
    """Show the window until it is closed; needs a running QApplication. The exit status, 130 after Ctrl+C.

    Parameters
    ----------
    prepare : long work that fills the worklist; done behind the open window, with progress and cancel.
    """
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    window = MainWindow(workstation)
    window.notices.watch_for_the_unexpected()
    window.setGeometry(application.primaryScreen().availableGeometry())  # where no window manager maximises
    window.showMaximized()
    workstation.prepare_ahead()
    if prepare is not None:
        window.prepare(prepare)
    interrupts = Interrupts(window)
    status = application.exec()
    interrupts.stop()
    return interrupts.status or status
