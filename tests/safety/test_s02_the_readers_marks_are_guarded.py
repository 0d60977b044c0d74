"""S2 for the reader's own marks and changes: they are held to the same frame, image and side as the AI's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.reading.builders import circle, finding, image, session, study
from workstation.base.errors import RefusedError
from workstation.model import lexicon
from workstation.model.geometry import Mark, Shape
from workstation.model.identity import SeriesUID, SOPInstanceUID
from workstation.model.study import SECONDARY_CAPTURE, Laterality, Series
from workstation.model.verdict import Decision, Description
from workstation.reading.session import LATERALITY, ReadingSession

MASS = finding(1, "RCC")
CAPTURE = replace(image("RCC"), sop_uid=SOPInstanceUID("2.25.77"), sop_class_uid=SECONDARY_CAPTURE)
STUDY = replace(
    study(),
    series=(*study().series, Series(series_uid=SeriesUID("2.25.8"), modality="MG", images=(CAPTURE,))),
)
ON_CAPTURE = Mark(sop_uid=CAPTURE.sop_uid, shape=Shape.POINT, points=((1.0, 1.0),))

Draw = Callable[[ReadingSession, Mark], object]


def add(reading: ReadingSession, mark: Mark) -> object:
    return reading.add_finding(lexicon.MASS, (mark,))


def redraw(reading: ReadingSession, mark: Mark) -> object:
    (own,) = reading.add_finding(lexicon.MASS, (circle("RCC"),)).added
    return reading.add_finding(lexicon.MASS, (mark,), finding_id=own)


def modify(reading: ReadingSession, mark: Mark) -> object:
    return reading.modify(MASS.finding_id, Description(marks=(mark,)))


def rule_of(act: Callable[[], object]) -> str:
    with pytest.raises(RefusedError) as refused:
        act()
    return refused.value.rule


@pytest.mark.parametrize("draw", [add, redraw, modify])
@pytest.mark.parametrize("frame", [0, 2, 999])
def test_a_mark_on_a_frame_that_the_image_does_not_have_is_refused(draw: Draw, frame: int) -> None:
    reading = session(MASS, of=STUDY)
    assert rule_of(lambda: draw(reading, replace(circle("RCC"), frame=frame))) == "mark-outside"


@pytest.mark.parametrize("draw", [add, redraw, modify])
def test_a_mark_on_a_picture_that_is_no_image_of_the_patient_is_refused(draw: Draw) -> None:
    reading = session(MASS, of=STUDY)
    assert rule_of(lambda: draw(reading, ON_CAPTURE)) == "mark-on-capture"


@pytest.mark.parametrize(
    "changes", [Description(marks=(circle("LCC"),)), Description(laterality=Laterality.LEFT)], ids=["mark", "side"]
)
def test_a_change_that_parts_side_and_image_needs_to_be_acknowledged(changes: Description) -> None:
    reading = session(MASS)
    assert rule_of(lambda: reading.modify(MASS.finding_id, changes)) == "laterality-contradiction"
    assert reading.state.verdicts == {}
    state = reading.modify(MASS.finding_id, changes, acknowledged=(LATERALITY,))
    assert state.verdicts[MASS.finding_id].acknowledged == (LATERALITY,)


def test_a_finding_may_move_to_the_other_breast_with_its_mark() -> None:
    changes = Description(laterality=Laterality.LEFT, marks=(circle("LCC"),))
    state = session(MASS).modify(MASS.finding_id, changes)
    assert state.verdicts[MASS.finding_id].decision is Decision.MODIFY


def test_one_finding_cannot_be_drawn_on_both_breasts_as_if_it_lay_in_one() -> None:
    marks = (circle("RCC"), circle("LCC"))
    assert rule_of(lambda: session().add_finding(lexicon.MASS, marks)) == "laterality-contradiction"
