"""`diptych inspect`: what is in these files, without importing any of it."""

from __future__ import annotations

import argparse
from collections import defaultdict
from typing import Any

from workstation.app import ReadObjects, inspect_paths
from workstation.base.codec import dump
from workstation.base.jobs import Job
from workstation.cli.commands import Command, Outcome, add_paths, document_if
from workstation.cli.ports import Ports
from workstation.model.identity import Patient, StudyUID
from workstation.model.problem import Problem, ProblemKind
from workstation.model.result import AIResult
from workstation.model.study import Image, Study
from workstation.overlays.inspection import result_json

NOTES = {ProblemKind.LOSSY, ProblemKind.NOT_FOR_PRESENTATION}
"""Kinds that say something of an image without anything being wrong with the file."""


def _run(options: argparse.Namespace, _ports: Ports) -> Outcome:
    read = inspect_paths(options.paths, Job())
    document = inspection(read)
    bad_images = any(p["kind"] not in NOTES for s in document["studies"] for i in s["images"] for p in i["problems"])
    unmatched = any(not result.match.ok for result in read.results)
    return Outcome(
        document=document_if(options, document),
        messages=tuple(_lines(read)),
        has_problems=bool(read.problems) or bad_images or unmatched,
    )


def inspection(read: ReadObjects) -> dict[str, Any]:
    """The document of `inspect --json` (resources/schemas/inspect.json)."""
    results: defaultdict[StudyUID, list[AIResult]] = defaultdict(list)
    for result in read.results:
        results[result.study_uid].append(result)
    studies = [_study_json(study, results.pop(study.study_uid, [])) for study in read.studies]
    for uid, orphans in results.items():
        shell = Study(study_uid=uid, patient=orphans[0].patient)
        studies.append(_study_json(shell, orphans))
    return {"studies": studies, "problems": [problem_json(problem) for problem in read.problems]}


def problem_json(problem: Problem) -> dict[str, str]:
    """A problem as the command line prints it."""
    return {"path": problem.where, "kind": problem.kind.value, "message": problem.message}


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


def _lines(read: ReadObjects) -> list[str]:
    images = sum(len(study.images) for study in read.studies)
    lines = [f"{len(read.studies)} studies, {images} images, {len(read.results)} AI results, {len(read.problems)} problems"]
    return lines + [f"{problem.where}: {problem.message}" for problem in read.problems]


COMMAND = Command(summary="say what is in these files, without importing them", add_arguments=add_paths, run=_run)
