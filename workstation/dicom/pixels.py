"""One frame of one file, decoded in a worker: grey values as stored, or colours as RGB."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from workstation.base import codec as json_codec
from workstation.base.errors import BadInputError
from workstation.base.workers import Json, WorkerPool, put_array, take_array
from workstation.dicom.grey import GreyScale

if TYPE_CHECKING:
    from workstation.dicom.files import OpenFile
    from workstation.dicom.layout import Layout

DECODE = "workstation.dicom.pixels:decode_in_worker"
READERS = 4
TIME_LIMIT_S = 120.0
"""A big JPEG 2000 frame takes 1.3 s on a quiet machine; a loaded one must not lose it."""


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One decoded frame.

    Attributes
    ----------
    pixels : (rows, columns) uint16 or int16 stored values, or (rows, columns, 3) uint8 RGB.
    grey : how grey values are meant to be seen; None for colour.
    """

    pixels: NDArray[np.uint16] | NDArray[np.int16] | NDArray[np.uint8]
    grey: GreyScale | None


class KeptFrames(Protocol):
    """Frames that were decoded before."""

    def holds(self, path: Path, frame: int) -> bool:
        """Whether this frame of the file at `path` seems to be there."""

    def read(self, path: Path, frame: int) -> Frame | None:
        """The frame; None when it has to be decoded after all."""


class FrameLoader:
    """Decodes frames in the workers of `pool`; those that `kept` has are read in a thread instead."""

    def __init__(self, pool: WorkerPool, kept: KeptFrames | None = None) -> None:
        self._pool = pool
        self._kept = kept
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="diptych-frames")

    def submit(self, path: Path, frame: int = 1) -> Future[Frame]:
        """Frame number `frame` of the file at `path`.

        Parameters
        ----------
        frame : from 1, as Referenced Frame Number (0008,1160) counts.

        Returns
        -------
        A future; it raises BadInputError when the frame cannot be decoded, WorkerError when the worker was lost.
        """
        if self._kept is not None and self._kept.holds(path, frame):
            return self._readers.submit(self._read, self._kept, path, frame)
        return self._pool.submit(DECODE, _argument(path, frame), time_limit_s=TIME_LIMIT_S, convert=_frame_of)

    def close(self) -> None:
        """Wait for the threads; frames that nobody has begun to read are cancelled. The pool is closed by its owner."""
        self._readers.shutdown(cancel_futures=True)

    def _read(self, kept: KeptFrames, path: Path, frame: int) -> Frame:
        read = kept.read(path, frame)
        if read is not None:
            return read
        return _frame_of(self._pool.call(DECODE, _argument(path, frame), time_limit_s=TIME_LIMIT_S))


def _argument(path: Path, frame: int) -> Json:
    return {"path": str(path), "frame": frame}


def decode_in_worker(argument: Json) -> Json:
    """Entry point in the worker process."""
    frame = decode_frame(Path(argument["path"]), argument["frame"])
    grey = json_codec.dump(frame.grey) if frame.grey is not None else None
    return {"pixels": put_array(frame.pixels), "grey": grey}


def decode_frame(path: Path, frame: int = 1) -> Frame:
    """Frame number `frame` (from 1) of the file at `path`; to be called in a worker (`FrameLoader`).

    Raises
    ------
    BadInputError
        When the file or the frame cannot be decoded; the message says why.
    """
    from workstation.dicom.files import open_file

    with open_file(path) as opened:
        return _decoded(opened, frame)


def _decoded(opened: OpenFile, frame: int) -> Frame:
    from workstation.dicom.colour import to_rgb
    from workstation.dicom.grey_header import grey_scale
    from workstation.dicom.layout import layout_of
    from workstation.dicom.syntaxes import BIG_ENDIAN

    syntax = opened.transfer_syntax
    layout = layout_of(opened.dataset, big_endian=syntax in BIG_ENDIAN or opened.dataset.original_encoding[1] is False)
    if not 1 <= frame <= layout.frames:
        raise BadInputError(f"the image has {layout.frames} frames, number {frame} is not one of them")
    samples, as_stored = _samples(opened, frame, layout)
    stored = _stored_values(samples, layout, shifted=as_stored)
    if layout.samples == 1 and layout.photometric != "PALETTE COLOR":
        return Frame(stored, grey_scale(opened.dataset, frame, stored))
    return Frame(to_rgb(stored, layout, opened.dataset, is_rgb=_codec_gives_rgb(opened)), None)


def _samples(opened: OpenFile, frame: int, layout: Layout) -> tuple[NDArray[Any], bool]:
    """The frame's samples, and whether they still lie in their cells as stored (High Bit counts)."""
    from pydicom.uid import UID

    from workstation.dicom.codecs import decode
    from workstation.dicom.syntaxes import Codec, codec_of

    codec = codec_of(opened.transfer_syntax)
    if codec is None:
        raise BadInputError(f"images compressed as {UID(opened.transfer_syntax).name} cannot be shown")
    if opened.pixels is None:
        raise BadInputError("the image holds no pixels")
    if opened.pixels.length is not None:
        if codec is not Codec.NATIVE:
            raise BadInputError("the header says that the image is compressed, but it is not")
        return _native(opened, opened.pixels.offset, opened.pixels.length, frame, layout), True
    if codec is Codec.NATIVE:
        raise BadInputError("the header says that the image is not compressed, but it is")
    return decode(codec, _encapsulated(opened, frame, layout), layout), codec in {Codec.RLE, Codec.DEFLATED_FRAMES}


def _native(opened: OpenFile, offset: int, length: int, frame: int, layout: Layout) -> NDArray[Any]:
    first_bit = (frame - 1) * layout.frame_bits
    first_byte, last_byte = first_bit // 8, (first_bit + layout.frame_bits + 7) // 8
    if last_byte > length:
        raise BadInputError(f"the image states {length} bytes, frame {frame} would end at {last_byte}")
    opened.stream.seek(offset + first_byte)
    return layout.native(opened.stream.read(last_byte - first_byte), first_bit % 8)


def _encapsulated(opened: OpenFile, frame: int, layout: Layout) -> bytes:
    """The frame's fragments joined, found by the offset tables where there are any (PS3.5 A.4)."""
    from pydicom.encaps import get_frame

    if opened.pixels is None:
        raise BadInputError("the image holds no pixels")
    offsets, lengths = (
        opened.dataset.get(keyword) for keyword in ("ExtendedOffsetTable", "ExtendedOffsetTableLengths")
    )
    opened.stream.seek(opened.pixels.offset)
    try:
        return get_frame(
            opened.stream,
            frame - 1,
            extended_offsets=(offsets, lengths) if offsets and lengths else None,
            number_of_frames=layout.frames,
        )
    except (ValueError, OSError, EOFError, IndexError) as error:
        raise BadInputError(f"frame {frame} is not in the file as its parts are stated ({error})") from error


def _stored_values(samples: NDArray[Any], layout: Layout, *, shifted: bool) -> NDArray[Any]:
    """Samples cut to Bits Stored and given their sign: uint16 or int16."""
    values = samples.astype(np.uint32) if samples.dtype.itemsize > 2 else samples
    values = values.view(np.dtype(f"u{values.dtype.itemsize}"))
    shift = layout.high_bit + 1 - layout.bits_stored if shifted else 0
    values = (values >> shift if shift > 0 else values).astype(np.uint16)
    unused = 16 - layout.bits_stored
    if layout.signed:
        return (values << unused).view(np.int16) >> unused
    return values & np.uint16(0xFFFF >> unused) if unused else values


def _codec_gives_rgb(opened: OpenFile) -> bool:
    """Whether the codec has undone its own colour transform already."""
    from workstation.dicom.syntaxes import Codec, codec_of

    codec = codec_of(opened.transfer_syntax)
    transformed = opened.dataset.get("PhotometricInterpretation") in {"YBR_RCT", "YBR_ICT"}
    return codec is Codec.JPEG or codec is Codec.JPEG_XL or transformed


def _frame_of(reply: Json) -> Frame:
    grey = json_codec.load(GreyScale, reply["grey"]) if reply["grey"] is not None else None
    return Frame(take_array(reply["pixels"]), grey)
