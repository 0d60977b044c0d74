"""Opening a DICOM file (PS3.10) that may be anything: without preamble, cut short, deflated, or not DICOM at all."""

from __future__ import annotations

import hashlib
import io
import logging
import os
import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from pydicom import config
from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset
from pydicom.filereader import dcmread, read_dataset, read_file_meta_info
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
)

from workstation.base.errors import BadInputError
from workstation.model.identity import Digest
from workstation.model.problem import Problem, ProblemKind

UNDEFINED = 0xFFFFFFFF
MAX_INFLATED_BYTES = 1024**3
MAX_INFLATION = 200
PIXEL_TAGS = frozenset({0x7FE00008, 0x7FE00009, 0x7FE00010})
_LONG_VRS = frozenset({b"OB", b"OD", b"OF", b"OL", b"OV", b"OW", b"SQ", b"SV", b"UC", b"UN", b"UR", b"UT", b"UV"})


class UnreadableError(BadInputError):
    """A file cannot be used; `problem` says which and why."""

    def __init__(self, kind: ProblemKind, where: str | Path, message: str) -> None:
        super().__init__(message)
        self.problem = Problem(kind=kind, where=str(where), message=message)


class _HonestFile(io.BufferedReader):
    """A file of which no more is asked for than it holds: a length in a header may lie by gigabytes."""

    def __init__(self, path: Path) -> None:
        raw = io.FileIO(path)
        super().__init__(raw)
        self._size = os.fstat(raw.fileno()).st_size

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > io.DEFAULT_BUFFER_SIZE:
            size = max(0, min(size, self._size - self.tell()))
        return super().read(size)


@dataclass(frozen=True, slots=True, kw_only=True)
class PixelElement:
    """Where the pixel data are.

    Attributes
    ----------
    tag : (7FE0,0010) Pixel Data, (7FE0,0008) Float or (7FE0,0009) Double Float Pixel Data, as one number.
    offset : of the value's first byte in the stream.
    length : in bytes; None when encapsulated (undefined length, PS3.5 A.4).
    """

    tag: int
    offset: int
    length: int | None


@dataclass(frozen=True, slots=True)
class OpenFile:
    """A file whose header is read.

    Attributes
    ----------
    stream : the bytes that `pixels.offset` counts in: the file, or what it inflates to.
    truncated : what is missing at the end, or None when the file is whole as far as its lengths say.
    """

    path: Path
    dataset: Dataset
    stream: BinaryIO
    pixels: PixelElement | None
    truncated: str | None

    @property
    def transfer_syntax(self) -> str:
        """Transfer Syntax UID (0002,0010); where the file states none, that of the encoding it was found in."""
        stated = getattr(self.dataset, "file_meta", Dataset()).get("TransferSyntaxUID")
        if stated:
            return str(stated)
        implicit, little_endian = self.dataset.original_encoding
        if implicit:
            return str(ImplicitVRLittleEndian)
        return str(ExplicitVRBigEndian if little_endian is False else ExplicitVRLittleEndian)


@contextmanager
def open_file(path: Path) -> Iterator[OpenFile]:
    """The header of the file at `path`, and its pixel data to be read.

    Raises
    ------
    UnreadableError
        When it is not a DICOM file, or its header cannot be read.
    """
    try:
        with _HonestFile(path) as file, quiet():
            if not looks_like_dicom(file.read(HEAD_BYTES)):
                raise UnreadableError(ProblemKind.NOT_DICOM, path, "This is not a DICOM file; it was left out.")
            file.seek(0)
            yield _opened(path, file)
    except OSError as error:
        message = f"The file cannot be read ({error.strerror or 'read error'}). Check the medium and copy it again."
        raise UnreadableError(ProblemKind.UNREADABLE, path, message) from error


def digest_of_file(path: Path) -> Digest:
    """SHA-256 of the file's bytes."""
    with path.open("rb") as file:
        return Digest(hashlib.file_digest(file, "sha256").hexdigest())


HEAD_BYTES = 144


def looks_like_dicom(head: bytes) -> bool:
    """Whether `head`, the first `HEAD_BYTES` of a file, can begin a DICOM file, with or without a preamble."""
    if head[128:132] == b"DICM":
        return True
    if len(head) < 8:
        return False
    for order in "<>":
        group, element, length = struct.unpack(f"{order}HHL", head[:8])
        explicit = head[4:6].isalpha() and head[4:6].isupper()
        if group in {2, 8} and element <= 0x0100 and (explicit or length <= 0x200):
            return True
    return False


@contextmanager
def quiet() -> Iterator[None]:
    """Let pydicom accept what it can and keep its complaints (they quote values) to itself."""
    logger, mode = logging.getLogger("pydicom"), config.settings.reading_validation_mode
    was_disabled = logger.disabled
    logger.disabled, config.settings.reading_validation_mode = True, config.IGNORE
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.disabled, config.settings.reading_validation_mode = was_disabled, mode


def _opened(path: Path, file: BinaryIO) -> OpenFile:
    try:
        dataset, stream = _header(path, file)
        pixels = _pixel_element(dataset, stream)
        truncated = _what_is_missing(dataset, stream, pixels)
    except UnreadableError:
        raise
    except (EOFError, struct.error) as error:
        raise _cut_short(path) from error
    except OSError as error:
        if error.errno is None:  # pydicom's own: an item tag was expected where the file ends
            raise _cut_short(path) from error
        raise
    except RecursionError as error:
        message = "The file nests its sequences deeper than any real file does. It was left out."
        raise UnreadableError(ProblemKind.UNREADABLE, path, message) from error
    except MemoryError:
        raise
    except Exception as error:
        message = f"The file is not readable as DICOM ({type(error).__name__}). Ask the sender for a new copy."
        raise UnreadableError(ProblemKind.UNREADABLE, path, message) from error
    return OpenFile(path, dataset, stream, pixels, truncated)


def _cut_short(path: Path) -> UnreadableError:
    message = "The file ends inside its header: it is incomplete. Copy or send it again."
    return UnreadableError(ProblemKind.TRUNCATED, path, message)


def _header(path: Path, file: BinaryIO) -> tuple[Dataset, BinaryIO]:
    if not _is_deflated(path, file):
        dataset = dcmread(file, stop_before_pixels=True, force=True)
        if not len(dataset):
            raise _cut_short(path)
        return dataset, file
    stream = io.BytesIO(_inflated(path, file))
    deflated: Dataset = read_dataset(stream, False, True, stop_when=lambda tag, _vr, _length: tag in PIXEL_TAGS)
    deflated.file_meta = read_file_meta_info(path)
    return deflated, stream


def _is_deflated(path: Path, file: BinaryIO) -> bool:
    head = file.read(132)
    file.seek(0)
    if head[128:132] != b"DICM":
        return False
    return bool(read_file_meta_info(path).get("TransferSyntaxUID") == DeflatedExplicitVRLittleEndian)


def _inflated(path: Path, file: BinaryIO) -> bytes:
    """The data set after the meta information, inflated (PS3.5 A.5) within bounds."""
    _skip_meta_information(file)
    packed = file.read()
    limit = min(MAX_INFLATED_BYTES, max(len(packed) * MAX_INFLATION, 16 * 1024**2))
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    unpacked = inflater.decompress(packed, limit)
    if inflater.unconsumed_tail:
        message = f"The file inflates to more than {limit // 1024**2} MB, which no honest image does. It was left out."
        raise UnreadableError(ProblemKind.TOO_LARGE, path, message)
    if not inflater.eof:
        raise _cut_short(path)
    return unpacked


def _skip_meta_information(file: BinaryIO) -> None:
    """Move behind the elements of group 0002, always explicit VR little endian (PS3.10 7.1)."""
    file.seek(132)
    while True:
        head = file.read(8)
        group, _element, vr, length = struct.unpack("<HH2sH", head)
        if group != 2:
            file.seek(-8, io.SEEK_CUR)
            return
        if vr in _LONG_VRS:
            (length,) = struct.unpack("<L", file.read(4))
        file.seek(length, io.SEEK_CUR)


def _pixel_element(dataset: Dataset, stream: BinaryIO) -> PixelElement | None:
    """The element at which the header's reading stopped, read up to its value."""
    implicit, little_endian = dataset.original_encoding
    order = "<" if little_endian or little_endian is None else ">"
    head = stream.read(8)
    if len(head) < 8:
        return None
    group, element, length = struct.unpack(f"{order}HHL", head)
    tag = group << 16 | element
    if tag not in PIXEL_TAGS:
        return None
    if not implicit:
        vr = head[4:6]
        (length,) = (
            struct.unpack(f"{order}L", stream.read(4)) if vr in _LONG_VRS else struct.unpack(f"{order}H", head[6:8])
        )
    return PixelElement(tag=tag, offset=stream.tell(), length=None if length == UNDEFINED else length)


def _what_is_missing(dataset: Dataset, stream: BinaryIO, pixels: PixelElement | None) -> str | None:
    size = stream.seek(0, io.SEEK_END)
    if pixels is None:
        return _missing_header_bytes(dataset, size)
    if pixels.length is None:
        return None if _is_closed(stream, pixels.offset, size) else "the last frames of the compressed image"
    missing = pixels.offset + pixels.length - size
    return f"{missing} of {pixels.length} bytes of the image" if missing > 0 else None


def _missing_header_bytes(dataset: Dataset, size: int) -> str | None:
    """What the last element states and the file does not hold; only the last one can be short."""
    last = max(dataset.keys(), default=None)
    element = dataset.get_item(last) if last is not None else None
    if not isinstance(element, RawDataElement) or element.length == UNDEFINED:
        return None
    end = element.value_tell + element.length
    if end > size:
        return f"{end - size} bytes of its last attribute"
    return "the end of its header" if 0 < size - end < 8 else None


def _is_closed(stream: BinaryIO, offset: int, size: int) -> bool:
    """Whether the encapsulated fragments end with the Sequence Delimitation Item (PS3.5 A.4)."""
    while offset + 8 <= size:
        stream.seek(offset)
        group, element, length = struct.unpack("<HHL", stream.read(8))
        if (group, element) == (0xFFFE, 0xE0DD):
            return True
        if (group, element) != (0xFFFE, 0xE000) or length == UNDEFINED:
            return False
        offset += 8 + length
    return False
