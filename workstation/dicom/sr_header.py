"""The header of a structured report: who, when, by what, about which images (PS3.3 C.17.1 to C.17.3)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pydicom.dataset import Dataset

from workstation.dicom import headers, values
from workstation.dicom.sr_document import Observer, ObserverType, SRHeader, SRItem, SRReference
from workstation.dicom.sr_values import Complain, first, items, string
from workstation.model.identity import SeriesUID, SOPInstanceUID, StudyUID

OBSERVER_TYPE = "121005"
PERSON_CODE = "121006"
PERSON_NAME = "121008"
DEVICE_CONCEPTS = {
    "121012": "uid",
    "121013": "name",
    "121014": "manufacturer",
    "121015": "model",
    "121016": "serial",
}


def read_header(dataset: Dataset, root: SRItem, complain: Complain) -> SRHeader:
    """The report's header; a missing UID is "" (the caller decides what that means)."""

    def text(keyword: str) -> str | None:
        return string(dataset, keyword, complain)

    return SRHeader(
        sop_class_uid=text("SOPClassUID") or "",
        sop_uid=SOPInstanceUID(text("SOPInstanceUID") or ""),
        study_uid=StudyUID(text("StudyInstanceUID") or ""),
        series_uid=SeriesUID(text("SeriesInstanceUID") or ""),
        patient=headers.patient(dataset),
        title=root.concept,
        template_id=root.template_id,
        modality=text("Modality") or "",
        series_description=text("SeriesDescription") or "",
        content_at=values.moment(dataset, "ContentDate", "ContentTime"),
        completion=text("CompletionFlag"),
        verification=text("VerificationFlag"),
        preliminary=text("PreliminaryFlag"),
        manufacturer=text("Manufacturer"),
        model=text("ManufacturerModelName"),
        software_versions=tuple((text("SoftwareVersions") or "").split("\\")) if text("SoftwareVersions") else (),
        device_serial=text("DeviceSerialNumber"),
        institution=text("InstitutionName"),
        observers=(*_tree_observers(root), *_author_observers(dataset, complain)),
        evidence=(
            *_evidence(dataset, "CurrentRequestedProcedureEvidenceSequence", complain),
            *_evidence(dataset, "PertinentOtherEvidenceSequence", complain),
        ),
        predecessors=tuple(_evidence(dataset, "PredecessorDocumentsSequence", complain)),
    )


def _tree_observers(root: SRItem) -> Iterable[Observer]:
    """Observers of TID 1001: each Observer Type item, or a person's name without one, starts the next observer."""
    groups: list[dict[str, Any]] = []
    for item in root.children:
        concept = item.concept.value if item.concept and item.concept.scheme == "DCM" else ""
        if concept == OBSERVER_TYPE:
            person = item.code is not None and item.code.value == PERSON_CODE
            groups.append({"type": ObserverType.PERSON if person else ObserverType.DEVICE})
        elif concept == PERSON_NAME:
            if not groups or groups[-1]["type"] is not ObserverType.PERSON or "name" in groups[-1]:
                groups.append({"type": ObserverType.PERSON})
            groups[-1]["name"] = item.text
        elif concept in DEVICE_CONCEPTS:
            if not groups or groups[-1]["type"] is not ObserverType.DEVICE:
                groups.append({"type": ObserverType.DEVICE})
            groups[-1][DEVICE_CONCEPTS[concept]] = item.text
    return [Observer(**group) for group in groups]


def _author_observers(dataset: Dataset, complain: Complain) -> list[Observer]:
    authors = [
        Observer(
            type=ObserverType.DEVICE if string(item, "ObserverType", complain) == "DEV" else ObserverType.PERSON,
            name=string(item, "PersonName", complain) or string(item, "StationName", complain),
            manufacturer=string(item, "Manufacturer", complain),
            model=string(item, "ManufacturerModelName", complain),
            uid=string(item, "DeviceUID", complain),
        )
        for item in items(dataset, "AuthorObserverSequence", complain)
    ]
    verifiers = [
        Observer(type=ObserverType.PERSON, name=string(item, "VerifyingObserverName", complain))
        for item in items(dataset, "VerifyingObserverSequence", complain)
    ]
    return authors + verifiers


def _evidence(dataset: Dataset, keyword: str, complain: Complain) -> Iterable[SRReference]:
    for study in items(dataset, keyword, complain):
        study_uid = string(study, "StudyInstanceUID", complain)
        for series in items(study, "ReferencedSeriesSequence", complain):
            series_uid = string(series, "SeriesInstanceUID", complain)
            for instance in items(series, "ReferencedSOPSequence", complain):
                sop_uid = string(instance, "ReferencedSOPInstanceUID", complain)
                if sop_uid is None:
                    continue
                yield SRReference(
                    sop_uid=SOPInstanceUID(sop_uid),
                    sop_class_uid=string(instance, "ReferencedSOPClassUID", complain) or "",
                    study_uid=StudyUID(study_uid) if study_uid else None,
                    series_uid=SeriesUID(series_uid) if series_uid else None,
                )


def root_template(dataset: Dataset, complain: Complain) -> str | None:
    """Template Identifier (0040,DB00) of a container, or None."""
    template = first(dataset, "ContentTemplateSequence", complain)
    return string(template, "TemplateIdentifier", complain) if template is not None else None
