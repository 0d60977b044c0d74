"""Transfer syntaxes (PS3.5 A) by what it takes to decode them."""

from __future__ import annotations

from enum import StrEnum

_BASE = "1.2.840.10008.1.2"


class Codec(StrEnum):
    """The family that decodes one frame."""

    NATIVE = "native"
    RLE = "rle"
    JPEG = "jpeg"
    JPEG_LOSSLESS = "jpeg-lossless"
    JPEG_LS = "jpeg-ls"
    JPEG_2000 = "jpeg-2000"
    HTJ2K = "htj2k"
    JPEG_XL = "jpeg-xl"
    DEFLATED_FRAMES = "deflated-frames"


CODECS = {
    _BASE: Codec.NATIVE,
    f"{_BASE}.1": Codec.NATIVE,
    f"{_BASE}.1.98": Codec.NATIVE,
    f"{_BASE}.1.99": Codec.NATIVE,
    f"{_BASE}.2": Codec.NATIVE,
    f"{_BASE}.5": Codec.RLE,
    f"{_BASE}.8.1": Codec.DEFLATED_FRAMES,
    "1.2.840.113619.5.2": Codec.NATIVE,
    **{f"{_BASE}.4.{number}": Codec.JPEG for number in (50, 51, 52, 53, 54, 55, 56)},
    **{f"{_BASE}.4.{number}": Codec.JPEG_LOSSLESS for number in (57, 58, 70)},
    **{f"{_BASE}.4.{number}": Codec.JPEG_LS for number in (80, 81)},
    **{f"{_BASE}.4.{number}": Codec.JPEG_2000 for number in (90, 91, 92, 93)},
    **{f"{_BASE}.4.{number}": Codec.JPEG_XL for number in (110, 111, 112)},
    **{f"{_BASE}.4.{number}": Codec.HTJ2K for number in (201, 202, 203)},
}
"""Every still-image syntax; one that is absent here (MPEG, HEVC, JPIP, SMPTE) cannot be shown."""

BIG_ENDIAN = frozenset({f"{_BASE}.2", "1.2.840.113619.5.2"})
"""Explicit VR Big Endian, and GE's private syntax of implicit headers with big endian pixels."""

_ALWAYS_LOSSY = frozenset(f"{_BASE}.4.{number}" for number in (50, 51, 52, 53, 54, 55, 56, 81, 111))
_PERHAPS_LOSSY = frozenset(f"{_BASE}.4.{number}" for number in (91, 93, 112, 203))


def is_lossy(transfer_syntax: str, *, declared_lossless: bool) -> bool:
    """Whether a frame in this syntax has lost something; some syntaxes allow both, there the header decides."""
    return transfer_syntax in _ALWAYS_LOSSY or (transfer_syntax in _PERHAPS_LOSSY and not declared_lossless)


def codec_of(transfer_syntax: str) -> Codec | None:
    """Who decodes `transfer_syntax`; None when nobody here can."""
    return CODECS.get(transfer_syntax)
