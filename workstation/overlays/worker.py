"""The worker's side of reading results: runs in a killable process, gets a path, answers plain JSON."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from workstation.base import codec
from workstation.base.errors import BadInputError
from workstation.dicom.files import UnreadableError
from workstation.dicom.sr_document import SRDocument, SRHeader
from workstation.dicom.sr_tree import read_sr, read_sr_header
from workstation.model.problem import Problem, ProblemKind
from workstation.model.result import AIResult, Finding
from workstation.overlays.hooks import OverlayReader, Recognition
from workstation.overlays.plugins import Plugins, plugins


def read_result(argument: dict[str, str]) -> dict[str, Any]:
    """Read the report at `argument["path"]`: {"result": AIResult or None, "problems": [Problem]}."""
    path = argument["path"]
    result, problems = read_with(plugins(), path)
    return {
        "result": None if result is None else codec.dump(result, AIResult),
        "problems": [codec.dump(problem) for problem in problems],
    }


def style_findings(argument: dict[str, Any]) -> list[Any]:
    """Styles of `argument["findings"]` by reader `argument["reader"]`, in the same order."""
    reader = plugins().readers[argument["reader"]]
    return [codec.dump(reader.style(codec.load(Finding, finding))) for finding in argument["findings"]]


def read_with(installed: Plugins, path: str) -> tuple[AIResult | None, list[Problem]]:
    """The result of the reader that is surest of the report; everything that went wrong is a problem."""
    problems = list(installed.problems)
    try:
        header = read_sr_header(path)
        unidentified = _missing_identity(header, path)
        if unidentified is not None:
            return None, [*problems, unidentified]
        reader, recognition_problems = choose(installed, header, path)
        problems += recognition_problems
        if reader is None:
            return None, [*problems, _no_reader(header, path)]
        document = read_sr(path)
    except UnreadableError as error:
        return None, [*problems, error.problem]
    try:
        return _checked(reader.read(document), document), problems
    except Exception as error:  # a reader may fail in its own way; that is listed on the result (R42)
        return None, [*problems, _failed(reader.name, error, path)]


def choose(installed: Plugins, header: SRHeader, path: str) -> tuple[OverlayReader | None, list[Problem]]:
    """The reader with the highest confidence above 0; the first by name among equals."""
    best: tuple[float, OverlayReader | None] = (0.0, None)
    problems = []
    for name in sorted(installed.readers):
        reader = installed.readers[name]
        try:
            recognition = codec.load(Recognition, reader.recognises(header))
        except Exception as error:  # as in `read_with`
            problems.append(_failed(name, error, path))
            continue
        if recognition.confidence > best[0]:
            best = (recognition.confidence, reader)
    return best[1], problems


def _checked(result: AIResult, document: SRDocument) -> AIResult:
    """The reader's answer in the form of the model, and about this report.

    Raises
    ------
    BadInputError
        When a field is not of its form, the answer is about another report, study or patient, or the name of a finding
        is not its own: a verdict names its finding by it.
    """
    checked = codec.load(AIResult, codec.dump(result, AIResult))
    header = document.header
    about = (checked.sr_uid, checked.study_uid, checked.patient, checked.digest)
    if about != (header.sop_uid, header.study_uid, header.patient, document.digest):
        raise BadInputError("the answer is about another report, study or patient")
    names = [finding.finding_id for finding in checked.all_findings()]
    if len(set(names)) != len(names):
        raise BadInputError("two findings bear one id")
    if not all(name.startswith(f"{header.sop_uid}#") for name in names):
        raise BadInputError("the id of a finding does not name this report")
    return replace(checked, sr_series_uid=header.series_uid or None, sr_class_uid=header.sop_class_uid or None)


def _missing_identity(header: SRHeader, path: str) -> Problem | None:
    lacking = [
        name
        for name, uid in (("SOP Instance UID", header.sop_uid), ("Study Instance UID", header.study_uid))
        if not uid
    ]
    if not lacking:
        return None
    message = f"The report has no {' and no '.join(lacking)}: it belongs to no study. Ask for it again."
    return Problem(kind=ProblemKind.MISSING_IDENTITY, where=path, message=message)


def _no_reader(header: SRHeader, path: str) -> Problem:
    title = header.title.meaning if header.title else "without a title"
    message = f"No overlay reads this kind of report ({title}). It is listed and kept; its content is not shown."
    return Problem(kind=ProblemKind.NO_READER, where=path, message=message)


def _failed(name: str, error: Exception, path: str) -> Problem:
    message = (
        f"The overlay {name} could not read this report ({type(error).__name__}: {error}). "
        "Its content is not shown; read the study without it and tell the vendor."
    )
    return Problem(kind=ProblemKind.READER_FAILED, where=path, message=message)
