"""A study's files out of the home: every one checked, every loss said (S10)."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from workstation.base.errors import StoreError
from workstation.base.jobs import Job
from workstation.model.facts import DocumentRef, ProtocolFinalised
from workstation.model.identity import Digest, StudyUID
from workstation.model.problem import Problem, ProblemKind
from workstation.store import disk
from workstation.store.documents import Documents
from workstation.store.home import Home


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """What was copied out, and what could not be."""

    files: tuple[Path, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """A file that belongs to the study; `find` raises StoreError where it is missing."""

    name: str
    digest: Digest
    find: Callable[[], Path]


def export_study(home: Home, study_uid: StudyUID, folder: Path, job: Job) -> Exported:
    """Copy a study's images, AI results and final documents to `folder`, under names of our own.

    A file that is missing or is not as it was written is a problem, and not copied.

    Raises
    ------
    CancelledError
        When the job is cancelled; what was copied stays.
    StoreError
        "not saved: ...": the folder does not take the files.
    """
    files: list[Path] = []
    problems: list[Problem] = []
    wanted = tuple(_wanted(home, study_uid))
    for number, item in enumerate(wanted):
        job.report(number, len(wanted), item.name)
        try:
            copied = _copied(item.find(), folder, item.digest)
        except OSError as error:
            raise disk.not_saved(error) from error
        except StoreError as error:
            problems.append(_lost(ProblemKind.MISSING_FILE, item, str(error)))
            continue
        if copied is None:
            message = "The file is not as it was written; it was not copied. Restore it from a backup."
            problems.append(_lost(ProblemKind.INCONSISTENT, item, message))
        else:
            files.append(copied)
    return Exported(files=tuple(files), problems=tuple(problems))


def document_path(documents: Documents, reference: DocumentRef) -> Path:
    """Where a final document lies.

    Raises
    ------
    StoreError
        When it is missing.
    """
    path = documents.path(reference.digest)
    if path is None:
        raise StoreError(f"The {reference.role} of a final protocol is missing; restore it from a backup.")
    return path


def _wanted(home: Home, study_uid: StudyUID) -> Iterator[_Wanted]:
    for uid, digest in home.catalogue.files(study_uid).items():
        yield _Wanted(name=uid, digest=digest, find=partial(home.archive.path, digest))
    for entry in home.journal.entries(study_uid=study_uid):
        if isinstance(entry.fact, ProtocolFinalised):
            for document in entry.fact.documents:
                find = partial(document_path, home.documents, document)
                yield _Wanted(name=document.uid or document.role, digest=document.digest, find=find)


def _copied(source: Path, folder: Path, digest: Digest) -> Path | None:
    """The copy; None where its bytes are not those that the digest stands for."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / source.name
    shutil.copyfile(source, target)
    if disk.digest_of_file(target) == digest:
        return target
    target.unlink()
    return None


def _lost(kind: ProblemKind, item: _Wanted, message: str) -> Problem:
    return Problem(kind=kind, where=item.name, message=message)
