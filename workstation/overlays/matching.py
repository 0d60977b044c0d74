"""Does a result belong to a study, and what of it can be drawn there (S1, S2, R2, R3, R4, R6).

`match` wants the result as its reader gave it: marks that cannot be drawn are taken out of `marks` and listed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from workstation.model.geometry import Mark
from workstation.model.identity import SOPInstanceUID
from workstation.model.patients import differences, is_named
from workstation.model.problem import Problem, ProblemKind
from workstation.model.result import AIResult, Finding, Match
from workstation.model.study import Image, Laterality, PresentationIntent, Study
from workstation.overlays.defects import with_defects
from workstation.overlays.placing import place

SIDES = {Laterality.RIGHT: "right", Laterality.LEFT: "left", Laterality.BOTH: "both sides"}


def match(result: AIResult, study: Study) -> AIResult:
    """The result compared with the study.

    When the Study UID, the patient and all referenced images agree, `match.ok` is True, marks stand on the images that
    they are drawn on (For Processing ones mapped to their For Presentation sisters), and what cannot be drawn or
    contradicts its image is a problem of its finding. Else `match` says why not and the findings stay as read, never
    to be drawn.
    """
    where = Whereabouts(study)
    reasons = _reasons(result, where)
    if reasons:
        return with_defects(replace(result, match=Match(ok=False, problems=reasons)))
    return with_defects(
        replace(
            result,
            match=Match(ok=True),
            findings=tuple(_placed(finding, where) for finding in result.findings),
            problems=(*result.problems, *_stale(result, where)),
        )
    )


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Which image of the study stands for a referenced one."""

    study: Study

    def shown(self, sop_uid: SOPInstanceUID) -> Image | None:
        """The image that stands for `sop_uid`: itself, or the sister shown in place of an image for processing.

        A sister that does not keep its places stands for it all the same, but gets no mark (`why_not_shown`). None when
        the study has neither.
        """
        own = self.study.image(sop_uid)
        if own is not None and own.presentation_intent is not PresentationIntent.FOR_PROCESSING:
            return own
        patients = (image for image in self.study.images if not image.is_secondary_capture)
        sisters = [image for image in patients if sop_uid in image.source_images]
        keeping = (image for image in sisters if self._keeps_places(image, sop_uid))
        return next(keeping, None) or next(iter(sisters), own)

    def why_not_shown(self, mark: Mark) -> str | None:
        """Why the mark cannot be drawn in this study, or None when it can (R6)."""
        image = self.shown(mark.sop_uid)
        if image is None:
            return "its image is not in this study"
        if image.sop_uid != mark.sop_uid and not self._keeps_places(image, mark.sop_uid):
            return "it was made on an image whose places are not those of the image shown, or not known to be"
        if mark.frame is not None and not 1 <= mark.frame <= image.frames:
            return f"its image has {image.frames} frames and no frame {mark.frame}"
        return mark.why_not_drawable(rows=image.rows, columns=image.columns)

    def _keeps_places(self, sister: Image, source: SOPInstanceUID) -> bool:
        """Whether a place on `source` is the same place on the image made from it (PS3.17 E.5).

        Where both are here, their sizes must be equal; where the source is not, the sister must say that it is so.
        """
        if sister.presentation_intent is not PresentationIntent.FOR_PRESENTATION or source in sister.displaced_sources:
            return False
        own = self.study.image(source)
        if own is None:
            return sister.frames == 1 and source in sister.preserved_sources
        return (own.rows, own.columns, own.frames) == (sister.rows, sister.columns, sister.frames)


def _reasons(result: AIResult, where: Whereabouts) -> tuple[str, ...]:
    found = []
    if result.study_uid != where.study.study_uid:
        found.append("the result is of another study (Study Instance UID)")
    found.extend(differences(result.patient, where.study.patient))
    if not is_named(result.patient) and not is_named(where.study.patient):
        found.append("neither the result nor the study names the patient")
    missing = [uid for uid in result.referenced_images if where.shown(uid) is None]
    if missing:
        total = len(result.referenced_images)
        found.append(f"{len(missing)} of its {total} images are not in this study: {', '.join(missing[:4])}")
    return tuple(found)


def _placed(finding: Finding, where: Whereabouts) -> Finding:
    problems = list(finding.problems)
    marks = []
    for mark in finding.marks:
        reason = where.why_not_shown(mark)
        image = where.shown(mark.sop_uid)
        if reason is not None or image is None:
            problems.append(_not_drawable(finding, reason or "its image is not in this study"))
        else:
            marks.append(replace(mark, sop_uid=image.sop_uid))
    for region in finding.regions:
        placed = place(region, where.study.images)
        reason = placed if isinstance(placed, str) else where.why_not_shown(placed)
        if isinstance(placed, str) or reason is not None:
            problems.append(_not_drawable(finding, str(reason)))
        else:
            marks.append(placed)
    parts = tuple(_placed(part, where) for part in finding.parts)
    done = replace(finding, marks=tuple(marks), regions=(), parts=parts, problems=tuple(problems))
    return _with_views(_with_side(done, _images(done, where)), _images(done, where))


def _images(finding: Finding, where: Whereabouts) -> list[Image]:
    """The images that the finding and its parts are marked on, each once, in order."""
    uids = dict.fromkeys(mark.sop_uid for part in finding.walk() for mark in part.marks)
    return [image for uid in uids if (image := where.study.image(uid)) is not None]


def _with_side(finding: Finding, images: list[Image]) -> Finding:
    """The side from the images where the report states none; a side that contradicts an image is flagged (S2, R3)."""
    sides = {image.laterality for image in images if image.laterality is not None}
    stated = finding.laterality
    if stated is None:
        return replace(finding, laterality=sides.pop()) if len(sides) == 1 else finding
    others = sides - {stated, Laterality.BOTH}
    if stated is Laterality.BOTH or not others:
        return finding
    message = (
        f"The result says {SIDES[stated]}, but the mark is on an image of the {SIDES[others.pop()]}. "
        "Check the side; the finding cannot be accepted without saying so."
    )
    problem = Problem(kind=ProblemKind.SIDE_CONTRADICTION, where=finding.finding_id, message=message)
    return replace(finding, problems=(*finding.problems, problem))


def _with_views(finding: Finding, images: list[Image]) -> Finding:
    views = "+".join(dict.fromkeys(image.view for image in images if image.view))
    return replace(finding, view=views) if finding.view is None and views else finding


def _not_drawable(finding: Finding, reason: str) -> Problem:
    message = f"A mark cannot be drawn: {reason}. Look at the original report."
    return Problem(kind=ProblemKind.NOT_DRAWABLE, where=finding.finding_id, message=message)


def _stale(result: AIResult, where: Whereabouts) -> list[Problem]:
    """Images of the kind that the result read which are newer than the result (R4)."""
    if result.created_at is None:
        return []
    read = [image for uid in result.referenced_images if (image := where.shown(uid)) is not None]
    kinds = {image.sop_class_uid for image in read}
    created = _plain(result.created_at)
    newer = [
        image
        for image in where.study.images
        if image.sop_class_uid in kinds and (at := image.content_at or image.acquired_at) and _plain(at) > created
    ]
    if not newer:
        return []
    message = (
        f"{len(newer)} images of the study are newer than this result: it has not seen them. "
        "Read them without it, or ask the service again."
    )
    return [Problem(kind=ProblemKind.STALE, where=result.sr_uid, message=message)]


def _plain(moment: datetime) -> datetime:
    """Dates of one study are local times; a zone, where one is stated, is the same for all."""
    return moment.replace(tzinfo=None)
