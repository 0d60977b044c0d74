"""Which additional series belongs to which result: the service's own pictures, marks burned in (standards.md 3.3)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from workstation.model.identity import SeriesUID
from workstation.model.result import AIResult
from workstation.model.study import Image, Series, Study
from workstation.overlays import concepts


def with_overlay_series(results: Iterable[AIResult], study: Study) -> tuple[AIResult, ...]:
    """`results` of the study, each with the series of pictures that its service made.

    A series belongs to a service when it holds nothing but secondary captures and bears the service's name, in its
    description or as its equipment or institution. Service's pictures that bear no name (`is_service_picture`) belong
    to the only result there is; with several they belong to none, and are still hung as images of their own (S10).
    """
    given = tuple(results)
    pictures = [series for series in study.series if _is_captured(series)]
    owners = {series.series_uid: _owner(series, given, study) for series in pictures}
    return tuple(replace(result, overlay_series=_owned(result, owners)) for result in given)


def is_service_picture(image: Image, study: Study) -> bool:
    """Whether a secondary capture says of itself that a service made it, and not that it is the patient's image.

    It is an assessment (modality ASMT), names images of this study as its sources, or its series bears the warning of
    AI results. Other secondary captures are the patient's own: digitised films are sent so.
    """
    if not image.is_secondary_capture:
        return False
    series = next((series for series in study.series if series.series_uid == image.series_uid), None)
    words = series.description.casefold() if series else ""
    return (
        image.modality == "ASMT"
        or any(study.image(uid) for uid in image.source_images)
        or any(wording in words for wording in (*concepts.WARNINGS, "research purposes only"))
    )


def _owned(result: AIResult, owners: dict[SeriesUID, AIResult | None]) -> tuple[SeriesUID, ...]:
    return tuple(uid for uid, owner in owners.items() if owner is result)


def _is_captured(series: Series) -> bool:
    return bool(series.images) and all(image.is_secondary_capture for image in series.images)


def _owner(series: Series, results: tuple[AIResult, ...], study: Study) -> AIResult | None:
    named = [result for result in results if _bears_name(series, result.service.name)]
    if named:
        return named[0]
    unnamed = len(results) == 1 and all(is_service_picture(image, study) for image in series.images)
    return results[0] if unnamed else None


def _bears_name(series: Series, name: str | None) -> bool:
    if not name:
        return False
    technique = series.images[0].technique
    places = (series.description, technique.institution, technique.model, technique.station)
    return any(name.casefold() in place.casefold() for place in places if place)
