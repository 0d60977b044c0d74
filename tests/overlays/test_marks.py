"""Marks of a foreign report: what is drawn and what is only listed."""

from __future__ import annotations

from workstation.dicom.sr_document import SRGraphic, SRItem, SRReference
from workstation.model.identity import SOPInstanceUID
from workstation.overlays.readers.tree import MOST_POINTS, marks_from

IMAGE = SRReference(sop_uid=SOPInstanceUID("2.25.1"))


def outline(points: int) -> SRItem:
    return SRItem(node="1.1", value_type="SCOORD", graphic=SRGraphic(graphic_type="POLYLINE", data=(5.0,) * 2 * points))


def test_an_outline_of_endless_points_is_not_drawn_and_says_why() -> None:
    assert len(marks_from(outline(MOST_POINTS), IMAGE)) == 1
    assert f"has {MOST_POINTS + 1} points" in marks_from(outline(MOST_POINTS + 1), IMAGE)
