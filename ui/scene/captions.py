"""What stands above a half of the diptych: for the AI's half its origin, its warning and what it states (S3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ui.scene.marks import one_line
from workstation.base.i18n import text
from workstation.model.result import AIResult, RunStatus, Triage
from workstation.model.study import Image, Study
from workstation.reading.hanging import PaneKind

LONGEST_WARNING = 160


@dataclass(frozen=True, slots=True, kw_only=True)
class Caption:
    """The words above a half.

    Attributes
    ----------
    title : what the half is: original, current, prior, AI overlay.
    origin : service, version and time; the date of a prior.
    warning : the result's own warning, or the programme's when it states none. Never empty on an AI half.
    statements : what the service says of its run and of this image; `troubled` when it is not simply fine.
    """

    title: str
    of_the_ai: bool = False
    origin: str = ""
    warning: str = ""
    statements: tuple[str, ...] = ()
    troubled: bool = False

    @property
    def texts(self) -> tuple[str, ...]:
        """All its words."""
        return self.title, self.origin, self.warning, *self.statements


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What an AI half shows: its images, how many marks, how many findings are folded away, overlays on or off."""

    images: tuple[Image, ...]
    marks: int
    hidden: int
    overlays: bool


def ai_caption(result: AIResult, seen: Seen, study: Study, language: str) -> Caption:
    """Origin, warning and statements of a result; there whether or not marks are to be seen."""
    statements, troubled = run_statements(result, language)
    own_picture = any(image.series_uid in result.overlay_series for image in seen.images)
    if result.findings and seen.overlays and not (seen.marks or seen.hidden or own_picture):
        statements = (*statements, text("scene.findings_elsewhere", language))
    if seen.hidden:
        statements = (*statements, text("scene.hidden", language, count=seen.hidden))
    if not seen.overlays:
        statements = (*statements, text("scene.overlays_off", language))
    return Caption(
        title=text("scene.ai", language), of_the_ai=True, origin=origin_of(result, study, language),
        warning=warning_of(result, language), statements=statements, troubled=troubled,
    )  # fmt: skip


def plain_caption(kind: PaneKind, image: Image | None, studies: Sequence[Study], language: str) -> Caption:
    """What a half without the AI is; a prior and the current study say their dates."""
    day = "" if kind is PaneKind.ORIGINAL or image is None else _day(image, studies)
    return Caption(title=text(f"scene.{kind.value}", language), origin=day)


def origin_of(result: AIResult, study: Study, language: str) -> str:
    """Service, version and time of a result; what it does not state is said to be missing."""
    name = one_line(result.service.name or "") or text("scene.unnamed_service", language)
    version = one_line(result.service.version or "") or text("scene.no_version", language)
    made = _time(result.created_at, study.performed_at) or text("scene.no_time", language)
    return f"{name} {version} · {made}"


def warning_of(result: AIResult, language: str) -> str:
    """The result's own warning, else the words that the programme asks for."""
    return one_line(result.warning or "", LONGEST_WARNING) or text("scene.research_only", language)


def run_statements(result: AIResult, language: str) -> tuple[tuple[str, ...], bool]:
    """What the service says of its run; whether that is a trouble. "Nothing found" only where it is stated (R7)."""
    said = []
    if result.run_status is not RunStatus.SUCCEEDED:
        said.append(text(f"scene.run_{result.run_status.value.replace('-', '_')}", language))
    if not result.complete:
        said.append(text("scene.incomplete", language))
    if said:
        return tuple(said), True
    if not result.findings and result.triage is Triage.NORMAL:
        return (text("scene.nothing_found", language),), False
    if not result.findings:
        return (text("scene.silent", language),), True
    return (), False


def _time(moment: datetime | None, study_at: datetime | None) -> str:
    if moment is None:
        return ""
    same_day = study_at is not None and moment.date() == study_at.date()
    return f"{moment:%H:%M}" if same_day else f"{moment:%d.%m.%Y %H:%M}"


def _day(image: Image, studies: Sequence[Study]) -> str:
    owner = next((study for study in studies if study.image(image.sop_uid)), None)
    day = (owner.performed_at if owner else None) or image.acquired_at
    return f"{day:%d.%m.%Y}" if day else ""
