"""Images and overlay images as written."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pydicom
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from pydicom.dataset import Dataset

from tests.dicom.judges import dciodvfy_errors
from tests.dicom.writer_examples import CHEST_PA, LCC, RCC, SERIES, SERVICE, STUDY, image, origins
from workstation.dicom import grey
from workstation.dicom.objects import read_object
from workstation.dicom.pixels import decode_frame
from workstation.dicom.writers import common
from workstation.dicom.writers.image import Grey, VoiLut, Window, write_image
from workstation.dicom.writers.secondary_capture import OverlayImage, write_overlay_series
from workstation.model.identity import SOPInstanceUID
from workstation.model.study import Calibration, Image, Laterality

RNG = np.random.default_rng(5)
PIXELS = RNG.integers(0, 2**12, (64, 48), dtype=np.uint16)
LINEAR = Grey(bits_stored=12, padding=0, windows=(Window(center=2048, width=3000, explanation="NORMAL"),))


def write(path: Path, what: Image = LCC, shown: Grey = LINEAR, magnification: float | None = None) -> Path:
    return write_image(
        path, PIXELS, study=STUDY, series=SERIES, image=what, grey=shown, origins=origins(), magnification=magnification
    )


@pytest.mark.parametrize("what", [LCC, RCC, CHEST_PA])
@pytest.mark.parametrize("syntax", common.LOSSLESS_SYNTAXES)
def test_every_image_is_valid_and_keeps_its_pixels(tmp_path: Path, what: Image, syntax: str) -> None:
    path = write(tmp_path / "image.dcm", image(1, what.laterality, what.view or "", transfer_syntax=syntax))
    assert dciodvfy_errors(path) == []
    np.testing.assert_array_equal(decode_frame(path).pixels, PIXELS)


def test_the_header_comes_back_as_it_was_given(tmp_path: Path) -> None:
    found = read_object(write(tmp_path / "image.dcm")).study
    (read,) = found.images
    assert found.patient == STUDY.patient
    assert (read.laterality, read.view, read.patient_orientation) == (Laterality.LEFT, "CC", ("A", "R"))
    assert read.technique == LCC.technique
    assert read.spacing == LCC.spacing
    assert read.problems == ()


def test_a_magnified_image_says_so(tmp_path: Path) -> None:
    (read,) = read_object(write(tmp_path / "image.dcm", magnification=1.4)).study.images
    assert read.spacing is not None
    assert read.spacing.calibration is Calibration.MAGNIFICATION_CORRECTED
    assert read.spacing.row_mm == pytest.approx(0.05)


def test_a_sigmoid_window_and_a_lookup_table_are_what_the_file_asks_for_first(tmp_path: Path) -> None:
    sigmoid = Grey(bits_stored=12, windows=(Window(center=1800, width=900, function="SIGMOID", explanation="SOFT"),))
    table = Grey(bits_stored=12, luts=(VoiLut(first=0, bits=12, entries=tuple(range(4096)), explanation="STEEP"),))
    for number, (asked, name) in enumerate(((sigmoid, "SOFT"), (table, "STEEP"))):
        path = write(tmp_path / f"{number}.dcm", shown=asked)
        assert dciodvfy_errors(path) == []
        shown = decode_frame(path).grey
        assert shown is not None
        assert name in str(grey.choices(shown)[0])


def test_wrong_geometry_and_unknown_kinds_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="the pixels are"):
        write(tmp_path / "x.dcm", image(1, Laterality.LEFT, "CC", rows=63))
    with pytest.raises(ValueError, match="modality"):
        write(tmp_path / "x.dcm", image(1, Laterality.LEFT, "CC", modality="US"))
    with pytest.raises(ValueError, match="lossless"):
        write(tmp_path / "x.dcm", image(1, Laterality.LEFT, "CC", transfer_syntax="1.2.840.10008.1.2.4.50"))
    with pytest.raises(ValueError, match="LUT"):
        write(tmp_path / "x.dcm", shown=Grey(bits_stored=12, luts=(VoiLut(first=0, bits=8, entries=(0, 255)),)))
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_could_not_be_written_leaves_the_old_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "image.dcm")
    before = path.read_bytes()

    def full_disk(*_args: object, **_kwargs: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(Dataset, "save_as", full_disk)
    with pytest.raises(OSError, match="disk full"):
        write(path, RCC)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


@given(
    pixels=arrays.arrays(np.uint16, (9, 7), elements=st.integers(0, 2**14 - 1)),
    syntax=st.sampled_from(common.LOSSLESS_SYNTAXES),
)
def test_any_pixels_survive_every_lossless_syntax(
    tmp_path_factory: pytest.TempPathFactory, pixels: np.ndarray, syntax: str
) -> None:
    path = tmp_path_factory.mktemp("pixels") / "image.dcm"
    what = image(1, Laterality.LEFT, "CC", rows=9, columns=7, transfer_syntax=syntax)
    write_image(path, pixels, study=STUDY, series=SERIES, image=what, grey=Grey(bits_stored=14), origins=origins())
    np.testing.assert_array_equal(decode_frame(path).pixels, pixels)


OVERLAY = RNG.integers(0, 256, (64, 48, 3), dtype=np.uint8)


def test_an_overlay_series_keeps_geometry_identifiers_and_its_source(tmp_path: Path) -> None:
    overlay = OverlayImage(source=LCC, sop_uid=SOPInstanceUID("2.25.88"), pixels=OVERLAY)
    (path,) = write_overlay_series(tmp_path, [overlay], study=STUDY, series=SERIES, service=SERVICE, origins=origins())
    assert dciodvfy_errors(path) == []
    np.testing.assert_array_equal(decode_frame(path).pixels, OVERLAY)
    header = pydicom.dcmread(path, stop_before_pixels=True)
    assert (header.PatientID, header.AccessionNumber) == ("P-1", "A26-1")
    assert header.SourceImageSequence[0].ReferencedSOPInstanceUID == LCC.sop_uid
    assert header.BurnedInAnnotation == "YES"
    assert (header.InstitutionName, header.InstitutionalDepartmentName) == ("Example CAD", "2.5.1")
    (read,) = read_object(path).study.images
    assert read.source_images == (LCC.sop_uid,)
    assert (read.laterality, read.patient_orientation) == (LCC.laterality, LCC.patient_orientation)


def test_an_overlay_of_another_size_is_refused(tmp_path: Path) -> None:
    overlay = OverlayImage(source=LCC, sop_uid=SOPInstanceUID("2.25.88"), pixels=OVERLAY[:-1])
    with pytest.raises(ValueError, match="geometry"):
        write_overlay_series(tmp_path, [overlay], study=STUDY, series=SERIES, service=SERVICE, origins=origins())
