"""One compressed frame to an array. imagecodecs only: no GPL decoder, and damage raises, not aborts."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workstation.base.errors import BadInputError
from workstation.dicom.layout import Layout
from workstation.dicom.syntaxes import Codec

_RLE_EXPANSION = 64
"""Two bytes of RLE make at most 128 (PS3.5 G.3)."""


def decode(codec: Codec, data: bytes, layout: Layout) -> NDArray[Any]:
    """The samples of one frame, (rows, columns) or (rows, columns, samples), as the codec gives them.

    Raises
    ------
    BadInputError
        When the bytes are damaged, or hold an image of another size than the header says.
    """
    try:
        array = _DECODERS[codec](data, layout)
    except (BadInputError, MemoryError):
        raise
    except Exception as error:  # each codec has its own exceptions
        raise BadInputError(f"the compressed image is damaged ({codec}: {type(error).__name__})") from error
    if array.ndim == 3 and array.shape[2] == 1:
        array = array[:, :, 0]
    if array.shape != layout.shape:
        raise BadInputError(f"the compressed image is {array.shape}, the header says {layout.shape}")
    return array


def _jpeg(data: bytes, layout: Layout) -> NDArray[Any]:
    import imagecodecs

    if layout.samples == 1:
        return imagecodecs.jpeg8_decode(data)
    coded_as = "YCBCR" if layout.photometric.startswith("YBR") or _says_ycc(data) else "RGB"
    return imagecodecs.jpeg8_decode(data, colorspace=coded_as, outcolorspace="RGB")


def _jpeg_lossless(data: bytes, layout: Layout) -> NDArray[Any]:
    """libjpeg-turbo where it can, else the separate SOF3 decoder (both exact, spike.md section 3)."""
    import imagecodecs

    try:
        if layout.samples == 1:
            return imagecodecs.jpeg8_decode(data)
        return imagecodecs.jpeg8_decode(data, colorspace="RGB", outcolorspace="RGB")
    except (RuntimeError, ValueError):
        return imagecodecs.jpegsof3_decode(data)


def _jpeg_ls(data: bytes, _layout: Layout) -> NDArray[Any]:
    import imagecodecs

    return imagecodecs.jpegls_decode(data)


def _jpeg_2000(data: bytes, _layout: Layout) -> NDArray[Any]:
    import imagecodecs

    return imagecodecs.jpeg2k_decode(data, numthreads=2)


def _htj2k(data: bytes, _layout: Layout) -> NDArray[Any]:
    import imagecodecs

    return imagecodecs.htj2k_decode(data)


def _jpeg_xl(data: bytes, _layout: Layout) -> NDArray[Any]:
    import imagecodecs

    return imagecodecs.jpegxl_decode(data)


def _rle(data: bytes, layout: Layout) -> NDArray[Any]:
    """Segments by sample and byte, most significant first (PS3.5 G.2)."""
    import imagecodecs

    if len(data) * _RLE_EXPANSION < layout.frame_bytes:
        raise BadInputError("the compressed image is shorter than its size allows")
    array = np.frombuffer(imagecodecs.dicomrle_decode(data, layout.dtype), dtype=layout.dtype)
    if layout.samples == 1:
        return array.reshape(layout.shape)
    return np.moveaxis(array.reshape(layout.samples, layout.rows, layout.columns), 0, 2)


def _deflated(data: bytes, layout: Layout) -> NDArray[Any]:
    inflated = zlib.decompressobj(-zlib.MAX_WBITS).decompress(data, layout.frame_bytes)
    return layout.native(inflated)


def _says_ycc(data: bytes) -> bool:
    """Whether the stream itself says YCbCr: a JFIF marker, or Adobe's with transform 1."""
    adobe = data.find(b"Adobe", 0, 4096)
    if adobe >= 0 and len(data) > adobe + 11:
        return data[adobe + 11] == 1
    return data.find(b"JFIF\x00", 0, 64) >= 0


_DECODERS: dict[Codec, Callable[[bytes, Layout], NDArray[Any]]] = {
    Codec.JPEG: _jpeg,
    Codec.JPEG_LOSSLESS: _jpeg_lossless,
    Codec.JPEG_LS: _jpeg_ls,
    Codec.JPEG_2000: _jpeg_2000,
    Codec.HTJ2K: _htj2k,
    Codec.JPEG_XL: _jpeg_xl,
    Codec.RLE: _rle,
    Codec.DEFLATED_FRAMES: _deflated,
}
