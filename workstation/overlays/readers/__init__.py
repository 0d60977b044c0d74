"""Readers of the standard formats, written on the same hooks as a vendor's plugin."""

from __future__ import annotations

from workstation.overlays.hooks import OverlayReader, hookimpl
from workstation.overlays.readers.mammography_cad import MammographyCadReader
from workstation.overlays.readers.measurement_report import MeasurementReportReader


@hookimpl
def diptych_overlay_readers() -> list[OverlayReader]:
    """Return the built-in readers."""
    return [MammographyCadReader(), MeasurementReportReader()]
