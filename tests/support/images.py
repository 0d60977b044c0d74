"""Small DICOM images made to order."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian

MAMMOGRAM: dict[str, Any] = {
    "SpecificCharacterSet": "ISO_IR 192", "SOPClassUID": "1.2.840.10008.5.1.4.1.1.1.2", "SOPInstanceUID": "2.25.101",
    "StudyInstanceUID": "2.25.1", "SeriesInstanceUID": "2.25.11", "Modality": "MG", "PatientID": "P1",
    "PatientName": "Ivanova^Anna", "PatientBirthDate": "19700315", "PatientSex": "F", "StudyDate": "20260301",
    "StudyTime": "100000", "InstanceNumber": 1, "ImageLaterality": "R", "ViewPosition": "CC",
    "PatientOrientation": ["P", "L"], "PresentationIntentType": "FOR PRESENTATION", "SamplesPerPixel": 1,
    "PhotometricInterpretation": "MONOCHROME2", "Rows": 64, "Columns": 48, "BitsAllocated": 16, "BitsStored": 12,
    "HighBit": 11, "PixelRepresentation": 0,
}  # fmt: skip


def image_file(path: Path, **attributes: Any) -> Path:
    """A mammogram of 64 rows and 48 columns at `path`; keyword arguments replace attributes."""
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    for keyword, value in {**MAMMOGRAM, **attributes}.items():
        setattr(dataset, keyword, value)
    count = dataset.Rows * dataset.Columns * int(dataset.get("NumberOfFrames", 1))
    dataset.PixelData = (np.arange(count, dtype=np.uint16) % 4096).tobytes()
    dataset.file_meta.MediaStorageSOPClassUID = dataset.SOPClassUID
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    path.parent.mkdir(parents=True, exist_ok=True)
    dataset.save_as(path, enforce_file_format=True)
    return path
