"""Technological faults of a result: the catalogue is data (resources/lexicon/defects.json), the tests are here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from workstation.base import resources
from workstation.model.problem import ProblemKind
from workstation.model.result import AIResult, Author, Defect, Finding, RenderingIntent

__all__ = ["Defect", "catalogue", "defect", "with_defects"]


NOT_COMPARED = ("not compared with a study yet",)


def catalogue() -> dict[str, dict[str, str]]:
    """Every known defect: code to message by language."""
    messages: dict[str, dict[str, str]] = resources.load("lexicon", "defects.json")
    return messages


def defect(code: str, language: str = "en") -> Defect:
    """The defect with this code.

    Raises
    ------
    KeyError
        When the catalogue has no such code.
    """
    return Defect(code=code, message=catalogue()[code][language])


def in_words(found: Defect, language: str) -> str:
    """The defect in `language`; a plugin's own defect, which the catalogue does not know, in its own words."""
    return catalogue().get(found.code, {}).get(language, found.message)


def with_defects(result: AIResult) -> AIResult:
    """The result with its reader's defects and those that show in the result itself; each code once.

    Only a device's result has defects: a person's report is not held to a service's duties.
    """
    if result.author is Author.PERSON:
        return result
    codes = [found.code for found in result.defects]
    codes += [code for code, shows in TESTS.items() if code not in codes and shows(result)]
    known = {found.code: found for found in result.defects}
    return replace(result, defects=tuple(known.get(code) or defect(code) for code in codes))


def _presented(result: AIResult) -> list[Finding]:
    return [f for f in result.findings if f.rendering_intent is not RenderingIntent.NOT_FOR_PRESENTATION]


def _has_problem(result: AIResult, kind: ProblemKind) -> bool:
    return any(problem.kind is kind for finding in result.all_findings() for problem in finding.problems)


def _lacks_marks(result: AIResult) -> bool:
    return any(not any(part.marks or part.regions for part in finding.walk()) for finding in _presented(result))


TESTS: dict[str, Callable[[AIResult], bool]] = {
    "no-service-name": lambda result: not result.service.name,
    "no-version": lambda result: not result.service.version,
    "no-warning": lambda result: not result.warning,
    "not-complete": lambda result: not result.complete,
    "no-marks": _lacks_marks,
    "mark-not-drawable": lambda result: _has_problem(result, ProblemKind.NOT_DRAWABLE),
    "inconsistent-finding": lambda result: _has_problem(result, ProblemKind.SIDE_CONTRADICTION),
    "not-for-this-study": lambda result: not result.match.ok and result.match.problems != NOT_COMPARED,
}
