"""What went wrong, said so that a doctor can act on it (S10)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ProblemKind(StrEnum):
    """Kinds of trouble with input; texts in both languages under "problem.<kind>.title" and "problem.<kind>.advice"."""

    NOT_DICOM = "not-dicom"
    UNREADABLE = "unreadable"
    TRUNCATED = "truncated"
    MISSING_IDENTITY = "missing-identity"
    NO_PIXELS = "no-pixels"
    PIXELS_UNREADABLE = "pixels-unreadable"
    UNSUPPORTED_SYNTAX = "unsupported-transfer-syntax"
    UNSUPPORTED_OBJECT = "unsupported-object"
    TOO_LARGE = "too-large"
    UNSAFE_PATH = "unsafe-path"
    MISSING_FILE = "missing-file"
    DUPLICATE = "duplicate"
    CHANGED_DUPLICATE = "same-uid-other-content"
    NOT_FOR_PRESENTATION = "not-for-presentation"
    LOSSY = "lossy"
    ORIENTATION = "orientation"
    HANGING = "hanging"
    INCONSISTENT = "inconsistent"
    SIDE_CONTRADICTION = "side-contradiction"
    OTHER_PATIENT = "other-patient"
    STALE = "stale"
    NO_READER = "no-reader"
    READER_FAILED = "reader-failed"
    UNMATCHED = "unmatched"
    NOT_DRAWABLE = "not-drawable"
    GRAPHICS_NOT_DRAWN = "graphics-not-drawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One trouble, with its place and what to do.

    Attributes
    ----------
    where : file path, SOP Instance UID or finding id: what the trouble is about.
    message : one or two plain sentences in English, with the particulars; the window shows them beneath the words for
        the kind. Never HTML.
    """

    kind: ProblemKind
    where: str
    message: str
