"""`diptych inspect`: what is in these files, without importing any of it."""

from __future__ import annotations

import argparse
from collections import defaultdict
from typing import Any

from workstation.base.codec import dump
from workstation.base.workers import WorkerPool
from workstation.cli.commands import Command, Outcome, add_paths, document_if, problem_json
from workstation.cli.ports import Ports
from workstation.cli.progress import terminal_job
from workstation.intake import NOTES, Intake, matched, taken_in
from workstation.model.identity import Patient, StudyUID
from workstation.model.result import AIResult
from workstation.model.study import Image, Study
from workstation.overlays.host import OverlayHost
from workstation.overlays.inspection import result_json


def _run(options: argparse.Namespace, _ports: Ports) -> Outcome:
    pool = WorkerPool()
    try:
        with terminal_job() as job, taken_in(options.paths, pool, OverlayHost(pool), job) as intake:
            results = tuple(matched(result, intake.studies) for result in intake.results)
    finally:
        pool.close()
    serious = [p for study in intake.studies for image in study.images for p in image.problems if p.kind not in NOTES]
    return Outcome(
        document=document_if(options, inspection(intake, results)),
        messages=(_summary(intake),),
        problems=intake.problems,
        has_problems=bool(serious) or not all(result.match.ok for result in results),
    )


def inspection(intake: Intake, results: tuple[AIResult, ...]) -> dict[str, Any]:
    """The document of `inspect --json` (resources/schemas/inspect.json); an SR without its study gets an empty one."""
    by_study: defaultdict[StudyUID, list[AIResult]] = defaultdict(list)
    for result in results:
        by_study[result.study_uid].append(result)
    studies = [_study_json(study, by_study.pop(study.study_uid, [])) for study in intake.studies]
    for uid, orphans in by_study.items():
        studies.append(_study_json(Study(study_uid=uid, patient=orphans[0].patient), orphans))
    return {"studies": studies, "problems": [problem_json(problem) for problem in intake.problems]}


def patient_json(patient: Patient) -> dict[str, Any]:
    """A patient as the command line prints them."""
    plain = dump(patient)
    return {"id": plain["patient_id"], **{key: plain[key] for key in ("issuer", "name", "birth_date", "sex")}}


def _study_json(study: Study, results: list[AIResult]) -> dict[str, Any]:
    return {
        "study_uid": study.study_uid,
        "patient": patient_json(study.patient),
        "images": [_image_json(image) for image in study.images],
        "ai_results": [result_json(result) for result in results],
    }


def _image_json(image: Image) -> dict[str, Any]:
    plain = dump(image)
    names = ("sop_uid", "modality", "laterality", "view", "rows", "columns", "frames", "transfer_syntax", "lossy",
             "presentation_intent")  # fmt: skip
    return {name: plain[name] for name in names} | {"problems": [problem_json(p) for p in image.problems]}


def _summary(read: Intake) -> str:
    images = sum(len(study.images) for study in read.studies)
    return (
        f"{len(read.studies)} studies, {images} images, {len(read.results)} AI results, {len(read.problems)} problems"
    )


COMMAND = Command(summary="say what is in these files, without importing them", add_arguments=add_paths, run=_run)
