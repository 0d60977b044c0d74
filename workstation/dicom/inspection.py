"""A file's header to a `DicomObject`, with everything that is wrong with it said."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pydicom.dataset import Dataset
from pydicom.uid import UID

from workstation.base.clock import derived_uid
from workstation.dicom import charset, headers, projection, values
from workstation.dicom.files import OpenFile, UnreadableError, digest_of_file, open_file
from workstation.dicom.layout import layout_trouble
from workstation.dicom.objects import DicomObject, ObjectRole
from workstation.dicom.syntaxes import Codec, codec_of
from workstation.model.identity import Digest, SeriesUID, SOPInstanceUID
from workstation.model.problem import Problem, ProblemKind
from workstation.model.study import PresentationIntent

_SR_CLASSES = "1.2.840.10008.5.1.4.1.1.88."
_KEY_OBJECT = "1.2.840.10008.5.1.4.1.1.88.59"
_DIRECTORY = "1.2.840.10008.1.3.10"
_OTHER_NAMES = {
    "KO": "A key object selection",
    "PR": "A presentation state",
    "SEG": "A segmentation",
    "DOC": "An encapsulated document",
}


def inspect(path: Path) -> DicomObject:
    """What the file at `path` is.

    Raises
    ------
    UnreadableError
        When it is not DICOM, cannot be read, lacks its identity, or is cut short where that could change its meaning.
    """
    with open_file(path) as opened:
        _require_identity(opened)
        role = _role(opened)
        _require_wholeness(opened, role)
        digest = digest_of_file(path)
        found = tuple(_problems(opened, role))
        return _object(opened, role, digest, found)


def _object(opened: OpenFile, role: ObjectRole, digest: Digest, found: tuple[Problem, ...]) -> DicomObject:
    dataset = opened.dataset
    series_uid = SeriesUID(values.text(dataset, "SeriesInstanceUID") or derived_uid(f"series of {_sop_uid(dataset)}"))
    image = headers.image(
        dataset, series_uid=series_uid, transfer_syntax=opened.transfer_syntax, digest=digest, problems=found
    )
    images = (image,) if role is ObjectRole.IMAGE else ()
    return DicomObject(
        path=str(opened.path),
        sop_uid=image.sop_uid,
        sop_class_uid=image.sop_class_uid,
        modality=image.modality,
        role=role,
        study=headers.study(dataset, headers.series(dataset, series_uid, images)),
        digest=digest,
        created_at=headers.created_at(dataset),
        problems=found,
    )


def _require_identity(opened: OpenFile) -> None:
    dataset = opened.dataset
    if values.text(dataset, "SOPClassUID") == _DIRECTORY or "DirectoryRecordSequence" in dataset:
        message = "This is the index of a medium (DICOMDIR), not an image. Open the folder it lies in."
        raise UnreadableError(ProblemKind.UNSUPPORTED_OBJECT, opened.path, message)
    wanted = {"SOPInstanceUID": "SOP Instance UID", "StudyInstanceUID": "Study Instance UID"}
    missing = [name for keyword, name in wanted.items() if values.text(dataset, keyword) is None]
    if missing:
        cut = f" It is also cut short: {opened.truncated} is missing." if opened.truncated else ""
        message = f"The file has no {' and no '.join(missing)}; nobody can say whom it belongs to. Not used.{cut}"
        raise UnreadableError(ProblemKind.MISSING_IDENTITY, opened.path, message)


def _require_wholeness(opened: OpenFile, role: ObjectRole) -> None:
    """A report or a header that ends early could say less than its author said: not used (R32)."""
    if opened.truncated and (role is not ObjectRole.IMAGE or opened.pixels is None):
        message = f"The file is incomplete: {opened.truncated} is missing. Copy or send it again. Not used."
        raise UnreadableError(ProblemKind.TRUNCATED, opened.path, message)
    if role is ObjectRole.SR and "ContentSequence" not in opened.dataset:
        message = "The report holds no content; it is incomplete. Send it again. Not used."
        raise UnreadableError(ProblemKind.TRUNCATED, opened.path, message)
    if role is ObjectRole.IMAGE and not (_positive(opened, "Rows") and _positive(opened, "Columns")):
        message = "The image states no rows and columns, so it cannot be shown. Not used."
        raise UnreadableError(ProblemKind.NO_PIXELS, opened.path, message)


def _role(opened: OpenFile) -> ObjectRole:
    sop_class = values.text(opened.dataset, "SOPClassUID") or ""
    modality = values.text(opened.dataset, "Modality")
    if sop_class.startswith(_SR_CLASSES) and sop_class != _KEY_OBJECT:
        return ObjectRole.SR
    if modality == "SR" and "ContentSequence" in opened.dataset:
        return ObjectRole.SR
    name = UID(sop_class).name
    if "Image Storage" in name:
        return ObjectRole.IMAGE
    is_private = name == sop_class
    has_picture = opened.pixels is not None and _positive(opened, "Rows")
    return ObjectRole.IMAGE if is_private and has_picture else ObjectRole.OTHER


def _problems(opened: OpenFile, role: ObjectRole) -> Iterator[Problem]:
    where = str(opened.path)
    for kind, message in _object_troubles(opened, role):
        yield Problem(kind=kind, where=where, message=message)
    if role is ObjectRole.IMAGE:
        for kind, message in (*_pixel_troubles(opened), *_header_troubles(opened)):
            yield Problem(kind=kind, where=where, message=message)


def _object_troubles(opened: OpenFile, role: ObjectRole) -> Iterator[tuple[ProblemKind, str]]:
    dataset = opened.dataset
    if role is ObjectRole.OTHER:
        name = UID(values.text(dataset, "SOPClassUID") or "").name or "of unknown class"
        kind = _OTHER_NAMES.get(values.text(dataset, "Modality") or "", "An object")
        yield ProblemKind.UNSUPPORTED_OBJECT, f"{kind} ({name}) is not shown yet. It is kept as it came."
    if values.text(dataset, "SeriesInstanceUID") is None:
        message = "The file has no Series Instance UID; it is listed in a series of its own."
        yield ProblemKind.INCONSISTENT, message
    if any(charset.undeclared_bytes(dataset, keyword) for keyword in ("PatientName", "PatientID", "StudyDescription")):
        message = "Text is in no declared character set; compare the patient's name with another source."
        yield ProblemKind.INCONSISTENT, message


def _pixel_troubles(opened: OpenFile) -> Iterator[tuple[ProblemKind, str]]:
    if opened.pixels is None:
        yield ProblemKind.NO_PIXELS, "The image holds no pixels; the file may be incomplete. Ask for it again."
        return
    if opened.truncated:
        message = f"The file is incomplete: {opened.truncated} is missing. Copy or send it again."
        yield ProblemKind.TRUNCATED, message
    if codec_of(opened.transfer_syntax) is None:
        name = UID(opened.transfer_syntax).name
        yield ProblemKind.UNSUPPORTED_SYNTAX, f"Images compressed as {name} cannot be shown. Ask for another form."
    impossible = layout_trouble(opened.dataset)
    if impossible:
        yield ProblemKind.PIXELS_UNREADABLE, f"The image cannot be shown: {impossible}. Ask the sender."
    expected = _native_bytes(opened)
    if expected is not None and opened.pixels.length is not None and opened.pixels.length < expected:
        message = f"The header promises {expected} bytes of pixels, the file states {opened.pixels.length}."
        yield ProblemKind.INCONSISTENT, f"{message} The image cannot be trusted; ask for it again."


def _header_troubles(opened: OpenFile) -> Iterator[tuple[ProblemKind, str]]:
    dataset = opened.dataset
    if headers.lossy(dataset, opened.transfer_syntax):
        yield ProblemKind.LOSSY, "The image was compressed with loss; fine detail may be missing."
    if values.text(dataset, "PresentationIntentType") == PresentationIntent.FOR_PROCESSING:
        message = "The image is meant for processing, not for presentation; its look is not the maker's."
        yield ProblemKind.NOT_FOR_PRESENTATION, message
    planes = headers.overlay_planes(dataset)
    if planes:
        message = f"The file brings {planes} overlay planes (graphics or text of its sender); they are not drawn."
        yield ProblemKind.GRAPHICS_NOT_DRAWN, message
    if projection.lateralities_disagree(dataset):
        message = "The image's side and its series' side contradict each other. Check the side against the picture."
        yield ProblemKind.SIDE_CONTRADICTION, message
    if projection.views_disagree(dataset):
        message = "The coded view and the written view contradict each other; the coded one is used. Check it."
        yield ProblemKind.INCONSISTENT, message


def _native_bytes(opened: OpenFile) -> int | None:
    """Bytes that rows, columns, frames and bits call for, for pixel data without compression (R7)."""
    dataset = opened.dataset
    if codec_of(opened.transfer_syntax) is not Codec.NATIVE:
        return None
    samples = values.integer(dataset, "SamplesPerPixel") or 1
    bits = values.integer(dataset, "BitsAllocated") or 8
    pixels = (
        (values.integer(dataset, "Rows") or 0) * (values.integer(dataset, "Columns") or 0) * headers.frames(dataset)
    )
    if values.text(dataset, "PhotometricInterpretation") in {"YBR_FULL_422", "YBR_PARTIAL_422"}:
        samples = 2
    return (pixels * samples * bits + 7) // 8


def _positive(opened: OpenFile, keyword: str) -> bool:
    return (values.integer(opened.dataset, keyword) or 0) > 0


def _sop_uid(dataset: Dataset) -> SOPInstanceUID:
    return SOPInstanceUID(values.text(dataset, "SOPInstanceUID") or "")
