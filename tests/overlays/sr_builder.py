"""Content trees made to order: as good or as bad as a test needs them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import ExplicitVRLittleEndian

from workstation.model.codes import Code

CAD = "1.2.840.10008.5.1.4.1.1.88.50"
COMPREHENSIVE_3D = "1.2.840.10008.5.1.4.1.1.88.34"
STUDY_UID, SR_UID, SERIES_UID = "2.25.100", "2.25.900", "2.25.901"
PERCENT = Code(value="%", scheme="UCUM", meaning="Percent")
NO_UNITS = Code(value="1", scheme="UCUM", meaning="no units")


def dcm(value: str, meaning: str = "") -> Code:
    """A DCM code."""
    return Code(value=value, scheme="DCM", meaning=meaning or value)


def sct(value: str, meaning: str = "") -> Code:
    """An SCT code."""
    return Code(value=value, scheme="SCT", meaning=meaning or value)


def coded(code: Code) -> Sequence:
    """A code sequence with one item."""
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = code.value, code.scheme, code.meaning
    return Sequence([item])


def item(value_type: str, concept: Code | None, *children: Dataset, relationship: str = "CONTAINS") -> Dataset:
    """A content item without its value."""
    made = Dataset()
    made.RelationshipType, made.ValueType = relationship, value_type
    if concept is not None:
        made.ConceptNameCodeSequence = coded(concept)
    if children:
        made.ContentSequence = Sequence(children)
    return made


def container(concept: Code, *children: Dataset) -> Dataset:
    """A CONTAINER."""
    return item("CONTAINER", concept, *children)


def code(concept: Code, value: Code, *children: Dataset) -> Dataset:
    """A CODE item."""
    made = item("CODE", concept, *children)
    made.ConceptCodeSequence = coded(value)
    return made


def text(concept: Code, words: str) -> Dataset:
    """A TEXT item."""
    made = item("TEXT", concept)
    made.TextValue = words
    return made


def uid(concept: Code, value: str) -> Dataset:
    """A UIDREF item."""
    made = item("UIDREF", concept)
    made.UID = value
    return made


def person(concept: Code, name: str) -> Dataset:
    """A PNAME item."""
    made = item("PNAME", concept)
    made.PersonName = name
    return made


def num(concept: Code, value: str, unit: Code | None, *children: Dataset) -> Dataset:
    """A NUM item; `value` as written."""
    made = item("NUM", concept, *children)
    measured = Dataset()
    measured.add_new("NumericValue", "DS", value)
    if unit is not None:
        measured.MeasurementUnitsCodeSequence = coded(unit)
    made.MeasuredValueSequence = Sequence([measured])
    return made


def image(
    sop_uid: str, *children: Dataset, frames: list[int] | None = None, segments: list[int] | None = None
) -> Dataset:
    """An IMAGE item."""
    made = item("IMAGE", None, *children)
    reference = Dataset()
    reference.ReferencedSOPClassUID, reference.ReferencedSOPInstanceUID = "1.2.840.10008.5.1.4.1.1.1.2", sop_uid
    if frames:
        reference.ReferencedFrameNumber = frames
    if segments:
        reference.ReferencedSegmentNumber = segments
    made.ReferencedSOPSequence = Sequence([reference])
    return made


def scoord(concept: Code | None, shape: str, data: list[float], *children: Dataset) -> Dataset:
    """A SCOORD item."""
    made = item("SCOORD", concept, *children)
    made.GraphicType, made.GraphicData = shape, data
    return made


def scoord3d(concept: Code, shape: str, data: list[float], frame_of_reference: str) -> Dataset:
    """A SCOORD3D item."""
    made = item("SCOORD3D", concept)
    made.GraphicType, made.GraphicData, made.ReferencedFrameOfReferenceUID = shape, data, frame_of_reference
    return made


def by_reference(*path: int, relationship: str = "SELECTED FROM") -> Dataset:
    """An item by reference."""
    made = Dataset()
    made.RelationshipType, made.ReferencedContentItemIdentifier = relationship, list(path)
    return made


def report(title: Code, *children: Dataset, sop_class: str = CAD, template: str = "4000", **header: Any) -> Dataset:
    """A whole report; keyword arguments replace attributes of the header, None removes one."""
    dataset = container(title, *children)
    del dataset.RelationshipType
    template_item = Dataset()
    template_item.MappingResource, template_item.TemplateIdentifier = "DCMR", template
    dataset.ContentTemplateSequence = Sequence([template_item])
    defaults = {
        "SpecificCharacterSet": "ISO_IR 192", "SOPClassUID": sop_class, "SOPInstanceUID": SR_UID,
        "StudyInstanceUID": STUDY_UID, "SeriesInstanceUID": SERIES_UID, "Modality": "SR", "PatientID": "P1",
        "PatientName": "Иванова^Анна", "PatientBirthDate": "19700315", "PatientSex": "F",
        "ContentDate": "20260102", "ContentTime": "120000", "CompletionFlag": "COMPLETE",
        "VerificationFlag": "UNVERIFIED", "Manufacturer": "Acme", "ManufacturerModelName": "MammoMind",
        "SoftwareVersions": "2.1",
    }  # fmt: skip
    for keyword, value in {**defaults, **header}.items():
        if value is not None:
            setattr(dataset, keyword, value)
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.file_meta.MediaStorageSOPClassUID = sop_class
    dataset.file_meta.MediaStorageSOPInstanceUID = SR_UID
    return dataset


def save(dataset: Dataset, path: Path) -> Path:
    """Write as a DICOM file."""
    dataset.save_as(path, enforce_file_format=True)
    return path
