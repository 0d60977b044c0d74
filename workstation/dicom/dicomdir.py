"""The index of a medium (PS3.10 8, PS3.3 F): which files it promises. A reference never leads out of the medium."""

from __future__ import annotations

from pathlib import Path

from workstation.dicom import values
from workstation.dicom.files import UnreadableError, open_file
from workstation.model.problem import ProblemKind

DIRECTORY_CLASS = b"1.2.840.10008.1.3.10"
Components = tuple[str, ...]


def is_directory(head: bytes) -> bool:
    """Whether a file that begins with `head` (some hundred bytes) is a DICOMDIR."""
    return head[128:132] == b"DICM" and DIRECTORY_CLASS in head


def referenced_files(path: Path) -> tuple[Components, ...]:
    """Referenced File IDs (0004,1500) of the records that are in use, in their order.

    Raises
    ------
    UnreadableError
        When the index cannot be read.
    """
    with open_file(path) as opened:
        if opened.truncated:
            message = "The index of the medium is incomplete; choose the folder that it lies in instead."
            raise UnreadableError(ProblemKind.TRUNCATED, path, message)
        records = values.items(opened.dataset, "DirectoryRecordSequence")
        in_use = (record for record in records if values.integer(record, "RecordInUseFlag") != 0)
        references = (values.texts(record, "ReferencedFileID") for record in in_use)
        return tuple(dict.fromkeys(reference for reference in references if reference))


def is_safe(components: Components) -> bool:
    """Whether each component is a plain name, so that joining them stays below the root."""
    return all(name not in {".", ".."} and not set(name) & set("/\\:\0") for name in components)


def locate(root: Path, components: Components) -> Path | None:
    """The file below `root` that `components` name, in whatever case the file system shows; None when there is none."""
    place = root
    for name in components:
        exact = place / name
        found = exact if exact.exists() else _same_but_case(place, name)
        if found is None:
            return None
        place = found
    return place if place.is_file() and place.resolve().is_relative_to(root.resolve()) else None


def _same_but_case(folder: Path, name: str) -> Path | None:
    if not folder.is_dir():
        return None
    return next((entry for entry in folder.iterdir() if entry.name.casefold() == name.casefold()), None)
