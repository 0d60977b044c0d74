"""What is believed of a screen that says how large it is."""

from __future__ import annotations

import pytest

from ui.scene.screen import stated_scale


def test_a_screen_that_states_its_size_has_a_pixel_size():
    assert stated_scale((597.0, 336.0), (2560, 1440)).mm_per_pixel == pytest.approx(0.2332, abs=1e-4)
    assert not stated_scale((597.0, 336.0), (2560, 1440)).calibrated


@pytest.mark.parametrize("physical", [(0.0, 0.0), (160.0, 160.0), (16.0, 9.0), (16000.0, 9000.0), (-1.0, 300.0)])
def test_a_size_that_no_screen_has_is_not_believed(physical):
    assert stated_scale(physical, (2560, 1440)) is None
