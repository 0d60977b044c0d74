"""The protocol on paper: PDF/A-1b with searchable text. Built through cursors, never from markup (R36)."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

from PySide6.QtCore import QMarginsF, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextLength,
    QTextTableFormat,
)

from ui import fonts
from workstation.base.clock import software_version
from workstation.base.errors import StoreError
from workstation.base.i18n import text
from workstation.model.protocol import FinalProtocol, Sentence

RESOLUTION = 300
MARGIN_MM = 18.0
FOOTER_MM = 10.0
BODY_PT = 10.5
INK, DIM, RULE = QColor("#15181b"), QColor("#5a6168"), QColor("#b9bfc5")

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def write_pdf(final: FinalProtocol, path: Path) -> None:
    """Write the final protocol as PDF/A-1b, A4. Needs a QGuiApplication, and the window's thread or one of Qt's.

    Raises
    ------
    StoreError
        When the file cannot be written.
    """
    fonts.load()
    writer = QPdfWriter(str(path))
    writer.setPdfVersion(QPdfWriter.PdfVersion.PdfVersion_A1b)
    writer.setResolution(RESOLUTION)
    writer.setTitle(final.draft.title)
    writer.setCreator(software_version())
    margins = QMarginsF(MARGIN_MM, MARGIN_MM, MARGIN_MM, MARGIN_MM)
    writer.setPageLayout(
        QPageLayout(
            QPageSize(QPageSize.PageSizeId.A4), QPageLayout.Orientation.Portrait, margins, QPageLayout.Unit.Millimeter
        )
    )
    document = compose(final)
    document.documentLayout().setPaintDevice(writer)
    painter = QPainter()
    if not painter.begin(writer):
        raise StoreError(text("pdf.not_written", final.draft.language, path=path.name))
    _print(document, writer, painter, final)
    painter.end()


def compose(final: FinalProtocol, *, is_draft: bool = False) -> QTextDocument:
    """The protocol as a document: patient, sections, AI statement, signature. Every word is inserted as plain text."""
    language = final.draft.language
    document = QTextDocument()
    document.setDefaultFont(_font())
    document.setUndoRedoEnabled(False)
    page = _Page(document)
    if is_draft:
        page.line(text("pdf.draft", language), size=BODY_PT, colour=QColor("#9a5b00"), bold=True, below=6)
    page.line(final.draft.title, size=17, bold=True, below=10)
    page.table(_facts(final))
    for section in final.draft.sections:
        sentences = [sentence for sentence in section.sentences if sentence.text]
        if sentences:
            page.line(section.heading.upper(), size=8.5, colour=DIM, bold=True, above=11, below=2)
            page.paragraphs(sentences)
    page.line(text("pdf.ai", language).upper(), size=8.5, colour=DIM, bold=True, above=16, below=2)
    page.line(final.ai_statement, size=9.5)
    if not is_draft:
        page.line(_signature(final), above=18, bold=True)
        page.line(text("pdf.meaning", language), size=9.5, colour=DIM)
        page.line(text("pdf.identifier", language, uid=final.protocol_uid), size=8, colour=DIM, above=6)
    return document


class _Page:
    """Appends blocks to a document."""

    def __init__(self, document: QTextDocument) -> None:
        self._cursor = QTextCursor(document)
        self._first = True

    def line(self, words: str, *, size: float = BODY_PT, colour: QColor = INK, bold: bool = False, above: float = 0,
             below: float = 0) -> None:  # fmt: skip
        """One paragraph; `above` and `below` in points."""
        block = QTextBlockFormat()
        block.setTopMargin(above)
        block.setBottomMargin(below)
        block.setLineHeight(125, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        self._start(block)
        self._cursor.insertText(words, _look(size, colour, bold=bold))

    def paragraphs(self, sentences: list[Sentence]) -> None:
        """Sentences below each other."""
        for sentence in sentences:
            self.line(sentence.text, below=2)

    def table(self, rows: tuple[tuple[str, str], ...]) -> None:
        """Names and values, two columns."""
        form = QTextTableFormat()
        form.setBorder(0)
        form.setCellPadding(1.5)
        form.setCellSpacing(0)
        form.setColumnWidthConstraints(
            [QTextLength(QTextLength.Type.PercentageLength, 24), QTextLength(QTextLength.Type.PercentageLength, 76)]
        )
        self._start(QTextBlockFormat())
        table = self._cursor.insertTable(len(rows), 2, form)
        for at, (name, value) in enumerate(rows):
            table.cellAt(at, 0).firstCursorPosition().insertText(name, _look(9, DIM))
            table.cellAt(at, 1).firstCursorPosition().insertText(value, _look(BODY_PT, INK, bold=at == 0))
        self._cursor.movePosition(QTextCursor.MoveOperation.End)

    def _start(self, block: QTextBlockFormat) -> None:
        if self._first:
            self._cursor.setBlockFormat(block)
        else:
            self._cursor.insertBlock(block)
        self._first = False


def _facts(final: FinalProtocol) -> tuple[tuple[str, str], ...]:
    language, patient = final.draft.language, final.patient
    rows = [
        ("pdf.patient", patient.display_name),
        ("pdf.patient_id", patient.patient_id),
        ("pdf.birth_date", _day(patient.birth_date, language)),
        ("pdf.sex", text(f"sex.{patient.sex.value}", language) if patient.sex else ""),
        ("pdf.performed_at", _day(final.performed_at, language)),
        ("pdf.accession", final.accession or ""),
        ("pdf.study", final.study_uid),
    ]
    if final.predecessor is not None:
        rows.append(("pdf.predecessor", final.predecessor))
    return tuple((text(key, language), value) for key, value in rows if value)


def _signature(final: FinalProtocol) -> str:
    return text(
        "pdf.signature",
        final.draft.language,
        reader=final.reader,
        time=_stamp(final.finalised_at, final.draft.language),
    )


def _stamp(moment: datetime, language: str) -> str:
    """A moment by the clock on the wall here, with its offset from UTC."""
    local = moment.astimezone()
    return f"{_day(local, language)} {local:%H:%M:%S %z}"


def _day(day: date | None, language: str) -> str:
    """A date as the language writes it, with the month's name in English, where numbers alone mean two days."""
    if day is None:
        return ""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}" if language == "en" else f"{day:%d.%m.%Y}"


def _look(size: float, colour: QColor, *, bold: bool = False) -> QTextCharFormat:
    font = _font(size)
    font.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
    form = QTextCharFormat()
    form.setFont(font)
    form.setForeground(colour)
    return form


def _font(size: float = BODY_PT) -> QFont:
    """Inter without contextual forms: a substituted glyph has no character in the PDF, and the text would lose it."""
    font = QFont(fonts.FAMILY)
    font.setPointSizeF(size)
    font.setFeature(QFont.Tag("calt"), 0)
    return font


def _print(document: QTextDocument, writer: QPdfWriter, painter: QPainter, final: FinalProtocol) -> None:
    area = writer.pageLayout().paintRectPixels(RESOLUTION)
    footer = FOOTER_MM / 25.4 * RESOLUTION
    height = area.height() - footer
    document.setPageSize(QSizeF(area.width(), height))
    pages = document.pageCount()
    for number in range(pages):
        if number:
            writer.newPage()
        painter.save()
        painter.translate(0, -number * height)
        document.drawContents(painter, QRectF(0, number * height, area.width(), height))
        painter.restore()
        _footer(painter, QRectF(0, height, area.width(), footer), final, number + 1, pages)


def _footer(painter: QPainter, area: QRectF, final: FinalProtocol, number: int, pages: int) -> None:
    language = final.draft.language
    painter.setFont(_font(8))
    painter.setPen(RULE)
    painter.drawLine(area.topLeft(), area.topRight())
    painter.setPen(DIM)
    patient = f"{final.patient.display_name} · {final.patient.patient_id}"
    bottom = Qt.AlignmentFlag.AlignBottom
    painter.drawText(area, int(bottom | Qt.AlignmentFlag.AlignLeft), patient)
    page = text("pdf.page", language, number=number, count=pages)
    painter.drawText(area, int(bottom | Qt.AlignmentFlag.AlignRight), page)
