"""The protocol as a structured report, judged by dciodvfy, dsrdump and pydicom."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pydicom
import pytest

from tests.dicom.test_writers_verdict_sr import SIGNED, complaints
from tests.protocol.finished import Shelf, complete, finish
from tests.reading.builders import chest_study, origins, result, study
from workstation.dicom.writers.protocol_sr import write_protocol
from workstation.model.identity import SOPInstanceUID
from workstation.model.protocol import FinalProtocol
from workstation.reading.policy import programme


@pytest.fixture
def protocol(tmp_path: Path) -> FinalProtocol:
    return finish(complete(language="ru"), Shelf(tmp_path)).protocol


def report_of(protocol: FinalProtocol, path: Path) -> pydicom.FileDataset:
    policy = programme("screening_mammography")
    written = write_protocol(
        path, protocol=protocol, study=study(), results=(result(),), title=policy.report, procedure=policy.procedure,
        signature=SIGNED, origins=origins(),
    )  # fmt: skip
    assert written.path == path
    return pydicom.dcmread(path)


def texts(report: pydicom.Dataset) -> list[tuple[str, str]]:
    """(heading, sentence) of the report."""
    return [
        (section.ConceptNameCodeSequence[0].CodeValue, item.TextValue)
        for section in report.ContentSequence
        if section.ValueType == "CONTAINER"
        for item in section.ContentSequence
    ]


def test_the_judges_find_no_error(protocol: FinalProtocol, tmp_path: Path) -> None:
    report_of(protocol, tmp_path / "p.dcm")
    assert complaints(tmp_path / "p.dcm") == []


def test_every_sentence_is_in_the_report_in_order_with_the_statement_last(
    protocol: FinalProtocol, tmp_path: Path
) -> None:
    told = [sentence for _, sentence in texts(report_of(protocol, tmp_path / "p.dcm"))]
    assert told == [*(sentence.text for sentence in protocol.draft.sentences), protocol.ai_statement]


def test_findings_stand_under_the_findings_heading(protocol: FinalProtocol, tmp_path: Path) -> None:
    told = texts(report_of(protocol, tmp_path / "p.dcm"))
    assert [sentence for heading, sentence in told if heading == "59776-5"] == [
        sentence.text
        for section in protocol.draft.sections
        if section.name == "findings"
        for sentence in section.sentences
    ]


def test_the_report_is_complete_verified_final_and_says_by_whom(protocol: FinalProtocol, tmp_path: Path) -> None:
    report = report_of(protocol, tmp_path / "p.dcm")
    assert (report.CompletionFlag, report.VerificationFlag, report.PreliminaryFlag) == ("COMPLETE", "VERIFIED", "FINAL")
    (signed,) = report.VerifyingObserverSequence
    assert (str(signed.VerifyingObserverName), signed.VerifyingOrganization) == (SIGNED.reader, SIGNED.organization)
    assert signed.VerificationDateTime.startswith("20260314090500")
    assert report.SpecificCharacterSet == "ISO_IR 192"
    assert report.SOPInstanceUID == protocol.protocol_uid


def test_the_language_is_coded(protocol: FinalProtocol, tmp_path: Path) -> None:
    report = report_of(protocol, tmp_path / "p.dcm")
    assert report.ContentSequence[0].ConceptCodeSequence[0].CodeValue == "ru"


def test_an_addendum_names_its_predecessor(protocol: FinalProtocol, tmp_path: Path) -> None:
    first = report_of(protocol, tmp_path / "first.dcm")
    later = replace(protocol, protocol_uid=SOPInstanceUID("2.25.88"), predecessor=protocol.protocol_uid)
    report = report_of(later, tmp_path / "later.dcm")
    (of_study,) = report.PredecessorDocumentsSequence
    (series,) = of_study.ReferencedSeriesSequence
    assert series.SeriesInstanceUID == first.SeriesInstanceUID
    assert series.ReferencedSOPSequence[0].ReferencedSOPInstanceUID == first.SOPInstanceUID
    assert complaints(tmp_path / "later.dcm") == []


def test_a_chest_protocol_has_the_title_of_a_diagnostic_report(protocol: FinalProtocol, tmp_path: Path) -> None:
    policy = programme("chest")
    write_protocol(
        tmp_path / "p.dcm", protocol=protocol, study=chest_study(), results=(), title=policy.report,
        procedure=policy.procedure, signature=SIGNED, origins=origins(),
    )  # fmt: skip
    report = pydicom.dcmread(tmp_path / "p.dcm")
    assert report.ConceptNameCodeSequence[0].CodeValue == "18748-4"
    assert complaints(tmp_path / "p.dcm") == []
