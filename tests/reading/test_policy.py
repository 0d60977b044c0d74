"""Which programme reads which study: no study is told of an organ that it does not show."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.reading.builders import chest_study, image, study
from workstation.model.identity import SeriesUID, SOPInstanceUID
from workstation.model.study import SECONDARY_CAPTURE, Image, Series, Study
from workstation.reading.policy import PROGRAMMES, programme, programme_for

CHEST = chest_study().images[0]


def of(*images: Image) -> Study:
    numbered = tuple(replace(one, sop_uid=SOPInstanceUID(f"2.25.70{at}")) for at, one in enumerate(images))
    return replace(study(), series=(Series(series_uid=SeriesUID("2.25.7"), modality="OT", images=numbered),))


def other(modality: str, **more: object) -> Image:
    return replace(CHEST, modality=modality, view=None, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("modality", ["US", "MR", "DX"])
def test_one_mammogram_makes_a_mammography_however_many_other_images_there_are(modality: str) -> None:
    mixed = of(image("RCC"), *[other(modality)] * 9)
    assert (programme_for(mixed).name, mixed.modality) == ("screening_mammography", "MG")


@pytest.mark.parametrize("modality", ["CT", "MR", "US", "XA", "PX", "NM", "OT"])
def test_no_other_modality_is_told_as_a_chest_radiograph(modality: str) -> None:
    assert programme_for(of(other(modality, body_part="CHEST"))).name == "other"


@pytest.mark.parametrize(
    ("part", "view", "name"),
    [
        ("CHEST", None, "chest"),
        ("chest ", "LL", "chest"),
        ("THORAX", "PA", "chest"),
        (None, "PA", "chest"),
        (None, "AP", "chest"),
        ("HAND", "PA", "other"),
        ("ABDOMEN", "AP", "other"),
        (None, "LL", "other"),
        (None, None, "other"),
    ],
)
def test_a_radiograph_is_a_chest_s_only_where_its_header_says_so(part: str | None, view: str, name: str) -> None:
    assert programme_for(of(replace(CHEST, body_part=part, view=view))).name == name


def test_a_lateral_view_without_a_body_part_goes_with_the_frontal_one() -> None:
    assert programme_for(of(CHEST, replace(CHEST, view="LL"))).name == "chest"


def test_a_study_of_chest_and_abdomen_is_not_told_as_a_chest() -> None:
    assert programme_for(of(CHEST, replace(CHEST, body_part="ABDOMEN"))).name == "other"


def test_a_service_s_pictures_do_not_choose_the_programme() -> None:
    picture = replace(image("RCC"), sop_class_uid=SECONDARY_CAPTURE)
    assert programme_for(of(CHEST, picture)).name == "chest"


def test_digitised_films_alone_are_read_as_what_they_show() -> None:
    assert programme_for(of(replace(image("RCC"), sop_class_uid=SECONDARY_CAPTURE))).name == "screening_mammography"


def test_a_study_without_images_is_told_of_no_organ() -> None:
    assert programme_for(of()).organ is None


@pytest.mark.parametrize("name", PROGRAMMES)
def test_only_a_programme_for_a_body_part_names_an_organ(name: str) -> None:
    assert (programme(name).organ is None) is (name == "other")
