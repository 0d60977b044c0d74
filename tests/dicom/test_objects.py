"""One file, one object: what the header says, and everything that is wrong with it."""

from __future__ import annotations

import hashlib
import time
from datetime import date, datetime
from pathlib import Path

import numpy as np
import pytest
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.uid import DeflatedExplicitVRLittleEndian

from tests.dicom.conftest import MakeDataset, MakeFile
from workstation.base import codec
from workstation.base.errors import CancelledError
from workstation.base.jobs import Job
from workstation.base.workers import WorkerPool
from workstation.dicom.files import UnreadableError
from workstation.dicom.objects import DicomObject, ObjectRole, read_object, read_objects
from workstation.model.identity import Sex
from workstation.model.problem import ProblemKind
from workstation.model.study import Calibration, Image, Laterality, PresentationIntent

SR = "1.2.840.10008.5.1.4.1.1.88.50"


def image_of(path: Path) -> Image:
    (image,) = read_object(path).study.images
    return image


def kinds(found: DicomObject) -> list[ProblemKind]:
    return [problem.kind for problem in found.problems]


def why_not(path: Path) -> ProblemKind:
    with pytest.raises(UnreadableError) as caught:
        read_object(path)
    assert caught.value.problem.where == str(path)
    return caught.value.problem.kind


def coded(value: str, scheme: str, **more: object) -> Dataset:
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, scheme, "as written"
    for keyword, content in more.items():
        setattr(item, keyword, content)
    return item


def test_partial_test_and_magnified_images_say_so(make_file: MakeFile) -> None:
    image = image_of(
        make_file(PartialView="YES", QualityControlImage="BOTH", EstimatedRadiographicMagnificationFactor="1.8")
    )
    assert (image.partial_view, image.quality_control, image.magnification) == (True, True, 1.8)
    plain = image_of(make_file(PartialView="NO", QualityControlImage="NO"))
    assert (plain.partial_view, plain.quality_control, plain.magnification) == (False, False, None)


def test_a_mammogram_says_who_when_and_what(make_file: MakeFile) -> None:
    path = make_file(
        ImageLaterality="R", PatientOrientation=["P", "FL"], AccessionNumber="A7", StudyDescription="ММГ",
        AcquisitionDate="20260102", AcquisitionTime="101559.25", ReferringPhysicianName="Petrov^P",
        KVP="28", ExposureInuAs=90000, CompressionForce="110", OrganDose="0.013", AnodeTargetMaterial="TUNGSTEN",
        FilterMaterial="RHODIUM", LossyImageCompression="00", ImagerPixelSpacing=[0.07, 0.07],
    )  # fmt: skip
    found = read_object(path)
    image, study = found.study.images[0], found.study
    assert (found.role, found.modality, found.problems) == (ObjectRole.IMAGE, "MG", ())
    assert (study.patient.display_name, study.patient.birth_date) == ("ИВАНОВА Анна", date(1970, 3, 15))
    assert (study.patient.sex, study.accession, study.description) == (Sex.FEMALE, "A7", "ММГ")
    assert (image.laterality, image.patient_orientation) == (Laterality.RIGHT, ("P", "FL"))
    assert image.acquired_at == datetime(2026, 1, 2, 10, 15, 59, 250000)
    assert (image.technique.exposure_mas, image.technique.organ_dose_mgy) == (90.0, 1.3)
    assert image.presentation_intent is PresentationIntent.FOR_PRESENTATION
    assert image.digest == found.digest == hashlib.sha256(path.read_bytes()).hexdigest()
    assert codec.load(DicomObject, codec.dump(found)) == found


@pytest.mark.parametrize(
    ("code", "view"),
    [
        (("399368009", "SCT"), "MLO"), (("R-10226", "SNM3"), "MLO"), (("R-10242", "SRT"), "CC"),
        (("399192008", "SCT"), "XCCL"), (("272479007", "SCT"), "PA"), (("1", "99SITE"), None),
    ],
)  # fmt: skip
def test_the_view_comes_from_its_code_in_any_snomed_scheme(
    make_file: MakeFile, code: tuple[str, str], view: str | None
) -> None:
    modifier = coded("R-102D6", "SRT")
    path = make_file(ViewCodeSequence=Sequence([coded(*code, ViewModifierCodeSequence=Sequence([modifier]))]))
    image = image_of(path)
    assert image.view == view
    assert [(one.value, one.scheme) for one in image.view_modifiers] == [("399163009", "SCT")]


def test_without_a_code_the_view_position_is_taken(make_file: MakeFile) -> None:
    assert image_of(make_file(ViewPosition="PA")).view == "PA"
    assert image_of(make_file(ViewPosition="OTHER")).view is None


def test_a_side_or_view_said_in_two_ways_is_a_problem(make_file: MakeFile) -> None:
    found = read_object(
        make_file(
            ImageLaterality="L",
            Laterality="R",
            ViewPosition="CC",
            ViewCodeSequence=Sequence([coded("399368009", "SCT")]),
        )
    )
    image = found.study.images[0]
    assert (image.laterality, image.view) == (Laterality.LEFT, "MLO")
    assert kinds(found) == [ProblemKind.SIDE_CONTRADICTION, ProblemKind.INCONSISTENT]
    assert image.problems == found.problems


def test_tomosynthesis_takes_side_and_size_from_its_functional_groups(make_file: MakeFile) -> None:
    anatomy, measures, shared = Dataset(), Dataset(), Dataset()
    anatomy.FrameLaterality = "L"
    measures.PixelSpacing = [0.1, 0.1]
    shared.FrameAnatomySequence, shared.PixelMeasuresSequence = Sequence([anatomy]), Sequence([measures])
    image = image_of(make_file(SharedFunctionalGroupsSequence=Sequence([shared]), ImagerPixelSpacing=[0.2, 0.2]))
    assert image.laterality is Laterality.LEFT
    assert image.spacing is not None
    assert (image.spacing.row_mm, image.spacing.calibration) == (0.1, Calibration.PATIENT)


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ({"ImagerPixelSpacing": [0.1, 0.2]}, (0.1, Calibration.DETECTOR)),
        (
            {"ImagerPixelSpacing": [0.1, 0.1], "EstimatedRadiographicMagnificationFactor": 1.25},
            (0.08, Calibration.MAGNIFICATION_CORRECTED),
        ),
        (
            {"ImagerPixelSpacing": [0.1, 0.1], "PixelSpacing": [0.05, 0.05], "PixelSpacingCalibrationType": "FIDUCIAL"},
            (0.05, Calibration.PATIENT),
        ),
        ({"ImagerPixelSpacing": [0.1, 0.1], "PixelSpacing": [74.7, 46.6]}, (0.1, Calibration.DETECTOR)),
        ({"PixelSpacing": [0.5, 0.5], "Modality": "CT"}, (0.5, Calibration.PATIENT)),
        ({"PixelSpacing": [0.5, 0.5]}, None),
        ({"PixelSpacing": [0.5, 0.5], "Modality": "OT"}, None),
        ({"PixelSpacing": [0.5, 0.5], "Modality": "CT", "SOPClassUID": "1.2.840.10008.5.1.4.1.1.7"}, None),
        ({"PixelSpacing": [0.5, 0.5], "Modality": "MR", "SOPClassUID": "1.2.840.10008.5.1.4.1.1.7.3"}, None),
        (
            {"PixelSpacing": [0.5, 0.5], "Modality": "OT", "PixelSpacingCalibrationType": "GEOMETRY"},
            (0.5, Calibration.PATIENT),
        ),
        ({"ImagerPixelSpacing": [0, 0]}, None),
        ({}, None),
    ],
)
def test_a_size_says_how_it_is_known_or_is_not_given(
    make_file: MakeFile, attributes: dict[str, object], expected: tuple[float, Calibration] | None
) -> None:
    spacing = image_of(make_file(**attributes)).spacing
    assert (spacing and (spacing.row_mm, spacing.calibration)) == expected


def test_an_image_for_processing_and_a_lossy_one_say_so(make_file: MakeFile) -> None:
    found = read_object(make_file(PresentationIntentType="FOR PROCESSING", LossyImageCompression="01"))
    assert set(kinds(found)) == {ProblemKind.NOT_FOR_PRESENTATION, ProblemKind.LOSSY}
    assert found.study.images[0].lossy


@pytest.mark.parametrize("missing", ["SOPInstanceUID", "StudyInstanceUID"])
def test_a_file_without_identity_is_not_used(make_file: MakeFile, missing: str) -> None:
    assert why_not(make_file(**{missing: None})) is ProblemKind.MISSING_IDENTITY


def test_an_object_of_another_kind_is_kept_and_named(make_file: MakeFile) -> None:
    found = read_object(make_file(SOPClassUID="1.2.840.10008.5.1.4.1.1.104.1", Modality="DOC"))
    assert (found.role, kinds(found)) == (ObjectRole.OTHER, [ProblemKind.UNSUPPORTED_OBJECT])
    assert "Encapsulated PDF" in found.problems[0].message
    assert found.study.images == ()


def test_a_report_is_an_sr_and_one_without_content_is_incomplete(make_file: MakeFile) -> None:
    item = coded("111036", "DCM")
    assert read_object(make_file(SOPClassUID=SR, ContentSequence=Sequence([item]))).role is ObjectRole.SR
    assert why_not(make_file(SOPClassUID=SR)) is ProblemKind.TRUNCATED


def test_overlay_planes_are_said_to_be_left_out(make_dataset: MakeDataset, tmp_path: Path) -> None:
    dataset = make_dataset(BurnedInAnnotation="NO")
    for group in (0x6000, 0x6002):
        dataset.add_new((group, 0x0010), "US", 6)
        dataset.add_new((group, 0x0011), "US", 8)
        dataset.add_new((group, 0x3000), "OW", b"\xff" * 6)
    dataset.save_as(tmp_path / "graphics", enforce_file_format=True)
    (problem,) = read_object(tmp_path / "graphics").problems
    assert problem.kind is ProblemKind.GRAPHICS_NOT_DRAWN
    assert "2 overlay planes" in problem.message


def test_a_file_cut_anywhere_is_never_taken_for_a_whole_one(make_dataset: MakeDataset, tmp_path: Path) -> None:
    path = tmp_path / "whole.dcm"
    make_dataset(np.zeros((20, 20), dtype=np.uint16)).save_as(path, enforce_file_format=True)
    whole = path.read_bytes()
    cut = tmp_path / "cut.dcm"
    for end in range(0, len(whole), 7):
        cut.write_bytes(whole[:end])
        try:
            found = read_object(cut)
        except UnreadableError:
            continue
        assert set(kinds(found)) & {ProblemKind.TRUNCATED, ProblemKind.NO_PIXELS}, end


def test_an_encapsulated_image_cut_inside_its_last_frame_is_incomplete(real_data: Path, tmp_path: Path) -> None:
    (source,) = (real_data / "transfer_syntaxes").rglob("MR_small_jp2klossless.dcm")
    assert read_object(source).problems == ()
    cut = tmp_path / "cut.dcm"
    end = source.read_bytes().rindex(b"\xfe\xff\xdd\xe0")
    for missing in (0, 1, 8, 400):
        cut.write_bytes(source.read_bytes()[: end - missing])
        assert kinds(read_object(cut)) == [ProblemKind.TRUNCATED]


def test_a_report_cut_anywhere_is_not_used(real_data: Path, tmp_path: Path) -> None:
    source = next(path for path in sorted((real_data / "sr_mammo_cad").rglob("*")) if path.is_file())
    whole = source.read_bytes()
    cut = tmp_path / "cut.dcm"
    for end in range(200, len(whole), max(1, len(whole) // 60)):
        cut.write_bytes(whole[:end])
        why_not(cut)


def test_pixels_that_the_file_does_not_hold_are_a_problem_before_anything_is_allocated(make_file: MakeFile) -> None:
    found = read_object(make_file(Rows=65000, Columns=65000))
    assert ProblemKind.INCONSISTENT in kinds(found)


def test_a_header_that_no_picture_can_have_is_a_problem(make_file: MakeFile) -> None:
    assert ProblemKind.PIXELS_UNREADABLE in kinds(read_object(make_file(BitsStored=99)))


def test_a_length_that_lies_costs_no_memory(make_file: MakeFile, tmp_path: Path) -> None:
    path = make_file(ImageComments="x" * 64)
    data = path.read_bytes()
    at = data.index(b"x" * 64)
    lying = tmp_path / "lying.dcm"
    # (0020,4000) LT becomes UT with a length of almost 4 GB
    lying.write_bytes(data[: at - 4] + b"UT\0\0" + (0xFFFFFFF0).to_bytes(4, "little") + data[at:])
    assert why_not(lying) is ProblemKind.TRUNCATED


def test_a_deflated_bomb_is_refused(make_dataset: MakeDataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dataset = make_dataset()
    dataset.file_meta.TransferSyntaxUID = DeflatedExplicitVRLittleEndian
    path = tmp_path / "deflated.dcm"
    dataset.save_as(path, enforce_file_format=True)
    assert read_object(path).problems == ()
    monkeypatch.setattr("workstation.dicom.files.MAX_INFLATED_BYTES", 100)
    assert why_not(path) is ProblemKind.TOO_LARGE


def test_a_damaged_deflated_file_is_unreadable(make_dataset: MakeDataset, tmp_path: Path) -> None:
    dataset = make_dataset()
    dataset.file_meta.TransferSyntaxUID = DeflatedExplicitVRLittleEndian
    path = tmp_path / "deflated.dcm"
    dataset.save_as(path, enforce_file_format=True)
    whole = path.read_bytes()
    path.write_bytes(whole[:-40])
    assert why_not(path) is ProblemKind.TRUNCATED
    start = 144 + int.from_bytes(whole[140:144], "little")
    path.write_bytes(whole[:start] + b"\x07" + whole[start + 1 :])  # a block type that RFC 1951 does not have
    assert why_not(path) is ProblemKind.UNREADABLE


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("chrRuss.dcm", "ЛЮКCEМБYPГ"), ("chrGerm.dcm", "ÄNEAS Rüdiger"), ("chrGreek.dcm", "ΔΙΟΝΥΣΙΟΣ"),
        ("chrKoreanMulti.dcm", "김희중"), ("chrH31.dcm", "YAMADA Tarou"), ("chrX2.dcm", "WANG XiaoDong"),
    ],
)  # fmt: skip
def test_a_name_is_read_in_its_character_set(real_data: Path, name: str, shown: str) -> None:
    (path,) = (real_data / "charsets").rglob(name)
    assert read_object(path).study.patient.display_name == shown


def test_undeclared_utf_8_is_read_and_said(make_file: MakeFile, tmp_path: Path) -> None:
    path = make_file(StudyDescription=None)
    undeclared = tmp_path / "undeclared.dcm"
    undeclared.write_bytes(path.read_bytes().replace(b"ISO_IR 192", b"          "))
    found = read_object(undeclared)
    assert found.study.patient.display_name == "ИВАНОВА Анна"
    assert kinds(found) == [ProblemKind.INCONSISTENT]


def test_a_name_holds_no_hidden_characters(make_file: MakeFile) -> None:
    found = read_object(make_file(PatientName="Ivanova\u202e^\x1bAnna^^^=ideo=phon"))
    assert found.study.patient.name == "Ivanova^Anna"


def test_a_uid_that_looks_like_a_path_is_only_data(make_file: MakeFile) -> None:
    path = make_file(StudyInstanceUID="1.2")
    evil = b"../../../../outside/x"
    data = path.read_bytes()
    at = data.index(b"\x20\x00\x0d\x00UI\x04\x00")
    path.write_bytes(data[: at + 6] + len(evil + b"\0").to_bytes(2, "little") + evil + b"\0" + data[at + 12 :])
    assert read_object(path).study.study_uid == evil.decode()


def test_every_file_becomes_an_object_or_a_problem(pool: WorkerPool, tmp_path: Path, make_file: MakeFile) -> None:
    good, text = make_file("good.dcm"), tmp_path / "letter.txt"
    text.write_text("not an image")
    objects, problems = read_objects([good, text, tmp_path / "absent"], pool, Job())
    assert [found.path for found in objects] == [str(good)]
    assert [problem.kind for problem in problems] == [ProblemKind.NOT_DICOM, ProblemKind.UNREADABLE]


def test_reading_can_be_cancelled(pool: WorkerPool, make_file: MakeFile) -> None:
    job = Job()
    job.cancel()
    with pytest.raises(CancelledError):
        read_objects([make_file()], pool, job)


@pytest.mark.parametrize(
    "folder",
    ["bad", "bad_fuzz", "charsets", "cr_dx", "mammography", "transfer_syntaxes", "lut_and_pixels", "dicomdir",
     "ct_series", "other", "gsps_ko", "seg_pm", "waveform", "pdf", "sr_mammo_cad", "sr_text"],
)  # fmt: skip
def test_no_real_file_crashes_or_is_skipped(real_data: Path, pool: WorkerPool, folder: str) -> None:
    paths = sorted(path for path in (real_data / folder).rglob("*") if path.is_file() and path.name != "DICOMDIR")
    started = time.monotonic()
    objects, problems = read_objects(paths, pool, Job())
    assert {found.path for found in objects} | {problem.where for problem in problems} == set(map(str, paths))
    assert all(found.problems for found in objects if found.role is ObjectRole.OTHER)
    assert not [problem for problem in problems if "stopped" in problem.message]
    assert time.monotonic() - started < 2.0 * len(paths)
