"""One file, one object: what it is, whom it belongs to, and what is wrong with it. Read in a worker (S10, R31, R32)."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from workstation.base import codec
from workstation.base.errors import BadInputError, CancelledError, WorkerError
from workstation.base.jobs import Job
from workstation.base.workers import Json, WorkerPool
from workstation.model.identity import Digest, SOPInstanceUID
from workstation.model.problem import Problem, ProblemKind
from workstation.model.study import Study

TIME_LIMIT_S = 20.0


class ObjectRole(StrEnum):
    """What a reader can do with an object."""

    IMAGE = "image"
    SR = "sr"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class DicomObject:
    """A SOP instance as its header describes it.

    Attributes
    ----------
    path : the file it was read from.
    study : with one series, which holds the image when `role` is IMAGE and nothing otherwise.
    digest : SHA-256 of the file's bytes.
    created_at : when the object was made, local time; None when it does not say.
    problems : what the reader must know of it; an image's own are in `study.images[0].problems` too.
    """

    path: str
    sop_uid: SOPInstanceUID
    sop_class_uid: str
    modality: str
    role: ObjectRole
    study: Study
    digest: Digest
    created_at: datetime | None = None
    problems: tuple[Problem, ...] = ()


def read_object(path: Path) -> DicomObject:
    """The object in the file at `path`; to be called in a worker (`read_objects`).

    Raises
    ------
    UnreadableError
        When the file is not used; its `problem` says why and what to do.
    """
    from workstation.dicom.inspection import inspect

    return inspect(path)


def read_objects(
    paths: Iterable[Path], pool: WorkerPool, job: Job
) -> tuple[tuple[DicomObject, ...], tuple[Problem, ...]]:
    """Read each file in a worker: what can be used, and one problem for each that cannot.

    Raises
    ------
    CancelledError
        When `job` was cancelled.
    """
    files = tuple(paths)
    objects: list[DicomObject] = []
    problems: list[Problem] = []
    futures: list[Future[Json]] = []
    try:
        for path in files:
            futures.append(
                pool.submit("workstation.dicom.objects:read_in_worker", str(path), time_limit_s=TIME_LIMIT_S)
            )
        for number, (path, future) in enumerate(zip(files, futures, strict=True)):
            job.report(number, len(files), path.name)
            outcome = _outcome(path, future)
            if isinstance(outcome, Problem):
                problems.append(outcome)
            else:
                objects.append(outcome)
                problems.extend(outcome.problems)
        job.report(len(files), len(files), "")
    except CancelledError:
        for future in futures:
            future.cancel()
        raise
    return tuple(objects), tuple(problems)


def read_in_worker(path: Json) -> Json:
    """Entry point in the worker process."""
    from workstation.dicom.files import UnreadableError

    try:
        return {"object": codec.dump(read_object(Path(path)))}
    except UnreadableError as error:
        return {"problem": codec.dump(error.problem)}


def _outcome(path: Path, future: Future[Json]) -> DicomObject | Problem:
    try:
        reply = future.result()
        if "problem" in reply:
            return codec.load(Problem, reply["problem"])
        return codec.load(DicomObject, reply["object"])
    except BadInputError as error:
        message = f"The file could not be read: {error}. Ask the sender for a new copy."
        return Problem(kind=ProblemKind.UNREADABLE, where=str(path), message=message)
    except WorkerError as error:
        message = f"Reading the file failed and was stopped ({error}). It was left out."
        return Problem(kind=ProblemKind.UNREADABLE, where=str(path), message=message)
