"""A structured report becomes a plain tree; damage costs the item it sits in and is said."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from tests.overlays import sr_builder as sr
from workstation.base import codec
from workstation.dicom.files import UnreadableError
from workstation.dicom.sr_document import ObserverType, SRDocument, SRItem
from workstation.dicom.sr_tree import MAX_DEPTH, read_sr, read_sr_header
from workstation.model.codes import Code

TITLE = sr.dcm("126000", "Imaging Measurement Report")
MM = Code(value="mm", scheme="UCUM", meaning="millimeter")


def read(tmp_path: Path, *items: Dataset, **header: object) -> SRDocument:
    return read_sr(sr.save(sr.report(TITLE, *items, **header), tmp_path / "report.dcm"))


def only(document: SRDocument) -> SRItem:
    (item,) = document.root.children
    return item


def test_every_value_type_gives_its_value(tmp_path: Path) -> None:
    concept = sr.dcm("1", "concept")
    date_item = sr.item("DATE", concept)
    date_item.Date = "20260102"
    document = read(
        tmp_path,
        sr.code(concept, sr.sct("2", "two")), sr.text(concept, "Слова"), sr.uid(concept, "2.25.7"),
        sr.person(concept, "Doe^John"), sr.num(concept, "7.50", MM), date_item,
        sr.scoord(concept, "CIRCLE", [1.5, 2.0, 3.0, 4.0]), sr.scoord3d(concept, "POINT", [1, 2, 3], "2.25.9"),
        sr.image("2.25.1", frames=[2, 3], segments=[1]),
    )  # fmt: skip
    coded, words, uid, person, number, date, circle, point, image = document.root.children
    assert coded.code == sr.sct("2")
    assert (words.text, uid.text, person.text, date.text) == ("Слова", "2.25.7", "Doe^John", "20260102")
    assert (number.text, number.number, number.unit) == ("7.50", 7.5, MM)
    assert circle.graphic is not None
    assert (circle.graphic.graphic_type, circle.graphic.data) == ("CIRCLE", (1.5, 2.0, 3.0, 4.0))
    assert point.graphic is not None
    assert (point.graphic.frame_of_reference_uid, point.graphic.data) == ("2.25.9", (1.0, 2.0, 3.0))
    assert image.reference is not None
    assert (image.reference.sop_uid, image.reference.frames, image.reference.segments) == ("2.25.1", (2, 3), (1,))
    assert document.problems == ()


def test_nodes_are_numbered_as_the_standard_numbers_them(tmp_path: Path) -> None:
    inner = sr.container(sr.dcm("3"), sr.text(sr.dcm("4"), "a"), sr.text(sr.dcm("4"), "b"))
    document = read(tmp_path, sr.text(sr.dcm("4"), "first"), inner)
    assert [item.node for item in document.root.walk()] == ["1", "1.1", "1.2", "1.2.1", "1.2.2"]
    assert document.index()["1.2.2"].text == "b"


@pytest.mark.parametrize("scheme", ["SRT", "SNM3", "99SDM"])
def test_old_snomed_codes_become_sct_and_unknown_and_private_ones_stay(scheme: str, tmp_path: Path) -> None:
    old = Code(value="F-01796", scheme=scheme, meaning="density")
    unknown = Code(value="F-99999", scheme=scheme, meaning="unknown")
    private = Code(value="X1", scheme="99ACME", meaning="own")
    document = read(tmp_path, *(sr.code(sr.dcm("1"), value) for value in (old, unknown, private)))
    assert [item.code for item in document.root.children] == [sr.sct("129793001"), unknown, private]
    assert document.root.children[0].code is not None
    assert document.root.children[0].code.meaning == "density"


def test_an_item_by_reference_keeps_what_it_points_to(tmp_path: Path) -> None:
    document = read(tmp_path, sr.image("2.25.1"), sr.by_reference(1, 1))
    assert document.root.children[1].target == "1.1"
    assert document.problems == ()


def test_a_reference_to_nothing_is_listed(tmp_path: Path) -> None:
    document = read(tmp_path, sr.by_reference(1, 9))
    assert "refers to item 1.9, which is not there" in document.problems[0].message


@pytest.mark.parametrize("written", ["NaN", "inf", "-inf", "seven", "1e999"])
def test_a_number_that_is_none_is_listed_and_does_not_break_json(written: str, tmp_path: Path) -> None:
    item = sr.num(sr.dcm("1"), "1", MM)
    item.MeasuredValueSequence[0].add_new("NumericValue", "LO", written)  # as a writer of text would
    document = read(tmp_path, item)
    assert only(document).number is None
    assert only(document).text == written
    assert "not a finite number" in document.problems[0].message
    json.dumps(codec.dump(document), allow_nan=False)


def test_coordinates_that_are_no_numbers_are_listed_and_do_not_break_json(tmp_path: Path) -> None:
    document = read(tmp_path, sr.scoord(sr.dcm("1"), "POINT", [float("nan"), float("inf")]))
    graphic = only(document).graphic
    assert graphic is not None
    assert graphic.data == (None, None)
    assert "not a finite number" in document.problems[0].message
    json.dumps(codec.dump(document), allow_nan=False)


@pytest.mark.parametrize(
    ("keyword", "said"),
    [
        ("ValueType", "no value type"),
        ("ConceptCodeSequence", "its code is missing"),
    ],
)
def test_a_missing_attribute_costs_its_item_only(keyword: str, said: str, tmp_path: Path) -> None:
    broken = sr.code(sr.dcm("1"), sr.sct("2"))
    delattr(broken, keyword)
    document = read(tmp_path, broken, sr.text(sr.dcm("4"), "still here"))
    assert document.root.children[1].text == "still here"
    assert said in document.problems[0].message
    assert "1.1" in document.problems[0].message


def test_an_image_that_names_no_object_is_listed(tmp_path: Path) -> None:
    nameless = sr.image("2.25.1")
    nameless.ReferencedSOPSequence = Sequence([])
    assert "not named" in read(tmp_path, nameless).problems[0].message


def test_what_lies_deeper_than_any_report_is_left_out_and_listed(tmp_path: Path) -> None:
    deep = sr.text(sr.dcm("4"), "bottom")
    for _ in range(MAX_DEPTH + 5):
        deep = sr.container(sr.dcm("3"), deep)
    document = read(tmp_path, deep)
    assert max(item.node.count(".") for item in document.root.walk()) == MAX_DEPTH - 1
    assert "beyond what is read" in document.problems[0].message


def test_the_header_says_who_when_by_what_and_about_which_images(tmp_path: Path) -> None:
    series, instance, evidence = Dataset(), Dataset(), Dataset()
    instance.ReferencedSOPClassUID, instance.ReferencedSOPInstanceUID = "1.2.840.10008.5.1.4.1.1.1.2", "2.25.1"
    series.SeriesInstanceUID, series.ReferencedSOPSequence = "2.25.50", Sequence([instance])
    evidence.StudyInstanceUID, evidence.ReferencedSeriesSequence = "2.25.100", Sequence([series])
    document = read(
        tmp_path,
        sr.code(sr.dcm("121005"), sr.dcm("121006")), sr.person(sr.dcm("121008"), "Doe^John"),
        sr.code(sr.dcm("121005"), sr.dcm("121007")), sr.text(sr.dcm("121013"), "LungMind"),
        sr.text(sr.dcm("121014"), "Acme"),
        CurrentRequestedProcedureEvidenceSequence=Sequence([evidence]),
        PredecessorDocumentsSequence=Sequence([evidence]), SeriesDescription="AI", PreliminaryFlag="FINAL",
        SoftwareVersions=["2.1", "core 7"], DeviceSerialNumber="42",
    )  # fmt: skip
    header = document.header
    assert (header.sop_uid, header.study_uid, header.series_uid) == (sr.SR_UID, sr.STUDY_UID, sr.SERIES_UID)
    assert (header.patient.patient_id, header.patient.name) == ("P1", "Иванова^Анна")
    assert (header.title, header.template_id) == (TITLE, "4000")
    assert header.content_at == datetime(2026, 1, 2, 12)
    assert (header.completion, header.verification, header.preliminary) == ("COMPLETE", "UNVERIFIED", "FINAL")
    assert (header.manufacturer, header.model, header.device_serial) == ("Acme", "MammoMind", "42")
    assert header.software_versions == ("2.1", "core 7")
    assert [(found.type, found.name, found.manufacturer) for found in header.observers] == [
        (ObserverType.PERSON, "Doe^John", None),
        (ObserverType.DEVICE, "LungMind", "Acme"),
    ]
    assert [(ref.study_uid, ref.series_uid, ref.sop_uid) for ref in header.evidence] == [
        ("2.25.100", "2.25.50", "2.25.1")
    ]
    assert [ref.sop_uid for ref in header.predecessors] == ["2.25.1"]


def test_the_header_alone_is_the_same_as_with_the_tree(real_data: Path) -> None:
    path = real_data / "sr_tid1500/PeterOpp__tid1500-fhir/result.dcm"
    assert read_sr_header(path) == read_sr(path).header


def test_a_report_cut_short_says_so(tmp_path: Path) -> None:
    path = sr.save(sr.report(TITLE, sr.text(sr.dcm("4"), "words " * 50)), tmp_path / "report.dcm")
    path.write_bytes(path.read_bytes()[:-40])
    assert any("incomplete" in problem.message for problem in read_sr(path).problems)


@pytest.mark.parametrize("content", [b"", b"not dicom", b"\0" * 128 + b"DICM"])
def test_what_is_no_report_is_refused_with_a_reason(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "other"
    path.write_bytes(content)
    with pytest.raises(UnreadableError) as refused:
        read_sr(path)
    assert refused.value.problem.where == str(path)


def test_an_image_is_no_report(real_data: Path) -> None:
    with pytest.raises(UnreadableError, match="no content tree"):
        read_sr(real_data / "sr_cad_standard_examples/E.3.2/RCC_1999.dcm")


def test_a_document_survives_the_way_through_json(real_data: Path) -> None:
    for name in ("E.3.2/sr.dcm", "F.3.3/sr.dcm"):
        document = read_sr(real_data / "sr_cad_standard_examples" / name)
        there = json.dumps(codec.dump(document), allow_nan=False)
        assert codec.load_json(SRDocument, there) == document
