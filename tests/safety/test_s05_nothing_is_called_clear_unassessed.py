"""S5: no breast is called clear, and none is left out, before the reader has assessed it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.reading.builders import chest_study, image, session, study
from workstation.model.identity import SeriesUID, SOPInstanceUID
from workstation.model.result import Density
from workstation.model.study import Laterality, Series, Study
from workstation.model.verdict import BiRads, Opinion
from workstation.protocol.checks import missing
from workstation.protocol.draft import draft
from workstation.reading.session import ReadingSession

BOTH = (Laterality.RIGHT, Laterality.LEFT)


def without_side(*sides: Laterality) -> Study:
    """Four mammograms; those of these sides do not say so."""
    images = tuple(replace(one, laterality=None) if one.laterality in sides else one for one in study().images)
    return replace(study(), series=(replace(study().series[0], images=images),))


def rules(reading: ReadingSession) -> list[str]:
    return [point.rule for point in missing(reading.context, reading.state, draft(reading.context, reading.state))]


def text_of(reading: ReadingSession) -> str:
    return draft(reading.context, reading.state).plain_text()


@pytest.mark.parametrize("hidden", [BOTH, (Laterality.LEFT,), (Laterality.RIGHT,)])
def test_an_image_whose_side_is_unknown_makes_both_breasts_due(hidden: tuple[Laterality, ...]) -> None:
    reading = session(of=without_side(*hidden))
    assert rules(reading) == ["birads-missing", "density-missing"] * 2
    assert "suspicious" not in text_of(reading)
    for side in BOTH:
        reading.assess_birads(side, BiRads.B1)
        reading.assess_density(side, Density.A)
    assert rules(reading) == []


def test_an_unknown_side_is_told_to_the_reader_and_in_the_protocol() -> None:
    reading = session(of=without_side(Laterality.LEFT))
    first, *_ = missing(reading.context, reading.state, draft(reading.context, reading.state))
    assert "Images that do not state their side: 2." in first.message
    assert "images that do not state their side: 2" in text_of(reading)
    assert "do not state" not in text_of(session())


def test_ultrasound_beside_one_breast_s_mammograms_makes_no_other_breast_due() -> None:
    scan = replace(image("RCC"), sop_uid=SOPInstanceUID("2.25.881"), modality="US", laterality=None, view=None)
    one_breast = study(("RCC", "RMLO"))
    beside = Series(series_uid=SeriesUID("2.25.8"), modality="US", images=(scan,))
    reading = session(of=replace(one_breast, series=(*one_breast.series, beside)))
    assert reading.context.breasts == (Laterality.RIGHT,)


def test_no_breast_is_called_clear_before_it_has_a_category() -> None:
    reading = session()
    assert "no suspicious" not in text_of(reading)
    reading.assess_birads(Laterality.LEFT, BiRads.B1)
    assert "Left: no suspicious findings." in text_of(reading)
    assert "Right: no suspicious findings." not in text_of(reading)
    reading.undo()
    assert "no suspicious" not in text_of(reading)


def test_no_chest_is_called_normal_before_the_reader_says_so() -> None:
    reading = session(of=chest_study())
    assert "No pathological" not in text_of(reading)
    reading.assess_opinion(Opinion.NORMAL)
    assert "No pathological changes." in text_of(reading)
