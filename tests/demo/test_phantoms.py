from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from workstation.demo.anatomy import VIEWS, Breast, Canvas, Lesion, on_image
from workstation.demo.chest import Chest, Nodule, draw_chest
from workstation.demo.mammogram import draw
from workstation.model.lexicon import CALCIFICATION_CLUSTER, DISTORTION, MASS
from workstation.model.result import Density
from workstation.model.study import Laterality

SMALL = Canvas(rows=512, columns=416, spacing_mm=0.56)
MIDDLE = Canvas(rows=1024, columns=832, spacing_mm=0.28)
LESION = Lesion(kind=MASS, margin="spiculated", size_mm=12.0, position=(45.0, 20.0, 12.0), contrast=0.7)


def breast(seed: int = 3, side: Laterality = Laterality.LEFT, density: Density = Density.B, *lesions: Lesion) -> Breast:
    return Breast(seed=seed, laterality=side, density=density, lesions=lesions)


def test_the_same_seed_draws_the_same_pixels_and_another_seed_others() -> None:
    first, again, other = (draw(breast(seed), "MLO", SMALL).pixels for seed in (3, 3, 4))
    assert first.tobytes() == again.tobytes()
    assert first.tobytes() != other.tobytes()


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("side", [Laterality.RIGHT, Laterality.LEFT])
def test_the_chest_wall_is_at_the_edge_where_it_hangs(view: str, side: Laterality) -> None:
    pixels = draw(breast(side=side), view, SMALL).pixels
    wall, air = (pixels[:, -1], pixels[:, 0]) if side is Laterality.RIGHT else (pixels[:, 0], pixels[:, -1])
    assert (wall > 0).mean() > 0.4
    assert not air.any()


def test_the_air_is_exactly_zero_and_the_tissue_never_is() -> None:
    pixels = draw(breast(), "CC", SMALL, bits=14).pixels
    count, labels = cv2.connectedComponents((pixels == 0).astype(np.uint8))
    areas = [int((labels == number).sum()) for number in range(1, count)]
    assert sum(areas) - max(areas) < 20  # air is one area, not holes in the breast
    assert pixels.max() < 2**14
    assert pixels[pixels > 0].min() >= 0.04 * 2**14


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("side", [Laterality.RIGHT, Laterality.LEFT])
@pytest.mark.parametrize("kind", [MASS, CALCIFICATION_CLUSTER, DISTORTION])
def test_a_lesion_lies_in_the_breast_where_the_truth_says(view: str, side: Laterality, kind: object) -> None:
    lesion = replace(LESION, kind=kind, margin={MASS: "circumscribed", CALCIFICATION_CLUSTER: "round"}.get(kind, ""))  # type: ignore[arg-type]
    with_lesion = draw(breast(3, side, Density.B, lesion), view, MIDDLE)
    without = draw(breast(3, side, Density.B), view, MIDDLE)
    difference = np.abs(with_lesion.pixels.astype(int) - without.pixels.astype(int))
    rows, columns = np.nonzero(difference > 200)
    (drawn,) = with_lesion.lesions
    where = np.median(columns), np.median(rows)
    assert np.hypot(where[0] - drawn.center[0], where[1] - drawn.center[1]) * MIDDLE.spacing_mm < 4.0
    assert without.pixels[round(drawn.center[1]), round(drawn.center[0])] > 0


def test_both_views_of_a_breast_agree_on_how_deep_a_lesion_lies() -> None:
    depth = {}
    for view in VIEWS:
        drawing = draw(breast(3, Laterality.LEFT, Density.B, LESION), view, SMALL)
        nipple = max(np.nonzero(drawing.pixels.any(axis=0))[0])
        depth[view] = (nipple - drawing.lesions[0].center[0]) * SMALL.spacing_mm
    assert depth["CC"] == pytest.approx(depth["MLO"], abs=2.5)
    assert depth["CC"] == pytest.approx(LESION.position[0], abs=7.0)  # the nipple stands out by some millimetres


def test_lateral_and_upper_lesions_lie_in_the_upper_half_of_their_views() -> None:
    for side in (Laterality.RIGHT, Laterality.LEFT):
        for view in VIEWS:
            up = on_image((40.0, 25.0, 25.0), breast(side=side), view, SMALL)
            down = on_image((40.0, -25.0, -25.0), breast(side=side), view, SMALL)
            assert up[1] < down[1]


def test_denser_breasts_are_brighter() -> None:
    means = []
    for density in Density:
        drawings = [draw(breast(seed, density=density), "CC", SMALL).pixels for seed in (3, 4, 5)]
        means.append(np.mean([pixels[pixels > 0].mean() for pixels in drawings]))
    assert means == sorted(means)


def test_a_prior_is_the_same_anatomy_exposed_anew() -> None:
    now, prior = draw(breast(), "CC", SMALL).pixels, draw(replace(breast(), visit=1), "CC", SMALL).pixels
    both = (now > 0) & (prior > 0)
    assert not np.array_equal(now, prior)
    assert np.corrcoef(now[both], prior[both])[0, 1] > 0.85


def test_a_chest_shows_dark_lungs_and_a_nodule_brightens_its_place() -> None:
    canvas = Canvas(rows=374, columns=312, spacing_mm=1.12)
    nodule = Nodule(x_mm=-86.0, y_mm=158.0, size_mm=16.0, contrast=0.9)
    clear = draw_chest(Chest(seed=5), canvas)
    ill = draw_chest(Chest(seed=5, nodules=(nodule,)), canvas)
    (drawn,) = ill.nodules
    column, row = round(drawn.center[0]), round(drawn.center[1])
    assert ill.pixels[row, column] < clear.pixels[row, column] - 100  # MONOCHROME1: bright is low
    lung, heart = clear.pixels[190, 60:110].mean(), clear.pixels[230, 150:170].mean()
    assert lung > heart + 500
