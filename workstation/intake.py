"""Intake: files → studies and AI results, matched. `inspect` keeps nothing of it; importing does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from workstation.base.errors import StoreError
from workstation.base.jobs import Job
from workstation.base.workers import WorkerPool
from workstation.dicom.assemble import assemble, conflicts
from workstation.dicom.objects import DicomObject, ObjectRole, read_objects
from workstation.dicom.scan import find_files
from workstation.model.facts import ObjectImported
from workstation.model.identity import Digest, SOPInstanceUID, StudyUID
from workstation.model.problem import Problem, ProblemKind
from workstation.model.result import AIResult, Match
from workstation.model.study import Study
from workstation.overlays.host import OverlayHost
from workstation.overlays.matching import match
from workstation.store.home import Home

NOTES = frozenset({ProblemKind.LOSSY, ProblemKind.NOT_FOR_PRESENTATION, ProblemKind.GRAPHICS_NOT_DRAWN})
"""Kinds that say something of an image whose file is all right: shown on it, no problem of intake."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """What a set of files holds.

    Attributes
    ----------
    objects : every object that could be identified; `path` is where it can be read now.
    results : as read; not compared with a study yet.
    problems : everything that could not be used, each with its file as people call it (S10).
    unusable : the files of those problems that hold nothing usable, for the quarantine.
    """

    objects: tuple[DicomObject, ...]
    studies: tuple[Study, ...]
    results: tuple[AIResult, ...]
    problems: tuple[Problem, ...]
    unusable: tuple[tuple[Path, Problem], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What an import brought."""

    studies: tuple[StudyUID, ...]
    images: int
    results: tuple[SOPInstanceUID, ...]
    problems: tuple[Problem, ...]


@contextmanager
def taken_in(paths: Sequence[Path], pool: WorkerPool, host: OverlayHost, job: Job) -> Iterator[Intake]:
    """Read files, folders, ZIPs and DICOMDIRs; what was unpacked is deleted at the end.

    Raises
    ------
    CancelledError
        When the job is cancelled; nothing is left behind.
    """
    with find_files(paths, job) as found:
        objects, read_problems = read_objects(found.files, pool, job)
        studies = assemble(objects)
        results, result_problems = _results(objects, pool, host, job)
        problems = (*found.problems, *found.told((*read_problems, *conflicts(objects), *result_problems)))
        used = {item.path for item in objects}
        yield Intake(
            objects=objects,
            studies=studies,
            results=tuple(results),
            problems=tuple(dict.fromkeys(problem for problem in problems if problem.kind not in NOTES)),
            unusable=tuple((Path(p.where), p) for p in (*found.problems, *read_problems) if p.where not in used),
        )


def matched(result: AIResult, studies: Iterable[Study]) -> AIResult:
    """`result` compared with its study (S1); with none here it waits, and says for what."""
    study = next((study for study in studies if study.study_uid == result.study_uid), None)
    if study is None:
        return replace(result, match=Match(ok=False, problems=(f"study {result.study_uid} is not here yet",)))
    return match(result, study)


def _results(objects: Iterable[DicomObject], pool: WorkerPool, host: OverlayHost, job: Job
             ) -> tuple[list[AIResult], list[Problem]]:  # fmt: skip
    """What the reports say, in their order; as many are read at once as there are workers."""
    reports = [Path(item.path) for item in objects if item.role is ObjectRole.SR]
    results: list[AIResult] = []
    problems: list[Problem] = []
    readers = ThreadPoolExecutor(pool.size, thread_name_prefix="diptych-report")
    try:
        answers = [readers.submit(host.read, path) for path in reports]
        for number, (path, answer) in enumerate(zip(reports, answers, strict=True)):
            job.report(number, len(reports), path.name)
            result, found = answer.result()
            problems.extend(found)
            if result is not None:
                results.append(result)
    finally:
        readers.shutdown(cancel_futures=True)
    return results, problems


def keep(intake: Intake, home: Home, job: Job) -> ImportReport:
    """Put what was taken in into the home: bytes first, then the journal, then the catalogue.

    Raises
    ------
    StoreError
        "not saved: ...": what was listed before stays; the rest can be imported again.
    """
    read = {result.sr_uid: result for result in intake.results}
    for number, item in enumerate(intake.objects):
        job.report(number, len(intake.objects), Path(item.path).name)
        if home.archive.add(Path(item.path)) != item.digest:
            raise StoreError(f"not saved: {Path(item.path).name} changed while it was read; import it again")
    known = home.catalogue.digests()
    fresh = {item.digest: item for item in intake.objects if item.digest not in known}
    home.journal.append_many([_fact(item, read) for item in fresh.values()], reader="system")
    problems = [problem for study in intake.studies for problem in home.catalogue.put_study(study)]
    problems += _list_reports(intake, read, home)
    for uid in {study.study_uid for study in intake.studies} | {result.study_uid for result in intake.results}:
        _match_again(uid, home)
    home.quarantine.add_problems(problems)
    for path, problem in intake.unusable:
        home.quarantine.add(path if path.is_file() else None, (problem,))
    return ImportReport(
        studies=tuple(study.study_uid for study in intake.studies if study.images),
        images=sum(item.role is ObjectRole.IMAGE for item in intake.objects),
        results=tuple(read),
        problems=(*intake.problems, *problems),
    )


def _fact(item: DicomObject, read: dict[SOPInstanceUID, AIResult]) -> ObjectImported:
    role: Literal["image", "result", "other"] = "other"
    if item.role is ObjectRole.IMAGE:
        role = "image"
    elif item.sop_uid in read:
        role = "result"
    return ObjectImported(study_uid=item.study.study_uid, sop_uid=item.sop_uid, digest=item.digest, role=role)


def _list_reports(intake: Intake, read: dict[SOPInstanceUID, AIResult], home: Home) -> list[Problem]:
    problems: list[Problem] = []
    for item in intake.objects:
        if item.sop_uid in read:
            problems += home.catalogue.put_result(read[item.sop_uid], Digest(item.digest))
        elif item.role is not ObjectRole.IMAGE:
            home.catalogue.put_other(item.sop_uid, item.study.study_uid, item.digest)
    return problems


def _match_again(study_uid: StudyUID, home: Home) -> None:
    """Compare every result of a study anew: its images may have come after it.

    Only the outcome is kept; the result stays as read, so that nothing of it is lost by an early comparison.
    """
    study = home.catalogue.study(study_uid)
    for result in home.catalogue.all_results(study_uid):
        compared = matched(result, (study,) if study else ())
        if compared.match != result.match:
            home.catalogue.put_result(replace(result, match=compared.match))
