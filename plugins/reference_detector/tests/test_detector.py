"""What the reference detector finds, misses and says, on phantoms made for the purpose."""

from __future__ import annotations

import math
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, time
from pathlib import Path

import numpy as np
import pydicom
import pytest
from diptych_reference_detector import VERSION, search
from diptych_reference_detector import __main__ as service
from diptych_reference_detector.breast import density_from
from diptych_reference_detector.candidates import Weights

from workstation.base.clock import Origins
from workstation.demo.anatomy import Breast, Canvas, Lesion
from workstation.demo.cases import CHEST, MAMMOGRAPHY, SELENE, TORSO, Case
from workstation.demo.chest import Chest
from workstation.demo.mammogram import draw
from workstation.demo.study import write_case
from workstation.demo.truth import Truth
from workstation.dicom.pixels import decode_frame
from workstation.dicom.sr_tree import read_sr
from workstation.model.identity import Patient
from workstation.model.lexicon import CALCIFICATION_CLUSTER, MASS
from workstation.model.result import AIResult, Density, RunStatus, Triage
from workstation.model.study import Laterality
from workstation.overlays.readers.mammography_cad import MammographyCadReader
from workstation.overlays.readers.measurement_report import MeasurementReportReader

SCALE = 0.125
OBVIOUS = Lesion(kind=MASS, margin="circumscribed", size_mm=14.0, position=(46.0, 18.0, 10.0), contrast=0.9)
FORMATS = ("cad-sr", "tid1500", "series")
MakeStudy = Callable[..., tuple[Path, Truth]]


def fatty(seed: int, side: Laterality, *lesions: Lesion) -> Breast:
    return Breast(seed=seed, laterality=side, density=Density.A, lesions=lesions)


@pytest.fixture(scope="module")
def make_study(tmp_path_factory: pytest.TempPathFactory) -> MakeStudy:
    def make(anatomy: tuple[Breast, Breast] | Chest) -> tuple[Path, Truth]:
        chest = isinstance(anatomy, Chest)
        case = Case(
            slug="test",
            patient=Patient(patient_id="T-1", name="Тестова^Анна"),
            machine=TORSO if chest else SELENE,
            days_ago=0,
            at=time(9, 0),
            accession="T1",
            description=CHEST if chest else MAMMOGRAPHY,
            anatomy=anatomy,
        )
        folder = tmp_path_factory.mktemp("study")
        return folder, write_case(folder, case, datetime(2026, 3, 2, 9), seed=1, scale=SCALE, origins=Origins())

    return make


@pytest.fixture(scope="module")
def ill(make_study: MakeStudy, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Truth, Path]:
    """A fatty left breast with a mass nobody can overlook, read by the service."""
    folder, truth = make_study((fatty(11, Laterality.RIGHT), fatty(12, Laterality.LEFT, OBVIOUS)))
    out = tmp_path_factory.mktemp("results")
    service.run(folder, out, FORMATS, Origins(now=lambda: datetime(2026, 3, 2, 10, tzinfo=UTC)))
    return folder, truth, out


def cad(out: Path) -> AIResult:
    return MammographyCadReader().read(read_sr(out / "cad-sr.dcm"))


def report(out: Path) -> AIResult:
    return MeasurementReportReader().read(read_sr(out / "tid1500.dcm"))


def test_an_obvious_mass_is_found_on_both_views(ill: tuple[Path, Truth, Path]) -> None:
    _, truth, out = ill
    masses = [
        finding for finding in cad(out).findings if finding.kind == MASS and finding.laterality is Laterality.LEFT
    ]
    marks = [mark for finding in masses for mark in finding.shown_marks()]
    (lesion,) = truth.findings
    for true_mark in lesion.marks:
        near = [mark for mark in marks if mark.sop_uid == true_mark.sop_uid]
        distances = [math.dist(mark.center(), true_mark.center) * SELENE.spacing_mm / SCALE for mark in near]
        assert min(distances, default=math.inf) < 7.0
    assert max(finding.probability or 0.0 for finding in masses) > 0.5


def test_an_empty_breast_is_said_to_be_without_findings(make_study: MakeStudy, tmp_path: Path) -> None:
    folder, _ = make_study((fatty(15, Laterality.RIGHT), fatty(16, Laterality.LEFT)))
    service.run(folder, tmp_path, ("cad-sr",), Origins())
    found = cad(tmp_path)
    assert found.findings == ()
    assert found.triage is Triage.NORMAL
    assert found.run_status is RunStatus.SUCCEEDED


def test_a_normal_chest_is_said_to_be_without_findings(make_study: MakeStudy, tmp_path: Path) -> None:
    folder, _ = make_study(Chest(seed=61))
    service.run(folder, tmp_path, ("tid1500",), Origins())
    found = report(tmp_path)
    assert found.triage is Triage.NORMAL
    assert found.texts.conclusion is not None


def test_both_reports_say_the_same_with_the_same_tracking_uids(ill: tuple[Path, Truth, Path]) -> None:
    by_cad, by_report = cad(ill[2]), report(ill[2])
    assert {finding.tracking_uid for finding in by_cad.findings} == {
        finding.tracking_uid for finding in by_report.findings
    }
    assert by_cad.density == by_report.density
    assert by_cad.sr_uid != by_report.sr_uid


def test_every_file_carries_service_version_and_warning_and_is_valid(ill: tuple[Path, Truth, Path]) -> None:
    files = sorted(ill[2].glob("*.dcm"))
    assert len(files) == 6
    for path in files:
        judged = subprocess.run(["/usr/bin/dciodvfy", str(path)], capture_output=True, text=True, check=False)
        assert "Error" not in judged.stderr, judged.stderr
        header = pydicom.dcmread(path, stop_before_pixels=True)
        assert "FOR RESEARCH PURPOSES ONLY" in header.SeriesDescription
        assert header.ManufacturerModelName == "Diptych Reference Detector"
        assert header.SoftwareVersions == VERSION


def test_the_overlay_has_the_original_s_geometry_and_the_warning_in_its_air(ill: tuple[Path, Truth, Path]) -> None:
    folder, _, out = ill
    sources = {header.SOPInstanceUID: header for header in map(pydicom.dcmread, sorted(folder.glob("*.dcm")))}
    for path in sorted(out.glob("overlay-*.dcm")):
        header = pydicom.dcmread(path, stop_before_pixels=True)
        source = sources[header.SourceImageSequence[0].ReferencedSOPInstanceUID]
        pixels = decode_frame(path).pixels
        original = decode_frame(Path(source.filename)).pixels
        assert pixels.shape[:2] == original.shape
        air = pixels[original == source.PixelPaddingValue]
        assert (air > 128).any()


def test_the_detector_never_opens_the_truth(ill: tuple[Path, Truth, Path], tmp_path: Path) -> None:
    folder, _, out = ill
    (folder / "truth.json").write_text("not json, and never read", encoding="utf-8")
    service.run(folder, tmp_path, ("cad-sr",), Origins())
    assert len(cad(tmp_path).findings) == len(cad(out).findings)


def test_a_cluster_of_calcifications_is_found_at_fine_resolution() -> None:
    cluster = Lesion(kind=CALCIFICATION_CLUSTER, margin="pleomorphic", size_mm=9.0, position=(46.0, 18.0, 10.0))
    canvas = Canvas(rows=2048, columns=1664, spacing_mm=0.14)
    drawing = draw(fatty(12, Laterality.LEFT, cluster), "CC", canvas)
    found = search.mammogram(np.asarray(drawing.pixels / 16383, np.float32), canvas.spacing_mm, "CC")
    assert found is not None
    clusters = [mark for mark in found.marks if mark[0].kind == CALCIFICATION_CLUSTER]
    best = max(clusters, key=lambda mark: mark[0].probability)
    assert best[0].probability > 0.5
    assert math.dist(best[1], drawing.lesions[0].center) * canvas.spacing_mm < 5.0


def test_density_rises_with_the_dense_share() -> None:
    assert [density_from([share, share]) for share in (0.05, 0.3, 0.45, 0.8)] == list(Density)


def test_a_score_is_a_probability() -> None:
    weights = Weights(bias=0.0, weights=(1.0,))
    assert weights.probability((0.0,)) == 0.5
    assert 0.0 < weights.probability((-1e6,)) < weights.probability((1e6,)) < 1.0


def test_images_without_a_breast_are_told_and_nothing_is_called_normal(make_study: MakeStudy, tmp_path: Path) -> None:
    folder, _ = make_study((fatty(11, Laterality.RIGHT), fatty(12, Laterality.LEFT)))
    blank(sorted(folder.glob("*.dcm"))[0])
    service.run(folder, tmp_path, ("cad-sr",), Origins())
    found = cad(tmp_path)
    assert found.run_status is RunStatus.PARTIAL
    assert found.triage is not Triage.NORMAL


def blank(path: Path) -> None:
    dataset = pydicom.dcmread(path)
    dataset.file_meta.TransferSyntaxUID = pydicom.uid.ExplicitVRLittleEndian
    dataset.PixelData = bytes(dataset.Rows * dataset.Columns * 2)
    dataset["PixelData"].VR = "OW"
    dataset["PixelData"].is_undefined_length = False
    dataset.save_as(path)


def test_a_folder_that_is_no_study_is_refused_in_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "notes.txt").write_text("no image", encoding="utf-8")
    assert service.main([str(tmp_path), str(tmp_path / "out")]) == 1
    assert "one study is needed" in capsys.readouterr().err


def test_a_chest_is_not_reported_as_mammography(make_study: MakeStudy, tmp_path: Path) -> None:
    folder, _ = make_study(Chest(seed=61))
    assert service.main([str(folder), str(tmp_path), "--formats", "cad-sr"]) == 1
    assert not list(tmp_path.iterdir())
