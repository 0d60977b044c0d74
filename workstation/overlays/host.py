"""The host of overlay readers: every report is read in a worker process, and every failure is seen (S10)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from workstation.base import codec
from workstation.base.errors import BadInputError, WorkerError
from workstation.model.identity import FindingID
from workstation.model.problem import Problem, ProblemKind
from workstation.model.result import AIResult
from workstation.overlays.defects import with_defects
from workstation.overlays.hooks import MarkStyle
from workstation.overlays.style import default_style

TIME_LIMIT_S = 30.0
STYLE_TIME_LIMIT_S = 5.0
READ = "workstation.overlays.worker:read_result"
STYLE = "workstation.overlays.worker:style_findings"


class Pool(Protocol):
    """What the host needs of `workstation.base.workers.WorkerPool`."""

    def call(self, function: str, argument: Any, *, time_limit_s: float | None = None) -> Any:
        """Run `function` on `argument` in a worker."""


@dataclass(frozen=True, slots=True)
class _Reply:
    result: AIResult | None
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class OverlayHost:
    """Reads results through the plugins, each call in a worker with a time limit.

    Attributes
    ----------
    pool : where the readers run.
    time_limit_s : for one report.
    """

    pool: Pool
    time_limit_s: float = TIME_LIMIT_S

    def read(self, path: Path | str) -> tuple[AIResult | None, tuple[Problem, ...]]:
        """The result at `path`, or None; whatever went wrong is among the problems, never silence.

        The result is not compared with a study yet: `matching.match` does that.
        """
        where = str(path)
        try:
            answer = self.pool.call(READ, {"path": where}, time_limit_s=self.time_limit_s)
            reply = codec.load(_Reply, answer)
        except (WorkerError, BadInputError) as error:
            return None, (_lost(where, error),)
        if reply.result is None:
            return None, reply.problems or (_lost(where, BadInputError("no answer and no reason")),)
        return with_defects(reply.result), reply.problems

    def styles(self, result: AIResult) -> dict[FindingID, MarkStyle]:
        """How each finding and part looks by the reader's `style`; by the house's own where that fails."""
        findings = list(result.all_findings())
        argument = {"reader": result.reader, "findings": [codec.dump(finding) for finding in findings]}
        try:
            answer = self.pool.call(STYLE, argument, time_limit_s=STYLE_TIME_LIMIT_S)
            styles = codec.load(list[MarkStyle], answer)
        except (WorkerError, BadInputError):
            styles = []
        if len(styles) != len(findings):
            styles = [default_style(finding) for finding in findings]
        return {finding.finding_id: style for finding, style in zip(findings, styles, strict=True)}


def _lost(where: str, error: Exception) -> Problem:
    message = (
        f"The report could not be read: {error}. It is listed as failed; read the study without it, "
        "and tell the vendor if it happens again."
    )
    return Problem(kind=ProblemKind.READER_FAILED, where=where, message=message)
