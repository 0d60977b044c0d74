"""The worklist: lists on the left, instant search, one row per study."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QItemSelectionModel, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLineEdit,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from ui.bridge.catalogue import Catalogue
from ui.panes.chips import ChipDelegate, TwoLineDelegate
from ui.panes.parts import CountButton, button, column, frame, plain_label, row
from ui.panes.problems import ProblemsPane
from ui.panes.worklist_model import COLUMNS, WorklistModel
from ui.theme import px, set_role
from workstation.model.identity import StudyUID
from workstation.model.problem import Problem
from workstation.reading.worklist import ReadingProgress, WorklistRow

LISTS = ("to_read", "all", "finished", "problems")
_WIDTHS = {"patient": 290, "age": 60, "study": 280, "date": 150, "views": 190, "priors": 72, "state": 190}


def in_list(name: str, one: WorklistRow) -> bool:
    """Whether a row belongs to the saved list."""
    finished = one.progress is ReadingProgress.FINAL
    return {"to_read": one.to_read, "finished": finished}.get(name, True)


class WorklistPane(QWidget):
    """Choose a study.

    Signals
    -------
    study_chosen : double click; the Study Instance UID.
    import_asked : the import button.
    """

    study_chosen = Signal(str)
    import_asked = Signal()

    def __init__(self, say: Catalogue) -> None:
        super().__init__()
        self._say = say
        self._list = "to_read"
        self._rows: Sequence[WorklistRow] = ()
        self.model = WorklistModel(say, self)
        self.table = _table(self.model)
        self.table.doubleClicked.connect(lambda index: self._choose(index.row()))
        self.problems = ProblemsPane(say)
        self.search = QLineEdit()
        set_role(self.search, role="search")
        self.search.textChanged.connect(self._search)
        self.search.installEventFilter(self)
        self._import = button("", self.import_asked.emit)
        self._empty = plain_label(role="empty", wrap=True)
        self._empty.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._pages = QStackedWidget()
        for page in (self.table, self._empty, self.problems):
            self._pages.addWidget(page)
        self._buttons = {name: CountButton(self._chooser(name)) for name in LISTS}
        self._heading = plain_label(role="heading")
        self.foot = QVBoxLayout()
        body = column(row(self.search, self._import, spacing=10), self._pages, spacing=10, margins=(20, 16, 20, 8))
        whole = row(self._sidebar(), body, spacing=0)
        self.setLayout(whole)
        say.changed.connect(self._retell)
        self._retell()

    @property
    def selected(self) -> StudyUID | None:
        """The study under the cursor."""
        return self.model.study_at(self.table.currentIndex().row())

    def to_open(self) -> StudyUID | None:
        """The study under the cursor if the reader sees it; a row out of sight is brought into sight instead."""
        index = self.table.currentIndex()
        if self._pages.currentWidget() is not self.table or not self.table.selectionModel().isSelected(index):
            return None
        seen = self.table.viewport().rect().intersects(self.table.visualRect(index))
        self.table.scrollTo(index)
        return self.model.study_at(index.row()) if seen else None

    def show_rows(self, rows: Sequence[WorklistRow], problems: Sequence[Problem]) -> None:
        """Show the worklist as it is now; the cursor stays on its study."""
        kept, self._rows = self.selected, rows
        self.model.show_rows(rows)
        self.problems.show_problems(problems)
        self._counts()
        self.select(kept)

    def select(self, study_uid: StudyUID | None) -> None:
        """Put the cursor on a study, on the first row when it is not in this list."""
        found = self.model.row_of(study_uid) if study_uid is not None else None
        index = self.model.index(found or 0, 0)
        flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
        self.table.selectionModel().setCurrentIndex(index, flags)
        self._show_page()

    def choose_list(self, name: str) -> None:
        """Show one of the saved lists."""
        kept, self._list = self.selected, name
        self.model.choose(lambda one: in_list(name, one))
        for other, made in self._buttons.items():
            set_role(made, chosen=other == name)
        self.select(kept)

    def list_next(self) -> None:
        """The next of the lists, round and round."""
        self._walk_lists(1)

    def list_previous(self) -> None:
        """The list before."""
        self._walk_lists(-1)

    def _walk_lists(self, by: int) -> None:
        self.choose_list(LISTS[(LISTS.index(self._list) + by) % len(LISTS)])

    def focus_search(self) -> None:
        """Write into the search field."""
        self.search.setFocus()
        self.search.selectAll()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Up and down walk the table while the search field has the focus."""
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
            if step is not None:
                last = self.model.rowCount() - 1
                self.table.selectRow(min(max(self.table.currentIndex().row() + step, 0), last))
                return True
        return super().eventFilter(watched, event)

    def _sidebar(self) -> QWidget:
        side = frame("sidebar")
        side.setFixedWidth(px(250))
        lists = column(*self._buttons.values(), spacing=2)
        side.setLayout(
            column(plain_label("Diptych", "brand"), 14, self._heading, lists, None, self.foot, margins=(12, 16, 12, 12))
        )
        return side

    def _chooser(self, name: str) -> Callable[[], None]:
        return lambda: self.choose_list(name)

    def _choose(self, at: int) -> None:
        study_uid = self.model.study_at(at)
        if study_uid is not None:
            self.study_chosen.emit(study_uid)

    def _search(self, words: str) -> None:
        self.model.search(words)
        self.select(None)

    def _show_page(self) -> None:
        table = self.table if self.model.rowCount() else self._empty
        page = self.problems if self._list == "problems" else table
        self._pages.setCurrentWidget(page)
        self.setFocusProxy(page)
        key = "search" if self.search.text() else ("nothing" if not self._rows else "list")
        self._empty.setText(self._say(f"worklist.empty.{key}"))

    def _counts(self) -> None:
        for name, made in self._buttons.items():
            count = self.problems.count if name == "problems" else sum(in_list(name, one) for one in self._rows)
            made.tell(self._say(f"worklist.list.{name}"), str(count), urgent=name == "problems" and count > 0)

    def _retell(self) -> None:
        say = self._say
        self._heading.setText(say("worklist.heading"))
        self.search.setPlaceholderText(say("worklist.search"))
        self._import.setText(say("worklist.import"))
        self.show_rows(self._rows, self.problems.problems)
        self.choose_list(self._list)


def _table(model: WorklistModel) -> QTableView:
    table = QTableView()
    table.setModel(model)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setShowGrid(False)
    table.setWordWrap(False)
    table.setTabKeyNavigation(False)
    table.setSortingEnabled(False)
    table.verticalHeader().hide()
    table.verticalHeader().setDefaultSectionSize(px(60))
    table.setItemDelegateForColumn(COLUMNS.index("patient"), TwoLineDelegate(table))
    table.setItemDelegateForColumn(COLUMNS.index("ai"), ChipDelegate(table))
    header = table.horizontalHeader()
    header.setHighlightSections(False)
    header.setSectionsClickable(True)
    header.setMinimumSectionSize(px(50))
    for at, name in enumerate(COLUMNS):
        if name in _WIDTHS:
            table.setColumnWidth(at, px(_WIDTHS[name]))
    header.setSectionResizeMode(COLUMNS.index("ai"), QHeaderView.ResizeMode.Stretch)
    header.sectionClicked.connect(_sorter(model))
    return table


def _sorter(model: WorklistModel) -> Callable[[int], None]:
    state = {"column": -1, "descending": False}

    def clicked(at: int) -> None:
        """Ascending, descending, the list's own order."""
        again = state["column"] == at
        if again and state["descending"]:
            state.update(column=-1, descending=False)
        else:
            state.update(column=at, descending=again)
        down = Qt.SortOrder.DescendingOrder if state["descending"] else Qt.SortOrder.AscendingOrder
        model.sort(int(state["column"]), down)

    return clicked
