"""What all writers share: identifying modules, codes, and saving a file whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import imagecodecs
import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.uid import (
    ExplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGLosslessSV1,
    JPEGLSLossless,
    RLELossless,
)

from workstation.base.clock import Origins
from workstation.model.codes import Code
from workstation.model.identity import Patient
from workstation.model.study import Image, Study

IMPLEMENTATION_CLASS_UID = "2.25.198426650213786542110983750928871553409"
IMPLEMENTATION_VERSION_NAME = "DIPTYCH"
MANUFACTURER = "Diptych"
UTF8 = "ISO_IR 192"


def dicom_date(day: date | None) -> str:
    """DA (PS3.5 6.2); "" for None."""
    return f"{day:%Y%m%d}" if day else ""


def dicom_time(at: datetime | time | None) -> str:
    """TM to the second; "" for None."""
    return f"{at:%H%M%S}" if at else ""


def code_item(code: Code) -> Dataset:
    """An item of a code sequence (PS3.3 8.8)."""
    item = Dataset()
    item.CodeValue = code.value
    item.CodingSchemeDesignator = code.scheme
    item.CodeMeaning = code.meaning[:64]
    return item


def reference(sop_class_uid: str, sop_uid: str) -> Dataset:
    """SOP Instance Reference Macro (PS3.3 10.8)."""
    item = Dataset()
    item.ReferencedSOPClassUID = sop_class_uid
    item.ReferencedSOPInstanceUID = sop_uid
    return item


def evidence(study_uid: str, images: Iterable[Image | tuple[str, str, str]]) -> list[Dataset]:
    """Hierarchical SOP Instance Reference Macro (PS3.3 C.17.2.1) for images of one study.

    Parameters
    ----------
    images : images, or (series UID, SOP Class UID, SOP Instance UID) of any object.
    """
    by_series: dict[str, list[Dataset]] = {}
    for entry in images:
        series_uid, class_uid, sop_uid = (
            (entry.series_uid, entry.sop_class_uid, entry.sop_uid) if isinstance(entry, Image) else entry
        )
        by_series.setdefault(series_uid, []).append(reference(class_uid, sop_uid))
    study = Dataset()
    study.StudyInstanceUID = study_uid
    study.ReferencedSeriesSequence = []
    for series_uid, references in by_series.items():
        series = Dataset()
        series.SeriesInstanceUID = series_uid
        series.ReferencedSOPSequence = references
        study.ReferencedSeriesSequence.append(series)
    return [study]


def new_dataset(sop_class_uid: str, sop_uid: str, study: Study, origins: Origins) -> Dataset:
    """A dataset with patient, study and SOP common modules: what every object of a study repeats."""
    dataset = Dataset()
    dataset.SpecificCharacterSet = UTF8
    now = origins.now()
    dataset.InstanceCreationDate, dataset.InstanceCreationTime = dicom_date(now.date()), dicom_time(now)
    dataset.SOPClassUID, dataset.SOPInstanceUID = sop_class_uid, sop_uid
    _patient(dataset, study.patient)
    _study(dataset, study)
    return dataset


def _patient(dataset: Dataset, patient: Patient) -> None:
    dataset.PatientName = patient.name
    dataset.PatientID = patient.patient_id
    if patient.issuer:
        dataset.IssuerOfPatientID = patient.issuer
    dataset.PatientBirthDate = dicom_date(patient.birth_date)
    dataset.PatientSex = patient.sex.value if patient.sex else ""


def _study(dataset: Dataset, study: Study) -> None:
    dataset.StudyInstanceUID = study.study_uid
    performed = study.performed_at
    dataset.StudyDate = dicom_date(performed.date()) if performed else ""
    dataset.StudyTime = dicom_time(performed)
    dataset.StudyID = (study.accession or "")[:16]
    dataset.AccessionNumber = study.accession or ""
    dataset.ReferringPhysicianName = study.referring_physician or ""
    if study.description:
        dataset.StudyDescription = study.description[:64]
    age = study.patient.age_on(performed.date()) if performed else None
    if age is not None:
        dataset.PatientAge = f"{age:03d}Y"


def save(dataset: Dataset, path: Path, transfer_syntax: str = ExplicitVRLittleEndian) -> Path:
    """Write `dataset` as a DICOM file at `path`: beside it first, flushed to disk, then renamed.

    Whoever looks at `path` sees the old file or the whole new one, whatever happens in between.
    """
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID = dataset.SOPClassUID, dataset.SOPInstanceUID
    meta.TransferSyntaxUID = transfer_syntax
    meta.ImplementationClassUID, meta.ImplementationVersionName = IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION_NAME
    dataset.file_meta = meta
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.part")
    try:
        with beside.open("wb") as file:
            dataset.save_as(file, enforce_file_format=True)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    _sync_folder(path.parent)
    return path


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":  # Windows cannot open a folder; NTFS journals the rename itself
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


Pixels = NDArray[np.uint8] | NDArray[np.uint16]
_Encoder = Callable[[NDArray[Any], int], bytes]


def _jpeg_lossless(pixels: NDArray[Any], bits: int) -> bytes:
    return bytes(imagecodecs.jpeg8_encode(pixels, lossless=True, predictor=1, bitspersample=bits))


def _jpeg_ls(pixels: NDArray[Any], bits: int) -> bytes:  # noqa: ARG001 - one signature for all encoders
    room = 2 * pixels.nbytes + 65536  # noise can come out larger than it went in
    return bytes(imagecodecs.jpegls_encode(pixels, out=room))


def _jpeg_2000(pixels: NDArray[Any], bits: int) -> bytes:
    return bytes(
        imagecodecs.jpeg2k_encode(
            pixels, codecformat="j2k", reversible=True, level=0, bitspersample=bits, mct=pixels.ndim == 3
        )
    )


_ENCODERS: dict[str, _Encoder] = {
    JPEGLosslessSV1: _jpeg_lossless,
    JPEGLSLossless: _jpeg_ls,
    JPEG2000Lossless: _jpeg_2000,
}
LOSSLESS_SYNTAXES: Sequence[str] = (ExplicitVRLittleEndian, RLELossless, *_ENCODERS)
"""Transfer syntaxes that `put_pixels` can write; all give back the same pixels."""


def put_pixels(dataset: Dataset, pixels: Pixels, *, bits_stored: int, transfer_syntax: str) -> None:
    """Fill the image pixel module (PS3.3 C.7.6.3), compressed without loss.

    Parameters
    ----------
    pixels : (rows, columns) unsigned, or (rows, columns, 3) RGB with 8 bits.
    bits_stored : bits in use, 8 to 16 for grey, 8 for colour.

    Raises
    ------
    ValueError
        When the transfer syntax is not one of `LOSSLESS_SYNTAXES`.
    """
    if transfer_syntax not in LOSSLESS_SYNTAXES:
        raise ValueError(f"no lossless encoder for transfer syntax {transfer_syntax}")
    dataset.Rows, dataset.Columns = pixels.shape[:2]
    dataset.SamplesPerPixel = 3 if pixels.ndim == 3 else 1
    if pixels.ndim == 3:
        dataset.PlanarConfiguration = 0
    dataset.BitsAllocated = pixels.dtype.itemsize * 8
    dataset.BitsStored, dataset.HighBit, dataset.PixelRepresentation = bits_stored, bits_stored - 1, 0
    if transfer_syntax == ExplicitVRLittleEndian:
        dataset.PixelData = pixels.tobytes(order="C")
    elif transfer_syntax == RLELossless:
        dataset.PixelData = encapsulate([_run_length(dataset, np.ascontiguousarray(pixels))])
    else:
        dataset.PixelData = encapsulate([_ENCODERS[transfer_syntax](np.ascontiguousarray(pixels), bits_stored)])
    dataset["PixelData"].VR = "OB" if dataset.BitsAllocated == 8 or transfer_syntax != ExplicitVRLittleEndian else "OW"


def _run_length(dataset: Dataset, pixels: NDArray[Any]) -> bytes:
    from rle.utils import encode_array

    (frame,) = encode_array(
        pixels,
        byteorder="<",
        rows=dataset.Rows,
        columns=dataset.Columns,
        bits_allocated=dataset.BitsAllocated,
        samples_per_pixel=dataset.SamplesPerPixel,
        number_of_frames=1,
    )
    return bytes(frame)
