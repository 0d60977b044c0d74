"""Which image hangs where: the steps of a reading, from the study, its priors and the AI's results (no pixels, no Qt).

The rules are data (`resources/hanging`); what a rule has no place for follows in pages of its own, never left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Protocol

from workstation.base.i18n import catalogue, text
from workstation.model.identity import SOPInstanceUID
from workstation.model.result import AIResult, Author
from workstation.model.study import Image, Laterality, Study
from workstation.reading.hanging_places import Hung, related
from workstation.reading.hanging_protocols import rules_for
from workstation.reading.hanging_rules import HangingRules, Justify, PaneRule, Source, StepRule
from workstation.reading.special import letters

__all__ = ["Justify", "Material", "Pane", "PaneKind", "Step", "image_label", "steps_for"]


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

    @property
    def hanging(self) -> Sequence[HangingRules]:
        """The hanging protocols to choose from; () stands for those shipped."""


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
    own_title: tuple[tuple[str, str], ...] = ()

    def title(self, language: str) -> str:
        """The step's name for people."""
        own = dict(self.own_title)
        name = own.get(language) or next(iter(own.values()), None) or text(self.title_key, language)
        return name if self.detail is None else f"{name} · {self.detail}"

    @property
    def results(self) -> tuple[SOPInstanceUID, ...]:
        """The results that the step shows, each once."""
        return tuple(dict.fromkeys(uid for pane in self.panes for uid in pane.results))


def steps_for(material: Material) -> tuple[Step, ...]:
    """All steps of a reading, in reading order: the study, what has no place, priors, then each service's result.

    Results that do not match the study are never hung (S1). The material holds the newest result of each service (R8).
    """
    study, rules = material.study, rules_for(material.study, material.hanging)
    results = [result for result in material.results if _hangs(result)]
    hung = Hung.of(study, rules, results)
    extra, rest = _extra(rules, hung)
    steps = [*_placed(rules, "study", hung), *extra]
    steps += _pages("images", [*_unshown(hung, steps), *rest], rules.page)
    for prior in material.priors:
        earlier = Hung.of(prior, rules, ())
        compared = _placed(rules, "prior", hung, prior=earlier)
        rest = [*_unshown(earlier, compared), *earlier.unplaced]
        steps += _dated([*compared, *_pages("prior-images", rest, rules.page, kind=PaneKind.PRIOR)], prior)
        steps += _dated(_pages("prior-raw-images", earlier.raw, rules.page, kind=PaneKind.PRIOR), prior)
    for result in results:
        made = [*_placed(rules, "result", hung, result=result), *_beyond_places(result, hung)]
        made += _vendor_pictures(rules, hung, result, study)
        steps += [_of_service(step, result) for step in made] if len(results) > 1 else made
    return tuple(_numbered([*steps, *_pages("raw-images", hung.raw, rules.page)]))


def image_label(image: Image) -> str:
    """Side and view where known ("R CC", "PA"), else modality and number ("CT 12"); modified views by letters."""
    if image.view is not None:
        volume = "DBT" if image.modality == "MG" and image.frames > 1 else ""
        parts = [image.laterality.value if image.laterality else "", image.view, volume]
    else:
        parts = [image.modality, image.laterality.value if image.laterality else "", str(image.instance_number or "")]
    name = " ".join(part for part in parts if part)
    return ", ".join(filter(None, (name, letters(image))))


def _hangs(result: AIResult) -> bool:
    return result.match.ok and result.author is not Author.PERSON


def _placed(
    rules: HangingRules, for_each: str, hung: Hung, *, prior: Hung | None = None, result: AIResult | None = None
) -> list[Step]:
    steps = []
    for rule in rules.steps:
        if rule.for_each != for_each:
            continue
        panes = [_pane(pane, rule, prior if pane.side == "prior" and prior else hung, result) for pane in rule.panes]
        needed = [pane for pane in panes if prior is None or pane.kind is PaneKind.PRIOR]
        complete = all(pane.image for wanted, pane in zip(rule.panes, panes, strict=True) if wanted.needed)
        if any(pane.image for pane in needed) and complete:
            steps.append(_ruled(rule, panes))
    return steps


def _unshown(hung: Hung, steps: Sequence[Step]) -> list[tuple[Image, ...]]:
    """Images in places that none of the `steps` shows: a protocol may forget them, the reader must not."""
    shown = {pane.image.sop_uid for step in steps for pane in step.panes if pane.image}
    return [(image,) for image in hung.by_place.values() if image.sop_uid not in shown]


def _extra(rules: HangingRules, hung: Hung) -> tuple[list[Step], list[tuple[Image, ...]]]:
    """A step for each extra image that belongs to an ordinary one; and the units that have no such step."""
    wanted = [rule for rule in rules.steps if rule.for_each == "extra"]
    steps, rest = [], []
    for unit in hung.unplaced:
        place = related(unit[0], hung) if wanted and len(unit) == 1 else None
        if place is None:
            rest.append(unit)
            continue
        for rule in wanted:
            step = _ruled(rule, [_extra_pane(pane, rule, hung, unit, place) for pane in rule.panes])
            steps.append(replace(step, detail=image_label(unit[0])))
    return steps, rest


def _extra_pane(rule: PaneRule, step: StepRule, hung: Hung, unit: tuple[Image, ...], beside: str) -> Pane:
    if rule.side == "extra":
        return replace(_unit_pane(unit), column=rule.column, row=rule.row, link_group=rule.link)
    place = beside if rule.side == "beside" else rule.place
    return _pane(replace(rule, place=place, side="original"), step, hung, None)


def _pane(rule: PaneRule, step: StepRule, hung: Hung, result: AIResult | None) -> Pane:
    place, image = hung.places[rule.place], hung.by_place.get(rule.place)
    return Pane(
        column=rule.column, row=rule.row, label=image_label(image) if image else place.name, image=image,
        stack=(image,) if image else (), kind=_kind(rule.side, step), justify=place.justify,
        results=(result.sr_uid,) if result and rule.side == "ai" else (), link_group=rule.link,
    )  # fmt: skip


def _kind(side: Source, step: StepRule) -> PaneKind | None:
    if side in ("ai", "prior"):
        return PaneKind(side)
    return {"study": None, "extra": None, "prior": PaneKind.CURRENT, "result": PaneKind.ORIGINAL}[step.for_each]


def _pages(name: str, units: Sequence[tuple[Image, ...]], grid: tuple[int, int], *,
           kind: PaneKind | None = None) -> list[Step]:  # fmt: skip
    most = grid[0] * grid[1]
    pages = [units[start : start + most] for start in range(0, len(units), most)]
    return [_page(name, [_unit_pane(unit, kind=kind) for unit in page], grid[0]) for page in pages]


def _page(name: str, panes: list[Pane], widest: int) -> Step:
    columns = min(len(panes), widest)
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


def _beyond_places(result: AIResult, hung: Hung) -> list[Step]:
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


def _vendor_pictures(rules: HangingRules, hung: Hung, result: AIResult, study: Study) -> list[Step]:
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
    key = f"hanging.step.{name}"
    return Step(
        name=name,
        title_key=key if key in catalogue("en") else "hanging.step.own",
        columns=columns,
        rows=rows,
        panes=tuple(panes),
    )


def _ruled(rule: StepRule, panes: Sequence[Pane]) -> Step:
    return replace(_step(rule.name, rule.columns, rule.rows, panes), own_title=tuple(rule.title.items()))


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
