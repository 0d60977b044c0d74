"""The forty cases of R9: the picture itself is compared with what its header says, and a contradiction is red."""

from __future__ import annotations

import numpy as np
import pytest

from tests.reading.test_hanging_orientation import PROPER, stored_as
from tests.ui.pictures import Reading, breast, grey_frame, mammogram, study_of
from ui.scene.annotations import Tone
from ui.scene.raster import Pyramid
from ui.scene.scene_state import NothingDecided, ViewIntent, resolve
from ui.scene.stage import Stage
from workstation.model.problem import ProblemKind
from workstation.model.study import Image
from workstation.reading.hanging import steps_for
from workstation.reading.orientation import AS_STORED, HALF_TURN, MIRRORED, TURNS, Turn


def laid(pixels: np.ndarray, turn: Turn) -> np.ndarray:
    """The array that `turn` brings back to `pixels`: its element at an image point lies where the turn puts it."""
    first = pixels.T if turn.transposes else pixels
    across, down = (turn.yx, turn.xy) if turn.transposes else (turn.xx, turn.yy)
    return np.ascontiguousarray(first[::down, ::across])


def staged(image: Image, pixels: np.ndarray, language: str = "en") -> Stage:
    material = Reading(study=study_of(image), language=language)
    step = steps_for(material)[0]
    stage = Stage()
    scene = resolve(step, material, NothingDecided(), ViewIntent(language=language))
    stage.show(scene, {(image.sop_uid, 1): Pyramid(grey_frame(pixels))})
    return stage


def red(stage: Stage) -> list[str]:
    return [line.text for pane in stage.panes for line in pane.warnings if line.tone is Tone.RED]


def case(name: str, of_header: Turn, of_pixels: Turn) -> Stage:
    image = mammogram(name, patient_orientation=stored_as(PROPER[name], of_header))
    pixels = laid(breast(mammogram(name)).pixels, of_pixels)
    return staged(image, pixels)


@pytest.mark.parametrize("name", PROPER)
@pytest.mark.parametrize("turn", TURNS)
def test_a_header_that_tells_the_truth_is_not_doubted_however_the_image_is_stored(name, turn):
    stage = case(name, turn, turn)
    assert not any("the picture" in words for words in red(stage))
    assert stage.check.contradictions == {}


@pytest.mark.parametrize("name", PROPER)
@pytest.mark.parametrize("turn", [MIRRORED, HALF_TURN])
@pytest.mark.parametrize("of_header", [True, False])
def test_a_picture_on_the_other_side_than_its_header_says_is_red_and_listed(name, turn, of_header):
    stage = case(name, turn, AS_STORED) if of_header else case(name, AS_STORED, turn)
    image = next(pane.image for pane in stage.panes if pane.image)
    assert any("the picture shows it at the" in words for words in red(stage))
    assert stage.check.contradictions[image.sop_uid].kind is ProblemKind.ORIENTATION


@pytest.mark.parametrize("name", ["RCC", "LCC"])
def test_without_an_orientation_the_picture_is_compared_with_the_side(name):
    image, other = mammogram(name, patient_orientation=None), "LCC" if name == "RCC" else "RCC"
    assert any("the picture shows it" in words for words in red(staged(image, breast(mammogram(other)).pixels)))
    assert not any("the picture shows it" in words for words in red(staged(image, breast(mammogram(name)).pixels)))


def test_the_contradiction_is_told_in_the_readers_language():
    image = mammogram("RCC")
    assert "грудная стенка справа, на снимке она слева" in red(staged(image, breast(mammogram("LCC")).pixels, "ru"))[0]


def test_the_list_of_contradictions_outlives_the_study():
    stage = staged(mammogram("RCC"), breast(mammogram("LCC")).pixels)
    stage.forget()
    assert len(stage.check.contradictions) == 1
