"""Decoded pixels are the file's, in every syntax; what cannot be decoded says why."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.encaps import encapsulate
from pydicom.uid import (
    MPEG2MPML,
    JPEG2000Lossless,
    JPEGLosslessSV1,
    JPEGLSLossless,
    RLELossless,
)

from tests.dicom.conftest import MakeDataset, MakeFile
from workstation.base.errors import BadInputError
from workstation.base.workers import WorkerPool
from workstation.dicom.objects import read_object
from workstation.dicom.pixels import FrameLoader, decode_frame
from workstation.model.problem import ProblemKind

LOSSLESS_CT = (
    "DeflatedExplicitVRLittleEndian", "JPEG2000LosslessOnly", "JPEGLSLossless", "JPEGProcess14SV1",
    "JPEGProcess14Transfer", "LittleEndianImplicit", "RLELossless",
)  # fmt: skip
LOSSY_CT = ("JPEG2000TransferSyntax", "JPEGLSLossyTransferSyntax")
BASELINES = ("JPEGProcess2_4", "JPEGProcess6_8", "JPEGProcess10_12")


def ct(real_data: Path, syntax: str) -> Path:
    (path,) = (real_data / "transfer_syntaxes").rglob(f"CTImage.dcm_{syntax}*")
    return path


def by_pydicom(path: Path, frame: int = 1) -> np.ndarray:
    """An independent decoder's stored values, cut to Bits Stored as it leaves them."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pydicom.pixels.pixel_array(path, index=frame - 1)


@pytest.mark.parametrize("syntax", LOSSLESS_CT)
def test_one_slice_in_lossless_syntaxes_is_the_same_to_the_bit(real_data: Path, syntax: str) -> None:
    expected = decode_frame(ct(real_data, "LittleEndianExplicit")).pixels
    decoded = decode_frame(ct(real_data, syntax)).pixels
    assert decoded.dtype == np.int16
    np.testing.assert_array_equal(decoded, expected)


@pytest.mark.parametrize("syntax", LOSSY_CT)
def test_one_slice_in_lossy_syntaxes_is_nearly_the_same(real_data: Path, syntax: str) -> None:
    expected = decode_frame(ct(real_data, "LittleEndianExplicit")).pixels.astype(int)
    decoded = decode_frame(ct(real_data, syntax)).pixels.astype(int)
    assert 0 < np.abs(decoded - expected).max() < 30


@pytest.mark.parametrize("syntax", BASELINES)
def test_extended_and_progressive_jpeg_of_12_bits_is_decoded(real_data: Path, syntax: str) -> None:
    frame = decode_frame(ct(real_data, syntax))
    expected = decode_frame(ct(real_data, "LittleEndianExplicit")).pixels
    assert frame.pixels.dtype == np.uint16
    inside = expected > -1000
    assert np.corrcoef(frame.pixels[inside], expected[inside])[0, 1] > 0.999


def real_images(real_data: Path) -> list[Path]:
    folders = ("cr_dx", "transfer_syntaxes", "lut_and_pixels", "mammography", "ai_secondary_capture")
    paths = (path for folder in folders for path in (real_data / folder).rglob("*") if path.is_file())
    return sorted(path for path in paths if path.stat().st_size < 10_000_000)


def test_every_real_image_decodes_as_an_independent_decoder_says(real_data: Path) -> None:
    compared = 0
    for path in real_images(real_data):
        frame = decode_frame(path)
        header = pydicom.dcmread(path, stop_before_pixels=True)
        assert frame.pixels.shape[:2] == (header.Rows, header.Columns), path
        try:
            expected = by_pydicom(path)
        except (AttributeError, NotImplementedError, RuntimeError, ValueError):
            continue  # a syntax or a header that pydicom cannot decode here
        if header.PhotometricInterpretation == "PALETTE COLOR":
            expected = pydicom.pixels.apply_color_lut(expected, header)
            expected = expected >> 8 * (expected.dtype.itemsize - 1)
        elif frame.grey is None:
            expected = expected >> max(0, header.BitsStored - 8)
        np.testing.assert_array_equal(frame.pixels, expected[..., :3] if frame.grey is None else expected, str(path))
        compared += 1
    assert compared >= 50


def test_each_frame_of_a_multi_frame_image_is_found_by_itself(real_data: Path) -> None:
    names = (
        "CT0012.fragmented_no_bot_jpeg_ls.80.dcm", "CT0012.not_fragmented_bot_rle.dcm", "SC_rgb_rle_16bit_2frame.dcm",
        "examples_ybr_color.dcm", "jpeg2k_3d.dcm", "emri_small.dcm", "emri_small_RLE.dcm",
    )  # fmt: skip
    for name in names:
        (path,) = real_data.rglob(name)
        header = pydicom.dcmread(path, stop_before_pixels=True)
        shift = 8 if header.BitsStored == 16 and header.SamplesPerPixel == 3 else 0
        for number in (1, 2, int(header.NumberOfFrames)):
            np.testing.assert_array_equal(decode_frame(path, number).pixels, by_pydicom(path, number) >> shift, name)


def test_fragmented_frames_without_offsets_are_told_apart(real_data: Path) -> None:
    (lossless,) = real_data.rglob("CT0012.fragmented_no_bot_jpeg_lossless.70.dcm")
    (run_length,) = real_data.rglob("CT0012.not_fragmented_bot_rle.dcm")
    for number in (1, 2):
        np.testing.assert_array_equal(decode_frame(lossless, number).pixels, decode_frame(run_length, number).pixels)


def test_jpeg_xl_is_decoded(real_data: Path) -> None:
    (path,) = real_data.rglob("monochrome_jpeg_xl.dcm")
    pixels = decode_frame(path).pixels
    assert pixels.shape == (1024, 256)
    assert pixels.max() > pixels.min()


@pytest.mark.parametrize("syntax", [RLELossless, JPEG2000Lossless, JPEGLSLossless, JPEGLosslessSV1])
@pytest.mark.parametrize(("bits", "signed"), [(12, False), (16, False), (12, True)])
def test_what_a_coder_wrote_comes_back(
    make_dataset: MakeDataset, tmp_path: Path, syntax: str, bits: int, signed: bool
) -> None:
    import imagecodecs

    random = np.random.default_rng(7)
    unsigned = random.integers(0, 2**bits, (40, 56), dtype=np.uint16)
    coders = {
        RLELossless: lambda array: None,
        JPEG2000Lossless: lambda array: imagecodecs.jpeg2k_encode(array, level=0, codecformat="j2k"),
        JPEGLSLossless: imagecodecs.jpegls_encode,
        JPEGLosslessSV1: lambda array: imagecodecs.ljpeg_encode(array, bitspersample=bits),
    }
    dataset = make_dataset(unsigned, BitsStored=bits, HighBit=bits - 1, PixelRepresentation=int(signed))
    if syntax == RLELossless:
        dataset.compress(RLELossless)
    else:
        dataset.PixelData = encapsulate([coders[syntax](unsigned)])
        dataset["PixelData"].VR = "OB"
        dataset["PixelData"].is_undefined_length = True
        dataset.file_meta.TransferSyntaxUID = syntax
    path = tmp_path / "coded.dcm"
    dataset.save_as(path, enforce_file_format=True)
    signs = (unsigned.astype(int) ^ 2 ** (bits - 1)) - 2 ** (bits - 1)
    np.testing.assert_array_equal(decode_frame(path).pixels, signs if signed else unsigned)


def test_bits_above_the_stored_ones_are_not_part_of_the_value(make_file: MakeFile) -> None:
    stored = np.array([[0x0000, 0x0FFF], [0x0800, 0x07FF]], dtype=np.uint16)
    overlaid = stored | 0xA000
    unsigned = decode_frame(make_file("u", pixels=overlaid, BitsStored=12, HighBit=11)).pixels
    np.testing.assert_array_equal(unsigned, stored)
    signed = decode_frame(make_file("s", pixels=overlaid, BitsStored=12, HighBit=11, PixelRepresentation=1)).pixels
    np.testing.assert_array_equal(signed, [[0, -1], [-2048, 2047]])


def test_values_that_lie_high_in_their_cells_are_shifted_down(make_file: MakeFile) -> None:
    stored = np.array([[0, 4095], [1, 2048]], dtype=np.uint16)
    decoded = decode_frame(make_file(pixels=stored << 4, BitsStored=12, HighBit=15)).pixels
    np.testing.assert_array_equal(decoded, stored)


def test_single_bits_are_unpacked_frame_by_frame(make_file: MakeFile) -> None:
    bits = np.random.default_rng(3).integers(0, 2, (3, 5, 3), dtype=np.uint8)
    packed = np.packbits(bits.ravel(), bitorder="little")
    path = make_file(
        pixels=packed.reshape(1, -1), Rows=5, Columns=3, NumberOfFrames=3, BitsAllocated=1, BitsStored=1, HighBit=0
    )
    for number in (1, 2, 3):
        np.testing.assert_array_equal(decode_frame(path, number).pixels, bits[number - 1])


def test_colours_by_plane_and_by_pixel_are_the_same(make_file: MakeFile) -> None:
    rgb = np.random.default_rng(1).integers(0, 256, (4, 6, 3), dtype=np.uint8)
    colour = {"SamplesPerPixel": 3, "PhotometricInterpretation": "RGB", "Rows": 4, "Columns": 6}
    by_pixel = make_file("pixel", pixels=rgb, PlanarConfiguration=0, **colour)
    planes = np.ascontiguousarray(np.moveaxis(rgb, 2, 0))
    by_plane = make_file("plane", pixels=planes, PlanarConfiguration=1, **colour)
    np.testing.assert_array_equal(decode_frame(by_pixel).pixels, rgb)
    np.testing.assert_array_equal(decode_frame(by_plane).pixels, rgb)
    assert decode_frame(by_pixel).grey is None


def test_shared_chrominance_is_spread_and_turned_into_rgb(make_file: MakeFile) -> None:
    grey_pairs = np.array([[[76, 76, 85, 255], [29, 150, 128, 128]]], dtype=np.uint8)
    path = make_file(
        pixels=grey_pairs, SamplesPerPixel=3, PhotometricInterpretation="YBR_FULL_422", Rows=1, Columns=4,
        PlanarConfiguration=0,
    )  # fmt: skip
    pixels = decode_frame(path).pixels
    np.testing.assert_allclose(pixels[0, :2], [[254, 0, 0]] * 2, atol=1)
    np.testing.assert_array_equal(pixels[0, 2:], [[29] * 3, [150] * 3])


@pytest.mark.parametrize(
    ("attributes", "message"),
    [
        ({"Rows": 65000, "Columns": 65000}, "more than any real image"),
        ({"Rows": 60}, "frame 1 would end"),
        ({"Rows": 0}, "no rows"),
        ({"BitsAllocated": 24}, "24 bits"),
        ({"BitsStored": 17}, "contradict"),
        ({"SamplesPerPixel": 4}, "4 samples"),
        ({"NumberOfFrames": 3}, "frame 3 would end"),
    ],
)
def test_a_header_that_lies_about_its_pixels_is_refused(
    make_file: MakeFile, attributes: dict[str, int], message: str
) -> None:
    with pytest.raises(BadInputError, match=message):
        decode_frame(make_file(**attributes), attributes.get("NumberOfFrames", 1))


@pytest.mark.parametrize("frame", [0, -1, 2])
def test_a_frame_that_is_not_there_is_refused(make_file: MakeFile, frame: int) -> None:
    with pytest.raises(BadInputError, match="1 frames"):
        decode_frame(make_file(), frame)


def test_a_film_cannot_be_shown_and_says_so(make_dataset: MakeDataset, tmp_path: Path) -> None:
    dataset = make_dataset()
    dataset.PixelData = encapsulate([b"\0\0\1\xb3" * 8])
    dataset["PixelData"].is_undefined_length = True
    dataset["PixelData"].VR = "OB"
    dataset.file_meta.TransferSyntaxUID = MPEG2MPML
    path = tmp_path / "film.dcm"
    dataset.save_as(path, enforce_file_format=True)
    assert ProblemKind.UNSUPPORTED_SYNTAX in {problem.kind for problem in read_object(path).problems}
    with pytest.raises(BadInputError, match="MPEG2"):
        decode_frame(path)


def test_damaged_frames_are_an_error_or_pixels_but_never_a_crash(
    real_data: Path, pool: WorkerPool, tmp_path: Path
) -> None:
    random = np.random.default_rng(11)
    loader = FrameLoader(pool)
    futures = []
    for name in ("MR_small_jp2klossless.dcm", "MR_small_jpeg_ls_lossless.dcm", "MR_small_RLE.dcm"):
        (source,) = real_data.rglob(name)
        whole = source.read_bytes()
        for number in range(8):
            damaged = bytearray(whole)
            for place in random.integers(len(whole) // 2, len(whole) - 200, 12):
                damaged[place] = int(random.integers(0, 256))
            path = tmp_path / f"{number}-{name}"
            path.write_bytes(damaged)
            futures.append(loader.submit(path))
    for future in futures:
        error = future.exception()
        assert error is None or isinstance(error, BadInputError)


def test_a_frame_comes_from_a_worker_with_its_grey_scale(pool: WorkerPool, make_file: MakeFile) -> None:
    path = make_file(WindowCenter=20, WindowWidth=30, PixelPaddingValue=0)
    frame = FrameLoader(pool).submit(path, 1).result()
    here = decode_frame(path)
    np.testing.assert_array_equal(frame.pixels, here.pixels)
    assert frame.grey == here.grey is not None


def test_a_frame_of_a_file_that_is_gone_is_bad_input(pool: WorkerPool, tmp_path: Path) -> None:
    with pytest.raises(BadInputError):
        FrameLoader(pool).submit(tmp_path / "absent.dcm").result()
