"""A finding in the reader's words: pure functions from model objects to lines of text."""

from __future__ import annotations

from dataclasses import dataclass

from ui.bridge.catalogue import Catalogue
from ui.panes.chips import percent, service_name
from workstation.model.identity import FindingID
from workstation.model.problem import Problem
from workstation.model.result import AIResult, Finding, RenderingIntent, RunStatus, Triage
from workstation.model.study import Laterality, Study
from workstation.model.verdict import Decision, ReaderFinding, Verdict
from workstation.overlays.defects import in_words
from workstation.reading.context import ReadingContext
from workstation.reading.lexicon import kind_name, reasons
from workstation.reading.state import ReadingState

MILLIMETRE = "mm"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """What is wrong and what to do, in the window's language; `detail`: the particulars as they came, in English."""

    title: str
    advice: str = ""
    detail: str = ""

    @property
    def words(self) -> str:
        """Title and advice as one text."""
        return f"{self.title}. {self.advice}" if self.advice else self.title


@dataclass(frozen=True, slots=True, kw_only=True)
class CardText:
    """All that a card says.

    Attributes
    ----------
    decision : the verdict's value, "" while undecided; the reader's own findings have none.
    problems : amber lines, each with its particulars beneath.
    """

    title: str
    score: str = ""
    detail: str = ""
    problems: tuple[Trouble, ...] = ()
    decision: str = ""
    verdict: str = ""


def below_threshold(finding: Finding, context: ReadingContext) -> bool:
    """Whether an optional finding stays folded: those that must be presented never do (PS3.4 O.2.2.1)."""
    if finding.rendering_intent is not RenderingIntent.OPTIONAL or finding.probability is None:
        return False
    threshold = context.policy.optional_threshold
    return threshold is not None and finding.probability < threshold


def finding_text(
    number: int, finding: Finding, context: ReadingContext, state: ReadingState, say: Catalogue
) -> CardText:
    """An AI finding and what was decided of it."""
    verdict = state.verdicts.get(finding.finding_id)
    score = finding.score
    stated = percent(finding.probability) if finding.probability is not None else ""
    if not stated and score is not None:
        stated = f"{score.name} {score.value:g} {score.unit}".strip()
    side = _side(finding.laterality, say)
    place = ", ".join(part for part in (side, _views(finding, context.study)) if part)
    name = _capital(kind_name(finding.kind, say.language))
    return CardText(
        title=f"{number} · {', '.join(part for part in (name, place) if part)}",
        score=stated,
        detail=" · ".join(_details(finding, context, say)),
        problems=tuple(trouble_of(problem, say) for problem in finding.problems),
        decision=verdict.decision.value if verdict else "",
        verdict=_verdict_words(verdict, say) if verdict else "",
    )


def own_text(letter: str, finding: ReaderFinding, study: Study, say: Catalogue) -> CardText:
    """A finding of the reader's own."""
    views = sorted({_view_of(mark.sop_uid, study) for mark in finding.marks} - {""})
    name = _capital(kind_name(finding.kind, say.language))
    parts = [name, _side(finding.laterality, say), " + ".join(views)]
    details = [say("finding.size", size=f"{finding.size_mm:g}")] if finding.size_mm is not None else []
    if finding.assessment is not None:
        details.append(f"BI-RADS {finding.assessment.value}")
    if finding.comment:
        details.append(finding.comment)
    return CardText(title=f"{letter} · {', '.join(part for part in parts if part)}", detail=" · ".join(details))


def run_words(result: AIResult, say: Catalogue) -> tuple[str, bool]:
    """What the service says of its run and of the study, and whether that is a trouble.

    "Nothing found" only where the service states both success and normal (R7).
    """
    if not result.match.ok:
        return say("result.unmatched"), True
    if result.run_status in (RunStatus.FAILED, RunStatus.NOT_ATTEMPTED, RunStatus.UNKNOWN):
        return say(f"result.{result.run_status.value}"), True
    if result.run_status is RunStatus.PARTIAL:
        return say("result.partial"), True
    if result.findings:
        return "", False
    if result.triage is Triage.NORMAL:
        return say("result.nothing_found"), False
    return say("result.silent"), True


def trouble_of(problem: Problem, say: Catalogue) -> Trouble:
    """A problem in words for its kind."""
    title, advice = (say(f"problem.{problem.kind.value}.{part}") for part in ("title", "advice"))
    return Trouble(title=title, advice=advice, detail=problem.message)


def result_troubles(result: AIResult, say: Catalogue) -> tuple[Trouble, ...]:
    """Everything that is wrong with a result as a whole: defects, and problems in reading it."""
    troubles = [Trouble(title=in_words(defect, say.language)) for defect in result.defects]
    troubles += [trouble_of(problem, say) for problem in result.problems]
    return tuple(dict.fromkeys(troubles))


def undecided(context: ReadingContext, state: ReadingState) -> tuple[FindingID, ...]:
    """Findings that must have a verdict and have none yet."""
    return tuple(f.finding_id for f in context.findings if f.must_be_decided and f.finding_id not in state.verdicts)


def _details(finding: Finding, context: ReadingContext, say: Catalogue) -> list[str]:
    details = [_capital(finding.site.meaning)] if finding.site else []
    details += [
        f"{measured.name.meaning} {measured.value:.3g} {measured.unit}" for measured in finding.measurements[:2]
    ]
    if finding.assessment is not None:
        details.append(say("finding.suggested", category=finding.assessment.meaning or finding.assessment.value))
    if finding.rendering_intent is RenderingIntent.OPTIONAL:
        details.append(say("finding.optional"))
    if not finding.shown_marks():
        details.append(say("finding.no_marks"))
    result = context.result_of(finding.finding_id)
    if result is not None and finding.service.name and finding.service != result.service:
        details.append(service_name(finding.service, say))
    return details


def _verdict_words(verdict: Verdict, say: Catalogue) -> str:
    if verdict.decision is Decision.REJECT:
        known = {reason.code: reason.name(say.language) for reason in reasons().values()}
        return _capital(known.get(verdict.reason, verdict.reason.meaning)) if verdict.reason else verdict.comment
    if verdict.decision is Decision.MODIFY:
        changes = verdict.changes
        parts = [kind_name(changes.kind, say.language)] if changes.kind else []
        parts += [_side(changes.laterality, say)] if changes.laterality else []
        parts += [say("finding.size", size=f"{changes.size_mm:g}")] if changes.size_mm is not None else []
        parts += [f"BI-RADS {changes.assessment.value}"] if changes.assessment else []
        return _capital(", ".join(parts))
    return ""


def _views(finding: Finding, study: Study) -> str:
    views = sorted({_view_of(mark.sop_uid, study) for mark in finding.shown_marks()} - {""})
    return " + ".join(views) or (finding.view or "")


def _view_of(sop_uid: str, study: Study) -> str:
    return next((image.view or "" for image in study.images if image.sop_uid == sop_uid), "")


def _side(laterality: Laterality | None, say: Catalogue) -> str:
    return say(f"side.{laterality.value}") if laterality else ""


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
