"""Which image hangs where: the steps of a reading, from the study, its priors and the AI's results (no pixels, no Qt).

The rules are data (`resources/hanging`); what a rule has no place for follows in pages of its own, never left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Protocol

from workstation.base.i18n import text
from workstation.model.identity import SOPInstanceUID
from workstation.model.result import AIResult, Author
from workstation.model.study import Image, Laterality, PresentationIntent, Study
from workstation.overlays.pairing import is_service_picture
from workstation.reading.hanging_rules import HangingRules, Justify, PaneRule, Place, Source, StepRule, rules_for
from workstation.reading.special import letters, oddness, superseded

__all__ = ["Justify", "Material", "Pane", "PaneKind", "Step", "image_label", "steps_for"]

STACK_FROM = 5
"""A series with at least so many images is one pane to leaf through."""
PAGE = (2, 2)


class Material(Protocol):
    """What the steps are made from: a reading context, or an opened study."""

    @property
    def study(self) -> Study:
        """The study to be read."""

    @property
    def priors(self) -> Sequence[Study]:
        """Earlier studies of the patient, newest first."""

    @property
    def results(self) -> Sequence[AIResult]:
        """The newest result of each service."""


class PaneKind(StrEnum):
    """What a pane's caption calls it."""

    ORIGINAL = "original"
    AI = "ai"
    CURRENT = "current"
    PRIOR = "prior"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pane:
    """One pane of a step.

    Attributes
    ----------
    label : "R CC", or what the image is otherwise called; the name of the place when its image is missing.
    image : the image to begin with; None when the study lacks it (then "`label` is missing" is shown).
    stack : all images to leaf through in this pane, `image` among them; empty when missing.
    kind : what the caption calls the pane; None has no caption.
    justify : edge of the pane that the chest wall lies at.
    results : SOP Instance UIDs of the results whose marks or own pictures belong here; () shows nothing of the AI.
    link_group : panes of one group move together.
    """

    column: int
    row: int
    label: str
    image: Image | None
    stack: tuple[Image, ...] = ()
    kind: PaneKind | None = None
    justify: Justify = Justify.CENTER
    results: tuple[SOPInstanceUID, ...] = ()
    link_group: str = "all"

    @property
    def overlay(self) -> bool:
        """Whether marks are drawn here."""
        return bool(self.results)

    @property
    def empty_key(self) -> str:
        """Catalogue key of what an empty pane says, with {place}."""
        return "hanging.missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One screen of the reading; `detail` tells apart steps of one kind (service, date of the prior, page)."""

    name: str
    title_key: str
    columns: int
    rows: int
    panes: tuple[Pane, ...]
    detail: str | None = None

    def title(self, language: str) -> str:
        """The step's name for people."""
        name = text(self.title_key, language)
        return name if self.detail is None else f"{name} · {self.detail}"

    @property
    def results(self) -> tuple[SOPInstanceUID, ...]:
        """The results that the step shows, each once."""
        return tuple(dict.fromkeys(uid for pane in self.panes for uid in pane.results))


def steps_for(material: Material) -> tuple[Step, ...]:
    """All steps of a reading, in reading order: the study, what has no place, priors, then each service's result.

    Results that do not match the study are never hung (S1). The material holds the newest result of each service (R8).
    """
    study, rules = material.study, rules_for(material.study.modality)
    results = [result for result in material.results if _hangs(result)]
    hung = _Hung.of(study, rules, results)
    steps = [*_placed(rules, "study", hung), *_pages("images", hung.unplaced)]
    for prior in material.priors:
        earlier = _Hung.of(prior, rules, ())
        steps += _dated(_placed(rules, "prior", hung, prior=earlier), prior)
        steps += _dated(_pages("prior-images", earlier.unplaced, kind=PaneKind.PRIOR), prior)
        steps += _dated(_pages("prior-raw-images", earlier.raw, kind=PaneKind.PRIOR), prior)
    for result in results:
        made = [*_placed(rules, "result", hung, result=result), *_beyond_places(result, hung)]
        made += _vendor_pictures(rules, hung, result, study)
        steps += [_of_service(step, result) for step in made] if len(results) > 1 else made
    return tuple(_numbered([*steps, *_pages("raw-images", hung.raw)]))


def image_label(image: Image) -> str:
    """Side and view where known ("R CC", "PA"), else modality and number ("CT 12"); modified views by letters."""
    if image.view is not None:
        parts = [image.laterality.value if image.laterality else "", image.view]
    else:
        parts = [image.modality, image.laterality.value if image.laterality else "", str(image.instance_number or "")]
    name = " ".join(part for part in parts if part)
    return ", ".join(filter(None, (name, letters(image))))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Hung:
    """A study's images by place, and the rest in units that hang together.

    Attributes
    ----------
    raw : For Processing images that a For Presentation image stands for; they hang last.
    """

    by_place: dict[str, Image]
    places: dict[str, Place]
    unplaced: tuple[tuple[Image, ...], ...]
    raw: tuple[tuple[Image, ...], ...]

    @classmethod
    def of(cls, study: Study, rules: HangingRules, results: Iterable[AIResult]) -> _Hung:
        of_the_ai = {series_uid for result in results for series_uid in result.overlay_series}
        everything = [image for image in study.images if image.series_uid not in of_the_ai]
        behind = superseded(everything)
        own = [image for image in everything if image.sop_uid not in behind]
        of_the_patient = [image for image in own if not is_service_picture(image, study)]
        by_place: dict[str, Image] = {}
        for place in rules.places:
            fitting = sorted((image for image in of_the_patient if place.holds(image)), key=_rank)
            if fitting:
                by_place[place.name] = fitting[0]
        placed = {image.sop_uid for image in by_place.values()}
        rest = [image for image in own if image.sop_uid not in placed]
        raw = [image for image in everything if image.sop_uid in behind]
        return cls(
            by_place=by_place, places={place.name: place for place in rules.places}, unplaced=_units(rest),
            raw=_units(raw),
        )  # fmt: skip


def _rank(image: Image) -> tuple[bool, bool, int, bool, float]:
    """The ordinary picture before a special one, a digitised film last; of equals the newest.

    A repeated view was repeated for cause.
    """
    made = image.content_at or image.acquired_at
    processing = image.presentation_intent is PresentationIntent.FOR_PROCESSING
    return image.is_secondary_capture, processing, oddness(image), image.frames > 1, -made.timestamp() if made else 0.0


def _units(images: Sequence[Image]) -> tuple[tuple[Image, ...], ...]:
    by_series: dict[str, list[Image]] = {}
    for image in images:
        by_series.setdefault(image.series_uid, []).append(image)
    units: list[tuple[Image, ...]] = []
    for series in by_series.values():
        units += [tuple(series)] if len(series) >= STACK_FROM else [(image,) for image in series]
    return tuple(units)


def _hangs(result: AIResult) -> bool:
    return result.match.ok and result.author is not Author.PERSON


def _placed(
    rules: HangingRules, for_each: str, hung: _Hung, *, prior: _Hung | None = None, result: AIResult | None = None
) -> list[Step]:
    steps = []
    for rule in rules.steps:
        if rule.for_each != for_each:
            continue
        panes = [_pane(pane, rule, prior if pane.side == "prior" and prior else hung, result) for pane in rule.panes]
        needed = [pane for pane in panes if prior is None or pane.kind is PaneKind.PRIOR]
        if any(pane.image for pane in needed):
            steps.append(_step(rule.name, rule.columns, rule.rows, panes))
    return steps


def _pane(rule: PaneRule, step: StepRule, hung: _Hung, result: AIResult | None) -> Pane:
    place, image = hung.places[rule.place], hung.by_place.get(rule.place)
    return Pane(
        column=rule.column, row=rule.row, label=image_label(image) if image else place.name, image=image,
        stack=(image,) if image else (), kind=_kind(rule.side, step), justify=place.justify,
        results=(result.sr_uid,) if result and rule.side == "ai" else (), link_group=rule.link,
    )  # fmt: skip


def _kind(side: Source, step: StepRule) -> PaneKind | None:
    if side != "original":
        return PaneKind(side)
    return {"study": None, "prior": PaneKind.CURRENT, "result": PaneKind.ORIGINAL}[step.for_each]


def _pages(name: str, units: Sequence[tuple[Image, ...]], *, kind: PaneKind | None = None) -> list[Step]:
    columns, rows = PAGE
    pages = [units[start : start + columns * rows] for start in range(0, len(units), columns * rows)]
    return [_page(name, [_unit_pane(unit, kind=kind) for unit in page]) for page in pages]


def _page(name: str, panes: list[Pane]) -> Step:
    columns = 1 if len(panes) == 1 else PAGE[0]
    placed = [
        replace(pane, column=index % columns, row=index // columns, link_group=str(index))
        for index, pane in enumerate(panes)
    ]
    return _step(name, columns, -(-len(panes) // columns), placed)


def _unit_pane(unit: tuple[Image, ...], *, kind: PaneKind | None = None) -> Pane:
    first = unit[0]
    return Pane(column=0, row=0, label=image_label(first), image=first, stack=unit, kind=kind, justify=_justify(first))


def _justify(image: Image) -> Justify:
    sides = {Laterality.RIGHT: Justify.RIGHT, Laterality.LEFT: Justify.LEFT}
    if image.modality != "MG" or image.laterality is None:
        return Justify.CENTER
    return sides.get(image.laterality, Justify.CENTER)


def _beyond_places(result: AIResult, hung: _Hung) -> list[Step]:
    """The AI's step for every unplaced unit that it marked; without any place at all, for every one it looked at."""
    wanted = {mark.sop_uid for finding in result.findings for mark in finding.shown_marks()}
    if not hung.by_place:
        wanted |= set(result.referenced_images)
    units = [unit for unit in (*hung.unplaced, *hung.raw) if any(image.sop_uid in wanted for image in unit)]
    if not units and not hung.by_place:
        units = list(hung.unplaced[:1])
    return [_pair("ai-images", unit, result) for unit in units]


def _pair(name: str, unit: tuple[Image, ...], result: AIResult) -> Step:
    marked = {mark.sop_uid for finding in result.findings for mark in finding.shown_marks()}
    first = next((image for image in unit if image.sop_uid in marked), unit[0])
    left = replace(_unit_pane(unit, kind=PaneKind.ORIGINAL), image=first, label=image_label(first))
    return _step(name, 2, 1, [left, replace(left, column=1, kind=PaneKind.AI, results=(result.sr_uid,))])


def _vendor_pictures(rules: HangingRules, hung: _Hung, result: AIResult, study: Study) -> list[Step]:
    """The service's own pictures, marks burned in, beside the images that they were made from, in pairs where due."""
    pictures = [image for image in study.images if image.series_uid in result.overlay_series]
    by_source = {uid: picture for picture in reversed(pictures) for uid in picture.source_images}
    steps, hanging = [], set()
    for step in _placed(rules, "result", hung, result=result):
        panes = [_with_picture(pane, by_source) for pane in step.panes]
        shown = {pane.image.sop_uid for pane in panes if pane.image and pane.overlay}
        if shown & {picture.sop_uid for picture in pictures}:
            hanging |= shown
            views = dict.fromkeys(pane.image.view for pane in panes if pane.image and pane.image.view)
            made = _step("ai-series", step.columns, step.rows, panes)
            steps.append(replace(made, detail=", ".join(views) or None))
    rest = [picture for picture in pictures if picture.sop_uid not in hanging]
    return steps + [_picture_alone(picture, result, study) for picture in rest]


def _with_picture(pane: Pane, by_source: dict[SOPInstanceUID, Image]) -> Pane:
    """An AI pane with the service's picture of its image; as it is where the service made none."""
    picture = by_source.get(pane.image.sop_uid) if pane.image and pane.overlay else None
    return replace(pane, image=picture, stack=(picture,)) if picture else pane


def _picture_alone(picture: Image, result: AIResult, study: Study) -> Step:
    """A picture that has no place in a pair, beside its source when the study has it; named after what it shows."""
    own = replace(_unit_pane((picture,), kind=PaneKind.AI), results=(result.sr_uid,))
    source = next((image for uid in picture.source_images if (image := study.image(uid))), None)
    if source is None:
        return replace(_step("ai-series", 1, 1, [own]), detail=own.label)
    original = _unit_pane((source,), kind=PaneKind.ORIGINAL)
    return replace(_step("ai-series", 2, 1, [original, replace(own, column=1)]), detail=original.label)


def _step(name: str, columns: int, rows: int, panes: Sequence[Pane]) -> Step:
    return Step(name=name, title_key=f"hanging.step.{name}", columns=columns, rows=rows, panes=tuple(panes))


def _of_service(step: Step, result: AIResult) -> Step:
    return replace(step, detail=" · ".join(part for part in (step.detail, result.service.name) if part) or None)


def _dated(steps: list[Step], prior: Study) -> list[Step]:
    day = f"{prior.performed_at:%m.%Y}" if prior.performed_at else None
    return [replace(step, detail=day) for step in steps]


def _numbered(steps: Iterable[Step]) -> Iterator[Step]:
    """Names made unique: the second "ai-cc" is "ai-cc-2"."""
    seen: dict[str, int] = {}
    for step in steps:
        count = seen[step.name] = seen.get(step.name, 0) + 1
        yield step if count == 1 else replace(step, name=f"{step.name}-{count}")
