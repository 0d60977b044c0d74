"""Objects become studies; what contradicts itself is kept apart and said."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.dicom.conftest import MakeFile
from workstation.dicom.assemble import assemble, conflicts
from workstation.dicom.objects import DicomObject, read_object
from workstation.model.problem import ProblemKind

ONE_STUDY = {"StudyInstanceUID": "1.2.1", "SeriesInstanceUID": "1.2.1.1"}


@pytest.fixture
def read(make_file: MakeFile) -> object:
    def make(name: str, **attributes: object) -> DicomObject:
        return read_object(make_file(name, **attributes))

    return make


def test_images_stand_in_order_of_their_numbers(read) -> None:  # type: ignore[no-untyped-def]
    objects = [
        read("c", **ONE_STUDY, InstanceNumber=10),
        read("a", **ONE_STUDY, InstanceNumber=None),
        read("b", **ONE_STUDY, InstanceNumber=9),
        read("d", StudyInstanceUID="1.2.1", SeriesInstanceUID="1.2.1.0", SeriesNumber=0),
    ]
    (study,) = assemble(objects)
    assert [len(series.images) for series in study.series] == [1, 3]
    assert [image.instance_number for image in study.series[1].images] == [9, 10, None]
    assert conflicts(objects) == ()


def test_one_study_of_two_patients_is_kept_apart_and_said(read) -> None:  # type: ignore[no-untyped-def]
    objects = [read("a", **ONE_STUDY, PatientID="P1"), read("b", **ONE_STUDY, PatientID="P2")]
    studies = assemble(objects)
    assert {study.patient.patient_id for study in studies} == {"P1", "P2"}
    assert all(len(study.images) == 1 for study in studies)
    assert [problem.kind for problem in conflicts(objects)] == [ProblemKind.OTHER_PATIENT]


def test_one_id_with_two_birth_dates_is_two_patients_with_the_difference_said(read) -> None:  # type: ignore[no-untyped-def]
    objects = [read("a", **ONE_STUDY), read("b", **ONE_STUDY, PatientBirthDate="19800101")]
    assert len(assemble(objects)) == 2
    (problem,) = conflicts(objects)
    assert problem.kind is ProblemKind.OTHER_PATIENT
    assert "birth date" in problem.message


def test_the_spelling_of_a_name_is_no_conflict(read) -> None:  # type: ignore[no-untyped-def]
    objects = [read("a", **ONE_STUDY, PatientName="IVANOVA^ANNA"), read("b", **ONE_STUDY, PatientName="Ivanova^Anna^")]
    assert conflicts(objects) == ()


def test_the_same_uid_with_other_content_is_reported_on_both_and_marked(read) -> None:  # type: ignore[no-untyped-def]
    objects = [
        read("a", **ONE_STUDY, SOPInstanceUID="1.2.9", KVP=28),
        read("b", **ONE_STUDY, SOPInstanceUID="1.2.9", KVP=30),
    ]
    (study,) = assemble(objects)
    (image,) = study.images
    assert image.digest == objects[0].digest
    assert [problem.kind for problem in image.problems] == [ProblemKind.CHANGED_DUPLICATE]
    told = conflicts(objects)
    assert {Path(problem.where).name for problem in told} == {"a", "b"}
    assert {problem.kind for problem in told} == {ProblemKind.CHANGED_DUPLICATE}


def test_the_same_file_twice_is_used_once_and_said(make_file: MakeFile, tmp_path: Path) -> None:
    path = make_file("a")
    copy = tmp_path / "b"
    copy.write_bytes(path.read_bytes())
    objects = [read_object(path), read_object(copy)]
    (study,) = assemble(objects)
    assert len(study.images) == 1
    assert study.images[0].problems == ()
    assert [(problem.kind, problem.where) for problem in conflicts(objects)] == [(ProblemKind.DUPLICATE, str(copy))]
