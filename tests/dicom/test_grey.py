"""Grey scale as the standard's formulas say, written here a second time, value by value."""

from __future__ import annotations

import math
import subprocess
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from tests.dicom.conftest import MakeFile
from workstation.base import codec
from workstation.dicom.grey import (
    GreyScale,
    Lut,
    Voi,
    VoiFunction,
    VoiSource,
    center_and_width,
    choices,
    display_lut,
    full_range,
    window,
)
from workstation.dicom.grey_header import grey_scale
from workstation.dicom.pixels import decode_frame

PLAIN = GreyScale(bits_stored=16, signed=False, stored_range=(0, 65535))
SIGNED = GreyScale(bits_stored=16, signed=True, stored_range=(-32768, 32767))


def standard_linear(x: float, c: float, w: float, levels: int) -> float:
    """PS3.3 C.11.2.1.2.1, ymin 0, ymax levels - 1."""
    top = levels - 1
    if x <= c - 0.5 - (w - 1) / 2:
        return 0.0
    if x > c - 0.5 + (w - 1) / 2:
        return top
    return ((x - (c - 0.5)) / (w - 1) + 0.5) * top


def standard_linear_exact(x: float, c: float, w: float, levels: int) -> float:
    """PS3.3 C.11.2.1.3.2."""
    top = levels - 1
    if x <= c - w / 2:
        return 0.0
    if x > c + w / 2:
        return top
    return ((x - c) / w + 0.5) * top


def standard_sigmoid(x: float, c: float, w: float, levels: int) -> float:
    """PS3.3 C.11.2.1.3.1."""
    exponent = -4 * (x - c) / w
    return 0.0 if exponent > 700 else (levels - 1) / (1 + math.exp(exponent))


FORMULAS = {
    VoiFunction.LINEAR: standard_linear,
    VoiFunction.LINEAR_EXACT: standard_linear_exact,
    VoiFunction.SIGMOID: standard_sigmoid,
}
windows = st.tuples(
    st.sampled_from(sorted(FORMULAS)),
    st.floats(-70000, 70000, allow_nan=False),
    st.floats(1, 140000, allow_nan=False),
)


@settings(max_examples=60, deadline=None)
@given(
    asked=windows,
    stored=st.lists(st.integers(0, 65535), min_size=1, max_size=20),
    signed=st.booleans(),
    rescale=st.sampled_from([(1.0, 0.0), (1.0, -1024.0), (0.25, 3.5), (2.5, -100.0)]),
    levels=st.sampled_from([256, 1024]),
)
def test_a_window_gives_the_level_of_the_standards_formula(
    asked: tuple[VoiFunction, float, float],
    stored: list[int],
    signed: bool,
    rescale: tuple[float, float],
    levels: int,
) -> None:
    function, center, width = asked
    grey = GreyScale(bits_stored=16, signed=signed, stored_range=(0, 1), slope=rescale[0], intercept=rescale[1])
    table = display_lut(grey, Voi(function=function, center=center, width=width), levels=levels)
    assert table.shape == (65536,)
    for index in stored:
        value = (index - 65536 if signed and index >= 32768 else index) * rescale[0] + rescale[1]
        assert table[index] == pytest.approx(FORMULAS[function](value, center, width, levels), abs=0.5 + 1e-6)


def test_the_windows_of_the_standards_notes() -> None:
    """C.11.2.1.2.1: center 2048, width 4096 spans 0 to 4095; width 1 is a threshold at the center."""
    whole = display_lut(PLAIN, Voi(center=2048, width=4096), levels=1024)
    assert (whole[0], whole[4095], whole[1]) == (0, 1023, 0)
    threshold = display_lut(PLAIN, Voi(center=100, width=1))
    assert threshold[:102].tolist() == [0] * 100 + [255] * 2
    black_below_zero = display_lut(SIGNED, Voi(center=0, width=100))
    assert black_below_zero[np.array([-50, 49], dtype=np.int16).view(np.uint16)].tolist() == [0, 255]


def test_pixels_of_either_sign_index_the_same_table() -> None:
    pixels = np.array([[-5, 0, 5]], dtype=np.int16)
    table = display_lut(SIGNED, Voi(function=VoiFunction.LINEAR_EXACT, center=0, width=10))
    assert table[pixels.view(np.uint16)].tolist() == [[0, 128, 255]]


@settings(max_examples=30, deadline=None)
@given(asked=windows, inverted=st.booleans(), invert=st.booleans(), signed=st.booleans())
def test_padding_is_black_in_every_window_and_polarity(
    asked: tuple[VoiFunction, float, float], inverted: bool, invert: bool, signed: bool
) -> None:
    function, center, width = asked
    grey = GreyScale(bits_stored=16, signed=signed, stored_range=(0, 1), inverted=inverted, padding=(10, 30))
    voi = Voi(function=function, center=center, width=width)
    table = display_lut(grey, voi, invert=invert)
    assert not table[10:31].any()
    without = display_lut(GreyScale(bits_stored=16, signed=signed, stored_range=(0, 1)), voi)
    plain = 255 - without.astype(int) if inverted != invert else without.astype(int)
    outside = np.r_[0:10, 31:65536]
    assert np.abs(table[outside] - plain[outside]).max() <= 1


def test_monochrome_1_shows_low_values_bright(make_file: MakeFile) -> None:
    ramp = np.arange(256, dtype=np.uint16).reshape(16, 16)
    asked = {"pixels": ramp, "WindowCenter": 128, "WindowWidth": 256}
    for attributes, bright in (
        ({}, 255),
        ({"PhotometricInterpretation": "MONOCHROME1"}, 0),
        ({"PhotometricInterpretation": "MONOCHROME1", "PresentationLUTShape": "INVERSE"}, 0),
        ({"PresentationLUTShape": "INVERSE"}, 0),
        ({"PresentationLUTShape": "IDENTITY"}, 255),
    ):
        frame = decode_frame(make_file(**asked, **attributes))
        assert frame.grey is not None
        table = display_lut(frame.grey, choices(frame.grey)[0])
        assert table[bright] == 255
        assert table[255 - bright] == 0
        assert display_lut(frame.grey, choices(frame.grey)[0], invert=True)[bright] == 0


def grey_of(make_file: MakeFile, pixels: np.ndarray | None = None, **attributes: object) -> GreyScale:
    grey = decode_frame(make_file(pixels=pixels, **attributes)).grey
    assert grey is not None
    return grey


def lut_item(descriptor: list[int], data: list[int] | bytes, name: str = "") -> Dataset:
    item = Dataset()
    item.add_new("LUTDescriptor", "SS" if min(descriptor) < 0 else "US", descriptor)
    item.add_new("LUTData", "OW" if isinstance(data, bytes) else "US", data)
    item.LUTExplanation = name
    return item


def test_the_file_s_windows_keep_their_order_and_names(make_file: MakeFile) -> None:
    grey = grey_of(
        make_file,
        WindowCenter=[20, 25, 30], WindowWidth=[10, 20, 0], WindowCenterWidthExplanation=["NORMAL", "HARDER", "NONE"],
        VOILUTFunction="SIGMOID",
    )  # fmt: skip
    found = choices(grey)
    assert [(voi.name, voi.center, voi.function) for voi in found[:2]] == [
        ("NORMAL", 20.0, VoiFunction.SIGMOID), ("HARDER", 25.0, VoiFunction.SIGMOID),
    ]  # fmt: skip
    assert [voi.source for voi in found] == [VoiSource.FILE, VoiSource.FILE, VoiSource.FULL_RANGE]


def test_without_a_window_the_frame_s_own_range_is_shown(make_file: MakeFile) -> None:
    pixels = np.array([[0, 0, 100, 300], [65535, 200, 150, 100]], dtype=np.uint16)
    grey = grey_of(make_file, pixels, PixelPaddingValue=65535, PixelPaddingRangeLimit=60000)
    assert grey.stored_range == (0, 300)
    (only,) = choices(grey)
    table = display_lut(grey, only)
    assert (table[0], table[150], table[300], table[65535], table[60000]) == (0, 128, 255, 0, 0)


def test_an_image_of_one_value_has_a_range_too(make_file: MakeFile) -> None:
    grey = grey_of(make_file, np.full((4, 4), 7, dtype=np.uint16))
    assert display_lut(grey, choices(grey)[0])[[6, 8]].tolist() == [0, 255]


@pytest.mark.parametrize("as_bytes", [True, False])
def test_a_voi_lut_is_read_as_ow_and_as_us(make_file: MakeFile, as_bytes: bool) -> None:
    curve = [0, 10, 40, 90, 160, 250]
    data = np.array(curve, dtype="<u2").tobytes() if as_bytes else curve
    grey = grey_of(make_file, VOILUTSequence=Sequence([lut_item([6, 20, 8], data, "CURVE")]), WindowCenter=1)
    voi = choices(grey)[0]
    assert (voi.name, voi.function, voi.table) == (
        "CURVE", VoiFunction.TABLE, Lut(first=20, bits=8, entries=tuple(curve)),
    )  # fmt: skip
    table = display_lut(grey, voi)
    assert table[[0, 20, 21, 25, 999]].tolist() == [0, 0, 10, 250, 250]


def test_a_voi_lut_of_bytes_is_read(make_file: MakeFile) -> None:
    grey = grey_of(make_file, VOILUTSequence=Sequence([lut_item([4, 0, 8], bytes([1, 2, 3, 255]))]))
    assert choices(grey)[0].table == Lut(first=0, bits=8, entries=(1, 2, 3, 255))


def test_a_voi_lut_of_a_ct_starts_at_a_negative_value(make_file: MakeFile) -> None:
    pixels = np.array([[0, 1024], [1025, 2000]], dtype=np.uint16)
    item = lut_item([3, 65535, 8], [0, 100, 200])
    grey = grey_of(make_file, pixels, RescaleSlope=1, RescaleIntercept=-1024, VOILUTSequence=Sequence([item]))
    voi = choices(grey)[0]
    assert voi.table is not None
    assert voi.table.first == -1
    assert display_lut(grey, voi)[[1023, 1024, 1025]].tolist() == [0, 100, 200]


def test_a_modality_lut_comes_before_the_window(make_file: MakeFile) -> None:
    item = lut_item([3, 10, 16], [1000, 500, 0])
    grey = grey_of(make_file, ModalityLUTSequence=Sequence([item]), WindowCenter=500.5, WindowWidth=1001)
    assert display_lut(grey, choices(grey)[0])[[0, 10, 11, 12, 50]].tolist() == [255, 255, 128, 0, 0]


def test_each_frame_has_its_own_window_or_the_shared_one(make_file: MakeFile) -> None:
    def group(center: float | None) -> Dataset:
        group = Dataset()
        if center is not None:
            voi = Dataset()
            voi.WindowCenter, voi.WindowWidth = center, 50
            group.FrameVOILUTSequence = Sequence([voi])
        return group

    pixels = np.zeros((3 * 4, 4), dtype=np.uint16)
    path = make_file(
        pixels=pixels, Rows=4, NumberOfFrames=3,
        SharedFunctionalGroupsSequence=Sequence([group(40)]),
        PerFrameFunctionalGroupsSequence=Sequence([group(10), group(None), group(30)]),
    )  # fmt: skip
    greys = [decode_frame(path, number).grey for number in (1, 2, 3)]
    assert [grey and choices(grey)[0].center for grey in greys] == [10.0, 40.0, 30.0]


def test_signed_padding_written_as_unsigned_is_understood(make_file: MakeFile) -> None:
    pixels = np.array([[-2000, -1000], [0, 500]], dtype=np.int16)
    grey = grey_of(make_file, pixels, PixelPaddingValue=-2000)
    assert grey.padding == (-2000, -2000)
    assert grey.stored_range == (-1000, 500)


def test_the_reader_s_own_window_keeps_the_curve_it_came_from() -> None:
    sigmoid = window(PLAIN, 100, 50, like=Voi(function=VoiFunction.SIGMOID, center=1, width=2))
    assert (sigmoid.function, sigmoid.source) == (VoiFunction.SIGMOID, VoiSource.READER)
    table = Voi(function=VoiFunction.TABLE, table=Lut(first=10, bits=8, entries=(0, 1, 2, 3)))
    assert center_and_width(PLAIN, table) == (12.0, 4.0)
    assert window(PLAIN, 5, -3, like=table).function is VoiFunction.LINEAR
    assert window(PLAIN, 5, -3).width == 1.0


def test_a_grey_scale_travels_as_json() -> None:
    grey = GreyScale(
        bits_stored=12, signed=True, stored_range=(-5, 5), padding=(-5, -4), inverted=True,
        modality_lut=Lut(first=-3, bits=16, entries=(1, 2)), vois=(full_range(PLAIN), Voi(name="A", center=1, width=2)),
    )  # fmt: skip
    assert codec.load(GreyScale, codec.dump(grey)) == grey


@pytest.mark.parametrize(
    ("name", "option", "choice"),
    [
        ("vlut_04.dcm", "+Wl 1", 0), ("mlut_18.dcm", "+Wm", 0), ("GH133.dcm", "+Wl 1", 0), ("GH133.dcm", "+Wi 1", 3),
        ("gdcm-CR-MONO1-10-chest.dcm", "+Wi 1", 0), ("RG3_JPLY", "+Wi 1", 0),
        ("CTImage.dcm_LittleEndianExplicit*", "+Wi 1", 0), ("CR-ModalitySequenceLUT.dcm", "+Wm", 0),
    ],
)  # fmt: skip
def test_dcmtk_draws_the_same_picture(real_data: Path, tmp_path: Path, name: str, option: str, choice: int) -> None:
    (path,) = real_data.rglob(name)
    drawn = tmp_path / "drawn.pgm"
    subprocess.run(["/usr/bin/dcmj2pnm", "+op", "-O", *option.split(), path, drawn], check=True, capture_output=True)
    frame = decode_frame(path)
    assert frame.grey is not None
    ours = display_lut(frame.grey, choices(frame.grey)[choice])[frame.pixels.view(np.uint16)]
    header_end = drawn.read_bytes().index(b"255\n") + 4
    theirs = np.frombuffer(drawn.read_bytes(), dtype=np.uint8, offset=header_end).reshape(ours.shape)
    assert np.abs(ours.astype(int) - theirs).max() <= 1  # DCMTK cuts where we round


@pytest.mark.parametrize(
    ("modality", "stated", "units"),
    [("CT", None, "HU"), ("CT", "US", ""), ("CT", "HU", "HU"), ("MG", "US", ""), ("MG", None, ""), ("MG", "OD", "OD")],
)
def test_values_have_the_unit_that_the_header_states_and_no_other(
    modality: str, stated: str | None, units: str
) -> None:
    dataset = Dataset()
    dataset.Modality, dataset.BitsStored, dataset.PixelRepresentation = modality, 12, 0
    if stated:
        dataset.RescaleType = stated
    assert grey_scale(dataset, 1, np.zeros((2, 2), np.uint16)).units == units
