"""Small DICOM files made to order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, generate_uid

from workstation.base.workers import WorkerPool

MAMMOGRAM = "1.2.840.10008.5.1.4.1.1.1.2"
MakeDataset = Callable[..., Dataset]
MakeFile = Callable[..., Path]


@pytest.fixture(scope="session")
def pool() -> Iterator[WorkerPool]:
    with WorkerPool(size=2) as made:
        yield made


@pytest.fixture
def make_dataset() -> MakeDataset:
    """A mammogram's data set; keyword arguments replace attributes, None removes one."""

    def make(pixels: np.ndarray | None = None, **attributes: Any) -> Dataset:
        array = np.arange(48, dtype=np.uint16).reshape(6, 8) if pixels is None else pixels
        dataset = Dataset()
        dataset.file_meta = FileMetaDataset()
        dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
        defaults: dict[str, Any] = {
            "SpecificCharacterSet": "ISO_IR 192", "SOPClassUID": MAMMOGRAM, "SOPInstanceUID": generate_uid(),
            "StudyInstanceUID": generate_uid(), "SeriesInstanceUID": generate_uid(), "Modality": "MG",
            "PatientID": "P1", "PatientName": "Иванова^Анна", "PatientBirthDate": "19700315", "PatientSex": "F",
            "StudyDate": "20260102", "StudyTime": "101500", "InstanceNumber": 1, "SeriesNumber": 1,
            "PresentationIntentType": "FOR PRESENTATION", "SamplesPerPixel": 1,
            "PhotometricInterpretation": "MONOCHROME2", "Rows": array.shape[0], "Columns": array.shape[1],
            "BitsAllocated": array.dtype.itemsize * 8, "BitsStored": array.dtype.itemsize * 8,
            "HighBit": array.dtype.itemsize * 8 - 1, "PixelRepresentation": int(array.dtype.kind == "i"),
        }  # fmt: skip
        for keyword, value in {**defaults, **attributes}.items():
            if value is not None:
                setattr(dataset, keyword, value)
        dataset.add_new("PixelData", "OW", array.tobytes() + b"\0" * (array.nbytes % 2))
        dataset.file_meta.MediaStorageSOPClassUID = dataset.SOPClassUID
        dataset.file_meta.MediaStorageSOPInstanceUID = dataset.get("SOPInstanceUID", "1.2.3")
        return dataset

    return make


@pytest.fixture
def make_file(tmp_path: Path, make_dataset: MakeDataset) -> MakeFile:
    """The same as a file."""

    def make(name: str = "image.dcm", *, folder: Path = tmp_path, **attributes: Any) -> Path:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        make_dataset(**attributes).save_as(path, enforce_file_format=True)
        return path

    return make
