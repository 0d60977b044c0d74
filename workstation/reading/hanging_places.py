"""A study's images sorted into the places of a hanging protocol, and what is left over."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from workstation.model.result import AIResult
from workstation.model.study import Image, PresentationIntent, Study
from workstation.overlays.pairing import is_service_picture
from workstation.reading.hanging_rules import HangingRules, Place
from workstation.reading.special import oddness, superseded


@dataclass(frozen=True, slots=True, kw_only=True)
class Hung:
    """A study's images by place, and the rest in units that hang together.

    Attributes
    ----------
    patients : UIDs of the images that are the patient's, not a service's picture.
    raw : For Processing images that a For Presentation image stands for; they hang last.
    """

    by_place: dict[str, Image]
    places: dict[str, Place]
    unplaced: tuple[tuple[Image, ...], ...]
    raw: tuple[tuple[Image, ...], ...]
    patients: frozenset[str]

    @classmethod
    def of(cls, study: Study, rules: HangingRules, results: Iterable[AIResult]) -> Hung:
        """Place the images of `study`; pictures of the AI (`results`) have no place."""
        of_the_ai = {series_uid for result in results for series_uid in result.overlay_series}
        everything = [image for image in study.images if image.series_uid not in of_the_ai]
        behind = superseded(everything)
        own = [image for image in everything if image.sop_uid not in behind]
        of_the_patient = [image for image in own if not is_service_picture(image, study)]
        by_place: dict[str, Image] = {}
        for place in rules.places:
            free = [image for image in of_the_patient if image not in by_place.values()]
            fitting = sorted((image for image in free if place.holds(image)), key=_rank)
            if fitting:
                by_place[place.name] = fitting[0]
        placed = {image.sop_uid for image in by_place.values()}
        rest = [image for image in own if image.sop_uid not in placed]
        raw = [image for image in everything if image.sop_uid in behind]
        return cls(
            by_place=by_place,
            places={place.name: place for place in rules.places},
            unplaced=_units(rest, rules.stacks_from),
            raw=_units(raw, rules.stacks_from),
            patients=frozenset(image.sop_uid for image in of_the_patient),
        )


def _rank(image: Image) -> tuple[float, ...]:
    """The ordinary picture before a special one, a digitised film last; of equals the newest.

    A repeated view was repeated for cause.
    """
    made = image.content_at or image.acquired_at
    processing = image.presentation_intent is PresentationIntent.FOR_PROCESSING
    special, computed = oddness(image) > 1, oddness(image) == 1
    newest_first = -made.timestamp() if made else 0.0
    return image.is_secondary_capture, processing, special, image.frames > 1, computed, newest_first


def _units(images: Sequence[Image], stacks_from: int | None) -> tuple[tuple[Image, ...], ...]:
    by_series: dict[str, list[Image]] = {}
    for image in images:
        by_series.setdefault(image.series_uid, []).append(image)
    units: list[tuple[Image, ...]] = []
    for series in by_series.values():
        is_stack = stacks_from is not None and len(series) >= stacks_from
        units += [tuple(series)] if is_stack else [(image,) for image in series]
    return tuple(units)


def related(image: Image, hung: Hung) -> str | None:
    """Name of the first place with an image that an extra `image` is to be compared with."""
    if image.sop_uid not in hung.patients:
        return None
    names = (place.name for place in hung.places.values() if place.relates(image) and place.name in hung.by_place)
    return next(names, None)
