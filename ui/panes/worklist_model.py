"""The worklist as a table: every cell is made once, `data` only looks it up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from ui.bridge.catalogue import Catalogue
from ui.panes.chips import CHIPS_ROLE, SECOND_LINE_ROLE, ChipText, chip_text
from workstation.model.identity import StudyUID
from workstation.reading.worklist import WorklistRow

COLUMNS = ("patient", "age", "study", "date", "views", "priors", "ai", "state")
SORT_ROLE = Qt.ItemDataRole.UserRole + 3
Cells = dict[tuple[int, int], Any]
Index = QModelIndex | QPersistentModelIndex

_DISPLAY = int(Qt.ItemDataRole.DisplayRole)
_NOWHERE = QModelIndex()


class WorklistModel(QAbstractTableModel):
    """Rows of the worklist that a list and a search let through."""

    def __init__(self, say: Catalogue, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._say = say
        self._rows: list[tuple[WorklistRow, Cells]] = []
        self._shown: list[tuple[WorklistRow, Cells]] = []
        self._lets_through: Callable[[WorklistRow], bool] = lambda _row: True
        self._words: tuple[str, ...] = ()
        self._order: tuple[int, Qt.SortOrder] | None = None

    def show_rows(self, rows: Sequence[WorklistRow]) -> None:
        """Replace everything."""
        self._rows = [(row, cells_of(row, self._say)) for row in rows]
        self._select()

    def choose(self, lets_through: Callable[[WorklistRow], bool]) -> None:
        """Show the rows of one list."""
        self._lets_through = lets_through
        self._select()

    def search(self, words: str) -> None:
        """Show rows that contain every word, in any column."""
        self._words = tuple(words.casefold().split())
        self._select()

    def study_at(self, row: int) -> StudyUID | None:
        """The study in a row of the table."""
        return self._shown[row][0].study_uid if 0 <= row < len(self._shown) else None

    def row_of(self, study_uid: StudyUID) -> int | None:
        """The row of a study, None when it is not shown."""
        return next((at for at, (row, _) in enumerate(self._shown) if row.study_uid == study_uid), None)

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """Number of rows shown."""
        return 0 if parent.isValid() else len(self._shown)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        """Number of columns."""
        return 0 if parent.isValid() else len(COLUMNS)

    def data(self, index: Index, role: int = _DISPLAY) -> Any:
        """A look-up."""
        return self._shown[index.row()][1].get((index.column(), role))

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _DISPLAY) -> Any:
        """Titles of the columns."""
        if orientation is Qt.Orientation.Horizontal and role == _DISPLAY:
            return self._say(f"worklist.column.{COLUMNS[section]}")
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column; -1 returns to the list's own order."""
        self._order = (column, order) if column >= 0 else None
        self._select()

    def _select(self) -> None:
        self.beginResetModel()
        self._shown = [
            (row, cells)
            for row, cells in self._rows
            if self._lets_through(row) and all(word in cells[-1, SORT_ROLE] for word in self._words)
        ]
        if self._order is not None:
            column, order = self._order
            descending = order is Qt.SortOrder.DescendingOrder
            self._shown.sort(key=lambda shown: shown[1][column, SORT_ROLE], reverse=descending)
        self.endResetModel()


def cells_of(row: WorklistRow, say: Catalogue) -> Cells:
    """Every value that the table will ask for; key (-1, SORT_ROLE) holds the text that the search looks into."""
    performed = row.performed_at
    chips = tuple(chip_text(chip, say) for chip in row.chips)
    state = say(f"reading_state.{row.progress.value}")
    missing = [f"{view}?" for view in row.missing_views]
    shown = {
        "patient": row.patient.display_name,
        "age": "" if row.age is None else str(row.age),
        "study": row.description or row.modality,
        "date": f"{performed:%d.%m.%Y %H:%M}" if performed else "",
        "views": " ".join([*row.views, *missing]),
        "priors": str(row.priors),
        "ai": "",
        "state": f"{state} · {row.reader}" if row.reader else state,
    }
    order = {
        "age": row.age or 0,
        "date": performed.isoformat() if performed else "",
        "priors": row.priors,
        "ai": max((chip.probability or 0.0 for chip in row.chips), default=-1.0),
    }
    cells: Cells = {}
    for at, name in enumerate(COLUMNS):
        cells[at, _DISPLAY] = shown[name]
        cells[at, SORT_ROLE] = order.get(name, shown[name])
    cells.update(_special(row, shown["patient"], chips))
    words = [*shown.values(), row.patient.patient_id, row.accession or "", *(chip.words for chip in chips)]
    cells[-1, SORT_ROLE] = " ".join(words).casefold()
    return cells


def _special(row: WorklistRow, name: str, chips: tuple[ChipText, ...]) -> Cells:
    patient, ai = COLUMNS.index("patient"), COLUMNS.index("ai")
    return {
        (patient, _DISPLAY): "",
        (patient, int(Qt.ItemDataRole.AccessibleTextRole)): name,
        (patient, int(SECOND_LINE_ROLE)): row.patient.patient_id,
        (ai, int(CHIPS_ROLE)): chips,
        (ai, int(Qt.ItemDataRole.AccessibleTextRole)): ", ".join(chip.words for chip in chips),
    }
