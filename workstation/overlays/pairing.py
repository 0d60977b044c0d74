"""Which additional series belongs to which result: the service's own pictures, marks burned in (standards.md 3.3)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from workstation.model.identity import SeriesUID
from workstation.model.result import AIResult
from workstation.model.study import Series, Study


def with_overlay_series(results: Iterable[AIResult], study: Study) -> tuple[AIResult, ...]:
    """`results` of the study, each with the series of pictures that its service made.

    A series belongs to a service when it holds nothing but secondary captures and bears the service's name, in its
    description or as its equipment or institution. One that bears no service's name belongs to the only result there
    is; with several it belongs to none, and is still hung as an image of its own (S10).
    """
    given = tuple(results)
    pictures = [series for series in study.series if _is_pictures(series)]
    owners = {series.series_uid: _owner(series, given) for series in pictures}
    return tuple(replace(result, overlay_series=_owned(result, owners)) for result in given)


def _owned(result: AIResult, owners: dict[SeriesUID, AIResult | None]) -> tuple[SeriesUID, ...]:
    return tuple(uid for uid, owner in owners.items() if owner is result)


def _is_pictures(series: Series) -> bool:
    return bool(series.images) and all(image.is_secondary_capture for image in series.images)


def _owner(series: Series, results: tuple[AIResult, ...]) -> AIResult | None:
    named = [result for result in results if _bears_name(series, result.service.name)]
    if named:
        return named[0]
    return results[0] if len(results) == 1 else None


def _bears_name(series: Series, name: str | None) -> bool:
    if not name:
        return False
    technique = series.images[0].technique
    places = (series.description, technique.institution, technique.model, technique.station)
    return any(name.casefold() in place.casefold() for place in places if place)
