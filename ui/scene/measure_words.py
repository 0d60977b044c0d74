"""A measurement in words: the figure, its unit, and how millimetres are known (S12)."""

from __future__ import annotations

from ui.scene.raster import Pyramid
from workstation.base.i18n import text
from workstation.model.study import Image
from workstation.reading import measure
from workstation.reading.measure import Extent, Measurement, Tool


def measured_words(measurement: Measurement, image: Image, pyramid: Pyramid | None, language: str) -> tuple[str, ...]:
    """One or two lines; () while it lacks points, and nothing of grey values for a colour picture."""
    points, spacing = measurement.points, image.spacing
    if len(points) < measurement.tool.points:
        return ()
    match measurement.tool:
        case Tool.LENGTH:
            return (_extent(measure.length(points[0], points[1], spacing), "length", language),)
        case Tool.ANGLE:
            degrees = measure.angle(points[0], points[1], points[2], spacing)
            if degrees is None:
                return ()
            key = "measure.angle" if spacing else "measure.angle.uncalibrated"
            return (text(key, language, value=f"{degrees:.1f}"),)
        case Tool.ELLIPSE:
            area = _extent(measure.area(points[0], points[1], spacing), "area", language)
            return (*_statistics(measurement, pyramid, language), area)
        case Tool.PROBE:
            return _probe(measurement, pyramid, language)


def _extent(extent: Extent, kind: str, language: str) -> str:
    if extent.calibration is None:
        return text(f"measure.{kind}.px", language, value=f"{extent.value:.0f}")
    how = text(f"calibration.{extent.calibration.value}", language)
    return text(f"measure.{kind}.mm", language, value=f"{extent.value:.1f}", calibration=how)


def _statistics(measurement: Measurement, pyramid: Pyramid | None, language: str) -> tuple[str, ...]:
    grey = pyramid.frame.grey if pyramid else None
    if pyramid is None or grey is None:
        return ()
    found = measure.ellipse_statistics(pyramid.frame.pixels, grey, measurement.points[0], measurement.points[1])
    if found is None:
        return ()
    mean, deviation = f"{found.mean:.1f}", f"{found.deviation:.1f}"
    words = text("measure.statistics", language, mean=mean, deviation=deviation, units=found.units, count=found.count)
    return (" ".join(words.split()),)


def _probe(measurement: Measurement, pyramid: Pyramid | None, language: str) -> tuple[str, ...]:
    grey, at = pyramid.frame.grey if pyramid else None, measurement.points[0]
    value = measure.value_at(pyramid.frame.pixels, grey, at) if pyramid and grey else None
    if value is None:
        return (text("measure.probe.nothing", language),)
    units, (column, row) = grey.units if grey else "", map(int, at)
    words = text("measure.probe", language, value=f"{value:g}", units=units, column=column, row=row)
    return (" ".join(words.split()),)
