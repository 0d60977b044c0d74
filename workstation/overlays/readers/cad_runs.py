"""What a CAD report says of its own run: status, algorithms, triage (TID 4000, 4015 to 4018)."""

from __future__ import annotations

from dataclasses import dataclass

from workstation.dicom.sr_document import SRItem
from workstation.model.codes import Code
from workstation.model.result import AlgorithmRun, Defect, Finding, RunStatus, Service, Triage
from workstation.overlays import concepts
from workstation.overlays.defects import defect
from workstation.overlays.readers.tree import UNSTATED_KIND, Tree, algorithm_of, first_of

GROUPS = {
    concepts.SUCCESSFUL_DETECTIONS: (concepts.DETECTION_PERFORMED, RunStatus.SUCCEEDED),
    concepts.FAILED_DETECTIONS: (concepts.DETECTION_PERFORMED, RunStatus.FAILED),
    concepts.SUCCESSFUL_ANALYSES: (concepts.ANALYSIS_PERFORMED, RunStatus.SUCCEEDED),
    concepts.FAILED_ANALYSES: (concepts.ANALYSIS_PERFORMED, RunStatus.FAILED),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RunReport:
    """The run as the report states it.

    Attributes
    ----------
    summary : value of CAD Processing and Findings Summary (111017); None when absent or unreadable.
    stated : status that the summary implies; `parts` : status of detections and of analyses where stated.
    """

    summary: Code | None
    stated: RunStatus
    parts: tuple[RunStatus, ...]
    runs: tuple[AlgorithmRun, ...]

    @property
    def contradiction(self) -> bool:
        """Whether the summary and the summaries of detections and analyses cannot both be true."""
        tried = {status for status in self.parts if status is not RunStatus.NOT_ATTEMPTED}
        listed = {run.status for run in self.runs}
        if self.stated is RunStatus.SUCCEEDED:
            return bool((tried | listed) - {RunStatus.SUCCEEDED})
        if self.stated is RunStatus.PARTIAL:
            return tried == {RunStatus.SUCCEEDED}
        return self.stated is RunStatus.FAILED and bool((tried | listed) - {RunStatus.FAILED})

    @property
    def status(self) -> RunStatus:
        """The stated status; UNKNOWN when the report contradicts itself."""
        return RunStatus.UNKNOWN if self.contradiction else self.stated

    def triage(self, *, finding_count: int, damaged: bool, parts_required: bool = True) -> Triage:
        """Pathology or normal only by an explicit statement; normal only if nothing speaks against it (R7).

        Parameters
        ----------
        damaged : some item of the report could not be read.
        parts_required : the format demands the summaries of detections and analyses, so that one has to succeed.
        """
        if self.summary in concepts.WITH_FINDINGS:
            return Triage.PATHOLOGY
        normal = self.summary == concepts.ALL_SUCCEEDED_NO_FINDINGS
        confirmed = RunStatus.SUCCEEDED in self.parts or not parts_required
        sound = not damaged and not self.contradiction and finding_count == 0
        return Triage.NORMAL if normal and confirmed and sound else Triage.UNDETERMINED

    def defects(self, findings: tuple[Finding, ...]) -> tuple[Defect, ...]:
        """Where the statements contradict each other or the findings."""
        tests = {
            "run-status-contradiction": self.contradiction,
            "findings-contradict-summary": self.summary in concepts.WITHOUT_FINDINGS and bool(findings),
            "findings-missing": self.summary in concepts.WITH_FINDINGS and not findings,
        }
        return tuple(defect(code) for code, shows in tests.items() if shows)


def run_report(tree: Tree, vendor: str | None) -> RunReport:
    """Read items 111017, 111064 and 111065 wherever they stand."""
    items = list(tree.document.root.walk())
    summaries = [first_of(items, code) for code in (concepts.SUMMARY_OF_DETECTIONS, concepts.SUMMARY_OF_ANALYSES)]
    summary = first_of(items, concepts.SUMMARY)
    code = summary.code if summary is not None else None
    return RunReport(
        summary=code,
        stated=concepts.RUN_STATUS_BY_SUMMARY.get(code, RunStatus.UNKNOWN) if code else RunStatus.UNKNOWN,
        parts=tuple(
            concepts.RUN_STATUS.get(found.code, RunStatus.UNKNOWN)
            for found in summaries
            if found is not None and found.code is not None
        ),
        runs=tuple(run for item in items if item.concept in GROUPS for run in _runs(tree, item, vendor)),
    )


def _runs(tree: Tree, group: SRItem, vendor: str | None) -> list[AlgorithmRun]:
    if group.concept is None:
        return []
    wanted, status = GROUPS[group.concept]
    return [
        AlgorithmRun(
            what=item.code or UNSTATED_KIND, status=status, algorithm=algorithm_of(tree.children(item), vendor)
        )
        for item in group.children
        if item.concept == wanted
    ]


def algorithm_for(runs: tuple[AlgorithmRun, ...], kind: Code) -> Service:
    """The algorithm that found `kind`, when exactly one successful run can have."""
    fitting = {run.algorithm for run in runs if run.what == kind and run.status is RunStatus.SUCCEEDED}
    return fitting.pop() if len(fitting) == 1 else Service()
