from __future__ import annotations

import subprocess
import sys
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pydicom
import pytest
from numpy.typing import NDArray
from pydicom.uid import JPEGLosslessSV1, JPEGLSLossless, RLELossless

from workstation.base import codec
from workstation.base.clock import Origins
from workstation.base.errors import CancelledError
from workstation.base.jobs import Job, Progress
from workstation.demo.cases import demo_cases
from workstation.demo.study import write_case
from workstation.demo.truth import Truth
from workstation.demo.worklist import DemoSet, build_demo
from workstation.dicom.pixels import decode_frame

TODAY = date(2026, 3, 2)
NOTHING = (sys.executable, "-c", "pass")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> DemoSet:
    return build_demo(tmp_path_factory.mktemp("demo"), Job(), seed=1, scale=0.125, today=TODAY, service_command=NOTHING)


def pixels_of(path: Path) -> NDArray[Any]:
    return decode_frame(path).pixels


def images_of(demo: DemoSet) -> list[Path]:
    return [path for case in demo.cases for path in sorted(case.images.glob("*.dcm"))]


def test_every_image_is_valid_dicom(demo: DemoSet) -> None:
    for path in images_of(demo):
        judged = subprocess.run(["/usr/bin/dciodvfy", str(path)], capture_output=True, text=True, check=False)
        assert "Error" not in judged.stderr, judged.stderr


def test_every_way_of_compression_decodes_the_same_elsewhere(demo: DemoSet, tmp_path: Path) -> None:
    decoders = {JPEGLosslessSV1: "dcmdjpeg", JPEGLSLossless: "dcmdjpls", RLELossless: "dcmdrle"}
    seen = set()
    for case in demo.cases:
        path = sorted(case.images.glob("*.dcm"))[0]
        syntax = pydicom.dcmread(path, stop_before_pixels=True).file_meta.TransferSyntaxUID
        plain = tmp_path / f"{case.slug}.dcm"
        subprocess.run([f"/usr/bin/{decoders[syntax]}", str(path), str(plain)], check=True)
        np.testing.assert_array_equal(pydicom.dcmread(plain).pixel_array, pixels_of(path))
        seen.add(syntax)
    assert seen == set(decoders)


def test_the_set_holds_every_way_of_storing_grey(demo: DemoSet) -> None:
    headers = [pydicom.dcmread(path, stop_before_pixels=True) for path in images_of(demo)]
    assert any(header.get("VOILUTFunction") == "SIGMOID" for header in headers)
    assert any("VOILUTSequence" in header for header in headers)
    assert {header.PhotometricInterpretation for header in headers} == {"MONOCHROME1", "MONOCHROME2"}


def test_a_mammogram_hangs_by_its_orientation(demo: DemoSet) -> None:
    orientation = {}
    for path in sorted(demo.cases[0].images.glob("*.dcm")):
        header = pydicom.dcmread(path, stop_before_pixels=True)
        orientation[header.ImageLaterality + header.ViewPosition] = "\\".join(header.PatientOrientation)
    assert orientation == {"RCC": "P\\L", "LCC": "A\\R", "RMLO": "P\\FL", "LMLO": "A\\FR"}


def test_padding_is_the_air_around_the_breast(demo: DemoSet) -> None:
    for case in demo.cases:
        header = pydicom.dcmread(sorted(case.images.glob("*.dcm"))[0])
        if header.Modality == "MG":
            pixels = pixels_of(Path(header.filename))
            corner = pixels[:4, :4] if header.ImageLaterality == "R" else pixels[:4, -4:]
            assert (corner == header.PixelPaddingValue).all()


def test_the_prior_is_of_the_same_patient_two_years_earlier_and_without_the_mass(demo: DemoSet) -> None:
    cases = {case.slug: case for case in demo.cases}
    now, prior = cases["spiculated-mass"], cases["spiculated-mass-prior"]
    first, second = (pydicom.dcmread(next(case.images.glob("*.dcm")), stop_before_pixels=True) for case in (now, prior))
    assert (first.PatientID, str(first.PatientName)) == (second.PatientID, str(second.PatientName))
    assert int(first.StudyDate[:4]) - int(second.StudyDate[:4]) == 2
    assert codec.load_json(Truth, now.truth.read_bytes()).findings
    assert not codec.load_json(Truth, prior.truth.read_bytes()).findings


def test_the_truth_lies_inside_the_breast_on_both_views(demo: DemoSet) -> None:
    found = 0
    for case in demo.cases:
        truth = codec.load_json(Truth, case.truth.read_bytes())
        images = {header.SOPInstanceUID: header for header in map(pydicom.dcmread, sorted(case.images.glob("*.dcm")))}
        for finding in truth.findings:
            for mark in finding.marks:
                header = images[mark.sop_uid]
                column, row = (round(value) for value in mark.center)
                assert pixels_of(Path(header.filename))[row, column] != header.get("PixelPaddingValue", -1)
                outline = np.array(mark.outline, np.float32)
                assert cv2.pointPolygonTest(outline, mark.center, measureDist=False) > 0
                found += 1
            if header.Modality == "MG":
                assert [mark.view for mark in finding.marks] == ["CC", "MLO"]
    assert found >= 7


def test_names_are_kept_in_cyrillic_and_in_latin(demo: DemoSet) -> None:
    headers = [pydicom.dcmread(next(case.images.glob("*.dcm")), stop_before_pixels=True) for case in demo.cases]
    names = {str(header.PatientName) for header in headers}
    assert "Иванова^Анна^Петровна" in names
    assert "PETROVA^Elena^Sergeevna" in names
    assert {header.SpecificCharacterSet for header in headers} == {"ISO_IR 192"}


def test_truth_and_results_are_kept_apart_from_what_is_imported(demo: DemoSet) -> None:
    imported = {file for path in demo.paths for file in path.rglob("*")}
    assert not any(file.suffix == ".json" for file in imported)


def test_the_same_seed_and_day_give_the_same_study(demo: DemoSet, tmp_path: Path) -> None:
    case = demo_cases(1)[0]
    performed = datetime.combine(TODAY, case.at)
    again = write_case(tmp_path, case, performed, seed=1, scale=0.125, origins=Origins())
    assert again.study_uid == demo.cases[0].study_uid
    for path in tmp_path.glob("*.dcm"):
        np.testing.assert_array_equal(pixels_of(path), pixels_of(demo.cases[0].images / path.name))
    other_day = write_case(tmp_path / "b", case, performed - timedelta(days=1), seed=1, scale=0.03, origins=Origins())
    assert other_day.study_uid != again.study_uid


def test_a_service_that_fails_is_told_and_the_images_stay(tmp_path: Path) -> None:
    failing = (sys.executable, "-c", "import sys; sys.exit('the licence has run out')")
    built = build_demo(tmp_path, Job(), seed=1, scale=0.04, today=TODAY, service_command=failing)
    assert len(built.problems) == sum(case.results is not None for case in built.cases)
    assert all("the licence has run out" in problem for problem in built.problems)
    assert len(images_of(built)) == 26


def test_a_cancelled_job_stops_between_studies(tmp_path: Path) -> None:
    job = Job()

    def cancel(progress: Progress) -> None:
        if progress.done == 1:
            job.cancel()

    job.on_progress = cancel
    with pytest.raises(CancelledError):
        build_demo(tmp_path, job, seed=1, scale=0.04, today=TODAY, service_command=NOTHING)
    assert len(list(tmp_path.iterdir())) < 4
