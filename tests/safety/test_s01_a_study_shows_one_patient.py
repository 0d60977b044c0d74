"""S1: images of two people are never hung under one patient, whatever Study Instance UID they claim."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.support.images import image_file
from workstation.app import Workstation
from workstation.base.jobs import Job
from workstation.model.identity import Patient, Sex
from workstation.model.patients import differences
from workstation.model.problem import ProblemKind

ANNA = Patient(patient_id="P1", name="Ivanova^Anna", birth_date=date(1970, 3, 15), sex=Sex.FEMALE, issuer="CITY")
STRANGERS: list[dict[str, Any]] = [
    {"PatientID": "P2"},
    {"PatientID": "", "PatientName": "Petrova^Olga"},
    {"PatientID": ""},
    {"PatientName": "Petrova^Olga"},
    {"PatientBirthDate": "19330303"},
    {"PatientSex": "M"},
    {"IssuerOfPatientID": "ELSEWHERE"},
]


def workstation(home: Path) -> Workstation:
    return Workstation.open(home, reader="Dr Test", write_pdf=lambda _final, _path: None)


@pytest.mark.parametrize("stranger", STRANGERS)
def test_an_image_of_another_person_that_comes_later_is_kept_out_and_stays_listed(
    stranger: dict[str, Any], tmp_path: Path
) -> None:
    own = image_file(tmp_path / "first" / "rcc.dcm", SOPInstanceUID="2.25.101", IssuerOfPatientID="CITY")
    other = image_file(
        tmp_path / "then" / "lcc.dcm", **{"SOPInstanceUID": "2.25.102", "IssuerOfPatientID": "CITY", **stranger}
    )
    with workstation(tmp_path / "home") as opened:
        opened.import_paths([own], Job())
        report = opened.import_paths([other], Job())
        (row,) = opened.worklist()
        assert [image.sop_uid for image in opened.look_at(row.study_uid).study.images] == ["2.25.101"]
        assert [(p.kind, p.where) for p in report.problems] == [(ProblemKind.OTHER_PATIENT, "2.25.102")]
    with workstation(tmp_path / "home") as again:
        assert (ProblemKind.OTHER_PATIENT, "2.25.102") in {(p.kind, p.where) for p in again.problems()}


@pytest.mark.parametrize("stranger", STRANGERS)
def test_of_two_people_in_one_import_only_the_first_is_hung(stranger: dict[str, Any], tmp_path: Path) -> None:
    image_file(tmp_path / "in" / "a.dcm", SOPInstanceUID="2.25.101", IssuerOfPatientID="CITY")
    later = {"SOPInstanceUID": "2.25.102", "IssuerOfPatientID": "CITY", "StudyTime": "235900", **stranger}
    image_file(tmp_path / "in" / "b.dcm", **later)
    with workstation(tmp_path / "home") as opened:
        report = opened.import_paths([tmp_path / "in"], Job())
        (row,) = opened.worklist()
        assert [image.sop_uid for image in opened.look_at(row.study_uid).study.images] == ["2.25.101"]
        assert ProblemKind.OTHER_PATIENT in {problem.kind for problem in opened.problems()}
        assert {p.kind for p in report.problems} == {ProblemKind.OTHER_PATIENT}


def test_a_catalogue_made_anew_gives_the_study_to_the_same_patient(tmp_path: Path) -> None:
    with workstation(tmp_path / "home") as opened:
        for number in range(6):
            who = {} if number == 0 else {"PatientName": f"Other^Person{number}", "StudyTime": f"1{number}5900"}
            path = image_file(tmp_path / f"{number}.dcm", SOPInstanceUID=f"2.25.10{number}", **who)
            opened.import_paths([path], Job())
        (before,) = opened.worklist()
    (tmp_path / "home" / "catalogue.sqlite").unlink()
    with workstation(tmp_path / "home") as again:
        (row,) = again.worklist()
        assert row.patient == before.patient
        assert [image.sop_uid for image in again.look_at(row.study_uid).study.images] == ["2.25.100"]


@pytest.mark.parametrize(
    "change", [{"name": "IVANOVA^ANNA^"}, {"name": ""}, {"birth_date": None}, {"sex": None}, {"issuer": None}]
)
def test_what_is_written_otherwise_or_not_at_all_is_no_other_patient(change: dict[str, Any]) -> None:
    assert differences(replace(ANNA, **change), ANNA) == ()


def test_images_that_name_nobody_stay_one_study() -> None:
    nobody = Patient(patient_id="", name="")
    assert differences(nobody, nobody) == ()
    assert differences(nobody, replace(nobody, name="Ivanova^Anna"))
