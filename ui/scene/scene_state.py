"""What is to be seen, resolved by a pure function: the frozen state that the painters draw, and that tests can read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from ui.scene.annotations import Detail, Line, image_lines, pane_warnings
from ui.scene.captions import Caption, Seen, ai_caption, plain_caption
from ui.scene.layout import halves
from ui.scene.marks import DrawnMark, MarkSource, drawn_marks
from workstation.base.i18n import text
from workstation.model.geometry import Mark
from workstation.model.identity import FindingID, SOPInstanceUID
from workstation.model.result import AIResult, RenderingIntent
from workstation.model.study import Image
from workstation.model.verdict import ReaderFinding, Verdict
from workstation.reading.hanging import Material, Pane, PaneKind, Step
from workstation.reading.orientation import AS_STORED, Turn, directions_on_screen, display_transform
from workstation.reading.special import mosaic_parts

__all__ = [
    "Caption",
    "Decisions",
    "DrawnMark",
    "FrameKey",
    "Line",
    "PaneState",
    "SceneState",
    "ViewIntent",
    "positions",
    "resolve",
]


FrameKey = tuple[SOPInstanceUID, int]
"""An image and its frame number from 1."""
Results = dict[SOPInstanceUID, AIResult]


class Decisions(Protocol):
    """What the reader has decided so far; a `ReadingState` is one."""

    @property
    def verdicts(self) -> Mapping[FindingID, Verdict]:
        """Verdicts by AI finding."""

    @property
    def added(self) -> Mapping[FindingID, ReaderFinding]:
        """The reader's own findings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NothingDecided:
    """The decisions of a study that nobody reads."""

    verdicts: Mapping[FindingID, Verdict] = field(default_factory=dict)
    added: Mapping[FindingID, ReaderFinding] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewIntent:
    """What the reader wants to see.

    Attributes
    ----------
    positions : per pane, which of its images and frames (see `positions`); panes beyond the end show their first.
    threshold : optional findings below this probability are hidden, unless `with_optional` (None hides none).
    detail : how much the panes say of their images.
    """

    language: str = "en"
    selected: FindingID | None = None
    overlays: bool = True
    with_optional: bool = False
    threshold: float | None = None
    positions: tuple[int, ...] = ()
    detail: Detail = Detail.SHORT


@dataclass(frozen=True, slots=True, kw_only=True)
class PaneState:
    """One pane, ready to be drawn.

    Attributes
    ----------
    image, frame : what is shown, frame 1-based; image None is an empty pane that says `empty`.
    marks : only those of this image and frame, in its pixel coordinates (S2).
    lines : annotations of the corner away from the chest wall.
    edges : patient directions at (left, top, right, bottom); None when the header is silent.
    hidden : findings of this image that the threshold folds away.
    """

    pane: Pane
    image: Image | None
    frame: int
    turn: Turn = AS_STORED
    empty: str = ""
    marks: tuple[DrawnMark, ...] = ()
    lines: tuple[Line, ...] = ()
    warnings: tuple[Line, ...] = ()
    edges: tuple[str, str, str, str] | None = None
    hidden: frozenset[FindingID] = frozenset()

    @property
    def key(self) -> FrameKey | None:
        """The frame that is shown, None for an empty pane."""
        return (self.image.sop_uid, self.frame) if self.image else None

    @property
    def aspect(self) -> float:
        """Height over width of a pixel."""
        spacing = self.image.spacing if self.image else None
        return spacing.row_mm / spacing.column_mm if spacing else 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SceneState:
    """A step as it is to be seen now; `captions` stand above its halves (`ui.scene.layout.halves`)."""

    step: Step
    panes: tuple[PaneState, ...]
    captions: tuple[Caption | None, ...]
    language: str = "en"
    detail: Detail = Detail.SHORT

    def needed(self) -> tuple[FrameKey, ...]:
        """The frames that have to be loaded, each once, in the order of the panes."""
        return tuple(dict.fromkeys(pane.key for pane in self.panes if pane.key))

    @property
    def texts(self) -> tuple[str, ...]:
        """Every text on the screen, pane by pane."""
        found: list[str] = []
        for pane in self.panes:
            found += [pane.empty, *(line.text for line in (*pane.lines, *pane.warnings))]
            found += [mark.label for mark in pane.marks]
        for caption in self.captions:
            found += caption.texts if caption else ()
        return tuple(part for part in found if part)


def positions(pane: Pane) -> tuple[tuple[Image, int], ...]:
    """Everything that a pane can leaf through, as (image, 1-based frame)."""
    return tuple((image, frame) for image in pane.stack for frame in range(1, image.frames + 1))


def first_position(pane: Pane) -> int:
    """Where the pane begins: its own image's first frame."""
    return next((at for at, (image, _) in enumerate(positions(pane)) if image == pane.image), 0)


def leafed(scene: SceneState, places: Sequence[int], by: int, chosen: Iterable[int]) -> tuple[int, ...]:
    """The panes' positions after leafing `by` frames on in the `chosen` panes; each stays within its stack."""
    moved = list(places)
    for index in chosen:
        moved[index] = min(max(moved[index] + by, 0), max(len(positions(scene.panes[index].pane)) - 1, 0))
    return tuple(moved)


def turned_to(scene: SceneState, places: Sequence[int], marks: Iterable[Mark]) -> tuple[int, ...]:
    """The panes' positions where each shows an image and frame of `marks`, if it has one."""
    wanted = {(mark.sop_uid, mark.frame) for mark in marks}
    moved = list(places)
    for index, pane in enumerate(scene.panes):
        fitting = [
            at
            for at, (image, frame) in enumerate(positions(pane.pane))
            if wanted & {(image.sop_uid, frame), (image.sop_uid, None)}
        ]
        if fitting and moved[index] not in fitting:
            moved[index] = fitting[0]
    return tuple(moved)


def marks_of(finding_id: FindingID, material: Material, decisions: Decisions) -> tuple[Mark, ...]:
    """Every mark of a finding that may be shown, the AI's or the reader's own."""
    own = decisions.added.get(finding_id)
    if own is not None:
        return own.marks
    findings = (finding for result in material.results if result.match.ok for finding in result.findings)
    return next((finding.shown_marks() for finding in findings if finding.finding_id == finding_id), ())


def resolve(step: Step, material: Material, decisions: Decisions, intent: ViewIntent) -> SceneState:
    """The scene of a step: who may be seen where, and what it is called.

    AI content comes only from matched results that the step's panes name (S1); each half with such panes has a caption
    with the service and its warning (S3), whether its marks are shown, hidden or there are none.
    """
    results = {result.sr_uid: result for result in material.results if result.match.ok}
    mosaic = mosaic_parts(image for study in (material.study, *material.priors) for image in study.images)
    panes = [
        _pane(
            pane,
            _position(pane, index, intent),
            _source(pane, results, material, decisions, intent),
            mosaic,
            intent.detail,
        )
        for index, pane in enumerate(step.panes)
    ]
    captions = tuple(_caption([panes[index] for index in half], results, material, intent) for half in halves(step))
    return SceneState(step=step, panes=tuple(panes), captions=captions, language=intent.language, detail=intent.detail)


def _caption(panes: list[PaneState], results: Results, material: Material, intent: ViewIntent) -> Caption | None:
    """The words above panes that belong together."""
    pane = panes[0].pane
    own = [results[uid] for uid in pane.results if uid in results]
    if own:
        seen = Seen(
            images=tuple(pane.image for pane in panes if pane.image),
            marks=sum(len(pane.marks) for pane in panes),
            hidden=len({finding for pane in panes for finding in pane.hidden}),
            overlays=intent.overlays,
        )
        return ai_caption(own[0], seen, material.study, intent.language)
    if pane.kind is None:
        return None
    first = next((pane.image for pane in panes if pane.image), None)
    return plain_caption(pane.kind, first, (material.study, *material.priors), intent.language)


def _position(pane: Pane, index: int, intent: ViewIntent) -> int:
    return intent.positions[index] if index < len(intent.positions) else first_position(pane)


def _source(pane: Pane, results: Results, material: Material, decisions: Decisions, intent: ViewIntent) -> MarkSource:
    return MarkSource(
        results=tuple(results[uid] for uid in pane.results if uid in results), order=_numbers(material),
        decisions=decisions, selected=intent.selected, with_optional=intent.with_optional,
        threshold=intent.threshold, overlays=intent.overlays, language=intent.language,
        with_own=pane.kind in (None, PaneKind.AI, PaneKind.CURRENT),
    )  # fmt: skip


def _pane(pane: Pane, position: int, source: MarkSource, mosaic: frozenset[str], detail: Detail) -> PaneState:
    places = positions(pane)
    if not places:
        empty = text(pane.empty_key, source.language, place=pane.label)
        return PaneState(pane=pane, image=None, frame=1, empty=empty)
    image, frame = places[min(max(position, 0), len(places) - 1)]
    marks, hidden, undrawable = drawn_marks(source, image, frame)
    transform, of_mosaic = display_transform(image), image.sop_uid in mosaic
    counter = (position + 1, len(places)) if len(places) > 1 else None
    return PaneState(
        pane=pane, image=image, frame=frame, turn=transform.turn, marks=marks if source.overlays else (),
        lines=image_lines(image, pane.label if len(pane.stack) < 2 else "", counter, source.language, detail),
        warnings=pane_warnings(image, transform.doubt, undrawable, source.language, of_mosaic=of_mosaic),
        edges=directions_on_screen(image, transform.turn), hidden=hidden,
    )  # fmt: skip


def _numbers(material: Material) -> dict[FindingID, str]:
    """The numbers that findings go by on every pane: in the order of the results, over all services."""
    shown = [
        finding.finding_id
        for result in material.results
        if result.match.ok
        for finding in result.findings
        if finding.rendering_intent is not RenderingIntent.NOT_FOR_PRESENTATION
    ]
    return {finding_id: str(number) for number, finding_id in enumerate(shown, start=1)}
