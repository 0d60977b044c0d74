"""Content items and document headers of structured reports (PS3.3 C.17), for writers that build a tree by hand."""

from __future__ import annotations

from collections.abc import Sequence

from pydicom.dataset import Dataset

from workstation.base.clock import Origins
from workstation.dicom.writers import common
from workstation.model.codes import Code
from workstation.model.geometry import Mark, Shape
from workstation.model.study import Image, Series, Study

CONTAINS = "CONTAINS"
HAS_CONCEPT_MOD = "HAS CONCEPT MOD"
HAS_ACQ_CONTEXT = "HAS ACQ CONTEXT"
HAS_PROPERTIES = "HAS PROPERTIES"
HAS_OBS_CONTEXT = "HAS OBS CONTEXT"
INFERRED_FROM = "INFERRED FROM"
SELECTED_FROM = "SELECTED FROM"

PERCENT = Code(value="%", scheme="UCUM", meaning="Percent")
MILLIMETER = Code(value="mm", scheme="UCUM", meaning="millimeter")
NO_UNITS = Code(value="1", scheme="UCUM", meaning="no units")


def ucum(unit: str) -> Code:
    """The unit's code; its own symbol is the meaning of one that we have no name for."""
    known = {code.value: code for code in (PERCENT, MILLIMETER, NO_UNITS)}
    return known.get(unit, Code(value=unit, scheme="UCUM", meaning=unit))


def dcm(value: str, meaning: str) -> Code:
    """A code of the DICOM controlled terminology (PS3.16 Annex D)."""
    return Code(value=value, scheme="DCM", meaning=meaning)


def sct(value: str, meaning: str) -> Code:
    """A SNOMED CT code."""
    return Code(value=value, scheme="SCT", meaning=meaning)


def _item(relationship: str, value_type: str, concept: Code | None, children: Sequence[Dataset] = ()) -> Dataset:
    item = Dataset()
    if relationship:
        item.RelationshipType = relationship
    item.ValueType = value_type
    if concept is not None:
        item.ConceptNameCodeSequence = [common.code_item(concept)]
    if children:
        item.ContentSequence = list(children)
    return item


def container(relationship: str, concept: Code, *children: Dataset) -> Dataset:
    """A CONTAINER, SEPARATE."""
    item = _item(relationship, "CONTAINER", concept, children)
    item.ContinuityOfContent = "SEPARATE"
    return item


def code(relationship: str, concept: Code, value: Code, *children: Dataset) -> Dataset:
    """A CODE."""
    item = _item(relationship, "CODE", concept, children)
    item.ConceptCodeSequence = [common.code_item(value)]
    return item


def text(relationship: str, concept: Code, value: str) -> Dataset:
    """A TEXT."""
    item = _item(relationship, "TEXT", concept)
    item.TextValue = value
    return item


def uidref(relationship: str, concept: Code, uid: str) -> Dataset:
    """A UIDREF."""
    item = _item(relationship, "UIDREF", concept)
    item.UID = uid
    return item


def num(relationship: str, concept: Code, value: float, unit: Code, *children: Dataset) -> Dataset:
    """A NUM."""
    item = _item(relationship, "NUM", concept, children)
    measured = Dataset()
    measured.NumericValue = f"{value:.10g}"
    measured.MeasurementUnitsCodeSequence = [common.code_item(unit)]
    item.MeasuredValueSequence = [measured]
    return item


def day(relationship: str, concept: Code, value: str) -> Dataset:
    """A DATE, `value` as DA."""
    item = _item(relationship, "DATE", concept)
    item.Date = value
    return item


def image(relationship: str, sop_class_uid: str, sop_uid: str, *children: Dataset) -> Dataset:
    """An IMAGE."""
    item = _item(relationship, "IMAGE", None, children)
    item.ReferencedSOPSequence = [common.reference(sop_class_uid, sop_uid)]
    return item


def by_reference(relationship: str, node: Sequence[int]) -> Dataset:
    """An item by reference to the 1-based path `node`."""
    item = Dataset()
    item.RelationshipType = relationship
    item.ReferencedContentItemIdentifier = list(node)
    return item


_GRAPHIC_TYPES = {Shape.POLYGON: "POLYLINE"}


def scoord(relationship: str, concept: Code, mark: Mark, *children: Dataset) -> Dataset:
    """A SCOORD; a polygon is a POLYLINE that ends where it began (PS3.3 C.18.6.1.2)."""
    item = _item(relationship, "SCOORD", concept, children)
    item.GraphicType = _GRAPHIC_TYPES.get(mark.shape, mark.shape.name)
    points = mark.points + (mark.points[:1] if mark.shape is Shape.POLYGON else ())
    item.GraphicData = [float(coordinate) for point in points for coordinate in point]
    return item


def document(
    sop_class_uid: str,
    sop_uid: str,
    root: Dataset,
    template: str,
    *,
    study: Study,
    series: Series,
    images: Sequence[Image],
    origins: Origins,
) -> Dataset:
    """A structured report by a device: SR Document Series, General and Content modules around `root`.

    Parameters
    ----------
    template : TID of the root, e.g. "4000".
    images : every image the report refers to.
    """
    dataset = common.new_dataset(sop_class_uid, sop_uid, study, origins)
    now = origins.now()
    dataset.Modality = "SR"
    dataset.SeriesInstanceUID = series.series_uid
    dataset.SeriesNumber = series.number
    dataset.SeriesDescription = series.description[:64]
    dataset.SeriesDate = dataset.ContentDate = common.dicom_date(now.date())
    dataset.SeriesTime = dataset.ContentTime = common.dicom_time(now)
    dataset.TimezoneOffsetFromUTC = f"{now:%z}" or "+0000"
    dataset.InstanceNumber = 1
    dataset.CompletionFlag = "COMPLETE"
    dataset.VerificationFlag = "UNVERIFIED"
    dataset.PreliminaryFlag = "FINAL"
    dataset.ReferencedPerformedProcedureStepSequence = []
    dataset.PerformedProcedureCodeSequence = []
    dataset.CurrentRequestedProcedureEvidenceSequence = common.evidence(study.study_uid, images)
    identification = Dataset()
    identification.MappingResource = "DCMR"
    identification.TemplateIdentifier = template
    root.ContentTemplateSequence = [identification]
    dataset.update(root)
    return dataset
