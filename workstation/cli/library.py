"""`import`, `worklist`, `export`, `verify`, `doctor`: what the home holds."""

from __future__ import annotations

import argparse
from pathlib import Path

from workstation.base.codec import dump
from workstation.base.errors import StoreError
from workstation.cli.commands import Command, Outcome, add_json, add_paths, add_study, document_if, problem_json
from workstation.cli.home import home_of, open_workstation, study_named
from workstation.cli.ports import Ports
from workstation.cli.progress import terminal_job
from workstation.store.verify import verify_unopened


def _import(options: argparse.Namespace, ports: Ports) -> Outcome:
    with open_workstation(options, ports) as workstation, terminal_job() as job:
        report = workstation.import_paths(options.paths, job)
    document = {
        "studies": list(report.studies),
        "images": report.images,
        "results": list(report.results),
        "problems": [problem_json(problem) for problem in report.problems],
    }
    line = f"{len(report.studies)} studies, {report.images} images, {len(report.results)} AI results imported"
    return Outcome(document=document_if(options, document), messages=(line,), problems=report.problems)


def _worklist(options: argparse.Namespace, ports: Ports) -> Outcome:
    with open_workstation(options, ports) as workstation:
        rows = workstation.worklist()
        problems = workstation.problems()
    document = {"studies": [dump(row) for row in rows], "problems": [problem_json(problem) for problem in problems]}
    lines = [f"{row.patient.display_name}  {row.study_uid}  {row.progress.value}" for row in rows]
    return Outcome(document=document_if(options, document), messages=tuple(lines), problems=problems)


def _add_export(parser: argparse.ArgumentParser) -> None:
    add_study(parser)
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    add_json(parser)


def _export(options: argparse.Namespace, ports: Ports) -> Outcome:
    with open_workstation(options, ports) as workstation:
        study, problems = study_named(workstation, options.study)
        with terminal_job() as job:
            exported = workstation.export(study, options.out, job)
    problems += exported.problems
    document = {
        "files": [file.name for file in exported.files],
        "problems": [problem_json(problem) for problem in problems],
    }
    messages = (f"{len(exported.files)} files in {options.out}",)
    return Outcome(document=document_if(options, document), messages=messages, problems=problems)


def _verify(options: argparse.Namespace, ports: Ports) -> Outcome:
    try:
        with open_workstation(options, ports) as workstation, terminal_job() as job:
            report = workstation.verify(job)
    except StoreError as error:
        with terminal_job() as job:
            report = verify_unopened(home_of(options), error, job)
    lines = [problem.message for problem in report.problems] or ["everything is as it was written"]
    return Outcome(
        document=document_if(options, dump(report)), messages=tuple(lines), has_problems=bool(report.problems)
    )


def _doctor(options: argparse.Namespace, _ports: Ports) -> Outcome:
    from workstation.cli.doctor import examine

    checks = examine(home_of(options))
    lines = [f"{'ok     ' if check.ok else 'PROBLEM'} {check.name}: {check.message}" for check in checks]
    document = {"checks": [dump(check) for check in checks]}
    return Outcome(
        document=document_if(options, document), messages=tuple(lines), has_problems=not all(c.ok for c in checks)
    )


IMPORT = Command(summary="take files, folders, ZIPs or a DICOMDIR into the home", add_arguments=add_paths, run=_import)
WORKLIST = Command(
    summary="list the studies, their AI results and reading state", add_arguments=add_json, run=_worklist
)
EXPORT = Command(summary="write a study, its AI results and final documents to a folder", add_arguments=_add_export,
                 run=_export)  # fmt: skip
VERIFY = Command(summary="check the journal's chain, archive and projections", add_arguments=add_json, run=_verify)
DOCTOR = Command(summary="check this machine: decoders, database, fonts, space", add_arguments=add_json, run=_doctor)
