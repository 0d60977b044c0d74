"""An AI result as the command line prints it: the RESULT of `inspect --json` (resources/schemas/result.json)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from workstation.base.codec import dump
from workstation.model.problem import Problem
from workstation.model.result import AIResult, Finding


def result_json(result: AIResult) -> dict[str, Any]:
    """Plain JSON of one result; findings flat in document order, each followed by its parts."""
    return {
        "author": result.author.value,
        "service": result.service.name,
        "vendor": result.service.vendor,
        "version": result.service.version,
        "sr_uid": result.sr_uid,
        "reader": result.reader,
        "run_status": result.run_status.value,
        "triage": result.triage.value,
        "probability": result.probability,
        "warning": result.warning,
        "match": {"ok": result.match.ok, "problems": list(result.match.problems)},
        "density": {side.value: density.value for side, density in result.density} or None,
        "texts": {"description": result.texts.description, "conclusion": result.texts.conclusion},
        "defects": [{"code": defect.code, "message": defect.message} for defect in result.defects],
        "problems": [_problem_json(problem) for problem in result.problems],
        "findings": [
            _finding_json(finding, parent) for top in result.findings for finding, parent in _with_parents(top, None)
        ],
    }


def _with_parents(finding: Finding, parent: str | None) -> Iterator[tuple[Finding, str | None]]:
    yield finding, parent
    for part in finding.parts:
        yield from _with_parents(part, finding.finding_id)


def _finding_json(finding: Finding, parent: str | None) -> dict[str, Any]:
    plain = dump(finding)
    names = ("tracking_uid", "kind", "laterality", "view", "probability", "score", "assessment", "rendering_intent")
    return {
        "id": finding.finding_id,
        "parent": parent,
        **{name: plain[name] for name in names},
        "marks": [{name: mark[name] for name in ("sop_uid", "frame", "shape", "points")} for mark in plain["marks"]],
        "problems": [_problem_json(problem) for problem in finding.problems],
    }


def _problem_json(problem: Problem) -> dict[str, str]:
    return {"kind": problem.kind.value, "message": problem.message}
