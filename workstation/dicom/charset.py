"""Text of foreign files: declared character sets (PS3.3 C.12.1.1.2), undeclared ones, and what text never holds."""

from __future__ import annotations

import unicodedata

from pydicom.charset import default_encoding
from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset

_TEXT_VRS = frozenset({"LO", "LT", "PN", "SH", "ST", "UC", "UT"})


def clean(written: str) -> str:
    """`written` without padding, control characters and marks that reorder text (bidirectional overrides)."""
    kept = (character for character in written if character in "\n\t" or not _is_hidden(character))
    return "".join(kept).strip()


def person_name(written: str) -> str:
    """family^given^middle of the first representation that is not empty (PS3.5 6.2.1), empty tail dropped."""
    representations = (clean(part) for part in written.split("="))
    best = next((part for part in representations if part.strip("^ ")), "")
    return "^".join(part.strip() for part in best.split("^")).rstrip("^")


def undeclared_text(dataset: Dataset, keyword: str) -> str | None:
    """Text beyond ASCII in a data set that declares no character set, read as UTF-8; None when that does not apply."""
    raw = undeclared_bytes(dataset, keyword)
    if raw is None:
        return None
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return None


def undeclared_bytes(dataset: Dataset, keyword: str) -> bytes | None:
    """Bytes beyond ASCII of a text attribute whose data set declares no (known) character set."""
    try:
        element = dataset.get_item(keyword)
    except Exception:  # a raw element whose form pydicom does not know
        return None
    if not isinstance(element, RawDataElement) or not isinstance(element.value, bytes) or element.value.isascii():
        return None
    declared = dataset.original_character_set
    encodings = [declared] if isinstance(declared, str) else list(declared or ())
    return element.value if not encodings or encodings == [default_encoding] else None


def _is_hidden(character: str) -> bool:
    return unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Cn"}
