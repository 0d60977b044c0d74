"""Structured reports by people: content items, the reader as observer, the report's header (PS3.3 C.17)."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pydicom.dataset import Dataset

from workstation.base.clock import Origins
from workstation.dicom.writers.common import code_item, dicom_date, dicom_time, evidence, new_dataset, reference, save
from workstation.model.codes import Code
from workstation.model.geometry import Mark, Shape
from workstation.model.identity import Digest, SOPInstanceUID
from workstation.model.lexicon import PRIVATE_SCHEME
from workstation.model.result import AIResult
from workstation.model.study import Image, Laterality, Study

CONTAINS = "CONTAINS"
CONTEXT = "HAS OBS CONTEXT"
MODIFIER = "HAS CONCEPT MOD"
SELECTED_FROM = "SELECTED FROM"

LANGUAGE = Code(value="121049", scheme="DCM", meaning="Language of Content Item and Descendants")
LANGUAGES = {
    "en": Code(value="en", scheme="RFC5646", meaning="English"),
    "ru": Code(value="ru", scheme="RFC5646", meaning="Russian"),
}
OBSERVER_TYPE = Code(value="121005", scheme="DCM", meaning="Observer Type")
PERSON = Code(value="121006", scheme="DCM", meaning="Person")
PERSON_NAME = Code(value="121008", scheme="DCM", meaning="Person Observer Name")
PERSON_ORGANIZATION = Code(value="121009", scheme="DCM", meaning="Person Observer's Organization Name")
PROCEDURE_REPORTED = Code(value="121058", scheme="DCM", meaning="Procedure reported")
SIDES = {
    Laterality.RIGHT: Code(value="24028007", scheme="SCT", meaning="Right"),
    Laterality.LEFT: Code(value="7771000", scheme="SCT", meaning="Left"),
    Laterality.BOTH: Code(value="51440002", scheme="SCT", meaning="Right and left"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """Who signs a document, for whom, and when (aware)."""

    reader: str
    organization: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A document that was written."""

    path: Path
    sop_uid: SOPInstanceUID
    digest: Digest


def item(value_type: str, concept: Code | None, relationship: str | None = None,
         children: Iterable[Dataset] = ()) -> Dataset:  # fmt: skip
    """A content item without its value (PS3.3 C.17.3.2)."""
    made = Dataset()
    if relationship:
        made.RelationshipType = relationship
    made.ValueType = value_type
    if concept is not None:
        made.ConceptNameCodeSequence = [code_item(concept)]
    kept = list(children)
    if kept:
        made.ContentSequence = kept
    return made


def printable(words: str, keep: str = "") -> str:
    """The words without control characters, which DICOM forbids but for a few in long texts (PS3.5 6.1.3)."""
    return "".join(sign for sign in words if sign in keep or unicodedata.category(sign) != "Cc")


def person_name(name: str) -> str:
    """A name as PN takes it (PS3.5 6.2): no group or value separators, at most 64 characters."""
    return printable(name).replace("\\", " ").replace("=", " ")[:64]


def container(concept: Code, children: Iterable[Dataset], relationship: str | None = CONTAINS,
              template: str | None = None) -> Dataset:  # fmt: skip
    """A CONTAINER; with `template`, the DCMR template that it follows (PS3.3 C.18.8)."""
    made = item("CONTAINER", concept, relationship, children)
    made.ContinuityOfContent = "SEPARATE"
    if template:
        used = Dataset()
        used.MappingResource, used.TemplateIdentifier = "DCMR", template
        made.ContentTemplateSequence = [used]
    return made


def text_item(concept: Code, words: str, relationship: str = CONTAINS) -> Dataset:
    """A TEXT item."""
    made = item("TEXT", concept, relationship)
    made.TextValue = printable(words, keep="\t\n\f\r")
    return made


def coded(concept: Code, code: Code, relationship: str = CONTAINS, children: Iterable[Dataset] = ()) -> Dataset:
    """A CODE item."""
    made = item("CODE", concept, relationship, children)
    made.ConceptCodeSequence = [code_item(code)]
    return made


def uid_item(concept: Code, uid: str, relationship: str = CONTAINS) -> Dataset:
    """A UIDREF item."""
    made = item("UIDREF", concept, relationship)
    made.UID = uid
    return made


def composite(concept: Code, sop_class_uid: str, sop_uid: str) -> Dataset:
    """A COMPOSITE item: a reference to an object that is not an image."""
    made = item("COMPOSITE", concept, CONTAINS)
    made.ReferencedSOPSequence = [reference(sop_class_uid, sop_uid)]
    return made


def region(concept: Code, mark: Mark, image: Image) -> Dataset:
    """An SCOORD item selected from its image (PS3.3 C.18.6): coordinates as (column, row), polygons closed."""
    points = (*mark.points, mark.points[0]) if mark.shape is Shape.POLYGON else mark.points
    source = item("IMAGE", None, SELECTED_FROM)
    referenced = reference(image.sop_class_uid, image.sop_uid)
    if mark.frame is not None and image.frames > 1:
        referenced.ReferencedFrameNumber = mark.frame
    source.ReferencedSOPSequence = [referenced]
    made = item("SCOORD", concept, CONTAINS, [source])
    made.GraphicType = "POLYLINE" if mark.shape is Shape.POLYGON else mark.shape.value.upper()
    made.GraphicData = [float(value) for point in points for value in point]
    return made


def observer(signature: Signature) -> list[Dataset]:
    """The reader as the person who observes (TID 1002, 1003)."""
    name = item("PNAME", PERSON_NAME, CONTEXT)
    name.PersonName = person_name(signature.reader)
    organization = text_item(PERSON_ORGANIZATION, signature.organization, CONTEXT)
    return [coded(OBSERVER_TYPE, PERSON, CONTEXT), name, organization]


def language_item(language: str) -> Dataset:
    """The language of the report (TID 1204)."""
    return coded(LANGUAGE, LANGUAGES[language], MODIFIER)


def procedure_item(procedure: Code) -> Dataset:
    """The procedure that the report is about."""
    return coded(PROCEDURE_REPORTED, procedure, MODIFIER)


def organization_of(study: Study, station: str) -> str:
    """The institution that the images name, else the workstation: a verified document must name one (C.17.2)."""
    named = (image.technique.institution for image in study.images)
    return next((name for name in named if name), station)


def date_time(at: datetime) -> str:
    """DT with its offset from UTC (PS3.5 6.2)."""
    return f"{at:%Y%m%d%H%M%S}.{at.microsecond:06d}{at:%z}"


def reports_of(results: Iterable[AIResult]) -> list[tuple[str, str, str]]:
    """(series, SOP Class, SOP Instance) of the AI reports whose place is known, as `evidence` takes them."""
    return [(result.sr_series_uid, result.sr_class_uid, result.sr_uid)
            for result in results if result.sr_series_uid and result.sr_class_uid]  # fmt: skip


def signed_report(root: Dataset, study: Study, *, sop_class_uid: str, sop_uid: SOPInstanceUID, series_uid: str,
                  series_description: str, signature: Signature, used: Sequence[Image | tuple[str, str, str]],
                  origins: Origins) -> Dataset:  # fmt: skip
    """A complete, verified, final report around the content tree `root` (PS3.3 C.17.1, C.17.2)."""
    made = new_dataset(sop_class_uid, sop_uid, study, origins)
    made.Modality = "SR"
    made.SeriesInstanceUID, made.SeriesNumber, made.InstanceNumber = series_uid, 990, 1
    made.SeriesDescription = series_description
    made.ReferencedPerformedProcedureStepSequence = []
    made.Manufacturer, made.ManufacturerModelName = "Diptych", "Diptych"
    made.SoftwareVersions, made.DeviceSerialNumber = origins.software[:64], origins.station[:64]
    local = signature.at.astimezone()
    made.SeriesDate = made.ContentDate = dicom_date(local.date())
    made.SeriesTime = made.ContentTime = dicom_time(local)
    made.CompletionFlag, made.VerificationFlag, made.PreliminaryFlag = "COMPLETE", "VERIFIED", "FINAL"
    made.VerifyingObserverSequence = [_verifying(signature)]
    made.PerformedProcedureCodeSequence = []
    made.CodingSchemeIdentificationSequence = [_private_scheme()]
    made.CurrentRequestedProcedureEvidenceSequence = evidence(study.study_uid, used)
    made.update(root)
    return made


def keep(report: Dataset, path: Path) -> Written:
    """Write the report and say what was written."""
    save(report, path)
    digest = Digest(hashlib.sha256(path.read_bytes()).hexdigest())
    return Written(path=path, sop_uid=SOPInstanceUID(str(report.SOPInstanceUID)), digest=digest)


def _verifying(signature: Signature) -> Dataset:
    made = Dataset()
    made.VerifyingOrganization = printable(signature.organization).replace("\\", "/")[:64]
    made.VerificationDateTime = date_time(signature.at)
    made.VerifyingObserverName = person_name(signature.reader)
    made.VerifyingObserverIdentificationCodeSequence = []
    return made


def _private_scheme() -> Dataset:
    """Whose the private codes are (PS3.3 C.12.1.1.7)."""
    made = Dataset()
    made.CodingSchemeDesignator = PRIVATE_SCHEME
    made.CodingSchemeName = "Diptych verdicts"
    made.CodingSchemeResponsibleOrganization = "Diptych"
    return made
