"""The PDF of a protocol, judged by poppler."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from ui.documents import compose, write_pdf
from workstation.base.errors import StoreError
from workstation.model.identity import Patient, ReadingID, Sex, SOPInstanceUID, StudyUID
from workstation.model.protocol import Draft, FinalProtocol, Origin, Section, SectionName, Sentence

BORN = date(1968, 3, 12)


def final(*sentences: str, language: str = "ru") -> FinalProtocol:
    told = tuple(
        Sentence(sentence_id=f"s{at}", section=SectionName.FINDINGS, text=text, origin=Origin.PHRASE)
        for at, text in enumerate(sentences)
    )
    section = Section(name=SectionName.FINDINGS, heading="Описание", sentences=told)
    return FinalProtocol(
        protocol_uid=SOPInstanceUID("2.25.123456789"), reading_id=ReadingID("r"), study_uid=StudyUID("1.2.3"),
        patient=Patient(patient_id="77-104", name="Иванова^Анна^Петровна", birth_date=BORN, sex=Sex.FEMALE),
        accession="A-17", reader="Д-р Смирнова", finalised_at=datetime(2026, 11, 18, 11, 4, 31, tzinfo=UTC),
        draft=Draft(language=language, title="Протокол маммографии", sections=(section,)),
        ai_statement="Reference Detector 1.0 (For research purposes only). Решение принимает врач.",
    )  # fmt: skip


def told(command: str, path: Path) -> str:
    arguments = ["-layout", str(path), "-"] if command == "pdftotext" else [str(path)]
    return subprocess.run([f"/usr/bin/{command}", *arguments], capture_output=True, check=True).stdout.decode()


def test_every_word_of_the_protocol_can_be_found_in_the_pdf(qapp: object, tmp_path: Path) -> None:
    sentence = "Слева: образование 9,5 мм (27–31 кВ), BI-RADS 4B; «чёткий» контур?"
    write_pdf(final(sentence), tmp_path / "p.pdf")
    words = " ".join(told("pdftotext", tmp_path / "p.pdf").split())
    for expected in (sentence, "ИВАНОВА Анна Петровна", "77-104", "12.03.1968", "For research purposes only",
                     "Д-р Смирнова", "2.25.123456789", "1 / 1"):  # fmt: skip
        assert expected.replace(" ", "") in words.replace(" ", ""), expected


def test_markup_in_a_sentence_is_printed_as_it_is(qapp: object, tmp_path: Path) -> None:
    write_pdf(final("<b>5</b> мм &amp; <img src='x'>"), tmp_path / "p.pdf")
    assert "<b>5</b>" in told("pdftotext", tmp_path / "p.pdf")


def test_a_long_protocol_has_numbered_pages_with_the_patient_on_each(qapp: object, tmp_path: Path) -> None:
    write_pdf(final(*(f"Предложение {number}." for number in range(120))), tmp_path / "p.pdf")
    pages = told("pdftotext", tmp_path / "p.pdf").split("\f")[:-1]
    assert len(pages) > 1
    assert all("77-104" in page and f"{number} / {len(pages)}".replace(" ", "") in page.replace(" ", "")
               for number, page in enumerate(pages, start=1))  # fmt: skip


def test_the_pdf_is_pdf_a_with_its_fonts_inside(qapp: object, tmp_path: Path) -> None:
    write_pdf(final("Норма."), tmp_path / "p.pdf")
    assert b"pdfaid:part" in (tmp_path / "p.pdf").read_bytes()
    listing = told("pdffonts", tmp_path / "p.pdf").splitlines()
    header, fonts = listing[0], listing[2:]
    assert fonts
    assert all(line.startswith("Inter") or "+Inter" in line for line in fonts)
    assert all(line[header.index("emb") :].startswith("yes") for line in fonts)


@pytest.mark.qt_log_ignore("QPdf|QPainter|QFile")
def test_a_pdf_that_cannot_be_written_is_an_error_that_says_so(qapp: object, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"p\.pdf"):
        write_pdf(final("Норма."), tmp_path / "no" / "folder" / "p.pdf")


@pytest.mark.parametrize(("language", "day"), [("en", "18 Nov 2026"), ("ru", "18.11.2026")])
def test_the_study_date_stands_in_the_header_as_the_language_writes_it(qapp: object, language: str, day: str) -> None:
    made = replace(final("x", language=language), performed_at=datetime(2026, 11, 18, 9, 30))
    assert day in compose(made, is_draft=True).toPlainText()
