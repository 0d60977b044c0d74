"""Is everything as it was written? The chain, the files, the documents, and the catalogue against them (S9)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from workstation.base.errors import StoreError
from workstation.base.jobs import Job
from workstation.model.facts import ObjectImported, ProtocolFinalised
from workstation.model.identity import Digest
from workstation.store.home import Home


@dataclass(frozen=True, slots=True, kw_only=True)
class Irregularity:
    """One thing that is not as it was written, or that is worth knowing.

    Attributes
    ----------
    where : entry number, digest or name: what it is about.
    """

    kind: str
    where: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyReport:
    """What the check of a home found.

    Attributes
    ----------
    ok : nothing among `problems`.
    notices : worth knowing, and no sign of damage: a clock that went back, files that a killed import left unrecorded.
    """

    ok: bool
    chain_ok: bool
    entries: int
    files: int
    documents: int
    studies: int
    results: int
    problems: tuple[Irregularity, ...]
    notices: tuple[Irregularity, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Recorded:
    """What the journal says is kept."""

    objects: tuple[ObjectImported, ...]
    finals: tuple[ProtocolFinalised, ...]

    @property
    def digests(self) -> frozenset[Digest]:
        return frozenset(fact.digest for fact in self.objects)


def verify(home: Home, job: Job | None = None) -> VerifyReport:
    """Read everything in the home and compare; nothing is changed.

    Raises
    ------
    CancelledError
        When the job is cancelled.
    """
    job = job or Job()
    journal = home.journal.verify()
    kept = tuple(home.archive.digests())
    recorded = _recorded(home)
    problems = [_irregularity(p.kind, f"entry {p.sequence}" if p.sequence else "journal", p.message)
                for p in journal if not p.is_notice]  # fmt: skip
    notices = [_irregularity(p.kind, f"entry {p.sequence}", p.message) for p in journal if p.is_notice]
    problems += _archive(home, kept, job)
    if recorded is not None:
        problems += [*_missing_files(recorded, kept), *_documents(home, recorded), *_catalogue(home, recorded)]
        notices += _unrecorded(recorded, kept)
    studies, results = _counts(home)
    return VerifyReport(
        ok=not problems,
        chain_ok=all(problem.is_notice for problem in journal),
        entries=_last(home),
        files=len(kept),
        documents=sum(len(fact.documents) for fact in recorded.finals) if recorded else 0,
        studies=studies,
        results=results,
        problems=tuple(problems),
        notices=tuple(notices),
    )


def verify_unopened(path: Path, why: StoreError, job: Job | None = None) -> VerifyReport:
    """What can be said of a home that does not open for work, and why it does not; nothing is changed.

    Raises
    ------
    CancelledError
        When the job is cancelled.
    StoreError
        When there is nothing to look at.
    """
    with Home.open(path, read_only=True) as home:
        found = verify(home, job)
    return replace(found, ok=False, problems=(_irregularity("does-not-open", "home", str(why)), *found.problems))


def _irregularity(kind: str, where: str, message: str) -> Irregularity:
    return Irregularity(kind=str(kind), where=where, message=message)


def _recorded(home: Home) -> _Recorded | None:
    """None where the journal is too damaged to say; the chain's problems say so already."""
    try:
        facts = [entry.fact for entry in home.journal.entries(kinds=("object_imported", "protocol_finalised"))]
    except StoreError:
        return None
    return _Recorded(
        objects=tuple(fact for fact in facts if isinstance(fact, ObjectImported)),
        finals=tuple(fact for fact in facts if isinstance(fact, ProtocolFinalised)),
    )


def _archive(home: Home, kept: tuple[Digest, ...], job: Job) -> Iterator[Irregularity]:
    for done, digest in enumerate(kept):
        job.report(done, len(kept), "checking the files of the archive")
        if not home.archive.verify(digest):
            message = "A file of the archive is not as it came in. Restore it from a backup or import it again."
            yield _irregularity("file-changed", digest, message)
    job.report(len(kept), len(kept), "checking the files of the archive")


def _missing_files(recorded: _Recorded, kept: tuple[Digest, ...]) -> Iterator[Irregularity]:
    present = frozenset(kept)
    for fact in recorded.objects:
        if fact.digest not in present:
            message = f"The file of {fact.sop_uid} came in and is missing. Restore it from a backup or import it again."
            yield _irregularity("file-missing", fact.digest, message)


def _documents(home: Home, recorded: _Recorded) -> Iterator[Irregularity]:
    for final in recorded.finals:
        for document in final.documents:
            if home.documents.path(document.digest) is None:
                message = (
                    f"The {document.role} of the final protocol {final.protocol_uid} is missing. Restore a backup."
                )
                yield _irregularity("document-missing", document.digest, message)
            elif not home.documents.verify(document.digest):
                message = (
                    f"The {document.role} of the final protocol {final.protocol_uid} was changed. Restore a backup."
                )
                yield _irregularity("document-changed", document.digest, message)


def _catalogue(home: Home, recorded: _Recorded) -> Iterator[Irregularity]:
    try:
        listed = home.catalogue.digests()
        shown = {image.digest: image.sop_uid for study in home.catalogue.studies() for image in study.images}
        shown |= {result.digest: result.sr_uid for result in home.catalogue.all_results()}
    except StoreError as error:
        yield _irregularity("catalogue-damaged", "catalogue", str(error))
        return
    for digest in sorted(recorded.digests - listed):
        message = "A file came in and is not in the list of studies. Start Diptych: it reads the file again."
        yield _irregularity("not-listed", digest, message)
    imported = {(fact.digest, fact.sop_uid) for fact in recorded.objects}
    for shown_digest, uid in shown.items():
        if shown_digest is None or (shown_digest, uid) not in imported:
            message = f"The list shows {uid}, of which the journal has no record. Have the list made anew."
            yield _irregularity("not-recorded", uid, message)


def _unrecorded(recorded: _Recorded, kept: tuple[Digest, ...]) -> Iterator[Irregularity]:
    for digest in kept:
        if digest not in recorded.digests:
            message = "A file is in the archive without a record: an import was broken off. Import the study again."
            yield _irregularity("file-unrecorded", digest, message)


def _last(home: Home) -> int:
    try:
        return home.journal.last
    except StoreError:
        return 0


def _counts(home: Home) -> tuple[int, int]:
    try:
        return len(home.catalogue.studies()), len(home.catalogue.all_results())
    except StoreError:
        return 0, 0
