"""Finalising: the documents first, then the one fact that makes them the protocol (S6)."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from workstation.base import codec
from workstation.base.clock import Origins
from workstation.base.errors import RefusedError, StoreError
from workstation.base.i18n import text
from workstation.dicom.writers.protocol_sr import write_protocol
from workstation.dicom.writers.report_common import Signature, organization_of
from workstation.dicom.writers.verdict_sr import AddedFinding, GivenVerdict, write_verdicts
from workstation.model.facts import DocumentRef, ProtocolFinalised
from workstation.model.identity import Digest, SOPInstanceUID
from workstation.model.problem import ProblemKind
from workstation.model.protocol import Draft, FinalProtocol
from workstation.model.result import AIResult, RunStatus
from workstation.protocol.checks import missing
from workstation.protocol.draft import draft
from workstation.protocol.phrasing import Template, template
from workstation.reading.context import ReadingContext
from workstation.reading.session import ReadingSession
from workstation.reading.state import ReadingState

WritePdf = Callable[[FinalProtocol, Path], None]
Role = Literal["protocol_sr", "verdict_sr", "pdf", "protocol_json"]


class Documents(Protocol):
    """The part of the store that keeps finished documents."""

    def add(self, path: Path) -> Digest:
        """Keep a copy; return when it is on disk."""

    def path(self, digest: Digest) -> Path | None:
        """Where the document lies, or None."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finalised:
    """A protocol that is final, and its documents."""

    protocol: FinalProtocol
    documents: tuple[DocumentRef, ...]


def finalise(session: ReadingSession, context: ReadingContext, *, write_pdf: WritePdf, documents: Documents,
             origins: Origins, scratch: Path | None = None) -> Finalised:  # fmt: skip
    """Freeze the protocol: write verdict SR, protocol SR, PDF and JSON, keep them, then record the fact.

    Whatever stops the program in between, there is either a final protocol with all its documents, or none and the
    reading is as it was: finalising again then works.

    Parameters
    ----------
    write_pdf : draws the protocol as PDF into a file (the core knows no Qt).
    scratch : folder for the files in the making; the system's by default.

    Raises
    ------
    RefusedError
        With the rule of the first thing that is missing and all messages in `details`; "final-is-final",
        "locked-by-other", "reading-released", "changed-meanwhile".
    StoreError
        When a document or the fact cannot be kept; nothing is final then.
    """
    session.require_open()
    state = session.state
    text_now = draft(context, state)
    _refuse_incomplete(context, state, text_now)
    protocol = _frozen(session, context, text_now, origins)
    with tempfile.TemporaryDirectory(prefix="final-", dir=scratch) as folder:
        written = _write(Path(folder), protocol, context, state, write_pdf=write_pdf, origins=origins)
        kept = tuple(DocumentRef(role=role, uid=uid, digest=documents.add(path)) for role, uid, path in written)
    fact = ProtocolFinalised(
        reading_id=context.reading_id,
        study_uid=context.study.study_uid,
        protocol_uid=protocol.protocol_uid,
        language=text_now.language,
        text=plain_text(protocol),
        documents=kept,
        predecessor=protocol.predecessor,
    )
    session.record_final(fact, written_from=state)
    return Finalised(protocol=protocol, documents=kept)


def read_final(fact: ProtocolFinalised, documents: Documents) -> FinalProtocol:
    """The protocol as it was frozen, whatever has come to the study since (S6).

    Raises
    ------
    StoreError
        When its document is not there or is not what was written.
    """
    reference = next((document for document in fact.documents if document.role == "protocol_json"), None)
    path = documents.path(reference.digest) if reference else None
    data = path.read_bytes() if path else b""
    if reference is None or codec.digest_of(data) != reference.digest:
        raise StoreError("the final protocol's document is missing or damaged; run the check of the data folder")
    return codec.load_json(FinalProtocol, data)


def plain_text(protocol: FinalProtocol) -> str:
    """The protocol as the plain text that the journal's chain covers, with the statement on the AI's part (S3)."""
    return f"{protocol.draft.plain_text()}\n\n{protocol.ai_statement}"


def ai_statement(context: ReadingContext, state: ReadingState, language: str) -> str:
    """Which services took part, with version and warning, and that the decision is the reader's (S3).

    A service took part that ran, or one of whose findings the reader has decided, whatever it says of its run. What a
    stale result found is told when the reader accepts it, as ever; that it has not seen all images is said here (R4).
    """
    words = template(context.policy.template, language)
    decided = {verdict.sr_uid for verdict in state.verdicts.values()}
    took_part = [result for result in context.matched if _ran(result) or result.sr_uid in decided]
    if not took_part:
        return words.ai_none
    services = dict.fromkeys(_service(result, words) for result in took_part)
    return words.ai_statement.format(services="; ".join(services))


def _ran(result: AIResult) -> bool:
    return result.run_status not in (RunStatus.FAILED, RunStatus.NOT_ATTEMPTED)


def _service(result: AIResult, words: Template) -> str:
    """One service with what the reader of the protocol should know of it, the warning last."""
    unseen = any(problem.kind is ProblemKind.STALE for problem in result.problems)
    notes = [*([] if _ran(result) else [words.ai_failed]), *([words.ai_stale] if unseen else [])]
    return words.ai_service.format(
        name=result.service.name or words.ai_unnamed,
        version=result.service.version or words.ai_no_version,
        warning="; ".join([*notes, result.warning or words.ai_warning]),
    )


def _refuse_incomplete(context: ReadingContext, state: ReadingState, text_now: Draft) -> None:
    open_points = missing(context, state, text_now)
    if open_points:
        message = text("refused.not-complete", context.language, count=len(open_points))
        raise RefusedError(open_points[0].rule, message, tuple(point.message for point in open_points))


def _frozen(session: ReadingSession, context: ReadingContext, text_now: Draft, origins: Origins) -> FinalProtocol:
    study = context.study
    return FinalProtocol(
        protocol_uid=SOPInstanceUID(origins.uid()),
        reading_id=context.reading_id,
        study_uid=study.study_uid,
        patient=study.patient,
        accession=study.accession,
        performed_at=study.performed_at,
        reader=session.reader,
        finalised_at=origins.now(),
        draft=text_now,
        ai_statement=ai_statement(context, session.state, text_now.language),
    )


def _write(folder: Path, protocol: FinalProtocol, context: ReadingContext, state: ReadingState, *,
           write_pdf: WritePdf, origins: Origins) -> tuple[tuple[Role, str, Path], ...]:  # fmt: skip
    """Write all four documents into `folder`."""
    study = context.study
    organization = organization_of(study, origins.station)
    signature = Signature(reader=protocol.reader, organization=organization, at=protocol.finalised_at)
    verdicts = write_verdicts(
        folder / "verdicts.dcm",
        study=study,
        verdicts=given_verdicts(context, state),
        added=[AddedFinding(finding=own, at=state.decided_at[own.finding_id]) for own in state.added.values()],
        sop_uid=SOPInstanceUID(origins.uid()),
        language=protocol.draft.language,
        procedure=context.policy.procedure,
        organ=context.policy.organ,
        signature=signature,
        origins=origins,
    )
    report = write_protocol(
        folder / "protocol.dcm",
        protocol=protocol,
        study=study,
        results=context.matched,
        title=context.policy.report,
        procedure=context.policy.procedure,
        signature=signature,
        origins=origins,
    )
    pdf, data = folder / "protocol.pdf", folder / "protocol.json"
    write_pdf(protocol, pdf)
    data.write_bytes(codec.canonical(codec.dump(protocol)))
    uid = protocol.protocol_uid
    return (
        ("verdict_sr", verdicts.sop_uid, verdicts.path),
        ("protocol_sr", report.sop_uid, report.path),
        ("pdf", uid, pdf),
        ("protocol_json", uid, data),
    )


def given_verdicts(context: ReadingContext, state: ReadingState) -> list[GivenVerdict]:
    """Every verdict with its finding and result, in the order of the results."""
    given = []
    for finding in context.findings:
        verdict, result = state.verdicts.get(finding.finding_id), context.result_of(finding.finding_id)
        if verdict is not None and result is not None:
            at = state.decided_at[finding.finding_id]
            given.append(GivenVerdict(verdict=verdict, finding=finding, result=result, at=at))
    return given
