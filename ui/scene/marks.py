"""Which marks stand on an image and frame, in which ink and under which words: no geometry is changed here."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from workstation.model import lexicon as codes
from workstation.model.geometry import Mark, MarkRole, Shape
from workstation.model.identity import FindingID
from workstation.model.problem import ProblemKind
from workstation.model.result import AIResult, Finding, RenderingIntent
from workstation.model.study import Image
from workstation.model.verdict import Decision, ReaderFinding, Verdict
from workstation.reading.lexicon import kind_name

if TYPE_CHECKING:
    from ui.scene.scene_state import Decisions

LONGEST_LABEL = 60
CALCIFICATIONS = (codes.CALCIFICATION_CLUSTER, codes.INDIVIDUAL_CALCIFICATION)


class Ink(StrEnum):
    """How a mark looks, from what was decided of its finding."""

    UNDECIDED = "undecided"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    READER = "reader"


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnMark:
    """A mark to be drawn.

    Attributes
    ----------
    label : plain text beside the mark; "" where another mark of the finding already carries it.
    triangle : the point is drawn as the triangle that stands for calcifications.
    flagged : something is wrong with the finding (its side, its geometry); shown in amber.
    """

    mark: Mark
    finding_id: FindingID
    ink: Ink
    label: str = ""
    triangle: bool = False
    selected: bool = False
    flagged: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkSource:
    """Where a pane's marks come from, and what decides how they look."""

    results: tuple[AIResult, ...]
    order: dict[FindingID, str]
    decisions: Decisions
    selected: FindingID | None
    with_optional: bool
    threshold: float | None
    overlays: bool
    language: str
    with_own: bool


def drawn_marks(
    source: MarkSource, image: Image, frame: int
) -> tuple[tuple[DrawnMark, ...], frozenset[FindingID], int]:
    """Marks of this image and frame; findings of it that are folded away; how many of its marks cannot be drawn."""
    drawn: list[DrawnMark] = []
    hidden: set[FindingID] = set()
    undrawable = 0
    for result in source.results:
        for finding in result.findings:
            fitting, unfit = _on_image(finding.shown_marks(), image, frame)
            if _folded(finding, source):
                hidden |= {finding.finding_id} if fitting or unfit else set()
                continue
            undrawable += unfit
            drawn += _of_finding(finding, fitting, source)
    for at, own in enumerate(source.decisions.added.values() if source.with_own else ()):
        fitting, unfit = _on_image(own.marks, image, frame)
        undrawable += unfit
        drawn += _of_reader(own, at, fitting, source)
    return tuple(drawn), frozenset(hidden), undrawable


def percent(probability: float) -> str:
    """A probability of 0-1 as people read it."""
    return f"{round(probability * 100)} %"


def one_line(words: str, longest: int = LONGEST_LABEL) -> str:
    """Foreign text for one line of the screen: no control characters, no line ends, not without end."""
    plain = " ".join("".join(letter if letter.isprintable() else " " for letter in words).split())
    return plain if len(plain) <= longest else plain[: longest - 1] + "…"


def _on_image(marks: tuple[Mark, ...], image: Image, frame: int) -> tuple[list[Mark], int]:
    """The marks that reference this image and frame and can be drawn on it, and how many cannot (S2, R6)."""
    here = [mark for mark in marks if mark.sop_uid == image.sop_uid and mark.frame in (None, frame)]
    fitting = [mark for mark in here if mark.why_not_drawable(rows=image.rows, columns=image.columns) is None]
    return fitting, len(here) - len(fitting)


def _folded(finding: Finding, source: MarkSource) -> bool:
    """Whether an optional finding stays hidden; never one that must be presented, was decided or is looked at."""
    if source.with_optional or source.threshold is None or finding.probability is None:
        return False
    if finding.rendering_intent is not RenderingIntent.OPTIONAL or finding.probability >= source.threshold:
        return False
    return finding.finding_id not in source.decisions.verdicts and finding.finding_id != source.selected


def _of_finding(finding: Finding, marks: list[Mark], source: MarkSource) -> list[DrawnMark]:
    verdict = source.decisions.verdicts.get(finding.finding_id)
    kind = (verdict.changes.kind if verdict else None) or finding.kind
    name = kind_name(kind, source.language)
    words = f"{source.order.get(finding.finding_id, '')} {name[:1].upper()}{name[1:]} {_score(finding)}"
    flagged = any(problem.kind is not ProblemKind.NOT_DRAWABLE for problem in finding.problems)
    carrier = _label_carrier(marks)
    return [
        DrawnMark(
            mark=mark, finding_id=finding.finding_id, ink=_ink(verdict),
            label=one_line(words) + (" !" if flagged else "") if mark is carrier else "",
            triangle=kind in CALCIFICATIONS, selected=finding.finding_id == source.selected, flagged=flagged,
        )
        for mark in marks
    ]  # fmt: skip


def _of_reader(finding: ReaderFinding, at: int, marks: list[Mark], source: MarkSource) -> list[DrawnMark]:
    name = kind_name(finding.kind, source.language)
    carrier = _label_carrier(marks)
    return [
        DrawnMark(
            mark=mark, finding_id=finding.finding_id, ink=Ink.READER,
            label=one_line(f"{own_letter(at)} {name[:1].upper()}{name[1:]}") if mark is carrier else "",
            triangle=finding.kind in CALCIFICATIONS, selected=finding.finding_id == source.selected,
        )
        for mark in marks
    ]  # fmt: skip


def own_letter(at: int) -> str:
    """Own findings go by letters, so that no number of the AI's is ever shifted: a, b, c, …, z, aa."""
    first, last = divmod(at, 26)
    return ("" if first == 0 else own_letter(first - 1)) + chr(ord("a") + last)


def _label_carrier(marks: list[Mark]) -> Mark | None:
    """The mark beside which the words stand: an outline before a point."""
    outlines = [mark for mark in marks if mark.shape is not Shape.POINT and mark.role is not MarkRole.CENTER]
    return next(iter(outlines or marks), None)


def _ink(verdict: Verdict | None) -> Ink:
    if verdict is None:
        return Ink.UNDECIDED
    return Ink.REJECTED if verdict.decision is Decision.REJECT else Ink.ACCEPTED


def _score(finding: Finding) -> str:
    if finding.probability is not None:
        return percent(finding.probability)
    score = finding.score
    return f"{score.name} {score.value:g} {score.unit}" if score else ""
