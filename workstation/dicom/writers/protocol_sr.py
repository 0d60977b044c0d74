"""The final protocol as a Basic Diagnostic Imaging Report (TID 2000) in Enhanced SR."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pydicom.dataset import Dataset
from pydicom.uid import EnhancedSRStorage

from workstation.base.clock import Origins, derived_uid
from workstation.dicom.writers.common import evidence
from workstation.dicom.writers.report_common import (
    Signature,
    Written,
    container,
    keep,
    language_item,
    observer,
    procedure_item,
    reports_of,
    signed_report,
    text_item,
)
from workstation.model.codes import Code
from workstation.model.identity import SOPInstanceUID
from workstation.model.protocol import FinalProtocol, Section, SectionName
from workstation.model.result import AIResult
from workstation.model.study import Study

CURRENT_PROCEDURE = Code(value="55111-9", scheme="LN", meaning="Current Procedure Descriptions")
PROCEDURE_DESCRIPTION = Code(value="121065", scheme="DCM", meaning="Procedure Description")
HEADINGS = {
    SectionName.INDICATION: Code(value="18785-6", scheme="LN", meaning="Indications for Procedure"),
    SectionName.TECHNIQUE: CURRENT_PROCEDURE,
    SectionName.COMPOSITION: Code(value="129715009", scheme="SCT", meaning="Breast composition"),
    SectionName.FINDINGS: Code(value="59776-5", scheme="LN", meaning="Findings"),
    SectionName.COMPARISON: Code(value="55114-3", scheme="LN", meaning="Prior Procedure Descriptions"),
    SectionName.ASSESSMENT: Code(value="19005-8", scheme="LN", meaning="Impressions"),
    SectionName.RECOMMENDATION: Code(value="18783-1", scheme="LN", meaning="Recommendations"),
}
"""Section headings: CID 7001, and CID 6052 for the composition."""
FINDING = Code(value="121071", scheme="DCM", meaning="Finding")
ELEMENTS = {
    SectionName.INDICATION: Code(value="11329-0", scheme="LN", meaning="History"),
    SectionName.TECHNIQUE: PROCEDURE_DESCRIPTION,
    SectionName.COMPOSITION: FINDING,
    SectionName.FINDINGS: FINDING,
    SectionName.COMPARISON: PROCEDURE_DESCRIPTION,
    SectionName.ASSESSMENT: Code(value="121073", scheme="DCM", meaning="Impression"),
    SectionName.RECOMMENDATION: Code(value="121075", scheme="DCM", meaning="Recommendation"),
}
"""Names of the sentences in a section: CID 7002."""


def write_protocol(path: Path, *, protocol: FinalProtocol, study: Study, results: Sequence[AIResult], title: Code,
                   procedure: Code, signature: Signature, origins: Origins) -> Written:  # fmt: skip
    """Write the protocol, complete, verified and final, its sentences under CID 7001 headings.

    The statement on the AI's part stands under the current procedure (S3). An addendum names its predecessor in
    Predecessor Documents Sequence (0040,A360); all protocols of a study share one series.

    Parameters
    ----------
    results : the AI results that the reader saw, as evidence.
    title, procedure : document title (CID 7000) and procedure reported.
    """
    root = container(
        title,
        [
            language_item(protocol.draft.language),
            *observer(signature),
            procedure_item(procedure),
            *(_section(section) for section in protocol.draft.sections if section.sentences),
            container(CURRENT_PROCEDURE, [text_item(PROCEDURE_DESCRIPTION, protocol.ai_statement)]),
        ],
        relationship=None,
        template="2000",
    )
    series_uid = derived_uid(f"{study.study_uid}/protocols")
    report = signed_report(
        root,
        study,
        sop_class_uid=EnhancedSRStorage,
        sop_uid=protocol.protocol_uid,
        series_uid=series_uid,
        series_description="Protocol",
        signature=signature,
        used=[*study.images, *reports_of(results)],
        origins=origins,
    )
    if protocol.predecessor is not None:
        report.PredecessorDocumentsSequence = _predecessor(study, series_uid, protocol.predecessor)
    return keep(report, path)


def _section(section: Section) -> Dataset:
    sentences = [text_item(ELEMENTS[section.name], sentence.text) for sentence in section.sentences]
    return container(HEADINGS[section.name], sentences)


def _predecessor(study: Study, series_uid: str, uid: SOPInstanceUID) -> list[Dataset]:
    return evidence(study.study_uid, [(series_uid, EnhancedSRStorage, uid)])
